from . import crm_lead
from . import crm_team
from . import digest_digest
from . import digest_movers
from . import res_company
from . import res_config_settings
from . import res_partner
