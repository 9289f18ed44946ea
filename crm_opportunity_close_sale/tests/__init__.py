from . import test_lost_with_quotations
from . import test_order_wins
