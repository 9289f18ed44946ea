import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { OverviewChart } from "./overview_chart";
import { getParetoConfig } from "./overview_chart_configs";
import { EXPLAINED, UNSPECIFIED } from "./overview_conditions";
import { formatAmount, formatRate, formatShare } from "./overview_format";

const MOST = 8;

/** Why something is lost: the few reasons that matter most, and how much of it is unknown. */
export class OverviewReasons extends Component {
    static template = "crm_opportunity_close_analysis.OverviewReasons";
    static components = { OverviewChart };
    static props = {
        reasons: Array,
        figures: Object,
        measure: String,
        currencyId: Number,
        onOpen: Function,
        onOpenDisqualified: Function,
    };

    setup() {
        this.formatRate = formatRate;
    }

    formatAmount(amount) {
        return formatAmount(amount, this.props.currencyId);
    }

    /** Biggest first; what is over, apart from what is unknown, becomes one last row. */
    get rows() {
        const { measure, reasons } = this.props;
        const total = reasons.reduce((sum, reason) => sum + reason[measure], 0);
        let sum = 0;
        return this.getBiggest().map((reason) => {
            sum += reason[measure];
            return {
                ...reason,
                value: reason[measure],
                share: total ? reason[measure] / total : 0,
                cumulative: total ? sum / total : 0,
            };
        });
    }

    getBiggest() {
        const { measure, reasons } = this.props;
        const rows = reasons.map((reason) => ({
            ...reason,
            key: reason.id || "none",
            condition: reason.id ? [["reason_id", "=", reason.id], EXPLAINED] : [UNSPECIFIED],
        }));
        rows.sort((a, b) => b[measure] - a[measure]);
        const known = rows.filter((row) => !row.is_unknown);
        if (rows.length <= MOST || known.length <= 1) {
            return rows;
        }
        const rest = known.slice(MOST - 1 - (rows.length - known.length));
        const add = (name) => rest.reduce((total, row) => total + row[name], 0);
        return [
            ...rows.filter((row) => !rest.includes(row)),
            {
                key: "rest",
                is_rest: true,
                name: _t("%s other reasons", rest.length),
                count: add("count"),
                revenue: add("revenue"),
                condition: [["reason_id", "in", rest.map((row) => row.id)], EXPLAINED],
            },
        ];
    }

    open({ name, condition, count }, newWindow) {
        this.props.onOpen(name, condition, { count, newWindow });
    }

    get config() {
        const format = (value) =>
            this.props.measure === "revenue" ? this.formatAmount(value) : value;
        return getParetoConfig(this.rows, format, this.env.isSmall);
    }

    get height() {
        return this.env.isSmall ? 60 + 44 * this.rows.length : 300;
    }

    get doubts() {
        const { lost, unspecified, other } = this.props.figures;
        const share = (count) => formatShare(count, lost);
        return [
            {
                name: _t("Unspecified"),
                text: _t("Unspecified: %s", share(unspecified)),
                condition: [UNSPECIFIED],
                count: unspecified,
            },
            {
                name: _t("Other"),
                text: _t("Other: %s", share(other)),
                condition: [["loss_type", "=", "other"]],
                count: other,
            },
        ];
    }
}
