from odoo.tests import tagged
from odoo.tools import config

from .database_case import DatabaseCase

# What a salesperson does, and which add-ons would be loaded with this one.
CLOSE = """
reason = env.ref("crm.lost_reason_1")
won, lost = env["crm.lead"].create(
    [{"name": name, "type": "opportunity"} for name in ("won", "lost")])
window = env["crm.lead.lost"].create({"lead_ids": lost.ids, "lost_reason_id": reason.id})
window.action_lost_reason_apply()
won.action_set_won()
won.action_reopen(note="Too soon")
result = {
    "closings": (won + lost).closing_ids.mapped("outcome"),
    "open": won.won_status,
    "loaded": sorted(env.registry._init_modules),
}
env.cr.commit()
"""
# Those that install themselves beside this add-on, as soon as what they ask for is there.
COMPANIONS = """
    SELECT companion.name, companion.state FROM ir_module_module AS companion
     WHERE companion.auto_install AND EXISTS (
               SELECT FROM ir_module_module_dependency AS needed
                WHERE needed.module_id = companion.id AND needed.name = 'crm_opportunity_close')
       AND NOT EXISTS (
               SELECT FROM ir_module_module_dependency AS needed
                 JOIN ir_module_module AS module ON module.name = needed.name
                WHERE needed.module_id = companion.id AND needed.auto_install_required
                  AND module.state <> 'installed')
     ORDER BY companion.name
"""


@tagged("post_install", "-at_install")
class TestFamily(DatabaseCase):
    """Companions come with this add-on when it is installed, and at no other time."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bare = f"{config['db_name'][0]}_family"
        cls._drop(cls.bare)
        cls.addClassCleanup(cls._drop, cls.bare)
        alone = ("-i", "crm_opportunity_close", "--skip-auto-install")
        cls.log = cls._run(cls.bare, *alone, *cls.ONCE)

    def test_without_companions(self):
        self._check_quiet(self.log)
        copy = f"{self.bare}_alone"
        self._copy(self.bare, copy)
        log, result = self._shell(copy, CLOSE)
        self._check_quiet(log)
        self.assertEqual(sorted(result["closings"]), ["lost", "won"])
        self.assertEqual(result["open"], "pending")
        companions = {name for name, _state in self._query(copy, COMPANIONS)}
        self.assertFalse(companions.intersection(result["loaded"]))

    def test_a_companion_that_is_added_later(self):
        """An upgrade leaves it out; it has to be installed by name."""
        copy = f"{self.bare}_later"
        self._copy(self.bare, copy)
        self._run(copy, "-u", "crm_opportunity_close", *self.ONCE)
        companions = self._query(copy, COMPANIONS)
        self.assertTrue(companions)
        self.assertEqual({state for _name, state in companions}, {"uninstalled"})
        names = ",".join(name for name, _state in companions)
        self._check_quiet(self._run(copy, "-i", names, *self.ONCE))
        states = {state for _name, state in self._query(copy, COMPANIONS)}
        self.assertEqual(states, {"installed"})
