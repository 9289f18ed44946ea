"""Leads as real databases have them, for ``odoo shell`` on a database with CRM alone."""

import json

from odoo.fields import Command
from odoo.tools import SQL

EACH = 11
LOST = {"active": False, "probability": 0, "won_status": "lost", "date_closed": "2024-03-01"}
WON = {
    "active": True,
    "probability": 100,
    "won_status": "won",
    "stage_id": "won",
    "date_closed": "2024-03-01",
}
OPEN = {"active": True, "probability": 30, "won_status": "pending", "date_closed": None}
NEVER = dict.fromkeys(("create_date", "write_date", "date_closed"))
# What a lead is called → the columns it differs in; names stand for records of `make_records`.
KINDS = {
    "lost": {**LOST, "lost_reason_id": "expensive"},
    "lost without a reason": LOST,
    "lost without a date": {**LOST, "date_closed": None, "lost_reason_id": "expensive"},
    "lost without any date": {**LOST, **NEVER, "lost_reason_id": "expensive"},
    "lost before it was created": {**LOST, "date_closed": "2019-03-01"},
    "lost in the future": {**LOST, "date_closed": "2035-03-01", "lost_reason_id": "expensive"},
    "lost in no stage": {**LOST, "stage_id": None, "lost_reason_id": "expensive"},
    "lost in the Won stage": {**LOST, "stage_id": "won", "lost_reason_id": "expensive"},
    "lost for an archived reason": {**LOST, "lost_reason_id": "archived"},
    "lost for a reason like ours": {**LOST, "lost_reason_id": "like ours"},
    "lost for its twin": {**LOST, "lost_reason_id": "twin"},
    "lost for an archived one like ours": {**LOST, "lost_reason_id": "archived like ours"},
    "lost for a translated one": {**LOST, "lost_reason_id": "translated"},
    "lost for unspecified": {**LOST, "lost_reason_id": "unspecified"},
    "lost by one who left": {**LOST, "user_id": "left", "lost_reason_id": "expensive"},
    "lost by nobody, in no team": {**LOST, "user_id": None, "team_id": None},
    "lost lead": {**LOST, "type": "lead"},
    "lost, worth nothing": {**LOST, "expected_revenue": None, "lost_reason_id": "expensive"},
    "won": WON,
    "won without a date": {**WON, "date_closed": None},
    "won without any date": {**WON, **NEVER},
    "won in the future": {**WON, "date_closed": "2035-03-01"},
    "won in no stage": {**WON, "stage_id": None},
    "won, and archived": {**WON, "active": False},
    "won, with the reason of a loss": {**WON, "lost_reason_id": "expensive"},
    "won, worth nothing": {**WON, "expected_revenue": None},
    "won by one who left": {**WON, "user_id": "left"},
    "won lead of no team": {**WON, "type": "lead", "team_id": None},
    "open": OPEN,
    "open, with the reason of a loss": {**OPEN, "lost_reason_id": "expensive"},
    "open, with the date of a closing": {**OPEN, "date_closed": "2024-03-01"},
    "open in no stage": {**OPEN, "stage_id": None},
    "open at 100 % in no stage": {**OPEN, "stage_id": None, "probability": 100},
    "open in the Won stage": {**OPEN, "stage_id": "won"},
    "open at 0 %": {**OPEN, "probability": 0},
    "archived": {**OPEN, "active": False, "lost_reason_id": "expensive"},
}
REASONS = {
    "archived": {"name": "Wrong colour", "active": False},
    "like ours": {"name": " no   BUDGET"},
    "twin": {"name": "No budget"},
    "archived like ours": {"name": "duplicate OR test", "active": False},
    "translated": {"name": "Keine Antwort"},
    "unspecified": {"name": "unspecified"},
    "like one of core": {"name": "too expensive "},
    "archived like one of core": {"name": "Too expensive", "active": False},
    "imported": {"name": "not profitable FOR us"},
}

# Databases that came up from Odoo 16, 17 and 18: which tracked fields are gone, and what they
# were called. From Odoo 17 on, what was tracked of a removed field keeps its name in a JSON.
TRACKED = ("active", "stage_id", "lost_reason_id", "expected_revenue", "won_status")
CHATTERS = {
    "all are there": {},
    "of Odoo 15": {"lost_reason_id": "lost_reason"},
    "of Odoo 13": {"lost_reason_id": "lost_reason", "expected_revenue": "planned_revenue"},
    "all were replaced": {name: name for name in TRACKED},
    "in words alone": {"lost_reason_id": "lost_reason"},
}
# Who changed what, a day each: the field, what it was, what it became.
LOST_TWICE = (
    ("ann", {"active": (1, 0), "lost_reason_id": (None, "expensive")}),
    ("bob", {"active": (0, 1), "lost_reason_id": ("expensive", None)}),
    ("ann", {"stage_id": ("new", "proposition"), "expected_revenue": (100, 150)}),
    ("bob", {"active": (1, 0), "lost_reason_id": (None, "people")}),
)
WON_ONCE = (
    ("ann", {"stage_id": ("new", "won")}),
    ("bob", {"stage_id": ("won", "proposition")}),
)
LOST_BY_STATUS = (
    ("ann", {"won_status": ("Pending", "Lost"), "lost_reason_id": (None, "expensive")}),
    ("bob", {"won_status": ("Lost", "Pending"), "lost_reason_id": ("expensive", None)}),
)
IN_PROPOSITION = {"stage_id": "proposition", "expected_revenue": 150}
# The first day, what changed since, and the columns today.
STORIES = {
    "lost twice": (
        "2022-05-0%s",
        LOST_TWICE,
        {**LOST, **IN_PROPOSITION, "lost_reason_id": "people"},
    ),
    "won once": ("2022-05-0%s", WON_ONCE, {**OPEN, **IN_PROPOSITION}),
    "lost in Odoo 19": ("2025-11-0%s", LOST_BY_STATUS, {**OPEN, **IN_PROPOSITION}),
}


