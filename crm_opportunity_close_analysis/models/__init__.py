from . import crm_team
from . import digest_digest
from . import res_partner
