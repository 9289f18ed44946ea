import openpyxl

from odoo.tests import tagged, users
from odoo.tools import file_open

from .common import TestCloseCommon


@tagged("post_install", "-at_install")
class TestImportTemplates(TestCloseCommon):
    """What the import offers to download can be imported as it is."""

    def get_rows(self, model):
        """The last template of a model, by the names of its fields.

        :return: names of fields, and the lines as text
        :rtype: tuple[list[str], list[list[str]]]
        """
        template = self.env[model].get_import_templates()[-1]["template"]
        with file_open(template.lstrip("/"), "rb") as file:
            sheet = openpyxl.load_workbook(file).active
            titles, *rows = sheet.iter_rows(values_only=True)
        importable = {
            description["string"]: name
            for name, description in self.env[model].fields_get().items()
            if not description["readonly"] and description.get("exportable", True)
        }
        importable["External ID"] = "id"
        self.assertLessEqual(set(titles), set(importable))
        lines = [["" if value is None else str(value) for value in row] for row in rows]
        return [importable[title] for title in titles], lines

    def load(self, model):
        """Import the template of a model."""
        result = self.env[model].load(*self.get_rows(model))
        self.assertFalse(result["messages"])
        return self.env[model].browse(result["ids"])

    @users("user_sales_manager")
    def test_reasons(self):
        self.assertRecordValues(
            self.load("crm.lost.reason"),
            [
                {"outcome": "lost", "loss_type": "competitor", "competitor_required": True},
                {"outcome": "lost", "loss_type": "no_decision", "competitor_required": False},
                {"outcome": "lost", "loss_type": "declined", "competitor_required": False},
                {"outcome": "won", "loss_type": "other", "competitor_required": False},
            ],
        )

    @users("user_sales_manager")
    def test_competitors(self):
        self.assertEqual(
            self.load("crm.competitor").mapped("name"), ["Northwind Traders", "Contoso Ltd"]
        )

    @users("user_sales_manager")
    def test_closed_opportunities(self):
        self.assertEqual(len(self.env["crm.lead"].get_import_templates()), 2, "core's is kept")
        # A stage is found by its name, where no other team has one that is called the same.
        self.stage_team1_won.sudo().name = "Won by team 1"
        leads = self.load("crm.lead")
        self.assertRecordValues(
            leads.closing_id,
            [
                {"outcome": "lost", "closed_revenue": 0, "expected_revenue": 42000},
                {"outcome": "won", "closed_revenue": 17900, "expected_revenue": 18500},
                {"outcome": "lost", "closed_revenue": 0, "expected_revenue": 3600},
            ],
        )
        self.assertEqual(
            leads.mapped(lambda lead: lead.date_closed.date().isoformat()),
            ["2026-01-15", "2026-02-03", "2026-03-20"],
        )
        self.assertTrue(all(leads.closing_id.mapped("is_complete")))
        self.assertEqual(leads[0].lost_reason_id, self.env.ref("crm.lost_reason_1"))
        self.assertEqual(leads.closing_id.mapped("winning_price"), [35700, 0, 0])
        self.assertIn("15 % less", leads[0].closing_note)
