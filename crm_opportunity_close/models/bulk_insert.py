"""Records of plain models, many at once, and who else has a say in making one."""

from odoo.tools import SQL

# Whose methods know nothing of a single record that a set of them would miss.
INDIFFERENT = (
    "odoo.orm.",
    *(
        f"odoo.addons.{name}."
        for name in ("mail", "crm", "sms", "rating", "base_automation", "crm_opportunity_close")
    ),
)


def is_extended(records, names):
    """Whether another add-on, or a test, extends what would be done for a set.

    :param records: any record of the model
    :param list names: of methods
    """
    return not all(
        getattr(method, "__module__", "").startswith(INDIFFERENT)
        for cls in type(records).mro()
        for name in names
        if (method := vars(cls).get(name))
    )


def insert(model, vals_list):
    """Make records as ``create`` does, without what it does for each in memory.

    For models whose ``create`` nobody extends. Access is not checked.

    :param model: the model, with the user who makes the records
    :param list vals_list: values of columns, no relation to many
    :return: the records, in the order of their values
    """
    if not vals_list:
        return model
    names = sorted({name for vals in vals_list for name in vals})
    missing = [
        name
        for name, field in model._fields.items()
        if field.column_type and field.store and field.default and name not in names
    ]
    defaults = model.default_get(missing)
    stamps = {"create_uid": model.env.uid, "write_uid": model.env.uid}
    now = model.env.cr.now()
    shared = {**defaults, **stamps, "create_date": now, "write_date": now}
    names = [*names, *shared]
    convert = _Converter(model)
    rows = [
        tuple(convert(name, vals.get(name, shared.get(name))) for name in names)
        for vals in vals_list
    ]
    ids = [
        record_id
        for (record_id,) in model.env.execute_query(
            SQL(
                "INSERT INTO %s (%s) VALUES %s RETURNING id",
                SQL.identifier(model._table),
                SQL(", ").join(map(SQL.identifier, names)),
                SQL(", ").join(rows),
            )
        )
    ]
    records = model.browse(ids)
    records.modified(names, create=True)
    return records


class _Converter:
    """What a value is in the database: equal ones are converted (and sanitized) once."""

    def __init__(self, model):
        self.model = model
        self.known = {}

    def __call__(self, name, value):
        field = self.model._fields[name]
        if field.type == "json":
            return field.convert_to_column_insert(value, self.model)
        key = (name, value, type(value))
        if key not in self.known:
            self.known[key] = field.convert_to_column_insert(value, self.model)
        return self.known[key]
