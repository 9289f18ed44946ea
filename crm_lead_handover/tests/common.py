from datetime import datetime, timedelta

from odoo import fields

from odoo.addons.crm.tests.common import TestCrmCommon
from odoo.addons.mail.tests.common import mail_new_test_user


class TestHandoverCommon(TestCrmCommon):
    """The cast of crm's own tests; a salesperson leaves, a successor comes.

    ============================  =====================  ==========================
    user                          Odoo's sales group     sees
    ============================  =====================  ==========================
    user_sales_salesman (giver)   own documents only     own and unassigned deals
    successor                     own documents only     own and unassigned deals
    user_sales_leads              all documents          all deals
    user_sales_manager            administrator          all deals, configuration
    ============================  =====================  ==========================

    =========================  ==========  ========  ==================================
    deal                       is with     status    planned
    =========================  ==========  ========  ==================================
    deal_own                   salesman    open      a call, a meeting, one of yesterday
    deal_second                salesman    open      nothing
    deal_lost                  salesman    lost      a call
    deal_other                 leads       open      a call of the salesman
    =========================  ==========  ========  ==================================
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.giver = cls.user_sales_salesman
        cls.successor = mail_new_test_user(
            cls.env,
            "handover_successor",
            "sales_team.group_sale_salesman",
            name="Nora Next",
            notification_type="inbox",
        )
        cls.env["crm.team.member"].create(
            [
                {"crm_team_id": cls.sales_team_1.id, "user_id": user.id}
                for user in (cls.giver, cls.successor)
            ]
        )
        cls.deal_own, cls.deal_second, cls.deal_lost, cls.deal_other = cls.env["crm.lead"].create(
            [
                {
                    "name": name,
                    "type": "opportunity",
                    "user_id": user.id,
                    "team_id": cls.sales_team_1.id,
                    "stage_id": stage.id,
                    "probability": 20,
                }
                for name, user, stage in (
                    ("Own deal", cls.giver, cls.stage_team1_1),
                    ("Second deal", cls.giver, cls.stage_team1_2),
                    ("Lost deal", cls.giver, cls.stage_team1_2),
                    ("Other deal", cls.user_sales_leads, cls.stage_team1_2),
                )
            ]
        )
        cls.lost_reason = cls.env["crm.lost.reason"].create({"name": "Beaten on price"})
        cls.deal_lost.action_set_lost(lost_reason_id=cls.lost_reason.id)
        cls.book = cls.deal_own + cls.deal_second + cls.deal_lost
        cls.call, cls.call_lost, cls.call_other = (
            deal.activity_schedule(
                "mail.mail_activity_data_call", fields.Date.today(), user_id=cls.giver.id
            )
            for deal in (cls.deal_own, cls.deal_lost, cls.deal_other)
        )
        cls.meeting, cls.meeting_past = cls._create_meetings(
            cls.deal_own, [timedelta(days=3), timedelta(days=-1)], cls.giver
        )
        cls.flush_tracking_of_set_up()

    @classmethod
    def flush_tracking_of_set_up(cls):
        cls.env.flush_all()
        cls.cr.flush()

    @classmethod
    def _create_meetings(cls, deal, delays, organizer):
        start = datetime.now().replace(microsecond=0)
        return (
            cls.env["calendar.event"]
            .with_context(no_mail_to_attendees=True, mail_create_nolog=True)
            .create(
                [
                    {
                        "name": "Meeting",
                        "opportunity_id": deal.id,
                        "start": start + delay,
                        "stop": start + delay + timedelta(hours=1),
                        "user_id": organizer.id,
                        "partner_ids": [(6, 0, (organizer.partner_id + cls.contact_1).ids)],
                    }
                    for delay in delays
                ]
            )
        )

    def _open_window(self, leads=None, **values):
        """The window on a selection of deals, or on everything some salespeople have."""
        if leads is not None:
            values["lead_ids"] = leads.ids
        else:
            values["by_salesperson"] = True
        return self.env["crm.lead.handover"].create({"user_id": self.successor.id, **values})

    def _hand_over(self, deals=None, by=None, **kwargs):
        deals = self.book if deals is None else deals
        by = by or self.giver
        handover = deals.with_user(by).action_hand_over(self.successor.id, **kwargs)
        self.flush_tracking()
        return handover

    def _get_new_messages(self, deal, last):
        self.flush_tracking()
        return deal.sudo().message_ids.filtered(lambda message: message.id > last)

    def _get_last_message(self):
        self.flush_tracking()
        return self.env["mail.message"].sudo().search([], order="id desc", limit=1).id
