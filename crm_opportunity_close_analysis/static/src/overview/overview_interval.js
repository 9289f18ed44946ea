import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { formatInterval } from "./overview_format";

/** How sure a rate is: a dot for the rate on a line from 0 to 100 %, in a bar for its interval, in figures too. */
export class OverviewInterval extends Component {
    static template = "crm_opportunity_close_analysis.OverviewInterval";
    static props = { rate: Number, interval: Array };

    get text() {
        return formatInterval(this.props.interval);
    }

    get label() {
        return _t("%s: 95%% interval of the rate", this.text);
    }

    get positions() {
        const [low, high] = this.props.interval;
        return {
            range: `left: ${100 * low}%; width: ${100 * (high - low)}%`,
            rate: `left: ${100 * this.props.rate}%`,
        };
    }
}
