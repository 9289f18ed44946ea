import { deserializeDate } from "@web/core/l10n/dates";
import { getPeriodDates, PERIODS } from "./overview_periods";

const DEFAULT_PERIOD = "this_year";

function getLeadType(type) {
    return [false, "false"].includes(type) ? false : type === "lead" ? "lead" : "opportunity";
}

/**
 * What the page shows when it is opened.
 *
 * @param {Object} [params] what its address says, as text
 * @returns {Object} `period`, `date_from`, `date_to`, `team_id`, `current_only`, `lead_type`
 *  (false for both) and `measure`
 */
export function getOptions(params = {}) {
    const isDay = (day) => /^\d{4}-\d{2}-\d{2}$/.test(day) && deserializeDate(day).isValid;
    const isCustom =
        params.period === "custom" &&
        isDay(params.date_from) &&
        isDay(params.date_to) &&
        params.date_from <= params.date_to;
    const period = PERIODS.some(({ key }) => key === params.period)
        ? params.period
        : DEFAULT_PERIOD;
    return {
        ...(isCustom
            ? { period: "custom", date_from: params.date_from, date_to: params.date_to }
            : { period, ...getPeriodDates(period) }),
        team_id: Number(params.team_id) || false,
        current_only: [true, "true", 1].includes(params.current_only),
        lead_type: getLeadType(params.lead_type),
        measure: params.measure === "revenue" ? "revenue" : "count",
    };
}
