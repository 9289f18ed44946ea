from odoo import api, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL


class CrmLostReason(models.Model):
    """What may be done with a reason: names, *Unspecified*, use, deletion and merging."""

    _inherit = "crm.lost.reason"

    @api.constrains("name", "active", "company_id", "outcome")
    def _check_unique_name(self):
        self._check_names_used_once()

    def _may_share_name(self, other):
        apart = self.company_id and other.company_id and self.company_id != other.company_id
        return bool(apart) or self.outcome != other.outcome

    @api.constrains("active", "outcome", "loss_type", "company_id", "team_ids")
    def _check_unspecified_untouched(self):
        changed = self._filter_protected().filtered(
            lambda reason: (
                not reason.active
                or reason not in reason._get_unspecified(reason.outcome)
                or reason.loss_type != "unspecified"
                or reason.company_id
                or reason.team_ids
            )
        )
        if changed:
            raise ValidationError(
                self.env._(
                    "“%(name)s” holds the closings nobody has explained yet. "
                    "It can be renamed, but not archived or changed.",
                    name=changed[0].name,
                )
            )

    @api.constrains("loss_type")
    def _check_type_unspecified(self):
        for reason in self.filtered("is_unspecified"):
            protected = self._get_unspecified(reason.outcome)
            if protected and reason != protected:
                raise ValidationError(
                    self.env._(
                        "The type of “%(name)s” cannot be unspecified: “%(protected)s” holds the "
                        "closings nobody has explained yet. Choose another type.",
                        name=reason.name,
                        protected=protected.name,
                    )
                )

    def _check_unused(self):
        """Refuse to let reasons change between lost and won that a lead or closing refers to.

        :raise ValidationError: naming those that are used
        """
        used = self._get_used()
        if used:
            raise ValidationError(
                self.env._(
                    "These are used by closings, so they cannot change between lost and won. "
                    "Create new ones instead:\n%(names)s",
                    names="\n".join(f"– {reason.name}" for reason in used),
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_use(self):
        protected = self._filter_protected()
        if protected:
            raise UserError(
                self.env._(
                    "“%(name)s” cannot be deleted: closings nobody has explained are "
                    "filed under it.",
                    name=protected[0].name,
                )
            )
        usage = self._describe_usage()
        if usage:
            raise UserError(
                self.env._(
                    "These reasons are in use and cannot be deleted:\n%(lines)s\n\n"
                    "Archive them to stop offering them: what was closed keeps them. "
                    "Or merge them into another reason.",
                    lines=usage,
                )
            )

    # ------------------------------------------------------------
    # Merge
    # ------------------------------------------------------------

    def _get_merge_fields(self):
        return [
            ("crm.lead", "lost_reason_id"),
            ("crm.lead", "win_reason_id"),
            ("crm.lead", "secondary_reason_ids"),
            ("crm.lead.closing", "reason_id"),
            ("crm.lead.closing", "secondary_reason_ids"),
        ]

    def _check_mergeable_into(self, target):
        result = super()._check_mergeable_into(target)
        if any(reason.outcome != target.outcome for reason in self):
            raise UserError(
                self.env._("Lost reasons and win reasons cannot be merged into each other.")
            )
        company = target.company_id
        if company and any(reason.company_id != company for reason in self):
            raise UserError(
                self.env._(
                    "“%(name)s” is offered to %(company)s only. Keep a reason that is offered "
                    "to all companies instead.",
                    name=target.name,
                    company=company.name,
                )
            )
        teams = target.team_ids
        if teams and any(not reason.team_ids or reason.team_ids - teams for reason in self):
            raise UserError(
                self.env._(
                    "“%(name)s” is offered to %(teams)s only. Keep a reason that is offered "
                    "to all their teams instead.",
                    name=target.name,
                    teams=", ".join(teams.mapped("name")),
                )
            )
        protected = (self + target)._filter_protected()
        if protected:
            raise UserError(
                self.env._(
                    "“%(name)s” cannot be merged: closings nobody has explained are filed "
                    "under it.",
                    name=protected[0].name,
                )
            )
        return result

    def _relink_many2many(self, field, target):
        """The main reason is no further reason, after a merge as well."""
        result = super()._relink_many2many(field, target)
        table, own, other = self._get_reference(field)
        main = (
            ["lost_reason_id", "win_reason_id"] if field.model_name == "crm.lead" else ["reason_id"]
        )
        self.env.cr.execute(
            SQL(
                "DELETE FROM %(relation)s AS further USING %(table)s AS main"
                " WHERE further.%(own)s = main.id AND further.%(other)s = %(target)s"
                " AND %(target)s IN (%(main)s)",
                relation=table,
                table=SQL.identifier(self.env[field.model_name]._table),
                own=own,
                other=other,
                target=target.id,
                main=SQL(", ").join(SQL.identifier("main", name) for name in main),
            )
        )
        return result
