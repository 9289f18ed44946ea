import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { formatFloat, formatPercentage } from "@web/views/fields/formatters";
import { LOST, COUNTED, WON } from "./overview_conditions";
import { formatAmount, formatDays, formatRate, NOTHING } from "./overview_format";

const formatPoints = (share) =>
    formatFloat(share * 100, { digits: [false, 1], trailingZeros: false });

const withSign = (text, change) => (change > 0 ? `+${text}` : text);

/** The few big figures, each with the one before it. */
export class OverviewFigures extends Component {
    static template = "crm_opportunity_close_analysis.OverviewFigures";
    static props = { data: Object, onOpen: Function };

    get cards() {
        const { figures, currency_id } = this.props.data;
        const amount = (value) => formatAmount(value, currency_id);
        const average = (revenue, deals) => ({
            text: _t("%s a deal", deals ? amount(revenue / deals) : NOTHING),
        });
        return [
            this.getCard("win_rate", {
                title: _t("Win rate"),
                help: _t(
                    "Deals won out of all deals won or lost. Disqualified deals and mistakes do not count. By value: the same with the revenue of the deals."
                ),
                format: formatRate,
                condition: COUNTED,
                getChange: (now, before) => _t("%s points", formatPoints(now - before)),
                details: [
                    { text: _t("%s won", figures.won), condition: WON },
                    { text: _t("%s lost", figures.lost), condition: LOST },
                    { text: _t("%s by value", formatRate(figures.win_rate_value)) },
                ],
            }),
            this.getCard("revenue_won", {
                title: _t("Revenue won"),
                help: _t("What the deals won really brought: their closed revenue."),
                format: amount,
                condition: WON,
                details: [average(figures.revenue_won, figures.won)],
            }),
            this.getCard("revenue_lost", {
                title: _t("Revenue lost"),
                help: _t("The expected revenue of the deals lost, without disqualified ones."),
                format: amount,
                condition: LOST,
                details: [average(figures.revenue_lost, figures.lost)],
                isLessBetter: true,
            }),
            this.getCard("days", {
                title: _t("Days to close"),
                help: _t("From the creation of a deal to its closing, on average."),
                format: formatDays,
                condition: COUNTED,
                isLessBetter: true,
            }),
        ];
    }

    getCard(name, { format, getChange = this.getShareOfChange, isLessBetter, ...card }) {
        const now = this.props.data.figures[name];
        const { won, lost, [name]: before } = this.props.data.before.figures;
        const isComparable = now !== null && before;
        const change = isComparable ? now - before : 0;
        const isBetter = change > 0 !== !!isLessBetter;
        return {
            name,
            ...card,
            value: format(now),
            before: won + lost ? format(before) : NOTHING,
            change: isComparable && withSign(getChange(now, before), change),
            icon: change > 0 ? "fa-arrow-up" : change < 0 ? "fa-arrow-down" : "fa-minus",
            tone: !change ? "text-muted" : isBetter ? "text-success" : "text-danger",
            trend: !change ? _t("unchanged") : isBetter ? _t("better") : _t("worse"),
        };
    }

    getShareOfChange(now, before) {
        return formatPercentage((now - before) / before, { digits: [false, 0] });
    }

    open(name, condition, newWindow, isBefore = false) {
        const { before, domain } = this.props.data;
        this.props.onOpen(name, condition, {
            newWindow,
            domain: isBefore ? before.domain : domain,
        });
    }
}
