from . import message_batch
