from . import test_automation
from . import test_chatter_equality
from . import test_chatter_neighbours
from . import test_queries
