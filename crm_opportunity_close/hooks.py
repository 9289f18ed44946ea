from odoo.tools import SQL
from odoo.tools.sql import column_exists


def pre_init_hook(env):
    """Fill the deals' new stored column in one statement, rather than record by record."""
    if not column_exists(env.cr, "crm_lead", "closed_revenue"):
        env.cr.execute(SQL("ALTER TABLE crm_lead ADD COLUMN closed_revenue numeric"))
        env.cr.execute(
            SQL(
                "UPDATE crm_lead SET closed_revenue = expected_revenue"
                " WHERE won_status = 'won'"
            )
        )


def post_init_hook(env):
    """Nothing is recorded yet."""


def uninstall_hook(env):
    """Give core's list of lost reasons its own shape back, and no deal a stand-in reason."""
    env.ref("crm.crm_lost_reason_action").write({"domain": False, "context": "{}"})
