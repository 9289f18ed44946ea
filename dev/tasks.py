"""Functions that are called inside a database (see `dev.inside`)."""

BUNDLES = (
    "web.assets_web",
    "web.assets_web_print",
    "web.assets_tests",
    "web.assets_unit_tests_setup",
    "web.assets_unit_tests",
)


def speak(env, code):
    """Load a language, and let every user work in it."""
    language = env["res.lang"].with_context(active_test=False).search([("code", "=", code)])
    if not language:
        raise SystemExit(f"Odoo has no language {code!r}. Name it like LANG_CODE=th_TH.")
    if not language.active:
        env["base.language.install"].create({"lang_ids": language.ids}).lang_install()
    env["res.users"].search([]).lang = code


def build_bundles(env):
    """Build the web client's bundles, for all tours at once.

    A bundle that a test builds is rolled back with the test, and built anew by the next.
    """
    for name in BUNDLES:
        bundle = env["ir.qweb"]._get_asset_bundle(name, css=True, js=True)
        bundle.js()
        bundle.css()


def open_all(env):
    """Read each view and what each window action opens; win, lose and reopen a deal."""
    for view in env["ir.ui.view"].search([("type", "!=", "qweb"), ("mode", "=", "primary")]):
        if view.model in env:
            env[view.model].get_view(view.id, view.type)
    for action in env["ir.actions.act_window"].search([]):
        kinds = [kind for kind in action.view_mode.split(",") if kind != "activity"]
        env[action.res_model].get_views([(False, kind) for kind in [*kinds, "search"]])
    leads = env["crm.lead"].create(
        [{"name": name, "type": "opportunity"} for name in ("won", "lost", "merged")]
    )
    won, lost, _merged = leads
    won.action_set_won()
    reason = env["crm.lost.reason"].search([], limit=1)
    window = env["crm.lead.lost"].create({"lead_ids": lost.ids, "lost_reason_id": reason.id})
    window.action_lost_reason_apply()
    env.flush_all()
    assert (won.won_status, lost.won_status) == ("won", "lost")
    lost.action_unarchive()
    leads[1:].merge_opportunity()
    env.flush_all()
    env.cr.rollback()
