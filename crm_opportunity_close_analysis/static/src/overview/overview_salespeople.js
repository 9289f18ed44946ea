import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { COUNTED, countClosings, LOST, WON } from "./overview_conditions";
import { formatAmount, formatDays, formatWinRate } from "./overview_format";
import { OverviewInterval } from "./overview_interval";

const COLUMNS = [
    { name: "won", label: _t("Won"), condition: WON },
    { name: "lost", label: _t("Lost"), condition: LOST },
    { name: "win_rate", label: _t("Win rate") },
    { name: "revenue_won", label: _t("Revenue won"), format: formatAmount, condition: WON },
    { name: "revenue_lost", label: _t("Revenue lost"), format: formatAmount, condition: LOST },
    { name: "days_won", label: _t("Days to win"), format: formatDays },
];

/** Who won and lost what; a click on a column's title sorts by it. */
export class OverviewSalespeople extends Component {
    static template = "crm_opportunity_close_analysis.OverviewSalespeople";
    static components = { OverviewInterval };
    static props = { rows: Array, currencyId: Number, onOpen: Function };

    setup() {
        this.columns = COLUMNS;
        this.state = useState({ sortedBy: "revenue_won", isAscending: false });
    }

    /** What cannot be told, for want of closings or of enough for a rate, comes last. */
    get rows() {
        const { sortedBy, isAscending } = this.state;
        const direction = isAscending ? 1 : -1;
        const isTold = (row) =>
            row[sortedBy] !== null && (sortedBy !== "win_rate" || row.is_enough);
        return [...this.props.rows].sort(
            (a, b) =>
                isTold(b) - isTold(a) ||
                (isTold(a)
                    ? direction * (a[sortedBy] - b[sortedBy])
                    : b.won + b.lost - a.won - a.lost)
        );
    }

    getOrder({ name }) {
        const { sortedBy, isAscending } = this.state;
        return name !== sortedBy ? "none" : isAscending ? "ascending" : "descending";
    }

    sortBy({ name }) {
        this.state.isAscending = this.state.sortedBy === name && !this.state.isAscending;
        this.state.sortedBy = name;
    }

    format(row, { name, format }) {
        if (name === "win_rate") {
            return formatWinRate(row);
        }
        return format ? format(row[name], this.props.currencyId) : row[name];
    }

    open(row, { condition = COUNTED } = {}, newWindow) {
        const count = countClosings(row, condition);
        const own = [["user_id", "=", row.id], ...condition];
        this.props.onOpen(row.name, own, { count, newWindow });
    }

    getLabel(row, column) {
        return _t("%(figure)s: %(value)s", {
            figure: column.label,
            value: this.format(row, column),
        });
    }
}
