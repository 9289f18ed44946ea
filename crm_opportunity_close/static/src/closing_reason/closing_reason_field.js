import { onMounted, useRef } from "@odoo/owl";
import { hasTouch } from "@web/core/browser/feature_detection";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { RadioField, radioField } from "@web/views/fields/radio/radio_field";
import { useSpecialData } from "@web/views/fields/relational_utils";
import { getFieldDomain } from "@web/model/relational_model/utils";

let nextId = 0;

/** Reasons as radio buttons, each with the words that say when to choose it. */
export class ClosingReasonField extends RadioField {
    static template = "crm_opportunity_close.ClosingReasonField";

    // RadioField's own setup would read the reasons a second time, without descriptions.
    setup() {
        this.id = `closing_reason_${nextId++}`;
        this.type = "many2one";
        this.specialData = useSpecialData(async (orm, { record, name, domain }) => {
            const reasons = await orm.searchRead(
                record.fields[name].relation,
                getFieldDomain(record, name, domain),
                ["display_name", "description"]
            );
            return reasons.map((reason) => [reason.id, reason.display_name, reason.description]);
        });
        // In a window it is the first question: arrow keys answer it at once. The form itself
        // knows only how to focus text, and does so when it is mounted, after this field.
        const root = useRef("root");
        onMounted(async () => {
            await Promise.resolve();
            if (this.env.inDialog && !hasTouch()) {
                // What the window says above the reasons stays in sight.
                root.el?.querySelector("input:checked, input")?.focus({ preventScroll: true });
            }
        });
    }
}

registry.category("fields").add("closing_reason", {
    ...radioField,
    component: ClosingReasonField,
    displayName: _t("Closing reason"),
    supportedTypes: ["many2one"],
});
