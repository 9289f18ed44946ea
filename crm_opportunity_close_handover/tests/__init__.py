from . import test_handover
from . import test_two_at_once
from . import test_two_workers
