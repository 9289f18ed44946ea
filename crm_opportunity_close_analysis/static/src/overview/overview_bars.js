import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { formatAmount } from "./overview_format";

const FEW = 8;

/** What was lost by one dimension, as bars with their names and figures in plain text. */
export class OverviewBars extends Component {
    static template = "crm_opportunity_close_analysis.OverviewBars";
    static props = {
        title: String,
        hint: String,
        field: String,
        rows: Array,
        measure: String,
        currencyId: Number,
        isOrdered: { type: Boolean, optional: true },
        nameField: { type: String, optional: true },
        onOpen: Function,
    };

    setup() {
        this.state = useState({ showAll: false });
    }

    get rows() {
        const { isOrdered, measure, rows } = this.props;
        const isNamed = (row) => row.id || row.is_deleted;
        const named = rows.filter(isNamed);
        const max = Math.max(...named.map((row) => row[measure]));
        if (!isOrdered) {
            named.sort((a, b) => b[measure] - a[measure]);
        }
        const shown = [...named, ...rows.filter((row) => !isNamed(row))];
        return shown.map((row) => {
            const amount = formatAmount(row.revenue, this.props.currencyId);
            return {
                ...row,
                key: row.id || (row.is_deleted ? row.name : "none"),
                amount,
                isNamed: isNamed(row),
                label: _t("%(name)s: %(count)s lost, %(amount)s", { ...row, amount }),
                width: isNamed(row) && max ? Math.round((100 * row[measure]) / max) : 0,
            };
        });
    }

    get shownRows() {
        return this.state.showAll ? this.rows : this.rows.slice(0, FEW);
    }

    get showAllLabel() {
        return _t("Show all (%s)", this.rows.length);
    }

    get moreLabel() {
        return _t("and %s more", this.rows.length - this.shownRows.length);
    }

    open(row, newWindow) {
        const { field, nameField } = this.props;
        const condition = [[field, "=", row.id]];
        if (nameField && !row.id) {
            condition.push([nameField, "=", row.is_deleted && row.name]);
        }
        this.props.onOpen(row.name, condition, { count: row.count, newWindow });
    }
}
