from odoo.exceptions import RedirectWarning, UserError, ValidationError
from odoo.tests import tagged, users

from .common import TestCloseCommon


@tagged("post_install", "-at_install")
class TestReasonNames(TestCloseCommon):
    """Each name is used once, and each reason has its place in the list."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company_far = cls.env["res.company"].create({"name": "Far company"})

    # ------------------------------------------------------------
    # Names
    # ------------------------------------------------------------

    @users("user_sales_manager")
    def test_a_name_is_used_once(self):
        create = self.env["crm.lost.reason"].create
        for vals in (
            {"name": "Beaten on price"},
            {"name": "  BEATEN   on\tPrice "},
            {"name": "beaten on price", "company_id": self.env.company.id},
        ):
            with (
                self.subTest(vals),
                self.assertRaisesRegex(ValidationError, "already “Beaten on price”. Use that one"),
                self.cr.savepoint(),
            ):
                create(vals)
        with (
            self.assertRaisesRegex(ValidationError, "names are taken:\n– Same\n– same\n"),
            self.cr.savepoint(),
        ):
            create([{"name": "same"}, {"name": "Same"}])
        with (
            self.assertRaisesRegex(ValidationError, "already “Beaten on price”"),
            self.cr.savepoint(),
        ):
            self.reason_budget.with_env(self.env).name = "Beaten on Price"

    @users("user_sales_manager")
    def test_a_set_is_refused_by_name(self):
        with self.assertRaisesRegex(
            ValidationError, "names are taken:\n– Beaten on price\n– Budget was cut\n\nUse what"
        ):
            self.env["crm.lost.reason"].create(
                [{"name": "beaten on PRICE"}, {"name": "Free"}, {"name": "budget was cut"}]
            )

    @users("user_sales_manager")
    def test_a_name_may_be_used_again(self):
        """For the other outcome, by another company, and where the first is archived."""
        create = self.env["crm.lost.reason"].create
        create({"name": "Beaten on price", "outcome": "won"})
        here, far = self.env.company, self.company_far
        first = create({"name": "Local", "company_id": here.id})
        # sudo: this manager does not see the other company
        self.env["crm.lost.reason"].sudo().create({"name": "local", "company_id": far.id})
        first.active = False
        second = create({"name": "Not far", "company_id": here.id})
        second.name = "local"
        with self.assertRaisesRegex(ValidationError, "already “local”"), self.cr.savepoint():
            first.active = True
        second.unlink()
        first.active = True

    @users("user_sales_manager")
    def test_a_name_that_is_archived(self):
        create = self.env["crm.lost.reason"].create
        archived = create([{"name": "Old", "active": False}, {"name": "Older", "active": False}])
        with (
            self.assertRaisesRegex(
                RedirectWarning, "“Old” is there already, but archived"
            ) as caught,
            self.cr.savepoint(),
        ):
            create({"name": "OLD "})
        _message, action, button, _context = caught.exception.args
        self.assertEqual((action["res_model"], action["res_id"]), (archived._name, archived[0].id))
        self.assertEqual(button, "Open the archived one")
        with (
            self.assertRaisesRegex(ValidationError, "archived:\n– Old\n– Older\n\nUnarchive"),
            self.cr.savepoint(),
        ):
            create([{"name": "old"}, {"name": "older"}])
        imported = self.env["crm.lost.reason"].with_context(import_file=True)
        [message] = imported.load(["name"], [["old"]])["messages"]
        self.assertIn("These are there already, but archived:\n– Old", message["message"])
        create({"name": "Old", "active": False})
        create({"name": "Old", "outcome": "won"})

    @users("user_sales_manager")
    def test_a_copy_has_a_name_of_its_own(self):
        self.env["res.lang"].sudo()._activate_lang("th_TH")
        price, unspecified = (self.reason_price + self.unspecified).with_env(self.env)
        price.with_context(lang="th_TH").name = "ราคา"
        copies = price.copy() + price.copy() + unspecified.copy()
        self.assertEqual(
            copies.mapped("name"),
            ["Beaten on price (copy)", "Beaten on price (copy) (copy)", "Unspecified (copy)"],
        )
        names = copies.with_context(lang="th_TH").mapped("name")
        self.assertEqual(len({"ราคา", *names}), 4)
        self.assertEqual(copies.mapped("loss_type"), ["competitor", "competitor", "other"])
        self.assertEqual(price.copy({"name": "Given"}).name, "Given")
        self.assertEqual(self.competitor.with_env(self.env).copy().name, "Globex (copy)")

    # ------------------------------------------------------------
    # Order
    # ------------------------------------------------------------

    def _get_list(self, outcome="lost"):
        self.env.flush_all()
        return self.env["crm.lost.reason"].search([("outcome", "=", outcome)])

    @users("user_sales_manager")
    def test_a_new_reason_comes_last(self):
        """Before *Unspecified*, also where it is created in a list, which sends its place."""
        create = self.env["crm.lost.reason"].create
        for outcome in ("lost", "won"):
            new = create([{"name": "First", "outcome": outcome}])
            new += create({"name": "Second", "outcome": outcome})
            place = new.with_context(default_outcome=outcome).default_get(["sequence"])
            new += create({"name": "Third", "outcome": outcome, **place})
            unspecified = new._get_unspecified(outcome)
            self.assertEqual(self._get_list(outcome)[-4:], new + unspecified)

    @users("user_sales_manager")
    def test_unspecified_stays_at_the_end(self):
        unspecified = self.unspecified.with_env(self.env)
        reasons = self._get_list()
        for order in (
            unspecified + reasons[:-1],
            reasons[:2] + unspecified + reasons[2:-1],
            unspecified + reasons[:1],
        ):
            order.web_resequence({"sequence": {}})
            self.assertEqual(self._get_list()[-1], unspecified)
        reasons.web_resequence({"sequence": {}})
        first, second = reasons[:2]
        (second + first + reasons[2:]).web_resequence({"sequence": {}})
        self.assertEqual(self._get_list(), second + first + reasons[2:])
        unspecified.sequence = -5
        first.sequence = 1000000
        self.assertEqual(self._get_list(), second + reasons[2:-1] + first + unspecified)

    @users("user_sales_manager")
    def test_only_the_protected_reasons_are_unspecified(self):
        reason = self.reason_price.with_env(self.env)
        with self.assertRaisesRegex(
            ValidationError, "type of “Beaten on price” cannot be unspecified: “Unspecified” holds"
        ):
            reason.loss_type = "unspecified"
        for records in (reason, self.unspecified.with_env(self.env)):
            before = records.is_unspecified
            records.write({"is_unspecified": not before})
            self.assertEqual(records.is_unspecified, before)

    # ------------------------------------------------------------
    # Competitors
    # ------------------------------------------------------------

    @users("user_sales_salesman")
    def test_a_competitor_is_there_once(self):
        create = self.env["crm.competitor"].create
        with self.assertRaisesRegex(ValidationError, "already “Globex”"), self.cr.savepoint():
            create({"name": " globex "})
        with self.assertRaisesRegex(ValidationError, "already “Globex”"), self.cr.savepoint():
            self.env["crm.competitor"].name_create("GLOBEX")
        self.competitor.active = False
        with (
            self.assertRaisesRegex(ValidationError, "“Globex” is there .* Ask a sales manager"),
            self.cr.savepoint(),
        ):
            create({"name": "globex"})
        with (
            self.assertRaisesRegex(RedirectWarning, "“Globex” is there already, but archived"),
            self.cr.savepoint(),
        ):
            self.env["crm.competitor"].with_user(self.user_sales_manager).create({"name": "globex"})

    @users("user_sales_manager")
    def test_changes_of_a_competitor_are_in_the_chatter(self):
        competitor = self.competitor.with_env(self.env)
        self.flush_tracking()
        changes = {"name": "Globex Ltd", "partner_id": self.contact_1.id, "active": False}
        competitor.write(changes)
        self.flush_tracking()
        tracked = competitor.message_ids.sudo().tracking_value_ids.field_id.mapped("name")
        self.assertEqual(sorted(tracked), sorted(changes))

    @users("user_sales_salesman")
    def test_a_salesperson_mends_what_they_have_just_mistyped(self):
        mine = self.env["crm.competitor"].create({"name": "Initehc"})
        mine.name = "Initech"
        mine.active = False
        mine.active = True
        deal = self.deal_own.with_env(self.env)
        deal.action_set_lost(lost_reason_id=self.reason_price.id, competitor_id=mine.id)
        mine.name = "Initech Ltd"
        with self.assertRaisesRegex(UserError, "in use and cannot be deleted"), self.cr.savepoint():
            mine.unlink()
        deal.with_user(self.user_sales_leads).action_reopen()
        deal.with_user(self.user_sales_leads).action_set_lost(
            lost_reason_id=self.reason_price.id, competitor_id=mine.id
        )
        with self.assertRaisesRegex(UserError, "(?s)Ask a sales manager.*– Initech Ltd$"):
            mine.name = "Initech AG"
        mine.with_user(self.user_sales_manager).name = "Initech AG"

    @users("user_sales_salesman")
    def test_a_salesperson_deletes_what_nobody_uses(self):
        mine = self.env["crm.competitor"].create({"name": "Initehc"})
        mine.unlink()
        self.assertFalse(mine.exists())

    @users("user_sales_salesman")
    def test_what_others_created_is_theirs(self):
        for change in (
            lambda: self.competitor.with_env(self.env).write({"name": "Mine"}),
            lambda: self.competitor.with_env(self.env).unlink(),
        ):
            with self.assertRaisesRegex(UserError, "(?s)crm.competitor"), self.cr.savepoint():
                change()
