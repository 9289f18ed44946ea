import { markup } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

// The newest notification takes the place of the one before: ten closings are no ten of them.
let closeLast = () => {};

/** Undo closings, and show the view anew. */
export async function undoClosings(env, closingIds) {
    const action = await env.services.orm.call("crm.lead.closing", "action_undo", [closingIds]);
    await env.services.action.doAction(action);
    await env.services.action.doAction("soft_reload");
}

function getBody({ message, skipped }) {
    const text = markup`<span class="d-block">${message}</span>`;
    if (!skipped.length) {
        return text;
    }
    const items = skipped.map((line) => markup`<li>${line}</li>`);
    const list = items.reduce((all, item) => markup`${all}${item}`, markup``);
    return markup`${text}<span class="d-block mt-2">${_t(
        "Left as they are:"
    )}</span><ul class="mb-0 ps-3">${list}</ul>`;
}

/** What was closed or undone, and what was not, with Undo for as long as it is possible. */
function notifyClosed(env, action) {
    const { params } = action;
    const canUndo = params.undo_ids.length > 0;
    closeLast();
    const close = env.services.notification.add(getBody(params), {
        type: params.skipped.length ? "warning" : "success",
        sticky: canUndo || params.skipped.length > 0,
        className: "o_closing_notification",
        buttons: canUndo
            ? [
                  {
                      name: _t("Undo"),
                      icon: "fa-undo",
                      onClick: () => {
                          close();
                          return undoClosings(env, params.undo_ids);
                      },
                  },
              ]
            : [],
    });
    closeLast = close;
    if (canUndo) {
        browser.setTimeout(close, params.seconds * 1000);
    }
    return { type: "ir.actions.act_window_close" };
}

registry.category("actions").add("crm_opportunity_close.notify", notifyClosed);
