import { DynamicList } from "@web/model/relational_model/dynamic_list";
import { Record } from "@web/model/relational_model/record";
import { patch } from "@web/core/utils/patch";

/**
 * Before salespeople are archived, offer to hand their open leads over.
 *
 * @param {Object} model the model of the view
 * @param {number[]} userIds the users about to be archived
 * @param {Function} onClose what to do once the window is closed
 * @returns {Promise<boolean>} whether the window was opened in place of archiving
 */
async function openHandover(model, userIds, onClose) {
    const action = await model.orm.call("res.users", "get_archive_handover_action", [userIds]);
    if (action) {
        model.action.doAction(action, { onClose });
    }
    return Boolean(action);
}

patch(Record.prototype, {
    async _toggleArchive(state) {
        if (
            state &&
            this.resModel === "res.users" &&
            (await openHandover(this.model, [this.resId], () => this._load()))
        ) {
            return;
        }
        return super._toggleArchive(...arguments);
    },
});

patch(DynamicList.prototype, {
    async _toggleArchive(isSelected, state) {
        if (
            state &&
            this.resModel === "res.users" &&
            (await openHandover(this.model, await this.getResIds(isSelected), () =>
                this.model.load()
            ))
        ) {
            return;
        }
        return super._toggleArchive(...arguments);
    },
});
