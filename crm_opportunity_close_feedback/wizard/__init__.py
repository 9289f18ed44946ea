from . import crm_lead_closing_question_link
from . import crm_lead_closing_question_veto
from . import crm_lead_feedback
