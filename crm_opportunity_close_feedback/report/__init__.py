from . import crm_lead_closing_feedback
from . import crm_lost_reason
