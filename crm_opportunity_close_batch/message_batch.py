import ast
import inspect
import logging
from functools import cache
from textwrap import dedent

_logger = logging.getLogger(__name__)

# What a batch takes the place of while it gathers.
GATHERED = ("_message_create", "_message_post_after_hook", "_notify_thread")
# What returns messages, or comes after them: there are none yet while they are gathered.
POSTING = ("_message_track", "message_post", "_message_log", "_message_log_batch")


class MessageBatch:
    """The messages that core's loop over a set of leads would have posted one by one.

    Passed in the context: what core asks along the way (subtypes, followers, messages) shares
    nothing else with the loop. It ends with the call; a client can send no instance of it.
    """

    def __init__(self, leads):
        self.leads, self.ids = leads, set(leads.ids)
        self.phase = "gather"  # then "create", then "notify"
        self.values = []
        self.calls = []  # the place of a message, what to call with it, further arguments
        self.answers = {}

    @classmethod
    def of(cls, records, phase):
        """The batch under way, if it is in this phase and, of leads, has these."""
        batch = records.env.context.get("crm_message_batch")
        if not isinstance(batch, cls) or batch.phase != phase:
            return None
        foreign = records._name == batch.leads._name and not batch.ids.issuperset(records._ids)
        return None if foreign else batch

    def ask(self, key, function, *args):
        """What a function answers that is called once a batch."""
        if key not in self.answers:
            self.answers[key] = function(*args)
        return self.answers[key]


def get_methods(records, name):
    """The methods that a call on these records may go through, core's own last."""
    return [vars(cls)[name] for cls in type(records).mro() if name in vars(cls)]


@cache
def passes_on(method):
    """Whether an extension only returns what ``super()`` does, and never looks at it."""
    try:
        nodes = list(ast.walk(ast.parse(dedent(inspect.getsource(method)))))
    except (OSError, SyntaxError, TypeError):
        return False
    returned = [node.value for node in nodes if isinstance(node, ast.Return)]
    calls = [node for node in nodes if isinstance(node, ast.Call)]
    calls = [call for call in calls if getattr(call.func, "attr", None) == method.__name__]
    return bool(calls) and all(call in returned for call in calls)


def is_each_message_needed(leads, own_class):
    """Whether another add-on has to see each message of these leads as it is posted.

    :param type own_class: the class with this add-on's extensions
    """
    for name in GATHERED + POSTING:
        own, methods = vars(own_class).get(name), get_methods(leads, name)
        extensions = methods[: methods.index(own)] if name in GATHERED else methods[:-1]
        for method in extensions:
            if name in GATHERED or (method != own and not passes_on(method)):
                _logger.info("Messages of leads are posted one by one for %r", method)
                return True
    return False
