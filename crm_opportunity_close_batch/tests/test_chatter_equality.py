import re
from contextlib import nullcontext
from unittest.mock import patch

from freezegun import freeze_time

from odoo.tests import tagged, users

from odoo.addons.crm_opportunity_close.tests.common import TestCloseCommon
from odoo.addons.mail.models.mail_thread import MailThread
from odoo.addons.mail.tests.common import mail_new_test_user

# What differs from one message to the next, whoever writes it.
OWN_FIELDS = {"id", "create_date", "write_date", "date", "mail_message_id", "mail_mail_id"}
OWN_FIELDS |= {"mail_mail_ids", "mail_mail_id_int", "message_ids", "references", "display_name"}
MANY = 50


@tagged("post_install", "-at_install")
@freeze_time("2030-05-05 12:00:00")
class TestChatterEquality(TestCloseCommon):
    """Whoever reads the chatter does not see that it was written by us, for one deal or a set.

    Each closing is done twice: told by Odoo itself, deal by deal, and by us. What both leave
    behind is compared: messages, tracking values, notifications, mails, what the bus sends.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user_mail, cls.user_inbox = (
            mail_new_test_user(
                cls.env,
                login=f"told_by_{kind}",
                groups="sales_team.group_sale_salesman_all_leads",
                notification_type=kind,
            )
            for kind in ("email", "inbox")
        )
        cls.customer, cls.gone = cls.env["res.partner"].create(
            [
                {"name": "Customer", "email": "customer@example.com"},
                {"name": "Gone", "email": "gone@example.com"},
            ]
        )
        cls.sales_team_1.alias_name = "team.one"
        cls.many = cls.env["crm.lead"].create(
            [
                {
                    "name": f"Deal {number}",
                    "type": "opportunity" if number % 7 else "lead",
                    "user_id": (cls.user_sales_leads + cls.user_sales_salesman)[number % 2].id,
                    "team_id": cls.sales_team_1.id,
                    "stage_id": (cls.stage_team1_1 + cls.stage_team1_2)[number // 2 % 2].id,
                    "expected_revenue": 100 * number,
                    "probability": 10 * (number % 5),
                    "partner_id": cls.customer.id if number % 4 else False,
                    "email_from": "somebody@example.com",
                    "company_id": cls.env.company.id if number % 5 else False,
                    "date_deadline": "2030-01-01" if number % 6 else False,
                }
                for number in range(MANY)
            ]
        )
        cls._make_followers()
        cls.gone.active = False

    @classmethod
    def _make_followers(cls):
        """Every deal has other followers, who asked for other news; some have a history."""
        subtypes = [
            cls.env.ref(f"crm.mt_lead_{name}") for name in ("won", "lost", "restored", "stage")
        ]
        partners = [
            cls.user_mail.partner_id,
            cls.user_inbox.partner_id,
            cls.customer,
            cls.user_sales_leads.partner_id,  # who closes
            cls.gone,
        ]
        for number, lead in enumerate(cls.many):
            for place, partner in enumerate(partners):
                if number % (place + 2) == 0:
                    asked = [s.id for n, s in enumerate(subtypes) if (number + n) % 3]
                    lead.message_subscribe(partner.ids, asked)
            if number % 3 == 0:
                lead.message_post(body="A comment", message_type="comment")
            if number % 9 == 0:
                lead._message_log(body="A note after it")

    # ------------------------------------------------------------
    # What is left behind
    # ------------------------------------------------------------

    def _get_traces(self, leads, known):
        """What a closing left behind: for each model its records' values, in their order."""
        messages = self.env["mail.message"].search(
            [("model", "=", "crm.lead"), ("res_id", "in", leads.ids), ("id", "not in", known)],
            order="res_id, id",
        )
        mails = self.env["mail.mail"].search([("mail_message_id", "in", messages.ids)])
        return {
            "messages": self._read(messages),
            "tracking": [self._read(m.tracking_value_ids.sorted("id")) for m in messages],
            "notifications": [
                self._read(m.notification_ids.sorted(lambda n: n.res_partner_id.id))
                for m in messages
            ],
            "mails": self._read(mails.sorted(lambda m: (m.res_id, m.recipient_ids.ids))),
            "bus": sorted(
                (bus.channel, re.sub(r"\d+", "0", bus.message)[:40])
                for bus in self.env["bus.bus"].search([("id", ">", self.last_bus)])
            ),
        }

    def _read(self, records):
        fnames = [
            name
            for name, field in records._fields.items()
            if field.store and field.type != "one2many" and name not in OWN_FIELDS
        ]
        rows = records.sudo().read([*fnames, "id"], load=False)
        for row in rows:
            row.pop("id")
            for fname in ("message_id", "body_html"):
                if fname in row:
                    row[fname] = re.sub(r"\d+", "0", row[fname] or "")
            if row.get("parent_id"):
                row["parent_id"] = self._get_place(records.browse(row["parent_id"]))
        return rows

    def _get_place(self, message):
        """Ids differ from one time to the next; the place among a deal's messages does not."""
        domain = [("model", "=", message.model), ("res_id", "=", message.res_id)]
        return message.search(domain, order="id").ids.index(message.id)

    def _compare(self, act, count, prepare=None):
        """Do something twice, and compare what it left behind."""
        traces = {}
        leads = self.many[:count]
        for teller in ("core", "ours"):
            with self.env.cr.savepoint() as savepoint:
                if prepare:
                    prepare(leads.with_env(self.env))
                self.env.flush_all()
                self.cr.flush()
                self.env.invalidate_all()
                superuser = self.env(su=True)
                known = superuser["mail.message"].search([("res_id", "in", leads.ids)]).ids
                self.last_bus = superuser["bus.bus"].search([], order="id desc", limit=1).id
                with self._tell(teller):
                    act(leads.with_env(self.env))
                    self.env.flush_all()
                    self.cr.flush()
                self.env.invalidate_all()
                user_env, self.env = self.env, superuser
                traces[teller] = self._get_traces(leads, known)
                self.env = user_env
                savepoint.rollback()
        self.assertTrue(traces["core"]["messages"])
        self.maxDiff = 5000
        for kind, expected in traces["core"].items():
            self.assertEqual(traces["ours"][kind], expected, kind)
        return traces["core"]

    def _tell(self, teller):
        """Let core post the messages one by one, or in a batch."""
        if teller == "ours":
            return nullcontext()
        model = self.registry["crm.lead"]
        return patch.object(model, "_message_track", MailThread._message_track)

    # ------------------------------------------------------------
    # The closings
    # ------------------------------------------------------------

    def _lose(self, leads):
        window = self.env["crm.lead.lost"].create(
            {
                "lead_ids": leads.ids,
                "lost_reason_id": self.reason_price.id,
                "lost_feedback": "<p>Too <b>expensive</b></p>",
                "competitor_id": self.competitor.id,
            }
        )
        window.action_lost_reason_apply()

    def _lose_silently(self, leads):
        leads.action_set_lost(lost_reason_id=self.reason_budget.id)

    def _win(self, leads):
        leads.action_set_won()

    def _reopen(self, leads):
        leads.action_reopen(note="Again")

    def _restore(self, leads):
        leads.action_restore()

    def _hand_over_and_lose(self, leads):
        leads[::2].user_id = self.user_inbox
        leads[1::3].action_set_lost(lost_reason_id=self.reason_budget.id)

    def _hand_over(self, leads):
        leads.user_id = self.user_mail

    def _correct(self, leads):
        leads.lost_reason_id = self.reason_budget

    @users("user_sales_leads")
    def test_lost(self):
        for count in (1, MANY):
            traces = self._compare(self._lose, count)
        self.assertEqual(len(traces["messages"]), MANY)
        for kind in ("mails", "bus"):
            self.assertTrue(traces[kind], kind)
        kinds = {row["notification_type"] for rows in traces["notifications"] for row in rows}
        self.assertEqual(kinds, {"email", "inbox"})

    @users("user_sales_leads")
    def test_won(self):
        for count in (1, MANY):
            self._compare(self._win, count)

    @users("user_sales_leads")
    def test_lost_deals_won(self):
        self._compare(self._win, MANY, prepare=self._lose_silently)

    @users("user_sales_leads")
    def test_reopened(self):
        for act, prepare in (
            (self._reopen, self._lose_silently),
            (self._reopen, self._win),
            (self._restore, self._lose_silently),
        ):
            for count in (1, MANY):
                with self.subTest(act=act.__name__, prepare=prepare.__name__, count=count):
                    self._compare(act, count, prepare)

    @users("user_sales_leads")
    def test_with_other_changes(self):
        self._compare(self._hand_over_and_lose, MANY)

    @users("user_sales_leads")
    def test_handed_over(self):
        for count in (1, MANY):
            self._compare(self._hand_over, count)

    @users("user_sales_leads")
    def test_corrected(self):
        for count in (1, MANY):
            self._compare(self._correct, count, prepare=self._lose)
