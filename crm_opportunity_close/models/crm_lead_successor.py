from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import format_date, is_html_empty


class CrmLead(models.Model):
    """A new opportunity may continue a lost one, whose loss stays a loss.

    The link is to the closing that was lost, so it follows where a merge takes that closing.
    It is written by :meth:`action_new_opportunity` and by a merge, and read by nobody: what
    people see of it are the leads at its ends, as far as they may read them.
    """

    _inherit = "crm.lead"

    origin_closing_id = fields.Many2one(
        "crm.lead.closing",
        "Continued loss",
        copy=False,
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        groups=fields.NO_ACCESS,
    )
    origin_lead_id = fields.Many2one(
        "crm.lead",
        "Continues",
        compute="_compute_origin_lead_id",
        search="_search_origin_lead_id",
        help="The lost opportunity that this one continues.",
    )
    successor_ids = fields.Many2many(
        "crm.lead",
        string="Continued in",
        compute="_compute_successor_ids",
        search="_search_successor_ids",
        help="The opportunities that continue this lost one.",
    )
    successor_count = fields.Integer("Times continued", compute="_compute_successor_ids")

    @api.depends("origin_closing_id.lead_id")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_origin_lead_id(self):
        # sudo: nobody reads the link itself; whether its other end may be read is asked here
        origins = {lead: lead.sudo().origin_closing_id.lead_id.with_env(self.env) for lead in self}
        readable = self.browse().concat(*origins.values())._filtered_access("read")
        for lead in self:
            lead.origin_lead_id = readable & origins[lead]

    def _search_origin_lead_id(self, operator, value):
        if operator not in ("in", "any"):
            return NotImplemented
        chosen, links = self._search_ends(operator, value)
        found = Domain("id", "in", links._search([("origin_closing_id.lead_id", "in", chosen)]))
        if operator == "in" and False in value:
            found |= ~Domain("id", "in", links._search([("origin_closing_id", "!=", False)]))
        return found

    @api.depends("closing_ids.successor_ids")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_successor_ids(self):
        # sudo: nobody reads the links themselves; which ends may be read is asked here
        ends = {lead: lead.sudo().closing_ids.successor_ids.with_env(self.env) for lead in self}
        readable = self.browse().concat(*ends.values())._filtered_access("read")
        for lead in self:
            lead.successor_ids = readable & ends[lead]
            lead.successor_count = len(lead.successor_ids)

    def _search_successor_ids(self, operator, value):
        if operator not in ("in", "any"):
            return NotImplemented
        chosen, links = self._search_ends(operator, value)
        found = Domain("id", "in", links._search([("closing_ids.successor_ids", "in", chosen)]))
        if operator == "in" and False in value:
            continued = links._search([("closing_ids.successor_ids", "!=", False)])
            found |= ~Domain("id", "in", continued)
        return found

    def _search_ends(self, operator, value):
        """What a search by one end of the link needs.

        :return: the leads asked for that the user may read, and the model as superuser
        :rtype: tuple[Query, crm.lead]
        """
        leads = self.with_context(active_test=False)
        domain = Domain(value) if operator == "any" else Domain("id", "in", list(value))
        # sudo: nobody reads the links themselves
        return leads._search(domain), leads.sudo()

    # ------------------------------------------------------------
    # New opportunity
    # ------------------------------------------------------------

    def action_new_opportunity(self):
        """Start a new opportunity from each of these lost ones, which stay lost.

        It takes along the contact, team, salesperson, tags, source, expected revenue and
        whatever else a copy has, and starts in the first stage. Its chatter says what was
        learnt. Nobody is reminded any more to win the lost one back.

        :return: a window action on what was created
        :rtype: dict
        :raise ValidationError: some of them are not lost
        """
        others = self.filtered(lambda lead: lead.won_status != "lost")
        if others or not self:
            raise ValidationError(
                self.env._(
                    "A new opportunity can only be started from a lost one. "
                    "These are not lost:\n%(leads)s",
                    leads="\n".join(others.mapped("name")),
                )
            )
        successors = self._create_successors()
        self.filtered("followup_date").write({"followup_date": False})
        return successors._get_leads_action()

    def _create_successors(self):
        """Create the opportunities that continue these lost ones, in their order.

        :rtype: crm.lead
        """
        vals_list = self.copy_data({"type": "opportunity", "date_deadline": False})
        for lead, vals in zip(self, vals_list, strict=True):
            vals.update(name=lead.name, user_id=lead._get_user_to_remind().id)
        successors = self.create(vals_list)
        closings = {closing.lead_id.id: closing for closing in self._get_current_closings()}
        learnt, continued = {}, {}
        for lead, successor in zip(self, successors, strict=True):
            # sudo: nobody may write the link
            successor.sudo().origin_closing_id = closings[lead.id]
            learnt[successor.id] = lead._describe_loss(closings[lead.id])
            link = successor._get_html_link(title=self.env._("new opportunity"))
            continued[lead.id] = self.env._("Continued in a %(link)s", link=link)
        successors._message_log_batch(bodies=learnt)
        self._message_log_batch(bodies=continued)
        return successors

    def _describe_loss(self, closing):
        """What was learnt from the loss of this lead, for the chatter of its successor.

        :param crm.lead.closing closing: the loss (as superuser: a reason may be another
            company's)
        :rtype: Markup
        """
        link = self._get_html_link(title=self.env._("an opportunity"))
        date = format_date(self.env, closing.date)
        lines = [
            (self._fields["lost_reason_id"], closing.reason_id),
            (self._fields["secondary_reason_ids"], closing.secondary_reason_ids),
            (self._fields["competitor_id"], closing.competitor_id),
        ]
        body = Markup("<p>%s</p>") % self.env._(
            "Continues %(link)s that was lost on %(date)s", link=link, date=date
        )
        facts = Markup().join(
            Markup("<li>%s: %s</li>")
            % (field._description_string(self.env), ", ".join(records.mapped("name")))
            for field, records in lines
            if records
        )
        body += facts and Markup("<ul>%s</ul>") % facts
        return body if is_html_empty(closing.note) else body + Markup(closing.note)

    # ------------------------------------------------------------
    # Where it shows
    # ------------------------------------------------------------

    def action_view_successors(self):
        """Open the opportunities that continue this one.

        :return: a window action
        :rtype: dict
        """
        return self.successor_ids._get_leads_action()

    def _get_leads_action(self):
        """Open these leads: a form for one, a pipeline for several.

        :return: a window action
        :rtype: dict
        """
        if len(self) == 1:
            return self.get_formview_action()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm.crm_lead_opportunities")
        context = {"active_test": False, "create": False}
        return {**action, "domain": [("id", "in", self.ids)], "context": context}

    def action_view_origin(self):
        """Open the lost opportunity that this one continues.

        :return: a window action
        :rtype: dict
        """
        self.ensure_one()
        return self.origin_lead_id.get_formview_action()

    def _compute_potential_lead_duplicates(self):
        """What a lead continues, and what continues it, is no unknown duplicate."""
        result = super()._compute_potential_lead_duplicates()
        for lead in self.filtered("duplicate_lead_count"):
            lead.duplicate_lead_ids -= lead._get_chain()
            lead.duplicate_lead_count = len(lead.duplicate_lead_ids - lead)
        return result

    def _get_chain(self):
        """The leads this one continues, step by step, and those that continue it.

        :return: without the lead itself, whoever may read them
        :rtype: crm.lead
        """
        # sudo: nobody reads the links themselves
        start = self._origin.sudo()
        chain = step = start
        while step := step.origin_closing_id.lead_id - chain:
            chain += step
        step = start
        while step := step.closing_ids.successor_ids - chain:
            chain += step
        return (chain - start).with_env(self.env)

    def _move_origin(self, survivor):
        """Let a survivor of a merge continue what these leads continue, if it has nothing yet.

        :param crm.lead survivor: the lead they were merged into
        """
        # sudo: the user merged these leads, and nobody may write the link
        survivor = survivor.sudo()
        origins = (survivor + self.sudo()).origin_closing_id
        origins = origins.filtered(lambda closing: closing.lead_id != survivor)
        survivor.origin_closing_id = origins[:1]


class CrmLeadClosing(models.Model):
    _inherit = "crm.lead.closing"

    successor_ids = fields.One2many(
        "crm.lead",
        "origin_closing_id",
        "Continued in",
        readonly=True,
        context={"active_test": False},
        groups=fields.NO_ACCESS,
    )
    won_anew_count = fields.Integer(
        "Won anew",
        compute="_compute_won_anew_count",
        store=True,
        precompute=True,
        help="Opportunities that were won, and continue a lost one.",
    )

    @api.depends("outcome")
    def _compute_won_anew_count(self):
        """Computed once, when the row is written: a later merge does not change it."""
        won = self.filtered(lambda closing: closing.outcome == "won")
        (self - won).won_anew_count = 0
        # sudo: nobody reads the link itself
        losses = {lead.id: lead.origin_closing_id for lead in won.lead_id.sudo()}
        for closing in won:
            loss = losses[closing.lead_id.id]
            closing.won_anew_count = bool(loss) and not loss.is_mistake
