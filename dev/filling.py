"""Deals by the thousand, to look at and to measure with.

A thousand are made, closed and reopened by Odoo, so that they have what every deal has:
messages, followers and, where our add-on is installed, closings. These are then copied in SQL,
each copy to another time of the last five years. Few reasons stand behind most losses, and
some deals were lost and reopened before. It is always the same in the same database.
"""

import math
from contextlib import contextmanager
from random import Random

from odoo import Command
from odoo.tools import SQL, split_every
from odoo.tools.sql import table_columns

from . import people

BLOCK = 1000  # deals, or closings, that Odoo makes and that are copied together
RANDOM = Random(19)
RIVALS = ("Globex", "Initech", "Umbrella", "Hooli", "Stark", "Wayne", "Acme", "Soylent")
# What belongs to a deal: table → its columns that refer to a row of one of these tables. The
# first leads to the deal.
TABLES = {
    "crm_lead": {"id": "crm_lead"},
    "crm_tag_rel": {"lead_id": "crm_lead"},
    "crm_lead_closing": {"lead_id": "crm_lead"},
    "mail_message": {"res_id": "crm_lead", "parent_id": "mail_message", "id": "mail_message"},
    "mail_tracking_value": {"mail_message_id": "mail_message"},
    "mail_followers": {"res_id": "crm_lead", "id": "mail_followers"},
    "mail_followers_mail_message_subtype_rel": {"mail_followers_id": "mail_followers"},
}


