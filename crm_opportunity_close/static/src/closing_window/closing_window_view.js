import { registry } from "@web/core/registry";
import { FormController } from "@web/views/form/form_controller";
import { formView } from "@web/views/form/form_view";
import { isMissing } from "./closing_lines_field";
import { getNoteProblem, getText, NOTES } from "./closing_notes";

/** The first place where an answer is missing that can take one. */
const FOCUSABLE = ".odoo-editor-editable, input:not([type=hidden]), select, textarea";

class ClosingRecord extends formView.Model.Record {
    /** All that is missing is marked at once, also where Odoo knows no empty value. */
    _checkValidity({ silent, removeInvalidOnly } = {}) {
        const isValid = super._checkValidity(...arguments);
        if (silent || removeInvalidOnly) {
            return isValid;
        }
        const missing = this._getMissingAnswers();
        for (const name of missing) {
            this._unsetRequiredFields.add(name);
            this._invalidFields.add(name);
        }
        return isValid && !missing.length;
    }

    /** The lines, also those nobody has touched, a note that says nothing, a price of 0. */
    _getMissingAnswers() {
        const { data } = this;
        if (data.is_per_deal) {
            return data.line_ids.records.some(isMissing) ? ["line_ids"] : [];
        }
        const lacksPrice = data.price_asked === "required" && !data.winning_price;
        const { note, reason } = NOTES[this.resModel] || {};
        const lacksNote = note && getNoteProblem(getText(data[note]), data, data[reason]);
        return [
            ...(lacksPrice && data.lead_count === 1 ? ["winning_price"] : []),
            ...(lacksNote ? [note] : []),
        ];
    }

    /** What is missing is said where it is missing: see the controller. */
    _displayInvalidFieldNotification() {
        return () => {};
    }
}

class ClosingModel extends formView.Model {
    static Record = ClosingRecord;
}

class ClosingWindowController extends FormController {
    async beforeExecuteActionButton(clickParams) {
        const saved = await super.beforeExecuteActionButton(...arguments);
        if (saved === false) {
            // The fields are marked with the next rendering.
            requestAnimationFrame(() => this.showMissing());
        }
        return saved;
    }

    /** Go to the first answer that is missing. */
    showMissing() {
        const missing =
            this.rootRef.el?.querySelector(".o_closing_missing") ||
            this.rootRef.el?.querySelector(".o_field_widget.o_field_invalid");
        if (!missing) {
            return;
        }
        missing.closest("details")?.setAttribute("open", "open");
        missing.scrollIntoView({ block: "center" });
        const field = missing.matches(FOCUSABLE) ? missing : missing.querySelector(FOCUSABLE);
        field?.focus({ preventScroll: true });
    }
}

registry.category("views").add("closing_window", {
    ...formView,
    Controller: ClosingWindowController,
    Model: ClosingModel,
});
