from . import crm_lead
from . import crm_lead_scoring_frequency
from . import mail_message
