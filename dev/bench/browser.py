"""What the web client sends when somebody closes a deal."""

from xml.etree import ElementTree

NOTE = "<p>They took the cheaper offer, although it does less.</p>"


def get_deals(client, count):
    """Return the ids of open deals of the user who is logged in."""
    domain = [("user_id", "=", client.user["uid"]), ("won_status", "=", "pending")]
    return client.call("crm.lead", "search", domain, order="id", limit=count)


class Closer:
    """Closes deals; knows the window and the reasons, as a web client that has been open."""

    def __init__(self, client):
        self._client = client
        self._reason = client.call("crm.lost.reason", "search", [], order="id", limit=1)[0]
        self._read_window()

    def _read_window(self):
        """Find out what to ask for when the window opens, and when a reason is chosen."""
        views = self._client.call("crm.lead.lost", "get_views", [[False, "form"]])
        root = ElementTree.fromstring(views["views"]["form"]["arch"])
        embedded = {field for outer in root.iter("field") for field in outer.iterfind(".//field")}
        shown = {node.get("name"): node for node in root.iter("field") if node not in embedded}
        self._fields = views["models"]["crm.lead.lost"]["fields"]
        named = {"fields": {"display_name": {}}}
        self._window = {name: named if self._fields[name].get("relation") else {} for name in shown}
        reason = shown["lost_reason_id"]
        self._reason_matters = bool(reason.get("on_change"))  # to other fields of the window

    def lose(self, lead_id):
        """Open the Lost window, choose a reason, and submit it."""
        window = self._get_context(lead_id)
        opened = self._call("onchange", [], {}, [], self._window, **window)["value"]
        values = {name: self._get_input(name, value) for name, value in opened.items()}
        values["lost_reason_id"] = self._reason
        self._find_reasons(values)
        if self._reason_matters:
            changed = ["lost_reason_id"]
            found = self._call("onchange", [], values, changed, self._window, **window)["value"]
            values |= {name: self._get_input(name, value) for name, value in found.items()}
        self._submit(lead_id, values)

    def submit(self, lead_id):
        """Submit the Lost window with the reason and the note alone, as a program does."""
        self._submit(lead_id, {"lost_reason_id": self._reason})

    def _submit(self, lead_id, values):
        window = self._get_context(lead_id)
        values = {
            name: value
            for name, value in {**values, "lead_ids": [[6, 0, [lead_id]]]}.items()
            if not self._fields[name].get("readonly")
        }
        values["lost_feedback"] = NOTE
        saved = self._call("web_save", [], values, {}, **window)
        self._call("action_lost_reason_apply", [saved[0]["id"]], **window)

    def _find_reasons(self, values):
        """Both windows show all reasons; ours says what they mean as well."""
        if "reason_domain" in values:
            shown = ["display_name", "description"]
            self._client.call("crm.lost.reason", "search_read", values["reason_domain"], shown)
        else:
            self._client.call("crm.lost.reason", "name_search", "", [])

    def _get_context(self, lead_id):
        return {"context": {"default_lead_ids": [lead_id], "active_ids": [lead_id]}}

    def _get_input(self, name, value):
        """What the web client sends back of a value it was given."""
        many2one = self._fields[name]["type"] == "many2one"
        return value["id"] if many2one and value else value

    def _call(self, method, *args, **kwargs):
        return self._client.call("crm.lead.lost", method, *args, **kwargs)

    def win(self, lead_id):
        """Press Won."""
        self._client.call("crm.lead", "action_set_won_rainbowman", [lead_id])
