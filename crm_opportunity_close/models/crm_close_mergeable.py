from odoo import api, fields, models
from odoo.fields import Domain


class CrmCloseMergeable(models.AbstractModel):
    """A reason or competitor: what leads and closings refer to.

    It has a name of its own, is kept while it is used, and can be merged into another. A
    model has the field ``closing_ids``: the closings that name the record first.
    """

    _name = "crm.close.mergeable"
    _inherit = ["mail.thread"]
    _description = "Reasons and competitors"

    closing_count = fields.Integer(
        "Closings",
        compute="_compute_closing_count",
        help="Won and lost, also where it is a further reason. Mistakes are left out.",
    )
    main_closing_count = fields.Integer(
        "As the main reason",
        compute="_compute_closing_count",
        help="Closings of which it is the main reason. Mistakes are left out.",
    )

    def _get_merge_fields(self):
        """The fields that refer to this model.

        :return: pairs of model and field name, many2one or many2many
        :rtype: list[tuple[str, str]]
        """
        raise NotImplementedError

    @api.depends("closing_ids")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_closing_count(self):
        counts = self._count_closings()
        for record in self:
            count, main_count = counts.get(record._origin.id, (0, 0))
            record.closing_count = count
            record.main_closing_count = main_count

    def _count_closings(self):
        """How many closings refer to each record, mistakes left out.

        This is the one number that lists, buttons and the refusal to delete give.

        :return: record id → how many, and how many name it first (not as a further reason)
        :rtype: dict[int, tuple[int, int]]
        """
        # Archived records are counted as well, also where they are grouped by a many2many.
        closings = self.env["crm.lead.closing"].with_context(active_test=False)
        main, *further = self._get_closing_fields()
        main_counts = dict.fromkeys(self.ids, 0)
        for record, count in closings._read_group(
            self._get_closings_domain([main]), [main], ["__count"]
        ):
            main_counts[record.id] = count
        counts = dict(main_counts)
        for fname in further:
            for first, record, count in closings._read_group(
                self._get_closings_domain([fname]), [main, fname], ["__count"]
            ):
                if record != first and record.id in counts:
                    counts[record.id] += count
        return {id_: (counts[id_], main_counts[id_]) for id_ in counts}

    def _get_closing_fields(self):
        """The fields of closings that refer to this model, the main one first."""
        fields_of = self._get_merge_fields()
        return [fname for model_name, fname in fields_of if model_name == "crm.lead.closing"]

    def _get_closings_domain(self, fnames):
        """The closings that refer to one of these records, mistakes left out.

        :param list[str] fnames: the fields of closings to look into
        :rtype: Domain
        """
        refers = Domain.OR(Domain(fname, "in", self.ids) for fname in fnames)
        return Domain("is_mistake", "=", False) & refers

    def action_view_closings(self):
        """Open the closings that are counted.

        :return: a window action
        :rtype: dict
        """
        domain = list(self._get_closings_domain(self._get_closing_fields()))
        return self.env["crm.lead.closing"]._get_closings_action(domain)

    def _get_used(self):
        """Those of these records that a lead or a closing refers to.

        :rtype: Model
        """
        used = self.browse()
        for model_name, fname in self._get_merge_fields():
            # sudo: leads of other salespeople and companies count; no data of them comes out
            users = self.env[model_name].sudo().with_context(active_test=False)
            for (record,) in users._read_group([(fname, "in", self.ids)], [fname]):
                used |= record.with_env(self.env)
        return self & used

    def _describe_usage(self):
        """Say how many closings, of all companies, refer to each record: one line a record.

        :return: the lines; empty where none of the records is used
        :rtype: str
        """
        used = self._get_used()
        # sudo: as above; only numbers come out
        counts = used.sudo()._count_closings()
        return "\n".join(record._describe_count(*counts[record.id]) for record in used)

    def _describe_count(self, count, main_count):
        """One line: how many closings refer to this record, and how many name it first."""
        name = self.name
        if not count:
            return self.env._(
                "“%(name)s”: only closings that were mistakes, or open opportunities", name=name
            )
        if count == 1:
            return self.env._("“%(name)s”: 1 closing", name=name)
        if count == main_count:
            return self.env._("“%(name)s”: %(count)s closings", name=name, count=count)
        return self.env._(
            "“%(name)s”: %(count)s closings (%(main_count)s as the main reason)",
            name=name,
            count=count,
            main_count=main_count,
        )
