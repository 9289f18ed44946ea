from datetime import timedelta

from odoo.tests import tagged, users

from .common import TestHandoverCommon

FEW, MANY = 2, 20


@tagged("post_install", "-at_install")
class TestHandoverQueries(TestHandoverCommon):
    """A hand-over of many deals costs as many queries as one of a few."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stage_team1_1.team_ids = cls.sales_team_1
        cls.team = cls.env["crm.team"].create({"name": "Another", "member_ids": []})
        cls.many = cls.env["crm.lead"].create(
            [
                {
                    "name": f"Deal {number}",
                    "type": "opportunity",
                    "user_id": (cls.user_sales_leads + cls.giver)[number % 2].id,
                    "team_id": cls.sales_team_1.id,
                    "stage_id": (cls.stage_team1_1 + cls.stage_team1_2)[number // 2 % 2].id,
                }
                for number in range(2 * MANY)
            ]
        )
        for deal in cls.many:
            deal.activity_schedule("mail.mail_activity_data_call", user_id=deal.user_id.id)
            cls._create_meetings(deal, [timedelta(days=3)], deal.user_id)
        cls.flush_tracking_of_set_up()

    def _count(self, act, leads):
        self.env.flush_all()
        self.cr.flush()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        act(leads.with_env(self.env))
        self.env.flush_all()
        self.cr.flush()
        return self.cr.sql_log_count - before

    def _get_counts(self, act, prepare=None):
        counts = []
        for number in (2 * FEW, MANY):
            with self.env.cr.savepoint() as savepoint:
                leads, warm_up = self.many[:number], self.many[-4:]
                for part in (warm_up, leads):
                    if prepare:
                        prepare(part)
                act(warm_up.with_env(self.env))
                counts.append(self._count(act, leads))
                savepoint.rollback()
        return counts

    def _assert_constant(self, act, prepare=None):
        few, many = self._get_counts(act, prepare)
        # Once or twice, what was read before was read for the few alone.
        self.assertLessEqual(many, few + 2)

    @users("user_sales_leads")
    def test_hand_over(self):
        self._assert_constant(
            lambda leads: leads.action_hand_over(self.successor.id, keep_following=False)
        )

    @users("user_sales_leads")
    def test_hand_over_to_another_team(self):
        self._assert_constant(
            lambda leads: leads.action_hand_over(self.successor.id, team_id=self.team.id)
        )

    @users("user_sales_leads")
    def test_take_back(self):
        def take_back(leads):
            leads.sudo().handover_line_ids.handover_id.with_env(self.env).action_take_back()

        self._assert_constant(
            take_back,
            lambda leads: leads.action_hand_over(self.successor.id, keep_following=False),
        )

    @users("user_sales_leads")
    def test_window(self):
        def preview(leads):
            window = self._open_window(leads, closed_leads="planned")
            window.read(["lead_count", "activity_count", "meeting_count", "skipped_message"])

        self._assert_constant(preview)
