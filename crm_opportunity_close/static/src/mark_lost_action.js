import { registry } from "@web/core/registry";

/** The link in a mail: open the deal, and on top of it the window that asks for the reason. */
async function markLost(env, action) {
    const leadId = action.context.active_id || action.params?.active_id;
    await env.services.action.doAction(
        {
            type: "ir.actions.act_window",
            res_model: "crm.lead",
            res_id: leadId,
            views: [[false, "form"]],
        },
        { clearBreadcrumbs: true }
    );
    return env.services.action.doAction("crm.crm_lead_lost_action", {
        additionalContext: { active_id: leadId, active_ids: [leadId] },
        onClose: () => env.services.action.doAction("soft_reload"),
    });
}

registry.category("actions").add("crm_opportunity_close.mark_lost", markLost);
