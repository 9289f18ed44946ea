import { registry } from "@web/core/registry";

const WINDOWS = {
    lost: "crm.crm_lead_lost_action",
    won: "crm_opportunity_close.crm_lead_win_action",
};

/** The links in a mail: open the opportunity, and on top of it the window that asks. */
async function markClosed(env, action) {
    const leadId = action.context.active_id || action.params?.active_id;
    const outcome = action.tag.endsWith("won") ? "won" : "lost";
    const { menu } = env.services;
    menu.setCurrentMenu(menu.getApps().find((app) => app.xmlid === "crm.crm_menu_root"));
    await env.services.action.doAction(
        {
            type: "ir.actions.act_window",
            res_model: "crm.lead",
            res_id: leadId,
            views: [[false, "form"]],
        },
        { clearBreadcrumbs: true }
    );
    return env.services.action.doAction(WINDOWS[outcome], {
        additionalContext: { active_id: leadId, active_ids: [leadId] },
        onClose: () => {
            env.services.action.doAction("soft_reload");
        },
    });
}

registry.category("actions").add("crm_opportunity_close.mark_lost", markClosed);
registry.category("actions").add("crm_opportunity_close.mark_won", markClosed);
