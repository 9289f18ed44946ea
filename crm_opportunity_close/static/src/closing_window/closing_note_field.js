import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { HtmlField, htmlField } from "@html_editor/fields/html_field";
import { PowerButtonsPlugin } from "@html_editor/main/power_buttons_plugin";
import { TabulationPlugin } from "@html_editor/main/tabulation_plugin";
import { getNoteProblem, getText, NOTES } from "./closing_notes";

/** Lists may still be indented from the toolbar; the key Tab goes on to the next field. */
class ClosingNotePlugin extends TabulationPlugin {
    resources = { ...this.resources, shortcuts: [] };

    setup() {
        super.setup();
        this.editable.setAttribute("role", "textbox");
        this.editable.setAttribute("aria-multiline", "true");
        this.editable.setAttribute("aria-label", this.config.label);
    }
}

/** The note of a closing: an editor that the keyboard enters and leaves like any field. */
export class ClosingNoteField extends HtmlField {
    static template = "crm_opportunity_close.ClosingNoteField";

    /** What the note lacks, once somebody has tried to go on without it. */
    get problem() {
        const { name, record } = this.props;
        const reason = NOTES[record.resModel]?.reason;
        return (
            record.isFieldInvalid(name) &&
            getNoteProblem(getText(record.data[name]), record.data, record.data[reason])
        );
    }

    getConfig() {
        const config = super.getConfig();
        const Plugins = config.Plugins.filter((plugin) => plugin !== PowerButtonsPlugin);
        Plugins[Plugins.indexOf(TabulationPlugin)] = ClosingNotePlugin;
        return { ...config, Plugins, label: _t("Closing Note") };
    }
}

registry.category("fields").add("closing_note", { ...htmlField, component: ClosingNoteField });
