from statistics import median

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_date

# Whose time in a stage is the median of: the last so many won ones, and at least so many.
MAX_COMPARED, MIN_COMPARED = 200, 5
# How many seconds each of these leads was in a stage, as far as its chatter knows it.
STAYS = """
    WITH compared AS (SELECT id, create_date FROM crm_lead
                       WHERE id = %(lead)s OR id IN %(won)s),
         change AS (
             SELECT lead.id AS lead_id, value.old_value_integer AS stage_id,
                    value.create_date AS until,
                    lag(value.create_date, 1, lead.create_date)
                        OVER (PARTITION BY lead.id ORDER BY value.id) AS since
               FROM compared AS lead
               JOIN mail_message AS message ON message.model = %(model)s
                    AND message.res_id = lead.id
               JOIN mail_tracking_value AS value
                    ON value.mail_message_id = message.id
                   AND value.field_id = %(field)s),
         stay AS (
             SELECT lead_id, until - since AS length FROM change
              WHERE stage_id = %(stage)s
             UNION ALL
             SELECT lead.id, %(now)s - coalesce(
                        (SELECT max(until) FROM change WHERE lead_id = lead.id),
                        lead.create_date)
               FROM compared AS lead WHERE lead.id = %(lead)s)
    SELECT lead_id, extract(epoch FROM sum(length)) FROM stay GROUP BY lead_id
"""