def fill_plain(env, deals):
    """Make so many deals, two of five closed, in thousands."""
    leads = _make_deals(env, BLOCK)
    _close(env, leads[: BLOCK * 2 // 5], again=BLOCK // 25)
    _copy(env.cr, leads, range(1, math.ceil(int(deals) / BLOCK)))


def fill_closed(env, closings, older=0):
    """Make closed deals that have so many closings between them, in thousands.

    :param older: how many more, of the ten years before
    """
    leads = _make_deals(env, BLOCK * 10 // 11)
    _close(env, leads, again=BLOCK - len(leads))
    blocks = math.ceil(int(closings) / BLOCK)
    _copy(env.cr, leads, range(1, blocks))
    _copy(env.cr, leads, range(blocks, blocks + int(older) // BLOCK), first_year=6, years=9)


def _make_deals(env, count):
    """Make open deals of all salespeople, a fifth in a company that counts in euros."""
    sellers = people.make(env)
    env.ref("base.EUR").active = True
    europe = _make(env, "res.company", ["Fill Europe"], currency_id=env.ref("base.EUR").id)
    (sellers + people.as_user(env, people.MANAGER).user.with_env(env)).company_ids += europe
    customers = _make(env, "res.partner", [f"Customer {number}" for number in range(200)])
    for number, country in enumerate(env["res.country"].search([], limit=40)):
        customers[number::40].country_id = country
    tags = _make(env, "crm.tag", [f"Tag {number}" for number in range(6)]).ids
    stages = env["crm.stage"].search([("is_won", "=", False)])
    sources = env["utm.source"].search([], limit=12)
    leads = env["crm.lead"].with_context(mail_auto_subscribe_no_notify=True)
    return leads.with_context(default_type="opportunity").create(
        [
            {
                "name": f"Deal {number + 1}",
                "user_id": seller.id,
                "team_id": seller.sale_team_id.id,
                "company_id": (europe if number % 5 == 0 else env.company).id,
                "partner_id": RANDOM.choice(customers).id,
                "stage_id": RANDOM.choice(stages).id,
                "source_id": RANDOM.choice(sources).id,
                "expected_revenue": round(math.exp(RANDOM.gauss(9, 1)), -2),
                "tag_ids": [Command.set(RANDOM.sample(tags, 2))],
            }
            for number in range(count)
            for seller in sellers[number % len(sellers)]
        ]
    )


def _make(env, model, names, **vals):
    """Make records of these names, those that are not there yet."""
    known = env[model].search([("name", "in", names)], order="id")
    missing = set(names).difference(known.mapped("name"))
    return known + known.create([{**vals, "name": name} for name in names if name in missing])


def _close(env, leads, again):
    """Win and lose deals, ten at a time with the same answers.

    :param int again: how many are lost and reopened before
    """
    reopened = leads[:again]
    _age(env, leads)
    for some in split_every(10, reopened.ids, leads.browse):
        some.action_set_lost(**_answer(env, "lost"))
    _age(env, leads)
    reopened.action_restore()
    _age(env, leads)
    for some in split_every(10, leads.ids, leads.browse):
        if RANDOM.random() < 0.5:
            some.action_set_won(**_answer(env, "won"))
        else:
            some.action_set_lost(**_answer(env, "lost"))
    env.flush_all()
    env.cr.flush()


def _answer(env, outcome):
    """Return the values of a closing, as far as they can be given here."""
    domain = [("outcome", "=", outcome)] if "crm.lead.closing" in env else []
    reasons = env["crm.lost.reason"].search(domain)
    reason = reasons[int(len(reasons) * RANDOM.random() ** 1.7)]
    if not domain:
        return {"lost_reason_id": reason.id} if outcome == "lost" else {}
    values = {"lost_reason_id" if outcome == "lost" else "win_reason_id": reason.id}
    if reason.competitor_required or RANDOM.random() < 0.3:
        values["competitor_id"] = RANDOM.choice(_make(env, "crm.competitor", RIVALS)).id
    if reason.note_required or RANDOM.random() < 0.3:
        values["closing_note"] = "<p>They compared us with two others, and decided.</p>"
    return values


def _age(env, leads):
    """Let some time go by: a fortnight in the mean, for a few deals a third of a year."""
    env.flush_all()
    env.cr.flush()  # what is noted for the chatter is posted
    for table, references in TABLES.items():
        owner, above = next(iter(references.items()))
        columns = table_columns(env.cr, table)
        if above == "crm_lead" and (times := _get_times(columns)):
            passed = SQL("-15 * 86400 * ln(1 - %s)", _get_chance(SQL.identifier(owner)))
            moved = (SQL("%s = %s", SQL.identifier(n), _get_earlier(n, passed)) for n in times)
            rows = _get_rows(columns, owner, leads.ids)
            query = SQL("UPDATE %s SET %s WHERE %s", SQL.identifier(table), _join(moved), rows)
            env.cr.execute(query)
    env.invalidate_all()


def _copy(cr, leads, blocks, first_year=0, years=5):
    """Copy deals with all that belongs to them.

    What the copies refer to is there: where the server lets us, it does not look it up.

    :param range blocks: the number of each copy
    :param first_year: how many years ago the latest are; the others, in the ``years`` before
    """
    cr.execute("SELECT has_parameter_privilege('session_replication_role', 'SET')")
    (may_skip,) = cr.fetchone()
    if may_skip:
        cr.execute("SET LOCAL session_replication_role = replica")
    ids = {"crm_lead": leads.ids}
    for table, references in TABLES.items():
        columns = table_columns(cr, table)
        if columns and blocks:
            _copy_rows(cr, table, columns, references, ids, blocks, (first_year, years))
    if may_skip:
        cr.execute("SET LOCAL session_replication_role = origin")


def _copy_rows(cr, table, columns, references, ids, blocks, ages):
    """Copy the rows of one table. What refers to a copied row refers to its copy then.

    :param dict ids: table → the ids of its rows to copy; that of this table is added
    :param tuple ages: as ``first_year`` and ``years`` of ``_copy``
    """
    owner, above = next(iter(references.items()))
    rows = _get_rows(columns, owner, ids[above])
    name = SQL.identifier(table)
    if "id" in references:
        cr.execute(SQL("SELECT id FROM %s WHERE %s", name, rows))
        ids[table] = [row_id for (row_id,) in cr.fetchall()]
    values = {column: SQL.identifier(column) for column in columns if column != "id"}
    for column, other in references.items():
        distance = max(ids[other]) - min(ids[other]) + 1
        values[column] = SQL("%s + block * %s", SQL.identifier(column), distance)
    first_year, years = ages
    chance = _get_chance(values[owner])
    passed = SQL("(%s + %s * power(%s, 1.3)) * 365 * 86400", first_year, years, chance)
    values |= {column: _get_earlier(column, passed) for column in _get_times(columns)}
    query = "INSERT INTO %s (%s) SELECT %s FROM %s, generate_series(%s, %s) AS block WHERE %s"
    names = _join(map(SQL.identifier, values))
    with _without_indexes(cr, table):
        first, last = blocks[0], blocks[-1]
        cr.execute(SQL(query, name, names, _join(values.values()), name, first, last, rows))
    if "id" in references:
        cr.execute(SQL("SELECT setval(%s, max(id)) FROM %s", f"{table}_id_seq", name))


@contextmanager
def _without_indexes(cr, table):
    """Take off the indexes of a table that no constraint needs, and make them anew afterwards.

    Millions of rows are added several times as fast.
    """
    cr.execute(
        """
        SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
         WHERE indrelid = %s::regclass
           AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
        """,
        [table],
    )
    indexes = cr.fetchall()
    for name, _definition in indexes:
        cr.execute(SQL("DROP INDEX %s", SQL(name)))
    yield
    for _name, definition in indexes:
        cr.execute(SQL(definition.replace("%", "%%")))


def _get_rows(columns, owner, ids):
    """Return the condition for the rows that belong to some others."""
    models = (SQL.identifier(name) for name in ("model", "res_model") if name in columns)
    mine = [SQL("%s = 'crm.lead'", name) for name in models]
    return SQL(" AND ").join([SQL("%s = ANY(%s)", SQL.identifier(owner), ids), *mine])


def _join(parts):
    return SQL(", ").join(parts)


def _get_times(columns):
    return [name for name in columns if columns[name]["udt_name"] == "timestamp"]


def _get_earlier(time, seconds):
    return SQL("%s - make_interval(secs => round(%s))", SQL.identifier(time), seconds)


def _get_chance(number):
    """Return a number from 0 up to 1 that looks random, but is always the same for an id."""
    return SQL("(abs(mod(hashint4(%s), 10000)) / 10000.0)", number)
