import logging

from odoo import SUPERUSER_ID
from odoo.tools import SQL
from odoo.tools.sql import column_exists, drop_constraint, get_foreign_keys
from odoo.tools.translate import LazyTranslate

from .history import record_history

_logger = logging.getLogger(__name__)
_lt = LazyTranslate(__name__)

ADDON = "crm_opportunity_close"
# Odoo's own three lost reasons: their names, values, and when to choose them.
CORE_REASONS = {
    "crm.lost_reason_1": (
        "Too expensive",
        {"loss_type": "competitor", "price_asked": "optional"},
        _lt("The customer found the same for less, or did not think it worth the price."),
    ),
    "crm.lost_reason_2": (
        "We don't have people/skills",
        {"loss_type": "declined"},
        _lt("We have nobody who could do it, or nobody free in time."),
    ),
    "crm.lost_reason_3": (
        "Not enough stock",
        {"loss_type": "declined"},
        _lt("We could not deliver the quantity in time."),
    ),
}


# ------------------------------------------------------------
# Install
# ------------------------------------------------------------


def pre_init_hook(env):
    """Fill the leads' new stored columns in two statements, rather than record by record."""
    if column_exists(env.cr, "crm_lead", "last_open_stage_id"):
        return
    _add_lead_columns(env)
    # The stage of a won lead may be gone.
    env.cr.execute(
        SQL(
            "UPDATE crm_lead SET closed_revenue = expected_revenue"
            " WHERE won_status = 'won' AND expected_revenue <> 0"
        )
    )


def _add_lead_columns(env):
    # A constant default costs nothing, however many leads there are.
    env.cr.execute(
        SQL(
            """
            ALTER TABLE crm_lead ADD COLUMN last_open_stage_id integer,
                                 ADD COLUMN closed_revenue numeric DEFAULT 0,
                                 ADD COLUMN deadline_moved_count integer DEFAULT 0,
                                 ADD COLUMN last_deadline date
            """
        )
    )
    env.cr.execute(
        SQL(
            "ALTER TABLE crm_lead ALTER COLUMN closed_revenue DROP DEFAULT,"
            " ALTER COLUMN deadline_moved_count DROP DEFAULT"
        )
    )
    env.cr.execute(
        SQL(
            """
            UPDATE crm_lead AS lead
               SET last_open_stage_id = (SELECT stage.id FROM crm_stage AS stage
                                          WHERE stage.id = lead.stage_id
                                            AND stage.is_won IS NOT TRUE),
                   last_deadline = lead.date_deadline
             WHERE lead.stage_id IS NOT NULL OR lead.date_deadline IS NOT NULL
            """
        )
    )


def post_init_hook(env):
    """Make the add-on at home in a database that has been lived in."""
    _correct_core_terms(env)
    _adopt_reasons(env)
    _file_core_reasons(env)
    record_history(env)


def _correct_core_terms(env):
    """Put our words in place of core's where core's translation is wrong (``i18n_extra``)."""
    languages = [code for code, _name in env["res.lang"].get_installed() if code != "en_US"]
    env["ir.module.module"]._load_module_terms([ADDON], languages, overwrite=True)


def _adopt_reasons(env):
    """Let reasons that were there before, under the same name, stand for ours.

    A reason that nobody has described yet takes the type, description, flags, days and place
    of ours, and its external id; ours is deleted. One that somebody has described stays as
    it is, and ours is archived.
    """
    env.flush_all()
    reasons = env["crm.lost.reason"].with_context(active_test=False)
    pairs = _find_namesakes(env)
    described = [ours for ours, theirs in pairs if _is_described(reasons.browse(theirs))]
    reasons.browse(described).action_archive()
    adopted = {ours: theirs for ours, theirs in pairs if ours not in described}
    for ours, theirs in adopted.items():
        reasons.browse(ours)._relink_all(reasons.browse(theirs))
    _take_over_values(env, adopted)
    env.invalidate_all()
    env.registry.clear_cache()
    reasons.browse(adopted).unlink()
    if pairs:
        _logger.info("%s reasons are there already, under the same names", len(pairs))


def _find_namesakes(env):
    """Which reasons have the name of one of ours, in any language.

    :return: ids of ours and theirs; archived ones of theirs only if there is no other, and
        never for *Unspecified*, which is not archived
    :rtype: list[tuple[int, int]]
    """
    return env.execute_query(
        SQL(
            """
            SELECT DISTINCT ON (ours.id) ours.id, theirs.id
              FROM crm_lost_reason AS ours
              JOIN ir_model_data AS data ON data.res_id = ours.id
                   AND data.model = 'crm.lost.reason' AND data.module = %(addon)s
              JOIN crm_lost_reason AS theirs ON theirs.outcome = ours.outcome
                   AND (theirs.active OR ours.loss_type <> 'unspecified')
             CROSS JOIN jsonb_each_text(ours.name) AS our_name
             CROSS JOIN jsonb_each_text(theirs.name) AS their_name
             WHERE ours.active
               AND lower(regexp_replace(our_name.value, '\\s', '', 'g'))
                   = lower(regexp_replace(their_name.value, '\\s', '', 'g'))
               AND NOT EXISTS (SELECT FROM ir_model_data AS own
                                WHERE own.model = 'crm.lost.reason' AND own.module = %(addon)s
                                  AND own.res_id = theirs.id)
             ORDER BY ours.id, theirs.active DESC, theirs.id
            """,
            addon=ADDON,
        )
    )


