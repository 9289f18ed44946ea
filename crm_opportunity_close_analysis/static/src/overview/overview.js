import { Component, onMounted, onWillStart, useRef, useState } from "@odoo/owl";
import { Domain } from "@web/core/domain";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { useSetupAction } from "@web/search/action_hook";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { OverviewBars } from "./overview_bars";
import { OverviewCompetition } from "./overview_competition";
import { COUNTED, DISQUALIFIED, LOST } from "./overview_conditions";
import { OverviewFigures } from "./overview_figures";
import { OverviewFunnel } from "./overview_funnel";
import { formatAmount, formatMonth, formatPeriod } from "./overview_format";
import { FILTERS, LEAD_TYPES, OverviewFilters } from "./overview_filters";
import { OverviewMovers } from "./overview_movers";
import { OverviewReasons } from "./overview_reasons";
import { OverviewSalespeople } from "./overview_salespeople";
import { OverviewPrintNotes } from "./overview_print";
import { getFigureOptions } from "./overview_request";
import { OverviewTrend } from "./overview_trend";
import { OverviewWorth } from "./overview_worth";
import { getOptions, NO_FILTERS } from "./overview_options";

// What Odoo's lists show at once. The total below them is the one of the page they show.
const PAGE = 80;

/** How opportunities ended: what is won, what is lost, why, at which stage, to whom and by whom. */
export class WinLossOverview extends Component {
    static template = "crm_opportunity_close_analysis.Overview";
    static path = "win-loss";
    static displayName = _t("Win/Loss overview");
    static props = { ...standardActionServiceProps };
    static components = {
        Layout,
        OverviewBars,
        OverviewCompetition,
        OverviewFigures,
        OverviewFilters,
        OverviewFunnel,
        OverviewMovers,
        OverviewReasons,
        OverviewSalespeople,
        OverviewTrend,
        OverviewPrintNotes,
        OverviewWorth,
    };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.keepLast = new KeepLast();
        this.rootRef = useRef("root");
        this.state = useState({
            options: this.props.state?.options || getOptions(this.props.action.params),
            data: null,
        });
        useSetupAction({
            rootRef: this.rootRef,
            getLocalState: () => ({ options: { ...this.state.options } }),
        });
        onWillStart(() => this.load());
        onMounted(() => this.keepAddress());
    }

    /** A link that was opened stays in the address, for reloading and passing on. */
    keepAddress() {
        const { options } = this.state;
        if (JSON.stringify(options) !== JSON.stringify(getOptions())) {
            this.props.updateActionState?.({ ...options });
        }
    }

    async load() {
        const options = getFigureOptions(this.state.options);
        const data = await this.keepLast.add(
            this.orm.call("crm.lead.closing", "get_overview", [options])
        );
        // A team from somebody else's address, which the page does not offer, would filter unseen.
        if (options.team_id && !data.teams.some((team) => team.id === options.team_id)) {
            this.state.options.team_id = false;
            return this.load();
        }
        // What is asked for by requests of its own follows the figures of the page.
        this.shownOptions = { ...this.state.options };
        this.state.data = data;
    }

    /** Remember what was chosen, in the address too, and show its figures. */
    async setOptions(changes) {
        Object.assign(this.state.options, changes);
        this.props.updateActionState?.({ ...this.state.options });
        if (!("measure" in changes)) {
            await this.load();
        }
    }

    get isEmpty() {
        const { won, lost, disqualified } = this.state.data.figures;
        return !won && !lost && !disqualified;
    }

    /** What a printed page is called, with the team that is chosen on screen. */
    get printTitle() {
        const { team_id } = this.state.options;
        const team = this.state.data.teams.find(({ id }) => id === team_id);
        return team ? _t("Win/Loss overview, %s", team.name) : _t("Win/Loss overview");
    }

    get comparison() {
        return _t("%(period)s, compared with %(before)s", {
            period: formatPeriod(this.state.options),
            before: formatPeriod(this.state.data.before),
        });
    }

    /**
     * What narrows the figures down or widens them.
     *
     * @returns {{ label: string, cleared: Object }[]} with the options that take it off
     */
    get filterLabels() {
        const { current_only, lead_type, ...options } = this.state.options;
        const names = this.state.data.filter_names;
        const labels = LEAD_TYPES.filter(
            ({ type }) => type === lead_type && type !== "opportunity"
        ).map(({ label }) => ({ label, cleared: { lead_type: "opportunity" } }));
        for (const { name, label } of FILTERS) {
            if (names[name]) {
                labels.push({
                    label: _t("%(filter)s: %(value)s", { filter: label, value: names[name] }),
                    cleared: { [name]: false },
                });
            }
        }
        const { amount_from, amount_to } = options;
        if (amount_from !== false || amount_to !== false) {
            const format = (amount) =>
                amount === false ? "…" : formatAmount(amount, this.state.data.currency_id);
            labels.push({
                label: _t("Expected revenue: %(lowest)s – %(highest)s", {
                    lowest: format(amount_from),
                    highest: format(amount_to),
                }),
                cleared: { amount_from: false, amount_to: false },
            });
        }
        if (current_only) {
            labels.push({
                label: _t("Without those reopened since"),
                cleared: { current_only: false },
            });
        }
        return labels;
    }

    clearFilters() {
        return this.setOptions({
            ...NO_FILTERS,
            current_only: false,
            lead_type: "opportunity",
        });
    }

    get lossSections() {
        return [
            {
                field: "stage_id",
                nameField: "stage_name",
                isOrdered: true,
                title: _t("At which stage we lose"),
                hint: _t("The last stage they were worked in, in the order of the pipeline."),
                rows: this.state.data.stages,
            },
            {
                field: "competitor_id",
                title: _t("To whom we lose"),
                hint: _t("The competitor named at closing."),
                rows: this.state.data.competitors,
            },
        ];
    }

    /**
     * Show the closings a figure is made of. Where a list has more than one page it is
     * grouped, so that its totals are those of all closings.
     *
     * @param {string} name what the list is called
     * @param {Array} condition added to the period and the other options
     * A figure counts closings that cannot be opened any more, since their opportunity was handed
     * over or is in another company now: where there are some, the list says how many.
     *
     * What the page is narrowed down to becomes facets of the list.
     *
     * @param {Object} [options] `count` of these closings, `domain` of another period,
     *  `newWindow`
     */
    async open(
        name,
        condition,
        { count, domain: period = this.state.data.domain, newWindow = false } = {}
    ) {
        const { facets } = this.state.data;
        const domain = Domain.and([period, condition]).toList();
        const counted = Domain.and([domain, facets.domain]).toList();
        const readable = count ? await this.orm.searchCount("crm.lead.closing", counted) : count;
        return this.action.doAction(
            {
                type: "ir.actions.act_window",
                name:
                    readable < count
                        ? _t("%(name)s: %(count)s, of which you can open %(readable)s", {
                              name,
                              count,
                              readable,
                          })
                        : name,
                res_model: "crm.lead.closing",
                views: [
                    [false, "list"],
                    [false, "kanban"],
                    [false, "graph"],
                    [false, "pivot"],
                    [false, "form"],
                ],
                context: {
                    ...facets.context,
                    ...(count > PAGE ? { group_by: ["date:month"] } : {}),
                },
                domain,
            },
            { newWindow }
        );
    }

    openLosses(name, condition, options) {
        return this.open(_t("Lost: %s", name), [...LOST, ...condition], options);
    }

    openDisqualified(newWindow) {
        const count = this.state.data.figures.disqualified;
        return this.open(_t("Disqualified"), DISQUALIFIED, { count, newWindow });
    }

    openMonth(month, newWindow) {
        return this.open(formatMonth(month.month), COUNTED, {
            count: month.won + month.lost,
            domain: month.domain,
            newWindow,
        });
    }

    openPipeline() {
        return this.action.doAction("crm.crm_lead_action_pipeline");
    }
}

registry.category("actions").add("crm_opportunity_close_analysis.overview", WinLossOverview);
