import { Component } from "@odoo/owl";
import { getTrendConfig } from "./overview_chart_configs";
import { OverviewChart } from "./overview_chart";
import { formatInterval, formatMonth, formatWinRate } from "./overview_format";

/** Is it getting better: the win rate of each month. */
export class OverviewTrend extends Component {
    static template = "crm_opportunity_close_analysis.OverviewTrend";
    static components = { OverviewChart };
    static props = { months: Array, onOpen: Function };

    setup() {
        this.formatMonth = formatMonth;
        this.formatInterval = formatInterval;
        this.formatWinRate = formatWinRate;
    }

    get config() {
        return getTrendConfig(this.props.months);
    }
}
