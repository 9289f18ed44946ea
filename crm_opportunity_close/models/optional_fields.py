"""Numbers that may be unknown: they are empty then, not 0, and no average counts them."""

from odoo import fields


class OptionalNumber(fields.Field):
    """What numeric fields take for a number: anything but nothing."""

    def convert_to_column(self, value, record, values=None, validate=True):
        is_known = value is not None and value is not False
        return super().convert_to_column(value, record, values, validate) if is_known else None

    def convert_to_cache(self, value, record, validate=True):
        is_known = value is not None and value is not False
        return super().convert_to_cache(value, record, validate) if is_known else None

    def convert_to_record(self, value, record):
        return value is not None and value

    def convert_to_export(self, value, record):
        return "" if value is False else value


class OptionalInteger(OptionalNumber, fields.Integer):
    """A whole number, or none."""


class OptionalFloat(OptionalNumber, fields.Float):
    """A number, or none."""
