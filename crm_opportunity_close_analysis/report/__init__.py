from . import crm_close_figures
from . import crm_competitor
from . import crm_lead_closing
from . import crm_lead_closing_changes
from . import crm_lead_closing_overview
from . import crm_lead_closing_period
from . import crm_lost_reason
