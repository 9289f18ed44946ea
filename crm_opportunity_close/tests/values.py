"""Values that people, programs and files give by mistake, and what can carry them."""

import math

from odoo.models import BaseModel

# Fields of a closing → the outcome they belong to.
FIELDS = {
    "lost_reason_id": "lost",
    "win_reason_id": "won",
    "secondary_reason_ids": "lost",
    "competitor_id": "lost",
    "winning_price": "lost",
    "closing_note": "lost",
    "followup_date": "lost",
    "date_closed": "lost",
    "closed_revenue": "won",
}
# Texts in which there is nothing to see.
INVISIBLE = {"empty text", "zero-width characters", "half a character"}
HTML_5_MB = ("<p>" + "far too much " * 77 + "</p>") * 5000
LARGEST_XML_INTEGER = 2**31 - 1


class CannotCarryError(Exception):
    """No way to give such a value: why."""


def get_junk(env, field, gone, far):
    """Everything that is no proper value of a field, or at the edge of it.

    :param Field field: a field of leads
    :param dict gone: model → id of a deleted record
    :param dict far: model → id of a record of another company
    :return: what it is → the value
    :rtype: dict
    """
    wrap = (lambda number: [[6, 0, [number]]]) if field.type == "many2many" else (lambda n: n)
    model = field.comodel_name or "crm.lost.reason"
    return {
        "zero": 0,
        "false": False,
        "true": True,
        "nothing": None,
        "empty text": "",
        "empty dictionary": {},
        "a dictionary": {"id": 1},
        "empty list": [],
        "a list of lists": [[[1]]],
        "minus one": wrap(-1),
        "a number too large": wrap(2**40),
        "a deleted record": wrap(gone[model]),
        "a record of another company": wrap(far.get(model, far["crm.lost.reason"])),
        "a record of another model": "res.partner,1",
        "a new record": env[model].new({"name": "New"}),
        "not a number": math.nan,
        "infinity": math.inf,
        "year 1": "0001-01-01",
        "year 9999": "9999-12-31",
        "5 MB of HTML": HTML_5_MB,
        "zero-width characters": "<p>\u200b\u2060\ufeff</p>",
        "control characters": "<p>\x00\x07No\x1b</p>",
        "half a character": "<p>\ud800</p>",
    }


# ------------------------------------------------------------
# What can carry what
# ------------------------------------------------------------


def as_it_is(value):
    return value


def as_json(value):
    if isinstance(value, BaseModel):
        raise CannotCarryError("JSON has no records")
    return value


def as_xml(value):
    if isinstance(value, BaseModel):
        raise CannotCarryError("XML-RPC has no records")
    if value is None:
        raise CannotCarryError("XML-RPC has no null")
    if isinstance(value, str) and not all(_is_xml(character) for character in set(value)):
        raise CannotCarryError("XML has no such characters")
    numbers = [value] if isinstance(value, int) else []
    if isinstance(value, list) and value and len(value[0]) == 3:
        numbers = value[0][2]
    if any(number > LARGEST_XML_INTEGER for number in numbers):
        raise CannotCarryError("XML-RPC has no such integers")
    return value


def as_text(value):
    """As a file to import has it."""
    if isinstance(value, list) and value and len(value[0]) == 3:
        [value] = value[0][2]
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise CannotCarryError("a file has text alone")
    return str(value)


def as_position(value):
    """As a list sorted by hand gives numbers to its records."""
    if isinstance(value, list) and value and len(value[0]) == 3:
        [value] = value[0][2]
    if type(value) is not int:
        raise CannotCarryError("a position in a list is a number")
    return value


def _is_xml(character):
    return character in "\t\n\r" or " " <= character < "\ud800" or character > "\udfff"
