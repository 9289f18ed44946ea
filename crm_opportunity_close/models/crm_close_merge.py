from odoo import api, models
from odoo.exceptions import ConcurrencyError, UserError
from odoo.tools import SQL


class CrmCloseMergeable(models.AbstractModel):
    """Merging: every lead and closing refers to the survivor from then on, and stays so.

    Who closes a lead at the same moment either commits first, and is relinked as well, or is
    retried by Odoo and then closes with the survivor.

    What was merged is archived and knows its survivor, so that windows and programs that
    still give it close with the survivor.
    """

    _inherit = "crm.close.mergeable"

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._clean_merge_vals(vals) for vals in vals_list])

    def write(self, vals):
        vals = self._clean_merge_vals(vals)
        if vals.get("active"):
            vals["merged_into_id"] = False
        return super().write(vals)

    def _clean_merge_vals(self, vals):
        """Only a merge says what a record was merged into."""
        if self.env.su:
            return dict(vals)
        return {name: value for name, value in vals.items() if name != "merged_into_id"}

    # ------------------------------------------------------------
    # Merge
    # ------------------------------------------------------------

    def _check_mergeable_into(self, target):
        """Refuse a merge that would mix what does not belong together.

        :param target: the record that survives
        :raise UserError: saying why
        """
        if not target.active:
            raise UserError(
                self.env._(
                    "“%(name)s” is archived. Unarchive it first, or keep another one.",
                    name=target.name,
                )
            )

    def _merge_into(self, target):
        """Let every lead and closing refer to the survivor, and archive these records.

        Leads of all companies are relinked, archived ones as well, in a constant number of
        statements, whose rows get the present date and user as their last change.

        :param target: the record that survives
        :raise AccessError: the user may not change these records
        :raise UserError: there is nothing to merge, or it does not belong together
        :raise ConcurrencyError: to be retried, somebody has just referred to these records
        """
        others = self - target
        if not others or not target:
            raise UserError(self.env._("Choose at least two records, and the one that survives."))
        (others + target).check_access("write")
        others._check_mergeable_into(target)
        self.env.flush_all()
        (others + target)._lock_for_merge()
        others._check_all_references_seen()
        others._relink_all(target)
        self.env.invalidate_all()
        # sudo: only a merge writes the survivor; may the user change these was checked
        merged = others.sudo().with_context(active_test=False)
        earlier = merged.search([("merged_into_id", "in", others.ids)])
        (merged + earlier).write({"active": False, "merged_into_id": target.id})
        names = ", ".join(others.mapped("name"))
        target.message_post(body=self.env._("Merged into this one: %(names)s", names=names))

    def _lock_for_merge(self):
        """Wait for those who refer to these records, and let others wait until the commit.

        Rows that are locked FOR UPDATE and then changed count as rows whose key has changed:
        whoever was about to refer to them starts anew, with what is there after the merge.
        """
        self.env.cr.execute(
            SQL(
                "SELECT FROM %s WHERE id IN %s ORDER BY id FOR UPDATE",
                SQL.identifier(self._table),
                tuple(self.ids),
            )
        )

    def _check_all_references_seen(self):
        """Start anew where somebody referred to these records since this transaction began.

        What was committed since is not seen by this transaction, and would be left behind.
        From now on nobody can refer to them: their rows are locked.

        :raise ConcurrencyError: Odoo retries the merge
        """
        with self.env.registry.cursor() as cr:
            for model_name, fname in self._get_merge_fields():
                table, own, other = self._get_reference(self.env[model_name]._fields[fname])
                names = {"table": table, "own": own, "other": other, "ids": tuple(self.ids)}
                [[seen]] = self.env.execute_query(
                    SQL(
                        "SELECT array_agg(%(own)s) FROM %(table)s WHERE %(other)s IN %(ids)s",
                        **names,
                    )
                )
                cr.execute(
                    SQL(
                        "SELECT FROM %(table)s AS fresh WHERE %(other)s IN %(ids)s AND NOT EXISTS"
                        " (SELECT FROM unnest(%(seen)s::int[]) AS seen (id)"
                        " WHERE seen.id = fresh.%(own)s) LIMIT 1",
                        seen=seen or [],
                        **names,
                    )
                )
                if cr.rowcount:
                    raise ConcurrencyError(f"{self._name} {self.ids} were used meanwhile")

    @staticmethod
    def _get_reference(field):
        """Where the database keeps the references of a field.

        :param Field field: many2one or many2many
        :return: a table, its column of the referring record, that of the record referred to
        :rtype: tuple[SQL, SQL, SQL]
        """
        if field.type == "many2many":
            names = field.relation, field.column1, field.column2
        else:
            names = field.model_name.replace(".", "_"), "id", field.name
        return tuple(map(SQL.identifier, names))

    def _get_relink_names(self, field, target):
        table, own, other = self._get_reference(field)
        return {
            "table": SQL.identifier(self.env[field.model_name]._table),
            "relation": table,
            "own": own,
            "other": other,
            "others": tuple(self.ids),
            "target": target.id,
            "uid": self.env.uid,
            "now": self.env.cr.now(),
        }

    def _relink_all(self, target):
        """Let what refers to these records refer to the survivor.

        :param target: the record that survives
        """
        for model_name, fname in self._get_merge_fields():
            field = self.env[model_name]._fields[fname]
            relink = self._relink_many2many if field.type == "many2many" else self._relink
            relink(field, target)

    def _relink(self, field, target):
        self.env.cr.execute(
            SQL(
                "UPDATE %(table)s SET %(other)s = %(target)s, write_uid = %(uid)s,"
                " write_date = %(now)s WHERE %(other)s IN %(others)s",
                **self._get_relink_names(field, target),
            )
        )

    def _relink_many2many(self, field, target):
        self.env.cr.execute(
            SQL(
                "WITH gone AS (DELETE FROM %(relation)s WHERE %(other)s IN %(others)s"
                " RETURNING %(own)s AS id),"
                " added AS (INSERT INTO %(relation)s (%(own)s, %(other)s)"
                " SELECT DISTINCT id, %(target)s FROM gone ON CONFLICT DO NOTHING)"
                " UPDATE %(table)s SET write_uid = %(uid)s, write_date = %(now)s"
                " WHERE id IN (SELECT id FROM gone)",
                **self._get_relink_names(field, target),
            )
        )
