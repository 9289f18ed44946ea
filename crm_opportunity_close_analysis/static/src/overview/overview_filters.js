import { Component } from "@odoo/owl";
import { DateTimeInput } from "@web/core/datetime/datetime_input";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { CheckboxItem } from "@web/core/dropdown/checkbox_item";
import { deserializeDate, serializeDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { omit } from "@web/core/utils/objects";
import { RecordSelector } from "@web/core/record_selectors/record_selector";
import { getCurrency } from "@web/core/currency";
import { NO_FILTERS, parseAmount } from "./overview_options";
import { CUSTOM_PERIOD, getPeriodDates, PERIODS } from "./overview_periods";

export const LEAD_TYPES = [
    { type: "opportunity", label: _t("Opportunities") },
    { type: "lead", label: _t("Leads") },
    { type: false, label: _t("Opportunities and leads") },
];

export const COMPARISONS = [
    { key: "before", label: _t("The period before") },
    { key: "last_year", label: _t("The same period last year") },
];

/** What the page can be narrowed down to, besides the team. */
export const FILTERS = [
    {
        name: "user_id",
        model: "res.users",
        label: _t("Salesperson"),
        domain: [["share", "=", false]],
    },
    { name: "source_id", model: "utm.source", label: _t("Source") },
    { name: "country_id", model: "res.country", label: _t("Country") },
    { name: "tag_id", model: "crm.tag", label: _t("Tag") },
];

/** The filters of the menu, none of them set; the team has a place of its own. */
const MENU_FILTERS = omit(NO_FILTERS, "team_id");

/** What the page is about: the period, the team, what it is narrowed down to, what counts. */
export class OverviewFilters extends Component {
    static template = "crm_opportunity_close_analysis.OverviewFilters";
    static components = { CheckboxItem, DateTimeInput, Dropdown, DropdownItem, RecordSelector };
    static props = {
        options: Object,
        teams: Array,
        usesLeads: Boolean,
        ownOnly: Boolean,
        currencyId: Number,
        onChange: Function,
    };

    setup() {
        this.periods = PERIODS;
        this.customPeriod = CUSTOM_PERIOD;
        this.leadTypes = LEAD_TYPES;
        this.comparisons = COMPARISONS;
    }

    get periodLabel() {
        const { period } = this.props.options;
        return [...PERIODS, CUSTOM_PERIOD].find(({ key }) => key === period).label;
    }

    get teamLabel() {
        const { team_id } = this.props.options;
        return this.props.teams.find(({ id }) => id === team_id)?.name || _t("All teams");
    }

    get filters() {
        return FILTERS.filter(({ name }) => name !== "user_id" || !this.props.ownOnly);
    }

    get amounts() {
        const currency = getCurrency(this.props.currencyId)?.symbol || "";
        return [
            { name: "amount_from", label: _t("Expected from (%s)", currency) },
            { name: "amount_to", label: _t("Expected to (%s)", currency) },
        ];
    }

    /** How many filters are set in the menu, so that its button can tell. */
    get filterCount() {
        return Object.keys(MENU_FILTERS).filter((name) => this.props.options[name] !== false)
            .length;
    }

    getAmount(name) {
        const amount = this.props.options[name];
        return amount === false ? "" : amount;
    }

    /** The other amount follows, so that the highest is never below the lowest. */
    setAmount(name, text) {
        const { amount_from, amount_to } = this.props.options;
        const amounts = { amount_from, amount_to, [name]: parseAmount(text) };
        if (
            amounts.amount_from !== false &&
            amounts.amount_to !== false &&
            amounts.amount_from > amounts.amount_to
        ) {
            amounts.amount_from = amounts.amount_to = amounts[name];
        }
        this.props.onChange(amounts);
    }

    print() {
        window.print();
    }

    clearFilters() {
        this.props.onChange({ ...MENU_FILTERS });
    }

    getDay(end) {
        return deserializeDate(this.props.options[end]);
    }

    setPeriod(period) {
        this.props.onChange({ period, ...getPeriodDates(period) });
    }

    /** The other end follows, so that a period never ends before it begins. */
    setDay(end, day) {
        if (!day) {
            return;
        }
        const { date_from, date_to } = this.props.options;
        const dates = { date_from, date_to, [end]: serializeDate(day) };
        if (dates.date_from > dates.date_to) {
            dates.date_from = dates.date_to = dates[end];
        }
        this.props.onChange({ period: CUSTOM_PERIOD.key, ...dates });
    }
}
