import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { formatFloat, formatPercentage } from "@web/views/fields/formatters";
import { COUNTED, countClosings, LOST, WON } from "./overview_conditions";
import {
    formatAmount,
    formatBase,
    formatDays,
    formatInterval,
    formatRate,
    formatWinRate,
    NOTHING,
} from "./overview_format";
import { OverviewInterval } from "./overview_interval";

const withSign = (text, change) => (change > 0 ? `+${text}` : text.replace(/^-/, "−"));
const toPercents = (rate) => Math.round(rate * 100);

/** The change of a rate in whole points: "+1 point", "−3 points". */
function formatPoints(now, before) {
    const points = toPercents(now) - toPercents(before);
    const text = withSign(`${points}`, points);
    return Math.abs(points) === 1 ? _t("%s point", text) : _t("%s points", text);
}

/** The few big figures, each with the one before it; marked where the change is no chance. */
export class OverviewFigures extends Component {
    static template = "crm_opportunity_close_analysis.OverviewFigures";
    static components = { OverviewInterval };
    static props = { data: Object, onOpen: Function };

    get cards() {
        const { figures } = this.props.data;
        return [
            this.getRateCard(figures),
            this.getRevenueCard("revenue_won", {
                title: _t("Revenue won"),
                help: _t("What was won really brought."),
                condition: WON,
                count: figures.won,
            }),
            this.getRevenueCard("revenue_lost", {
                title: _t("Revenue lost"),
                help: _t("The expected revenue of what was lost, without disqualified ones."),
                condition: LOST,
                count: figures.lost,
            }),
            this.getDaysCard("days_won", {
                title: _t("Days to win"),
                help: _t(
                    "From the creation to the closing: half of those won took fewer days, half took more."
                ),
                condition: WON,
                count: figures.won,
                isLessBetter: true,
            }),
            this.getDaysCard("days_lost", {
                title: _t("Days to lose"),
                help: _t(
                    "From the creation to the closing: half of those lost took fewer days, half took more."
                ),
                condition: LOST,
                count: figures.lost,
            }),
        ];
    }

    getRateCard(figures) {
        const { is_enough, lost, win_rate, win_rate_interval, win_rate_value, won } = figures;
        const { figures: before } = this.props.data.before;
        const closed = won + lost;
        return this.getCard("win_rate", {
            title: _t("Win rate"),
            help: _t(
                "Won out of all that were won or lost. Disqualified ones and mistakes do not count. By value: the same with the revenue."
            ),
            value: is_enough || !closed ? formatRate(win_rate) : formatBase(won, closed),
            note: is_enough ? formatBase(won, closed) : closed && _t("too few to tell"),
            rate: win_rate,
            interval: is_enough && win_rate_interval,
            before: formatWinRate(before),
            condition: COUNTED,
            count: closed,
            isMoreBetter: true,
            getChange: formatPoints,
            details: [
                { text: _t("%s won", won), condition: WON, count: won },
                { text: _t("%s lost", lost), condition: LOST, count: lost },
                ...(is_enough ? [this.getValueDetail(win_rate_value)] : []),
            ],
        });
    }

    /** The rate of the amounts, with its interval where there are any. */
    getValueDetail(rate) {
        const interval = this.props.data.win_rate_value_interval;
        return interval
            ? {
                  text: _t("%(rate)s (%(interval)s) by value", {
                      rate: formatRate(rate),
                      interval: formatInterval(interval),
                  }),
                  help: _t("%s: 95%% interval of the rate", formatInterval(interval)),
              }
            : { text: _t("%s by value", formatRate(rate)) };
    }

    /** A total is no sample: its change is shown as it is. What is compared is that of one. */
    getRevenueCard(name, { count, ...card }) {
        const { currency_id, figures, before } = this.props.data;
        const amount = (value) => formatAmount(value, currency_id);
        const outcome = name.replace("revenue_", "");
        const total = figures[name];
        const before_total = before.figures[name];
        const each = count ? total / count : null;
        const beforeCount = before.figures[outcome];
        const beforeEach = beforeCount ? before_total / beforeCount : null;
        return this.getCard(name, {
            ...card,
            count,
            value: amount(total),
            before: amount(before_total),
            change: before_total && {
                text: this.getShareOfChange(total, before_total),
                tone: "text-muted",
            },
            details: [
                {
                    text: _t("%s each", each === null ? NOTHING : amount(each)),
                    change: this.getChange(`${name}_each`, each, beforeEach, {
                        isMoreBetter: outcome === "won",
                    }),
                },
            ],
        });
    }

    getDaysCard(name, card) {
        const { figures, before } = this.props.data;
        const quartiles = figures[`${name}_quartiles`];
        return this.getCard(name, {
            ...card,
            value: formatDays(figures[name]),
            note:
                quartiles &&
                _t("half took %(first)s–%(third)s", {
                    first: formatDays(quartiles[0]),
                    third: formatDays(quartiles[1]),
                }),
            before: formatDays(before.figures[name]),
        });
    }

    /** One figure with the one before it; where nothing was closed before, there is none. */
    getCard(name, { title, value, note, before, ...card }) {
        const { figures, before: previous } = this.props.data;
        const { won, lost } = previous.figures;
        const hasBefore = Boolean(won + lost) && previous.figures[name] !== null;
        return {
            name,
            title,
            value,
            note,
            change: this.getChange(name, figures[name], previous.figures[name], card),
            ...card,
            label: _t("%(figure)s: %(value)s", {
                figure: title,
                value: note ? `${value}, ${note}` : value,
            }),
            hasBefore,
            before: _t("before: %s", hasBefore ? before : NOTHING),
        };
    }

    /**
     * A change: with an arrow, a colour and a word where it is more than chance, or else grey.
     *
     * @returns {Object | false} false where there is nothing to compare
     */
    getChange(name, now, before, { getChange, isLessBetter, isMoreBetter }) {
        const { p_adjusted, is_significant, direction } = this.props.data.changes[name] || {};
        if (typeof p_adjusted !== "number") {
            return false;
        }
        const text = (getChange || this.getShareOfChange)(now, before);
        const help = _t("p = %s, adjusted for all figures compared here", this.formatP(p_adjusted));
        if (!direction) {
            return { text: _t("unchanged"), tone: "text-muted", help };
        }
        if (!is_significant) {
            return { text, tone: "text-muted", word: _t("could be chance"), help };
        }
        const isUp = direction > 0;
        const icon = isUp ? "fa-arrow-up" : "fa-arrow-down";
        if (!isLessBetter && !isMoreBetter) {
            const word = isUp ? _t("higher") : _t("lower");
            return { text, icon, tone: "fw-bold", word, help, isMarked: true };
        }
        const isBetter = isUp === !!isMoreBetter;
        return {
            text,
            icon,
            tone: `fw-bold ${isBetter ? "o_closing_better" : "o_closing_worse"}`,
            word: isBetter ? _t("better") : _t("worse"),
            help,
            isMarked: true,
        };
    }

    formatP(value) {
        return formatFloat(value, { digits: [false, 3] });
    }

    /** The change as a share of what was before; where that was zero, the change itself. */
    getShareOfChange(now, before) {
        const change = before
            ? formatPercentage((now - before) / before, { digits: [false, 0] })
            : formatFloat(now, { digits: [false, 0] });
        return withSign(change, now - before);
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
