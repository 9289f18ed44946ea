from odoo.tests import tagged
from odoo.tools import config

from odoo.addons.crm_opportunity_close.tests.database_case import DatabaseCase

VIEWS = """
result = {}
for action in env["ir.actions.act_window"].search([]):
    model = action.res_model
    if model in ("crm.lead.closing", "crm.lost.reason", "crm.competitor", "crm.team"):
        env[model].get_views(
            [(view, kind) for view, kind in action.views] + [(False, "search")])
        result[action.xml_id] = model
reason = env.ref("crm.lost_reason_1")
deal = env["crm.lead"].create({"name": "Lost alone", "type": "opportunity"})
deal.action_set_lost(lost_reason_id=reason.id)
result["closing_count"] = reason.closing_count
result["action"] = reason.action_view_closings()["res_model"]
env.cr.commit()
"""
UNINSTALL = """
env["ir.module.module"].search([("name", "=", "crm_opportunity_close_analysis")]) \\
    .button_immediate_uninstall()
"""
ROWS = "SELECT to_jsonb(closing) FROM crm_lead_closing AS closing ORDER BY id"


@tagged("post_install", "-at_install")
class TestInstall(DatabaseCase):
    """The closings are usable without their analysis, which comes and goes without a trace."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bare = f"{config['db_name'][0]}_closings_alone"
        cls._drop(cls.bare)
        cls.addClassCleanup(cls._drop, cls.bare)
        alone = ("-i", "crm_opportunity_close", "--skip-auto-install")
        cls.log = cls._run(cls.bare, *alone, *cls.ONCE)

    def test_alone_and_with_the_analysis(self):
        self._check_quiet(self.log)
        self.assertNotIn("Loading module crm_opportunity_close_analysis", self.log)
        log, result = self._shell(self.bare, VIEWS)
        self._check_quiet(log)
        self.assertEqual((result["closing_count"], result["action"]), (1, "crm.lead.closing"))
        rows = self._query(self.bare, ROWS)
        self.assertTrue(rows)

        log = self._run(self.bare, "-i", "crm_opportunity_close_analysis", *self.ONCE)
        self._check_quiet(log)
        query = "SELECT kpi_crm_deals_lost, kpi_crm_win_rate FROM digest_digest"
        self.assertEqual(self._query(self.bare, query), [(True, True)])
        log, result = self._shell(self.bare, VIEWS)
        report = "crm_opportunity_close_analysis.crm_lead_closing_action_report"
        self.assertEqual(result[report], "crm.lead.closing")

        rows = self._query(self.bare, ROWS)
        log, _result = self._shell(self.bare, UNINSTALL)
        self._check_quiet(log)
        self.assertEqual(self._query(self.bare, ROWS), rows, "no column of a closing is lost")
        log, result = self._shell(self.bare, VIEWS)
        self._check_quiet(log)
        self.assertNotIn(report, result)
        self.assertEqual(result["closing_count"], 3)