class CrmLead(models.Model):
    """What is known of a lead that may explain its end, and of earlier losses of its customer."""

    _inherit = "crm.lead"

    deadline_moved_count = fields.Integer(
        "Expected closing moved",
        compute="_compute_deadline_moved_count",
        store=True,
        copy=False,
        help="How many times the expected closing was moved to another date.",
    )
    last_deadline = fields.Date(
        "Last expected closing",
        compute="_compute_deadline_moved_count",
        store=True,
        copy=False,
        help="The expected closing that the lead has, or had last.",
    )
    lost_before_id = fields.Many2one(
        "crm.lead.closing", "Lost before", compute="_compute_lost_before"
    )
    lost_before_message = fields.Char(compute="_compute_lost_before")

    @api.depends("date_deadline")
    def _compute_deadline_moved_count(self):
        """Setting the first date is no move, nor is clearing it; another date is one."""
        for lead in self:
            date, known = lead.date_deadline, lead._origin.last_deadline
            moved = bool(date and known and date != known)
            lead.deadline_moved_count = lead._origin.deadline_moved_count + moved
            lead.last_deadline = date or known

    @api.depends("partner_id", "won_status", "origin_closing_id")
    @api.depends_context("uid", "allowed_company_ids", "lang")
    def _compute_lost_before(self):
        """For an open lead, the loss it continues, or the latest one of the same customer."""
        open_deals = self.filtered(lambda lead: lead.won_status == "pending")
        customers = open_deals.partner_id.commercial_partner_id
        losses = self.env["crm.lead.closing"].search(self._get_losses_domain(customers))
        if len(open_deals) == 1:
            # A form shows the latest; only that one is read. (A limit in the search would
            # let PostgreSQL look for the customer in the whole history, latest first.)
            losses -= open_deals._origin.closing_ids
            losses = losses[:1].with_prefetch()
        losses.fetch(["date", "lead_id", "partner_id", "reason_id", "competitor_id"])
        # sudo: as the message reads it
        losses.lead_id.sudo().fetch(["name"])
        by_customer = losses.grouped(lambda loss: loss.partner_id.commercial_partner_id)
        for lead in self:
            customer = lead.partner_id.commercial_partner_id
            earlier = (
                by_customer.get(customer, losses.browse())
                if lead in open_deals
                else losses.browse()
            )
            loss = earlier.filtered(lambda loss, lead=lead: loss.lead_id != lead._origin)[:1]
            # sudo: nobody reads the link itself; origin_lead_id is what the user may read
            origin = lead.sudo().origin_closing_id if lead in open_deals else losses.browse()
            if origin and lead.origin_lead_id:
                loss = origin.with_env(self.env)
            lead.lost_before_id = loss
            if origin and not lead.origin_lead_id:
                lead.lost_before_message = self.env._(
                    "Continues a lost opportunity that you may not read"
                )
            elif loss:
                lead.lost_before_message = self._get_loss_message(loss, loss == origin)
            else:
                lead.lost_before_message = False

    @api.model
    def _get_losses_domain(self, customers):
        """The losses of all leads with these customers and their people, without mistakes.

        :param res.partner customers: commercial entities
        :rtype: list
        """
        return [
            ("partner_id.commercial_partner_id", "in", customers.ids),
            ("outcome", "=", "lost"),
            ("is_mistake", "=", False),
        ]

    @api.model
    def _get_loss_message(self, loss, is_origin=False):
        """What to know about an earlier loss, in one sentence.

        :param crm.lead.closing loss: one closing
        :param bool is_origin: whether the lead this is told of continues it
        :rtype: str
        """
        successor = loss.lead_id.successor_ids[:1]
        # sudo: the user may see the closing, not always the company its reason is for
        loss = loss.sudo()
        why = ", ".join(filter(None, (loss.reason_id.name, loss.competitor_id.name)))
        values = {"lead": loss.lead_id.name, "date": format_date(self.env, loss.date), "why": why}
        if is_origin:
            if not why:
                return self.env._("Continues “%(lead)s”, lost on %(date)s", **values)
            return self.env._("Continues “%(lead)s”, lost on %(date)s: %(why)s", **values)
        if successor:
            values["successor"] = successor.name
            if not why:
                return self.env._(
                    "“%(lead)s” was lost on %(date)s and continued in “%(successor)s”", **values
                )
            return self.env._(
                "“%(lead)s” was lost on %(date)s and continued in “%(successor)s”: %(why)s",
                **values,
            )
        if not why:
            return self.env._("“%(lead)s” was lost on %(date)s", **values)
        return self.env._("“%(lead)s” was lost on %(date)s: %(why)s", **values)

    def action_view_lost_before(self):
        """Open every earlier loss of this customer.

        :return: a window action
        :rtype: dict
        """
        self.ensure_one()
        losses = Domain(self._get_losses_domain(self.partner_id.commercial_partner_id))
        losses |= Domain("id", "in", self.lost_before_id.ids)
        return self.env["crm.lead.closing"]._get_closings_action(list(losses))

    def _get_closing_facts(self):
        """What is known of this lead and may explain its end: true, and readable to the user.

        Called once for one lead; an extension calls ``super()`` and adds sentences.

        :return: sentences, each complete in itself
        :rtype: list[str]
        """
        self.ensure_one()
        facts = [self._describe_last_word(), self._describe_stay(), self._describe_moves()]
        return [fact for fact in facts if fact]

    def _describe_last_word(self):
        now = fields.Datetime.now()
        word = self._find_last_words({self.id: now}).get(self.id)
        days = word and self._count_days_since(word)
        if days is None:
            return None
        if days > 1:
            return self.env._("Last word from the customer %(days)s days ago", days=days)
        return (
            self.env._("Last word from the customer yesterday")
            if days
            else self.env._("Last word from the customer today")
        )

    def _describe_stay(self):
        if self.type != "opportunity" or not self.stage_id or self.stage_id.is_won:
            return None
        stays = self._get_stays()
        own = stays.pop(self.id, 0) // 86400
        values = {"days": int(own), "stage": self.stage_id.name}
        if own < 1:
            return None
        if len(stays) >= MIN_COMPARED:
            values["won"] = round(median(stays.values()) / 86400)
            return self.env._("%(days)s days in %(stage)s (won ones: %(won)s)", **values)
        return self.env._("%(days)s days in %(stage)s", **values)

    def _describe_moves(self):
        count = self.deadline_moved_count
        if count > 1:
            return self.env._("Expected closing moved %(count)s times", count=count)
        return self.env._("Expected closing moved once") if count else None

    def _count_days_since(self, moment):
        """The days from a moment (UTC) until today, where the user is.

        :rtype: int
        """
        today = fields.Date.context_today(self)
        return (today - fields.Datetime.context_timestamp(self, moment).date()).days

    def _get_stays(self):
        """How long this lead has been in its stage, and how long others were that were won.

        The others are the last won ones of its team within a year whose closings the user
        may read, as far as they were in this stage and their chatter knows it.

        :return: id of a lead → seconds
        :rtype: dict[int, float]
        """
        closings = self.env["crm.lead.closing"]
        year = fields.Datetime.subtract(fields.Datetime.now(), years=1)
        domain = [
            ("outcome", "=", "won"),
            ("is_current", "=", True),
            ("is_counted", "=", True),
            ("team_id", "=", self.team_id.id),
            ("date", ">", year),
        ]
        won = closings._search(domain, order="date DESC, id DESC", limit=MAX_COMPARED)
        self.env["mail.tracking.value"].flush_model()
        query = SQL(
            STAYS,
            lead=self.id,
            won=won.subselect("lead_id"),
            model=self._name,
            field=self.env["ir.model.fields"]._get_ids(self._name)["stage_id"],
            stage=self.stage_id.id,
            now=fields.Datetime.now(),
        )
        return {lead_id: float(seconds) for lead_id, seconds in self.env.execute_query(query)}

    @api.model
    def _add_last_words(self, vals_list):
        """Add the customer's last word before the closing, and the days of silence since.

        :param list[dict] vals_list: values of new closings; changed in place
        """
        words = self._find_last_words({vals["lead_id"]: vals["date"] for vals in vals_list})
        for vals in vals_list:
            word = vals["last_word_date"] = words.get(vals["lead_id"])
            vals["days_silent"] = get_days_silent(word, vals["date"])

    @api.model
    def _find_last_words(self, dates):
        """When customers wrote last in the chatter of leads.

        A customer is whoever is no internal user. Their mails count, also those of unknown
        senders, and what they write in the portal.

        :param dict dates: id of a lead → up to when (UTC)
        :return: id of a lead → when (UTC), for those where there is such a message
        :rtype: dict[int, datetime]
        """
        fnames = ["model", "res_id", "date", "message_type", "author_id"]
        self.env["mail.message"].flush_model(fnames)
        query = SQL(
            """
            SELECT lead.id, max(message.date)
              FROM unnest(%(ids)s, %(dates)s::timestamp[]) AS lead(id, date)
              JOIN mail_message AS message ON message.model = %(model)s
                   AND message.res_id = lead.id AND message.date <= lead.date
                   AND (message.message_type = 'email'
                        OR message.message_type = 'comment' AND message.author_id IS NOT NULL)
             WHERE NOT EXISTS (SELECT FROM res_users AS author
                                WHERE author.partner_id = message.author_id
                                  AND author.share IS NOT TRUE)
             GROUP BY lead.id
            """,
            ids=list(dates),
            dates=list(dates.values()),
            model=self._name,
        )
        return dict(self.env.execute_query(query)) if dates else {}


def get_days_silent(word, closed):
    """Full days from the customer's last word to the closing.

    :param datetime word: see ``_find_last_words``
    :param datetime closed: when the lead was closed
    :return: None where the customer never wrote
    :rtype: int | None
    """
    return max((closed - word).days, 0) if word else None
