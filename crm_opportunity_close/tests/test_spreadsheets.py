from odoo.tests import tagged, users

from .common import TestCloseCommon


@tagged("post_install", "-at_install")
class TestSpreadsheets(TestCloseCommon):
    """Reasons, and the answers of closings, go into and out of a spreadsheet by name."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user_sales_manager.group_ids += cls.env.ref("base.group_allow_export")
        cls.stage_team1_1.name = "First talk"
        cls.stage_gen_won.name = "Signed"

    def _load(self, model, columns, *rows):
        result = self.env[model].load(columns, [list(row) for row in rows])
        self.assertFalse(result["messages"])
        return self.env[model].browse(result["ids"])

    @users("user_sales_manager")
    def test_reasons_are_imported(self):
        team = self.sales_team_1.name
        reasons = self._load(
            "crm.lost.reason",
            ["name", "outcome", "loss_type", "note_required", "followup_days", "team_ids"],
            ("Fell asleep", "Lost", "No decision", "True", "30", team),
            ("Loved the colour", "won", "other", "False", "0", ""),
        )
        self.assertRecordValues(
            reasons,
            [
                {
                    "outcome": "lost",
                    "loss_type": "no_decision",
                    "note_required": True,
                    "followup_days": 30,
                    "team_ids": self.sales_team_1.ids,
                },
                {
                    "outcome": "won",
                    "loss_type": "other",
                    "note_required": False,
                    "followup_days": 0,
                    "team_ids": [],
                },
            ],
        )

    @users("user_sales_manager")
    def test_reasons_are_exported_as_they_are_imported(self):
        columns = ["name", "outcome", "loss_type", "team_ids"]
        self.reason_price.team_ids = self.sales_team_1
        exported = self.reason_price.with_env(self.env).export_data(columns)["datas"]
        self.assertEqual(
            exported,
            [["Beaten on price", "Lost", "Lost to a competitor", self.sales_team_1.name]],
        )

    @users("user_sales_manager")
    def test_closed_deals_are_imported_with_their_answers(self):
        lost, won = self._load(
            "crm.lead",
            [
                "name",
                "type",
                "active",
                "probability",
                "stage_id",
                "lost_reason_id",
                "win_reason_id",
                "competitor_id",
                "date_closed",
            ],
            [
                "An old loss",
                "Opportunity",
                "False",
                "0",
                "First talk",
                "Beaten on price",
                "",
                "Globex",
                "2024-05-06",
            ],
            [
                "An old win",
                "Opportunity",
                "True",
                "100",
                "Signed",
                "",
                "The only one that fits",
                "",
                "2024-05-07",
            ],
        )
        self.assertClosed(lost, "lost", self.reason_price)
        self.assertEqual(lost.closing_id.competitor_id, self.competitor)
        self.assertClosed(won, "won", self.reason_fit)
        self.assertEqual(f"{won.closing_id.date}", "2024-05-07 00:00:00")

    @users("user_sales_manager")
    def test_the_reasons_of_closings_are_corrected_and_exported(self):
        deals = self.deals.with_env(self.env)
        deals.action_set_lost(lost_reason_id=self.reason_price.id)
        exported = deals.export_data(["id"])["datas"]
        self._load(
            "crm.lead",
            ["id", "lost_reason_id", "competitor_id"],
            *((xmlid, "Budget was cut", "Globex") for [xmlid] in exported),
        )
        self.assertClosed(deals, "lost", self.reason_budget)
        exported = deals.closing_ids.sorted("id").export_data(
            ["lead_id", "outcome", "reason_id", "loss_type", "competitor_id"]
        )["datas"]
        self.assertEqual(
            exported,
            [
                ["Own deal", "Lost", "Budget was cut", "No decision", "Globex"],
                ["Other deal", "Lost", "Budget was cut", "No decision", "Globex"],
            ],
        )

    @users("user_sales_manager")
    def test_a_reason_nobody_knows_is_said_with_its_row(self):
        rows = [[str(self.deal_own.id), "Beaten by magic"]]
        result = self.env["crm.lead"].load([".id", "lost_reason_id"], rows)
        self.assertFalse(result["ids"])
        message = result["messages"][0]
        self.assertEqual((message["type"], message["record"]), ("error", 0))
        self.assertIn("Beaten by magic", message["message"])
