import { reactive } from "@odoo/owl";
import { registry } from "@web/core/registry";

export const TO_COMPLETE = "crm_opportunity_close.crm_lead_closing_menu_complete";

/**
 * How many closings wait under the menu "To complete": asked once when somebody who has that
 * menu enters its app, and again when a closing was completed.
 */
export const toCompleteService = {
    dependencies: ["menu", "orm"],
    start(env, { menu, orm }) {
        const state = reactive({ count: 0 });

        async function refresh() {
            state.count = await orm.silent.call("crm.lead.closing", "get_to_complete_count", []);
        }

        let currentAppId;
        env.bus.addEventListener("MENUS:APP-CHANGED", () => {
            const appId = menu.getCurrentApp()?.id;
            if (appId === currentAppId) {
                return;
            }
            currentAppId = appId;
            const entry = menu.getAll().find(({ xmlid }) => xmlid === TO_COMPLETE);
            if (entry && entry.appID === appId) {
                refresh();
            }
        });
        return { state, refresh };
    },
};

registry.category("services").add("crm_to_complete", toCompleteService);

/** A closing was completed: the window goes, and the menu counts anew. */
function completed(env) {
    env.services.crm_to_complete.refresh();
    return { type: "ir.actions.act_window_close" };
}

registry.category("actions").add("crm_opportunity_close.completed", completed);