def make_records(env):
    """The records that leads refer to, as plain CRM lets them be.

    :rtype: dict[str, int]
    """
    people = env["res.users"].with_context(no_reset_password=True)
    group = Command.link(env.ref("sales_team.group_sale_manager").id)
    logins = ("ann", "bob", "left")
    people = people.create(
        [
            {"name": login, "login": login, "email": f"{login}@odd.example", "group_ids": [group]}
            for login in logins
        ]
    )
    people[2].active = False
    stages = {"new": "crm.stage_lead1", "proposition": "crm.stage_lead3", "won": "crm.stage_lead4"}
    return {
        **dict(zip(logins, people.ids, strict=True)),
        **dict(zip(REASONS, make_reasons(people[0]).ids, strict=True)),
        "expensive": env.ref("crm.lost_reason_1").id,
        "people": env.ref("crm.lost_reason_2").id,
        **{name: env.ref(xmlid).id for name, xmlid in stages.items()},
    }


def make_reasons(person):
    """Lost reasons of a person's own.

    :return: in the order of ``REASONS``
    :rtype: crm.lost.reason
    """
    env = person.env
    reasons = env["crm.lost.reason"].with_user(person).create(list(REASONS.values()))
    env["res.lang"]._activate_lang("de_DE")
    reasons[4].with_context(lang="de_DE").name = "No response"
    env.flush_all()
    # As a program imports them.
    imported = SQL("UPDATE crm_lost_reason SET create_date = NULL WHERE id = %s", reasons[-1].id)
    env.cr.execute(imported)
    return reasons


def fill(env):
    """Make as many leads of each kind, and what the chatter says of some."""
    records = make_records(env)
    for kind, columns in KINDS.items():
        make_leads(env, records, kind, columns, EACH)
    for story, (day, changes, columns) in STORIES.items():
        for chatter, gone in CHATTERS.items():
            count = 1 if gone else EACH
            leads = make_leads(env, records, f"{story}, {chatter}", columns, count)
            for number, (login, values) in enumerate(changes, 1):
                tell(env, records, leads, (day % number, login, values), gone)
            if chatter == "in words alone":
                forget_numbers(env, leads)


def make_leads(env, records, kind, columns, count):
    quiet = env["crm.lead"].with_context(tracking_disable=True, mail_create_nosubscribe=True)
    vals = {"name": kind, "type": "opportunity", "expected_revenue": 100}
    vals.update(user_id=records["ann"], stage_id=records["new"])
    leads = quiet.create([vals] * count)
    env.flush_all()
    for name, value in {"create_date": "2020-01-01", **columns}.items():
        value = records.get(value) if name.endswith("_id") else value
        column = SQL.identifier(name)
        env.cr.execute(
            SQL("UPDATE crm_lead SET %s = %s WHERE id = ANY(%s)", column, value, leads.ids)
        )
    env.invalidate_all()
    return leads


def tell(env, records, leads, message, gone):
    """Add a message to the chatter of leads.

    :param tuple message: its day, who wrote it, field → (old value, new value)
    :param dict gone: fields that are there no more → their former names
    """
    day, login, changes = message
    partner = env["res.users"].browse(records[login]).partner_id
    env.cr.execute(
        SQL(
            """
            INSERT INTO mail_message (model, res_id, date, author_id, create_uid, message_type)
            SELECT 'crm.lead', unnest(%s), %s, %s, %s, 'notification' RETURNING id
            """,
            leads.ids,
            day,
            partner.id,
            records[login],
        )
    )
    messages = [number for (number,) in env.cr.fetchall()]
    for name, values in changes.items():
        field = env["ir.model.fields"]._get("crm.lead", name)
        link = {"field_id": field.id}
        if name in gone:
            info = {"name": gone[name], "desc": "Gone", "type": field.ttype, "sequence": 100}
            link = {"field_id": None, "field_info": json.dumps(info)}
        track(env, messages, {**link, **get_values(env, records, field, values)})


def track(env, messages, columns):
    """Add a tracking value to each message."""
    env.cr.execute(
        SQL(
            "INSERT INTO mail_tracking_value (mail_message_id, %s) SELECT unnest(%s), %s",
            SQL(", ").join(map(SQL.identifier, columns)),
            messages,
            SQL(", ").join(SQL("%s", value) for value in columns.values()),
        )
    )


def forget_numbers(env, leads):
    """Leave of the reasons what a text field tracks."""
    env.cr.execute(
        SQL(
            """
            UPDATE mail_tracking_value AS tracking
               SET old_value_integer = NULL, new_value_integer = NULL
              FROM mail_message AS message
             WHERE message.id = tracking.mail_message_id AND field_info ->> 'type' = 'many2one'
               AND message.model = 'crm.lead' AND message.res_id = ANY(%s)
            """,
            leads.ids,
        )
    )


def get_values(env, records, field, values):
    """The columns of a tracking value, as Odoo fills them for a field of this type."""
    columns = {}
    for place, value in zip(("old", "new"), values, strict=True):
        if field.ttype == "many2one":
            number = records.get(value, 0)
            columns[f"{place}_value_integer"] = number
            columns[f"{place}_value_char"] = env[field.relation].browse(number).display_name or ""
        else:
            kind = {"boolean": "integer", "monetary": "float", "selection": "char"}[field.ttype]
            columns[f"{place}_value_{kind}"] = value
    return columns
