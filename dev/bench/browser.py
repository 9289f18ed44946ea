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
        self._window = self._get_window()

    def _get_window(self):
        """What to ask for when the window opens."""
        views = self._client.call("crm.lead.lost", "get_views", [[False, "form"]])
        root = ElementTree.fromstring(views["views"]["form"]["arch"])
        embedded = {field for outer in root.iter("field") for field in outer.iterfind(".//field")}
        fields = views["models"]["crm.lead.lost"]["fields"]
        names = [node.get("name") for node in root.iter("field") if node not in embedded]
        shown = {"fields": {"display_name": {}}}
        return {name: shown if fields[name].get("relation") else {} for name in names}

    def lose(self, lead_id):
        """Open the Lost window, fill it in, and submit it."""
        context = {"default_lead_ids": [lead_id], "active_ids": [lead_id]}
        window = {"context": context}
        self._client.call("crm.lead.lost", "onchange", [], {}, [], self._window, **window)
        values = {
            "lead_ids": [[6, 0, [lead_id]]],
            "lost_reason_id": self._reason,
            "lost_feedback": NOTE,
        }
        saved = self._client.call("crm.lead.lost", "web_save", [], values, {}, **window)
        ids = [saved[0]["id"]]
        self._client.call("crm.lead.lost", "action_lost_reason_apply", ids, **window)

    def win(self, lead_id):
        """Press Won."""
        self._client.call("crm.lead", "action_set_won_rainbowman", [lead_id])
