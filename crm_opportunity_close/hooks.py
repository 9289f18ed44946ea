import logging

from odoo.tools import SQL
from odoo.tools.sql import column_exists, drop_constraint, get_foreign_keys
from odoo.tools.translate import LazyTranslate

from .history import record_history

_logger = logging.getLogger(__name__)
_lt = LazyTranslate(__name__)

ADDON = "crm_opportunity_close"
# What Odoo's own three lost reasons are about, and when to choose them.
CORE_REASONS = {
    "crm.lost_reason_1": (  # Too expensive
        "competitor",
        _lt("The customer found the same for less, or did not think it worth the price."),
    ),
    "crm.lost_reason_2": (  # We don't have people/skills
        "declined",
        _lt("We have nobody who could do it, or nobody free in time."),
    ),
    "crm.lost_reason_3": (  # Not enough stock
        "declined",
        _lt("We could not deliver the quantity in time."),
    ),
}


# ------------------------------------------------------------
# Install
# ------------------------------------------------------------


def pre_init_hook(env):
    """Fill the leads' new stored columns in one statement, rather than record by record."""
    if column_exists(env.cr, "crm_lead", "last_open_stage_id"):
        return
    # A constant default costs nothing, however many leads there are.
    env.cr.execute(
        SQL(
            """
            ALTER TABLE crm_lead ADD COLUMN last_open_stage_id integer,
                                 ADD COLUMN closed_revenue numeric DEFAULT 0
            """
        )
    )
    env.cr.execute(SQL("ALTER TABLE crm_lead ALTER COLUMN closed_revenue DROP DEFAULT"))
    env.cr.execute(
        SQL(
            """
            UPDATE crm_lead AS lead
               SET last_open_stage_id = CASE WHEN stage.is_won THEN NULL ELSE stage.id END,
                   closed_revenue = CASE WHEN lead.won_status = 'won'
                                         THEN coalesce(lead.expected_revenue, 0) ELSE 0 END
              FROM crm_stage AS stage
             WHERE stage.id = lead.stage_id
            """
        )
    )


def post_init_hook(env):
    """Make the add-on at home in a database that has been lived in."""
    _correct_core_terms(env)
    _archive_duplicate_reasons(env)
    _file_core_reasons(env)
    record_history(env)


def _correct_core_terms(env):
    """Put our words in place of core's where core's translation is wrong (``i18n_extra``)."""
    languages = [code for code, _name in env["res.lang"].get_installed() if code != "en_US"]
    env["ir.module.module"]._load_module_terms([ADDON], languages, overwrite=True)


def _archive_duplicate_reasons(env):
    """Archive those of our reasons that the company has already, under the same name."""
    env.flush_all()
    rows = env.execute_query(
        SQL(
            """
            SELECT DISTINCT ours.id
              FROM crm_lost_reason AS ours
              JOIN ir_model_data AS data ON data.res_id = ours.id
                   AND data.model = 'crm.lost.reason' AND data.module = %(addon)s
              JOIN crm_lost_reason AS theirs ON theirs.outcome = ours.outcome AND theirs.active
             CROSS JOIN jsonb_each_text(ours.name) AS our_name
             CROSS JOIN jsonb_each_text(theirs.name) AS their_name
             WHERE ours.active AND ours.loss_type <> 'unspecified'
               AND lower(regexp_replace(our_name.value, '\\s', '', 'g'))
                   = lower(regexp_replace(their_name.value, '\\s', '', 'g'))
               AND NOT EXISTS (SELECT FROM ir_model_data AS own
                                WHERE own.model = 'crm.lost.reason' AND own.module = %(addon)s
                                  AND own.res_id = theirs.id)
            """,
            addon=ADDON,
        )
    )
    duplicates = env["crm.lost.reason"].browse(reason_id for (reason_id,) in rows)
    duplicates.action_archive()
    if duplicates:
        _logger.info("%s reasons are there already: ours are archived", len(duplicates))


def _file_core_reasons(env):
    """Say what Odoo's own reasons are about, unless somebody has."""
    languages = [code for code, _name in env["res.lang"].get_installed()]
    for xmlid, (loss_type, description) in CORE_REASONS.items():
        reason = env.ref(xmlid, raise_if_not_found=False)
        if reason and reason.loss_type == "other":
            reason.loss_type = loss_type
        if reason and not reason.description:
            for language in languages:
                translated = reason.with_context(lang=language)
                translated.description = translated.env._(description)


# ------------------------------------------------------------
# Uninstall
# ------------------------------------------------------------


def uninstall_hook(env):
    """Give plain CRM back: its list of lost reasons, and deals with reasons it can show."""
    env.ref("crm.crm_lost_reason_action").write({"domain": False, "context": "{}"})
    _archive_win_reasons(env)
    env.flush_all()
    _clear_stand_in(env)
    _keep_used_reasons(env)
    _release_reasons(env)
    env.invalidate_all()


def _archive_win_reasons(env):
    """Plain CRM would offer the reasons of wins for losing a deal."""
    env["crm.lost.reason"].search(
        [("outcome", "=", "won"), ("loss_type", "!=", "unspecified")]
    ).action_archive()


def _clear_stand_in(env):
    """A deal filed under *Unspecified* has no reason in plain CRM."""
    stand_in = env["crm.lost.reason"]._get_unspecified("lost")
    env.cr.execute(
        SQL(
            "UPDATE crm_lead SET lost_reason_id = NULL WHERE lost_reason_id = ANY(%s)",
            stand_in.ids,
        )
    )


def _keep_used_reasons(env):
    """Disown those of our reasons that deals still use, so that they stay."""
    env.cr.execute(
        SQL(
            """
            DELETE FROM ir_model_data
             WHERE module = %s AND model = 'crm.lost.reason'
               AND res_id IN (SELECT lost_reason_id FROM crm_lead)
            """,
            ADDON,
        )
    )
    if env.cr.rowcount:
        _logger.info("%s reasons stay, since deals use them", env.cr.rowcount)
    env.registry.clear_cache()


def _release_reasons(env):
    """Let go of the other reasons: what still points at them is about to be dropped."""
    for table, column in (("crm_lead", "win_reason_id"), ("crm_lead_closing", "reason_id")):
        for name in get_foreign_keys(env.cr, table, column, "crm_lost_reason", "id", "restrict"):
            drop_constraint(env.cr, table, name)
