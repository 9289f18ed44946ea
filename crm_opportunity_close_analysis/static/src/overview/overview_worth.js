import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { formatFloat } from "@web/views/fields/formatters";
import { LOST, WON } from "./overview_conditions";
import { formatAmount, formatRate, NOTHING } from "./overview_format";

const RECOVERED = [["recovered_count", "=", 1], ...WON];
const WON_ANEW = [["won_anew_count", "=", 1], ...WON];
const KNOWN_MOVES = [["deadline_moved_count", "!=", false]];

const formatTimes = (times) =>
    times === null ? NOTHING : formatFloat(times, { digits: [false, 1], trailingZeros: false });

/** What closings were worth: recurring, won back, against what was expected; how often moved. */
export class OverviewWorth extends Component {
    static template = "crm_opportunity_close_analysis.OverviewWorth";
    static props = { data: Object, onOpen: Function };

    get cards() {
        const { uses_recurring } = this.props.data.worth;
        return [
            ...(uses_recurring ? [this.getRecurring()] : []),
            this.getClosedShare(),
            this.getRecovered(),
            this.getMoves(),
        ];
    }

    /** One figure, with the one before it; `format` makes text of what was counted in a period. */
    getCard(card, format) {
        const { now, before } = this.props.data.worth;
        const value = format(now);
        return {
            ...card,
            value,
            label: _t("%(figure)s: %(value)s", { figure: card.title, value }),
            before: _t("before: %s", format(before)),
        };
    }

    formatAmount(amount) {
        return formatAmount(amount, this.props.data.currency_id);
    }

    getRecurring() {
        const { figures, worth } = this.props.data;
        const monthly = (amount) => _t("%s a month", this.formatAmount(amount));
        return this.getCard(
            {
                name: "recurring_won",
                title: _t("Recurring revenue won"),
                help: _t("The monthly recurring revenue of what was won, as it was at closing."),
                condition: WON,
                count: figures.won,
                details: [
                    {
                        text: _t("%s a month lost", this.formatAmount(worth.now.recurring_lost)),
                        condition: LOST,
                        count: figures.lost,
                    },
                ],
            },
            ({ recurring_won }) => monthly(recurring_won)
        );
    }

    getClosedShare() {
        const { figures, worth } = this.props.data;
        return this.getCard(
            {
                name: "closed_share",
                title: _t("Closed against expected"),
                help: _t("The revenue of what was won, divided by what was expected of it."),
                condition: WON,
                count: figures.won,
                details: [{ text: _t("%s expected", this.formatAmount(worth.now.expected)) }],
            },
            ({ closed_share }) => formatRate(closed_share)
        );
    }

    getRecovered() {
        const { now } = this.props.data.worth;
        return this.getCard(
            {
                name: "recovered",
                title: _t("Recovered"),
                help: _t(
                    "Won after they had been lost and reopened; won anew: in a new opportunity that continues the lost one. Mistakes do not count."
                ),
                condition: RECOVERED,
                count: now.recovered,
                details: [
                    { text: _t("%s brought back", this.formatAmount(now.recovered_revenue)) },
                    {
                        text: _t("%(count)s won anew (%(amount)s)", {
                            count: now.won_anew,
                            amount: this.formatAmount(now.won_anew_revenue),
                        }),
                        condition: WON_ANEW,
                        count: now.won_anew,
                    },
                ],
            },
            ({ recovered }) => `${recovered}`
        );
    }

    getMoves() {
        const { now } = this.props.data.worth;
        return this.getCard(
            {
                name: "moved_won",
                title: _t("Expected closing moved"),
                help: _t(
                    "How often the date was moved: half of those won less often, half more often. Those lost are told apart. Closings of which it is not known are left out."
                ),
                condition: [...WON, ...KNOWN_MOVES],
                count: now.moved_won_count,
                details: [
                    {
                        text:
                            now.moved_lost === null
                                ? _t("not known of lost ones")
                                : _t("%s times on lost ones", formatTimes(now.moved_lost)),
                        condition: [...LOST, ...KNOWN_MOVES],
                        count: now.moved_lost_count,
                    },
                ],
            },
            ({ moved_won }) =>
                moved_won === null ? NOTHING : _t("%s times", formatTimes(moved_won))
        );
    }

    open(name, { condition, count }, newWindow) {
        this.props.onOpen(name, condition, { count, newWindow });
    }
}
