from . import crm_lead_handover
from . import crm_lead_handover_preview
