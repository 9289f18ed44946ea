from . import test_closing
from . import test_closing_dates
from . import test_entry_paths
from . import test_rights
from . import test_rpc
from . import test_two_at_once
from . import test_win_paths
