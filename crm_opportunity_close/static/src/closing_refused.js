import "@crm/views/crm_form/crm_form";
import { registry } from "@web/core/registry";
import { RPCError } from "@web/core/network/rpc";
import { patch } from "@web/core/utils/patch";
import { WarningDialog } from "@web/core/errors/error_dialogs";
import { DynamicList } from "@web/model/relational_model/dynamic_list";

const CLOSING_REFUSED = "odoo.addons.crm_opportunity_close.models.exceptions.ClosingRefusedError";

function getWindow(error) {
    return error instanceof RPCError && error.exceptionName === CLOSING_REFUSED
        ? error.data.context?.action
        : undefined;
}

/** Whatever was dropped, clicked or typed: ask for the answers instead of reporting an error. */
function openClosingWindow(env, error, originalError) {
    const window = getWindow(originalError);
    if (!window) {
        return false;
    }
    error.unhandledRejectionEvent?.preventDefault();
    env.services.action.doAction(window, {
        onClose: (info) => {
            if (!info?.dismiss) {
                // Not awaited: the window closes first, and the rainbow rises over the view.
                env.services.action.doAction("soft_reload");
            }
        },
    });
    return true;
}

registry
    .category("error_handlers")
    .add("crmClosingRefusedError", openClosingWindow, { sequence: 96 });
// Where no window helps, as in that very window, what is missing is said in plain words.
registry.category("error_dialogs").add(CLOSING_REFUSED, WarningDialog);

// A selection is refused as a whole. Once the window has closed those that lacked an answer,
// the others are archived as well; while they still lack it, nothing is.
patch(DynamicList.prototype, {
    async _toggleArchive(isSelected, state) {
        const resIds = await this.getResIds(isSelected);
        try {
            return await super._toggleArchive(isSelected, state);
        } catch (error) {
            const window = state && getWindow(error);
            if (!window) {
                throw error;
            }
            const onClose = () => this._archiveAnswered(resIds);
            return this.model.action.doAction(window, { onClose });
        }
    },

    /** The web client does not say whether a window was submitted or discarded. */
    async _archiveAnswered(resIds) {
        try {
            await this.model.orm.call(this.resModel, "action_archive", [resIds], {
                context: this.context,
            });
        } catch (error) {
            if (getWindow(error)) {
                return;
            }
            throw error;
        }
        await this.model.load();
    },
});

// The status bar of the form goes back to the stage the opportunity is still in.
const CrmFormRecord = registry.category("views").get("crm_form").Model.Record;
patch(CrmFormRecord.prototype, {
    async _save() {
        try {
            return await super._save(...arguments);
        } catch (error) {
            if (getWindow(error) && "stage_id" in this._changes) {
                await this._discard();
            }
            throw error;
        }
    },
});
