import { registry } from "@web/core/registry";
import { FormController } from "@web/views/form/form_controller";
import { formView } from "@web/views/form/form_view";
import { isMissing } from "./closing_lines_field";

/** The first place where an answer is missing that can take one. */
const FOCUSABLE = ".odoo-editor-editable, input:not([type=hidden]), select, textarea";

class ClosingRecord extends formView.Model.Record {
    /** Lines that nobody has touched lack an answer as well: all are marked at once. */
    _checkValidity({ silent, removeInvalidOnly } = {}) {
        const isValid = super._checkValidity(...arguments);
        const lines = (this.data.is_per_deal && this.data.line_ids?.records) || [];
        if (silent || removeInvalidOnly || !lines.some(isMissing)) {
            return isValid;
        }
        this._unsetRequiredFields.add("line_ids");
        this._invalidFields.add("line_ids");
        return false;
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
        const missing = this.rootRef.el?.querySelector(".o_field_invalid, .o_closing_missing");
        if (!missing) {
            return;
        }
        missing.closest("details")?.setAttribute("open", "open");
        missing.scrollIntoView({ block: "center" });
        missing.querySelector(FOCUSABLE)?.focus({ preventScroll: true });
    }
}

registry.category("views").add("closing_window", {
    ...formView,
    Controller: ClosingWindowController,
    Model: ClosingModel,
});
