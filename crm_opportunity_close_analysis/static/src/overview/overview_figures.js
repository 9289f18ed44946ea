import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { formatFloat, formatPercentage } from "@web/views/fields/formatters";
import { COUNTED, countClosings, LOST, WON } from "./overview_conditions";
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
        const average = (revenue, count) => ({
            text: _t("%s each", count ? amount(revenue / count) : NOTHING),
        });
        const closed = figures.won + figures.lost;
        return [
            this.getCard("win_rate", {
                title: _t("Win rate"),
                help: _t(
                    "Won out of all that were won or lost. Disqualified ones and mistakes do not count. By value: the same with the revenue."
                ),
                format: formatRate,
                condition: COUNTED,
                count: closed,
                getChange: (now, before) => _t("%s points", formatPoints(now - before)),
                details: [
                    { text: _t("%s won", figures.won), condition: WON, count: figures.won },
                    { text: _t("%s lost", figures.lost), condition: LOST, count: figures.lost },
                    { text: _t("%s by value", formatRate(figures.win_rate_value)) },
                ],
            }),
            this.getCard("revenue_won", {
                title: _t("Revenue won"),
                help: _t("What was won really brought."),
                format: amount,
                condition: WON,
                count: figures.won,
                details: [average(figures.revenue_won, figures.won)],
            }),
            this.getCard("revenue_lost", {
                title: _t("Revenue lost"),
                help: _t("The expected revenue of what was lost, without disqualified ones."),
                format: amount,
                condition: LOST,
                count: figures.lost,
                details: [average(figures.revenue_lost, figures.lost)],
                isLessBetter: true,
            }),
            this.getCard("days_won", {
                title: _t("Days to win"),
                help: _t(
                    "From the creation to the closing: half of those won took fewer days, half took more. Those lost are told apart."
                ),
                format: formatDays,
                condition: WON,
                count: figures.won,
                details: [
                    {
                        text: _t("%s days to lose", formatDays(figures.days_lost)),
                        condition: LOST,
                        count: figures.lost,
                    },
                ],
                isLessBetter: true,
            }),
        ];
    }

    /** One figure with the one before it; where nothing was closed before, there is none. */
    getCard(name, { format, getChange = this.getShareOfChange, isLessBetter, ...card }) {
        const now = this.props.data.figures[name];
        const { won, lost, [name]: before } = this.props.data.before.figures;
        const hasBefore = Boolean(won + lost) && before !== null;
        const isComparable = hasBefore && now !== null;
        const change = isComparable ? now - before : 0;
        const isBetter = change > 0 !== !!isLessBetter;
        const value = format(now);
        return {
            name,
            ...card,
            value,
            label: _t("%(figure)s: %(value)s", { figure: card.title, value }),
            hasBefore,
            before: _t("before: %s", hasBefore ? format(before) : NOTHING),
            change: isComparable && withSign(getChange(now, before, format), change),
            icon: change > 0 ? "fa-arrow-up" : change < 0 ? "fa-arrow-down" : "fa-minus",
            tone: !change ? "text-muted" : isBetter ? "text-success" : "text-danger",
            trend: !change ? _t("unchanged") : isBetter ? _t("better") : _t("worse"),
        };
    }

    /** The change as a share of what was before; where that was zero, the change itself. */
    getShareOfChange(now, before, format) {
        return before
            ? formatPercentage((now - before) / before, { digits: [false, 0] })
            : format(now - before);
    }

    open(name, { condition, count }, newWindow) {
        this.props.onOpen(name, condition, { count, newWindow });
    }

    openBefore({ title, condition }, newWindow) {
        const { domain, figures } = this.props.data.before;
        this.props.onOpen(title, condition, {
            count: countClosings(figures, condition),
            domain,
            newWindow,
        });
    }
}
