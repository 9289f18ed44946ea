from pathlib import Path
from unittest import skipUnless

from odoo.tests import tagged
from odoo.tools import config

from .database_case import DatabaseCase

SAMPLES = Path(__file__).parents[2] / "docs" / "sample"
SCRIPT = """
from odoo.exceptions import UserError

leader = env["res.users"].with_context(no_reset_password=True).create({
    "name": "Leader", "login": "leader", "email": "leader@example.com",
    "group_ids": [(4, env.ref("sales_team.group_sale_manager").id)],
})
team = env["crm.team"].create({"name": "Sample", "user_id": leader.id})
lead = env["crm.lead"].create({
    "name": "Sample", "type": "opportunity", "team_id": team.id,
}).with_user(leader)
reason = env.ref("crm_opportunity_close.lost_reason_no_budget")
try:
    lead.action_set_lost(lost_reason_id=reason.id)
    refusal = ""
except UserError as error:
    refusal = str(error)
lead.decision_maker_id = leader.partner_id
lead.action_set_lost(lost_reason_id=reason.id)
env.flush_all()
closing = lead.closing_id
follows = leader.partner_id in lead.message_partner_ids
lead.action_reopen()
env.flush_all()
result = [
    "the decision maker is missing" in refusal, lead.won_status,
    closing.decision_maker_id.name, follows, lead.activity_ids.mapped("summary"),
]
"""


@tagged("post_install", "-at_install")
@skipUnless(SAMPLES.is_dir(), "the samples are in the sources, not in the wheel")
class TestSample(DatabaseCase):
    def test_the_sample_add_on_uses_each_hook(self):
        name = f"{config['db_name'][0]}_sample"
        self._drop(name)
        self.addCleanup(self._drop, name)
        folders = f"--addons-path={','.join([*config['addons_path'], str(SAMPLES)])}"
        options = ("--skip-auto-install", folders)
        log = self._run(name, "-i", "crm_opportunity_close_sample", *options, *self.ONCE)
        self._check_quiet(log)
        _log, result = self._shell(name, SCRIPT, folders)
        self.assertEqual(result, [True, "pending", "Leader", True, ["Reopened"]])
