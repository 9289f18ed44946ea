"""Open everything that a database shows, and close deals in it, as a check that it works."""


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
    won, lost, _other = leads
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
