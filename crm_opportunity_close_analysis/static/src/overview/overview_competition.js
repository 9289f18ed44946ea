import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { EXPLAINED, LOST, UNSPECIFIED, WON } from "./overview_conditions";
import { formatPriceGap, formatWinRate } from "./overview_format";
import { OverviewInterval } from "./overview_interval";
import { useOverviewRequest } from "./overview_request";

const FEW_COMPETITORS = 8;
const FEW_REASONS = 5;
const UNEXPLAINED = 0;

/** What is won against each competitor, what is lost to it, and for which reasons. */
export class OverviewCompetition extends Component {
    static template = "crm_opportunity_close_analysis.OverviewCompetition";
    static components = { OverviewInterval };
    static props = { options: Object, onOpen: Function };

    setup() {
        this.action = useService("action");
        this.request = useOverviewRequest("get_competition", this.props);
        this.state = useState({ showAll: false });
        this.formatPriceGap = formatPriceGap;
        this.formatWinRate = formatWinRate;
        this.labels = {
            won: _t("Won against"),
            lost: _t("Lost to"),
            gap: _t("Cheaper by"),
            rate: _t("Win rate"),
        };
    }

    get competitors() {
        const { competitors } = this.request.data;
        return this.state.showAll ? competitors : competitors.slice(0, FEW_COMPETITORS);
    }

    get losers() {
        return this.competitors.filter(({ lost }) => lost);
    }

    get hasPrices() {
        return this.request.data.competitors.some(({ price_gap_count }) => price_gap_count);
    }

    /** How many competitors, and how many of those lost to, are not shown yet. */
    get more() {
        const { competitors } = this.request.data;
        const hidden = competitors.slice(this.competitors.length);
        return { all: hidden.length, losers: hidden.filter(({ lost }) => lost).length };
    }

    getMoreLabel(count) {
        return _t("and %s more", count);
    }

    /** The most frequent reasons; those that have no column of their own are summed up. */
    get reasons() {
        const { reasons } = this.request.data;
        const shown = reasons.length === FEW_REASONS + 1 ? reasons.length : FEW_REASONS;
        const columns = reasons.slice(0, shown).map((reason) => ({ ...reason, ids: [reason.id] }));
        const others = reasons.slice(shown);
        if (others.length) {
            columns.push({
                id: "others",
                ids: others.map(({ id }) => id),
                name: _t("%s other reasons", others.length),
            });
        }
        return columns;
    }

    get showAllLabel() {
        return _t("Show all (%s)", this.request.data.competitors.length);
    }

    getLost(competitor, { ids }) {
        return ids.reduce((sum, id) => sum + (competitor.reasons[id] || 0), 0);
    }

    getCellLabel(competitor, reason) {
        return _t("%(competitor)s, %(reason)s: %(count)s lost", {
            competitor: competitor.name,
            reason: reason.name,
            count: this.getLost(competitor, reason),
        });
    }

    open(competitor, outcome, newWindow) {
        const [title, condition] =
            outcome === "won"
                ? [_t("Won against %s", competitor.name), WON]
                : [_t("Lost to %s", competitor.name), LOST];
        this.props.onOpen(title, [["competitor_id", "=", competitor.id], ...condition], {
            count: competitor[outcome],
            newWindow,
        });
    }

    openPrices(competitor, newWindow) {
        const known = [
            ["winning_price", ">", 0],
            ["expected_revenue", ">", 0],
        ];
        this.props.onOpen(
            _t("Winning prices of %s", competitor.name),
            [["competitor_id", "=", competitor.id], ...LOST, ...known],
            { count: competitor.price_gap_count, newWindow }
        );
    }

    openCell(competitor, reason, newWindow) {
        const ids = reason.ids.filter((id) => id !== UNEXPLAINED);
        const explained = [["reason_id", "in", ids], EXPLAINED];
        const condition = !reason.ids.includes(UNEXPLAINED)
            ? explained
            : ids.length
            ? ["|", UNSPECIFIED, "&", ...explained]
            : [UNSPECIFIED];
        this.props.onOpen(
            _t("Lost to %(competitor)s: %(reason)s", {
                competitor: competitor.name,
                reason: reason.name,
            }),
            [["competitor_id", "=", competitor.id], ...LOST, ...condition],
            { count: this.getLost(competitor, reason), newWindow }
        );
    }

    openPivot() {
        return this.action.doAction({
            type: "ir.actions.act_window",
            name: _t("Reasons by competitor"),
            res_model: "crm.lead.closing",
            views: [
                [false, "pivot"],
                [false, "graph"],
                [false, "list"],
            ],
            domain: [...this.request.data.domain, ...LOST],
            context: {
                pivot_measures: ["__count"],
                pivot_row_groupby: ["competitor_id"],
                pivot_column_groupby: ["reason_id"],
            },
        });
    }
}
