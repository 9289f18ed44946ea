import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { formatDays } from "./overview_format";
import { getFigureOptions, useOverviewRequest } from "./overview_request";

const EXITS = [
    { name: "advanced", label: _t("Advanced") },
    { name: "won", label: _t("Won") },
    { name: "lost", label: _t("Lost") },
    { name: "back", label: _t("Went back") },
    { name: "team", label: _t("To another team") },
    { name: "still", label: _t("Still there") },
    { name: "unknown", label: _t("Unknown") },
];
// Columns that are left out where nothing of the kind happened.
const RARE = ["team", "unknown"];

/** How many opportunities entered each stage in the period, and how they left it. */
export class OverviewFunnel extends Component {
    static template = "crm_opportunity_close_analysis.OverviewFunnel";
    static props = { options: Object };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.request = useOverviewRequest("get_funnel", this.props);
        this.entered = { name: null, label: _t("Entered") };
    }

    get stages() {
        const stages = this.request.data.stages;
        const max = Math.max(...stages.map(({ entered }) => entered));
        return stages.map((stage) => ({
            ...stage,
            width: max ? Math.round((100 * stage.entered) / max) : 0,
        }));
    }

    get columns() {
        const happened = ({ name }) => this.request.data.stages.some((stage) => stage[name]);
        return [
            this.entered,
            ...EXITS.filter((exit) => !RARE.includes(exit.name) || happened(exit)),
        ];
    }

    getCount(stage, { name }) {
        return stage[name || "entered"];
    }

    getLabel(stage, column) {
        return _t("%(stage)s, %(exit)s: %(count)s", {
            stage: stage.name,
            exit: column.label,
            count: this.getCount(stage, column),
        });
    }

    getDays(stage, outcome) {
        const [days, count] = [stage[`days_${outcome}`], stage[`count_${outcome}`]];
        return { text: formatDays(days), title: _t("Entries: %s", count) };
    }

    /** Show the opportunities behind a number. */
    async open(stage, { name, label }, newWindow) {
        const action = await this.orm.call("crm.lead.closing", "get_funnel_action", [
            getFigureOptions(this.props.options),
            stage.id,
            name,
        ]);
        // One that came back to a stage has entered it twice.
        const entries = this.getCount(stage, { name });
        const leads = action.domain[0][2].length;
        const title = _t("%(stage)s: %(exit)s", { stage: stage.name, exit: label });
        const detail = _t("%(title)s (%(leads)s, which entered %(entries)s times)", {
            title,
            entries,
            leads,
        });
        const named = { ...action, name: leads < entries ? detail : title };
        return this.action.doAction(named, { newWindow });
    }
}
