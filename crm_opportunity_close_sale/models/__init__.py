from . import crm_lead
from . import crm_lead_handover
from . import res_company
from . import res_config_settings
from . import sale_order
