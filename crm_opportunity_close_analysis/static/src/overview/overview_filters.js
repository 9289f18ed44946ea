import { Component } from "@odoo/owl";
import { DateTimeInput } from "@web/core/datetime/datetime_input";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { CheckboxItem } from "@web/core/dropdown/checkbox_item";
import { deserializeDate, serializeDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { CUSTOM_PERIOD, getPeriodDates, PERIODS } from "./overview_periods";

export const LEAD_TYPES = [
    { type: "opportunity", label: _t("Opportunities") },
    { type: "lead", label: _t("Leads") },
    { type: false, label: _t("Opportunities and leads") },
];

/** What the page is about: the period, the team, and whether reopened deals count. */
export class OverviewFilters extends Component {
    static template = "crm_opportunity_close_analysis.OverviewFilters";
    static components = { CheckboxItem, DateTimeInput, Dropdown, DropdownItem };
    static props = {
        options: Object,
        teams: Array,
        usesLeads: Boolean,
        onChange: Function,
    };

    setup() {
        this.periods = PERIODS;
        this.customPeriod = CUSTOM_PERIOD;
        this.leadTypes = LEAD_TYPES;
    }

    get periodLabel() {
        const { period } = this.props.options;
        return [...PERIODS, CUSTOM_PERIOD].find(({ key }) => key === period).label;
    }

    get teamLabel() {
        const { team_id } = this.props.options;
        return this.props.teams.find(({ id }) => id === team_id)?.name || _t("All teams");
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
