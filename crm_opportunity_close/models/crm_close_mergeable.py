from collections import defaultdict

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL


class CrmCloseMergeable(models.AbstractModel):
    """A record deals and closings refer to, and that can be merged into another of its kind."""

    _name = "crm.close.mergeable"
    _inherit = ["mail.thread"]
    _description = "Mergeable"

    def _get_merge_fields(self):
        """The fields that refer to this model.

        :return: pairs of model and field name, many2one or many2many
        :rtype: list[tuple[str, str]]
        """
        raise NotImplementedError

    def _get_usage(self):
        """How many deals refer to each record, now or in an earlier closing.

        :return: used records only, record → number of deals of all companies
        :rtype: dict[Model, int]
        """
        deals = defaultdict(set)
        for model_name, fname in self._get_merge_fields():
            # sudo: deals of other salespeople and companies count; only numbers come out
            users = self.env[model_name].sudo().with_context(active_test=False)
            lead = "id" if model_name == "crm.lead" else "lead_id"
            for record, ids in users._read_group(
                [(fname, "in", self.ids)], [fname], [f"{lead}:array_agg_distinct"]
            ):
                deals[record.id].update(ids)
        return {record: len(deals[record.id]) for record in self if deals[record.id]}

    def _describe_usage(self):
        """Say how many deals refer to each record, one line a record.

        :rtype: str
        """
        return "\n".join(
            self.env._("“%(name)s”: 1 deal", name=record.name)
            if count == 1
            else self.env._("“%(name)s”: %(count)s deals", name=record.name, count=count)
            for record, count in self._get_usage().items()
        )

    def _check_mergeable_into(self, target):
        """Refuse a merge that would mix what does not belong together.

        :param target: the record that survives
        :raise UserError: saying why
        """

    def _merge_into(self, target):
        """Let every deal and closing refer to the survivor, and archive these records.

        Deals of all companies the user works in are moved, archived ones as well, in a
        constant number of statements.

        :param target: the record that survives, not among ``self``
        :raise AccessError: the user may not change these records
        :raise UserError: there is nothing to merge, or it does not belong together
        """
        others = self - target
        if not others or not target:
            raise UserError(self.env._("Choose at least two records, and the one that survives."))
        (others + target).check_access("write")
        others._check_mergeable_into(target)
        self.env.flush_all()
        for model_name, fname in self._get_merge_fields():
            field = self.env[model_name]._fields[fname]
            move = others._move_many2many if field.type == "many2many" else others._move_many2one
            move(field, target)
        self.env.invalidate_all()
        others.action_archive()
        names = ", ".join(others.mapped("name"))
        target.message_post(body=self.env._("Merged into this one: %(names)s", names=names))

    def _move_many2one(self, field, target):
        table = SQL.identifier(self.env[field.model_name]._table)
        column = SQL.identifier(field.name)
        self.env.cr.execute(
            SQL(
                "UPDATE %(table)s SET %(column)s = %(target)s"
                " WHERE %(column)s IN %(others)s"
                " AND (company_id IS NULL OR company_id IN %(companies)s)",
                table=table,
                column=column,
                target=target.id,
                others=tuple(self.ids),
                companies=tuple(self.env.user.company_ids.ids),
            )
        )

    def _move_many2many(self, field, target):
        names = {
            "relation": SQL.identifier(field.relation),
            "own": SQL.identifier(field.column1),
            "other": SQL.identifier(field.column2),
            "table": SQL.identifier(self.env[field.model_name]._table),
            "target": target.id,
            "others": tuple(self.ids),
            "companies": tuple(self.env.user.company_ids.ids),
        }
        self.env.cr.execute(
            SQL(
                "WITH moved AS (DELETE FROM %(relation)s r USING %(table)s t"
                " WHERE r.%(own)s = t.id AND r.%(other)s IN %(others)s"
                " AND (t.company_id IS NULL OR t.company_id IN %(companies)s)"
                " RETURNING r.%(own)s)"
                " INSERT INTO %(relation)s (%(own)s, %(other)s)"
                " SELECT DISTINCT %(own)s, %(target)s FROM moved ON CONFLICT DO NOTHING",
                **names,
            )
        )
