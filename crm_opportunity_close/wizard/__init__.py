from . import crm_lead_answers_mixin
from . import crm_lead_close_mixin
from . import crm_lead_followup_mixin
from . import crm_lead_lost
from . import crm_lead_lost_line
from . import crm_lead_reopen
from . import crm_lead_win
from . import crm_lost_reason_merge
