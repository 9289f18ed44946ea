"""One deal lost through the window, one deal won: the calls of the web client, one by one."""

from xml.etree import ElementTree

from .. import people
from .work import Work

TITLE = "Closing a single deal, as the web client does"
NOTE = "<p>They took the cheaper offer, although it does less.</p>"


def open_client(env, _size):
    """A salesperson's deal, and what a web client knows that has been open for a while."""
    env = people.as_user(env, people.SELLERS[0])
    lead = env["crm.lead"].search([("won_status", "=", "pending")], order="id", limit=1)
    return Client(env["crm.lead.lost"], lead)


class Client:
    """Calls the server like the web client; between two calls nothing is remembered."""

    def __init__(self, windows, lead):
        self.lead = lead
        self._windows = windows.with_context(default_lead_ids=lead.ids, active_ids=lead.ids)
        self._reason = windows.env["crm.lost.reason"].search([], order="id", limit=1).id
        views = windows.get_views([(False, "form")])
        root = ElementTree.fromstring(views["views"]["form"]["arch"])
        embedded = {field for outer in root.iter("field") for field in outer.iterfind(".//field")}
        shown = {node.get("name"): node for node in root.iter("field") if node not in embedded}
        self._fields = views["models"]["crm.lead.lost"]["fields"]
        named = {"fields": {"display_name": {}}}
        self._shown = {name: named if self._fields[name].get("relation") else {} for name in shown}
        self._reason_matters = bool(shown["lost_reason_id"].get("on_change"))  # to other fields

    def call(self, records, method, *args):
        records.env.flush_all()
        records.env.invalidate_all()
        return getattr(records, method)(*args)

    def lose(self):
        """Open the Lost window, choose a reason, and submit it."""
        values = self._change({}, [])
        values["lost_reason_id"] = self._reason
        # Both windows show all reasons; ours says what they mean as well.
        reasons = self._windows.env["crm.lost.reason"]
        if "reason_domain" in values:
            shown = ["display_name", "description"]
            self.call(reasons, "search_read", values["reason_domain"], shown)
        else:
            self.call(reasons, "name_search", "", [])
        if self._reason_matters:
            values |= self._change(values, ["lost_reason_id"])
        self.submit(values)

    def _change(self, values, names):
        found = self.call(self._windows, "onchange", values, names, self._shown)["value"]
        many2one = {name for name in found if self._fields[name]["type"] == "many2one"}
        return {n: found[n]["id"] if n in many2one and found[n] else found[n] for n in found}

    def submit(self, values):
        """Submit the Lost window, with the values it shows."""
        values = {**values, "lead_ids": [(6, 0, self.lead.ids)], "lost_reason_id": self._reason}
        values = {n: value for n, value in values.items() if not self._fields[n].get("readonly")}
        saved = self.call(self._windows, "web_save", {**values, "lost_feedback": NOTE}, {})
        self.call(self._windows.browse(saved[0]["id"]), "action_lost_reason_apply")


WORKS = [
    Work(title, run, open_client, targets=1.15, times=8)
    for title, run in (
        ("Lost: the window opened, filled in and submitted", lambda _, client: client.lose()),
        ("Lost: the window submitted", lambda _, client: client.submit({})),
        ("Won", lambda _, client: client.call(client.lead, "action_set_won_rainbowman")),
    )
]
