from . import crm_lead
from . import message_batch
