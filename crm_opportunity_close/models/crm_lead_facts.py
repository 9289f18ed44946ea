from statistics import median

from odoo import fields, models
from odoo.tools import SQL

# Whose time in a stage is the median of: the last so many won ones, and at least so many.
MAX_COMPARED, MIN_COMPARED = 200, 5


class CrmLead(models.Model):
    """What the windows say of a lead before a person chooses a reason."""

    _inherit = "crm.lead"

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
            """
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
            """,
            lead=self.id,
            won=won.subselect("lead_id"),
            model=self._name,
            field=self.env["ir.model.fields"]._get_ids(self._name)["stage_id"],
            stage=self.stage_id.id,
            now=fields.Datetime.now(),
        )
        return {lead_id: float(seconds) for lead_id, seconds in self.env.execute_query(query)}
