"""What a write that may close deals carries in its context. No client can send any of it."""

from datetime import datetime
from typing import NamedTuple

from odoo.models import BaseModel
from odoo.tools import frozendict


class StateBefore(NamedTuple):
    """What only the moment before a write knows, carried to the door in the context.

    It is set anew on every write that may pass the door, and no client can send one.
    """

    stages: frozendict = frozendict()  # lead id -> id of the stage it was in
    answered: frozenset = frozenset()  # the closing's fields among the values written
    date_closed: datetime | None = None  # the closing date written, if any


class Verb(NamedTuple):
    """The verb under way, carried in the context to what core writes for it.

    Core writes the status first, the answers second, and some values deal by deal. So that
    deals are closed, answered and recorded in one write, the first one brings everything,
    and what core writes again is left out. No client can send one.
    """

    status: str  # what the deals are to become: won, lost or pending
    vals: frozendict = frozendict()  # what the closing write is to bring
    archived: frozenset = frozenset()  # ids of those that archiving does not lose
    won_stages: BaseModel | None = None  # what core would search for each deal

    def complete(self, leads, vals):
        """What to write where core is about to write these values.

        :return: deals and values
        :rtype: tuple[crm.lead, dict]
        """
        if self.status == "pending":
            return leads.filtered(lambda lead: vals != {"probability": lead.probability}), vals
        if self.status == "won":
            stage = leads.env["crm.stage"].browse(vals.get("stage_id"))
            return leads, {**vals, **self.vals} if stage.is_won else vals
        if vals.get("active") is False:
            return leads, {**vals, **self.vals}
        if vals.get("probability") == 0:
            return leads.filtered(lambda lead: lead.id in self.archived), vals
        return leads, vals
