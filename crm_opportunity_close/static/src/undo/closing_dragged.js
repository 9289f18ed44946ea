import "@crm/views/crm_form/crm_form"; // it registers the view that is looked up below
import { CrmKanbanDynamicGroupList } from "@crm/views/crm_kanban/crm_kanban_model";
import { registry } from "@web/core/registry";
import { patch } from "@web/core/utils/patch";

/** Say what was just closed, and offer Undo. */
async function notifyClosed(model, leadId) {
    const action = await model.orm.call("crm.lead.closing", "get_closed_notification", [[leadId]]);
    if (action) {
        await model.action.doAction(action);
    }
}

patch(CrmKanbanDynamicGroupList.prototype, {
    async moveRecord(dataRecordId, dataGroupId, refId, targetGroupId) {
        const record = this.groups
            .flatMap((group) => group.list.records)
            .find(({ id }) => id === dataRecordId);
        const wasWon = record?.data.won_status === "won";
        await super.moveRecord(...arguments);
        if (record && !wasWon && record.data.won_status === "won") {
            await notifyClosed(this.model, record.resId);
        }
    },
});

const CrmFormRecord = registry.category("views").get("crm_form").Model.Record;
patch(CrmFormRecord.prototype, {
    async _save() {
        const wasWon = this._values.won_status === "won";
        const saved = await super._save(...arguments);
        if (this.resModel === "crm.lead" && !wasWon && this._values.won_status === "won") {
            await notifyClosed(this.model, this.resId);
        }
        return saved;
    },
});
