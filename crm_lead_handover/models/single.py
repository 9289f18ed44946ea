from odoo.exceptions import UserError


def check_single(records):
    """Refuse in plain words what is done with one record, and was asked for none or several.

    :param records: what a method was called on
    :raise UserError: not exactly one record
    """
    if len(records) != 1:
        raise UserError(records.env._("This is done with one at a time. Choose one record."))