def _is_described(reason):
    """Whether somebody has said what a reason is about, and what it asks for."""
    return (
        reason.loss_type != "other"
        or reason.description
        or reason.note_required
        or reason.competitor_required
        or reason.price_asked
        or reason.followup_days
        or reason.company_id
        or reason.team_ids
    )


def _take_over_values(env, adopted):
    """Give the values and external ids of our reasons to those that stand for them.

    :param dict adopted: id of ours → id of theirs
    """
    for ours, theirs in adopted.items():
        env.cr.execute(
            SQL(
                """
                UPDATE crm_lost_reason AS theirs
                   SET (loss_type, is_unspecified, description, note_required,
                        competitor_required, price_asked, followup_days, sequence)
                     = (ours.loss_type, ours.is_unspecified, ours.description,
                        ours.note_required, ours.competitor_required, ours.price_asked,
                        ours.followup_days, ours.sequence)
                  FROM crm_lost_reason AS ours
                 WHERE ours.id = %s AND theirs.id = %s
                """,
                ours,
                theirs,
            )
        )
        env.cr.execute(
            SQL(
                "UPDATE ir_model_data SET res_id = %s"
                " WHERE model = 'crm.lost.reason' AND module = %s AND res_id = %s",
                theirs,
                ADDON,
                ours,
            )
        )


def _file_core_reasons(env):
    """Say what Odoo's own reasons are about, unless somebody has, or has renamed them."""
    languages = [code for code, _name in env["res.lang"].get_installed()]
    for xmlid, (name, values, description) in CORE_REASONS.items():
        reason = env.ref(xmlid, raise_if_not_found=False)
        if not reason or reason.with_context(lang="en_US").name != name:
            continue
        # Who changed an active one has given it another name in their own language.
        if reason.active and reason.write_uid.id != SUPERUSER_ID:
            continue
        if reason.loss_type == "other":
            reason.write(values)
        if not reason.description:
            for language in languages:
                translated = reason.with_context(lang=language)
                translated.description = translated.env._(description)


# ------------------------------------------------------------
# Uninstall
# ------------------------------------------------------------


def uninstall_hook(env):
    """Give plain CRM back: its list of lost reasons, and leads with reasons it can show."""
    env.ref("crm.crm_lost_reason_action").write(
        {"view_mode": "list,form", "domain": False, "context": "{}"}
    )
    manager = env.ref("sales_team.group_sale_manager")
    env.ref("crm.menu_crm_lead_stage_act").group_ids -= manager
    _archive_win_reasons(env)
    env.flush_all()
    _keep_reasons_from_before(env)
    _clear_stand_in(env)
    _keep_used_reasons(env)
    _release(env)
    env.invalidate_all()


def _archive_win_reasons(env):
    """Plain CRM would offer the reasons of wins for losing a lead."""
    env["crm.lost.reason"].search(
        [("outcome", "=", "won"), ("loss_type", "!=", "unspecified")]
    ).action_archive()


def _keep_reasons_from_before(env):
    """Disown reasons that were there before us: they stay, whether or not they are used."""
    env.cr.execute(
        SQL(
            """
            DELETE FROM ir_model_data AS data USING crm_lost_reason AS reason
             WHERE data.module = %s AND data.model = 'crm.lost.reason'
               AND reason.id = data.res_id
               AND (reason.create_date < date_trunc('second', data.create_date)) IS NOT FALSE
            """,
            ADDON,
        )
    )
    env.registry.clear_cache()


def _clear_stand_in(env):
    """A lead filed under *Unspecified* has no reason in plain CRM."""
    stand_in = env["crm.lost.reason"]._get_unspecified("lost")
    env.cr.execute(
        SQL(
            "UPDATE crm_lead SET lost_reason_id = NULL WHERE lost_reason_id = ANY(%s)",
            stand_in.ids,
        )
    )


def _keep_used_reasons(env):
    """Disown those of our reasons that leads still use, so that they stay."""
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
        _logger.info("%s reasons stay, since leads use them", env.cr.rowcount)
    env.registry.clear_cache()


def _release(env):
    """Let go of the other reasons and of competitors: what points at them is dropped next."""
    for table, column, referred in (
        ("crm_lead", "win_reason_id", "crm_lost_reason"),
        ("crm_lead_closing", "reason_id", "crm_lost_reason"),
        ("crm_lead", "competitor_id", "crm_competitor"),
        ("crm_lead_closing", "competitor_id", "crm_competitor"),
    ):
        for name in get_foreign_keys(env.cr, table, column, referred, "id", "restrict"):
            drop_constraint(env.cr, table, name)
