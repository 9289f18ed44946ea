from . import test_cancelled_quotations
from . import test_lost_with_quotations
from . import test_order_wins
from . import test_public_methods
from . import test_sale_tours
from . import test_undo_quotations
