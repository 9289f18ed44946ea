"""What a client sends for an answer, and what of it can be one."""

import re

from odoo.fields import Command
from odoo.models import BaseModel
from odoo.tools import is_html_empty

# At either end, time zones would lead to a year that Python does not have.
YEARS = range(1900, 9000)
# What neither PostgreSQL nor XML can hold.
UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
# What takes no room on a screen.
INVISIBLE = re.compile("[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
# The largest id of a column of type int4.
LARGEST_ID = 2**31 - 1
# The largest amount that Odoo can still round to cents.
LARGEST_AMOUNT = 1e15


def to_ids(value, field):
    """The ids that a value names, whether or not they exist.

    :param value: what a client sends in place of a record, or of commands
    :param Field field: the field, many2one or many2many
    :rtype: set[int]
    """
    if isinstance(value, BaseModel):
        ids = value.ids if value._name == field.comodel_name else []
    elif field.type == "many2many":
        ids = [number for command in _get_commands(value) for number in _get_numbers(command)]
    else:  # an id, or an id with a name, as a client reads it
        pair = isinstance(value, (list, tuple)) and len(value) == 2
        ids = [value[0] if pair else value]
    return set(filter(is_id, ids))


def is_id(value):
    return type(value) is int and 0 < value <= LARGEST_ID


def to_commands(value, known):
    """Commands that leave stored, existing records in a relation, and nothing else.

    :param value: records, ids, or commands
    :param dict known: the ids of existing records → those to take in their place
    :rtype: list
    """
    if isinstance(value, BaseModel):
        return [Command.set([known[number] for number in value.ids if number in known])]
    if not value:
        return [Command.clear()]
    cleaned = []
    for command in _get_commands(value):
        numbers = [
            known[number] for number in _get_numbers(command) if is_id(number) and number in known
        ]
        if command[0] == Command.SET:
            cleaned.append(Command.set(numbers))
        elif command[0] == Command.CLEAR:
            cleaned.append(Command.clear())
        else:
            make = Command.link if command[0] == Command.LINK else Command.unlink
            cleaned += map(make, numbers)
    return cleaned


def _get_commands(value):
    """The commands among what a client sends in place of them; an id links its record."""
    items = value if isinstance(value, (list, tuple)) else []
    items = [Command.link(item) if type(item) is int else item for item in items]
    return [item for item in items if isinstance(item, (list, tuple)) and item]


def _get_numbers(command):
    """What a command says it names: one record, or the records of a set."""
    if command[0] == Command.SET:
        ids = command[2] if len(command) > 2 else []
        return list(ids) if isinstance(ids, (list, tuple)) else []
    if command[0] in (Command.LINK, Command.UNLINK, Command.DELETE):
        return list(command[1:2])
    return []


def to_text(value):
    """A text as it can be stored; False where nobody would see anything."""
    text = UNSTORABLE.sub("", value) if isinstance(value, str) else ""
    return False if is_html_empty(INVISIBLE.sub("", text)) else text


def to_amount(value):
    amount = float(value)
    if not abs(amount) <= LARGEST_AMOUNT:  # nor is it no number at all
        raise ValueError(value)
    return amount


def to_price(value):
    amount = to_amount(value)
    if value is True or amount < 0:
        raise ValueError(value)
    return amount


def is_given(value):
    """Whether a cleaned value says something; commands do where they add a record."""
    if isinstance(value, list):
        return any(code == Command.LINK or (code == Command.SET and ids) for code, _, ids in value)
    return bool(value)


def group_by_values(pairs):
    """What takes the same values, all of one set of values at once.

    :param pairs: items, each with its values (a dict)
    :return: pairs of values and items, in the order of the first items
    :rtype: list[tuple[dict, list]]
    """
    groups = {}
    for item, vals in pairs:
        groups.setdefault(repr(vals), (vals, []))[1].append(item)
    return list(groups.values())
