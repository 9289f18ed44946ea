from odoo.exceptions import ValidationError


class ClosingRefusedError(ValidationError):
    """A closing lacks answers a person can give.

    Where there is a screen, the web client opens the window that asks for them in place of
    the message (``static/src/closing_refused.js``); elsewhere the message says it all.
    """

    def __init__(self, message, action=None, blockers=None):
        """Refuse a closing.

        :param str message: the leads, and what each lacks
        :param dict action: the window that asks for it, if one can help
        :param dict blockers: see ``crm.lead._get_closing_blockers``
        """
        super().__init__(message)
        self.context = {"action": action} if action else {}
        self.blockers = blockers or {}
