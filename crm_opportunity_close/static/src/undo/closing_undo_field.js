import { Component, useState } from "@odoo/owl";
import { useService } from "@web/core/utils/hooks";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { undoClosings } from "./closing_notification";

/** On a lead that its user has just closed: Undo, or why that is not possible any more. */
export class ClosingUndoField extends Component {
    static template = "crm_opportunity_close.ClosingUndoField";
    static props = { ...standardFieldProps };

    setup() {
        this.action = useService("action");
        this.state = useState({ isBusy: false });
    }

    get closing() {
        return this.props.record.data[this.props.name];
    }

    async undo() {
        this.state.isBusy = true;
        try {
            await undoClosings(this.env, [this.closing.id]);
        } finally {
            this.state.isBusy = false;
        }
    }
}

registry.category("fields").add("closing_undo", {
    component: ClosingUndoField,
    displayName: _t("Undo of a closing"),
    supportedTypes: ["many2one"],
    relatedFields: [
        { name: "can_undo", type: "boolean" },
        { name: "undo_message", type: "char" },
    ],
});
