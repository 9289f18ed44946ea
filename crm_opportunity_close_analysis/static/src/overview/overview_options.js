import { deserializeDate } from "@web/core/l10n/dates";
import { getPeriodDates, PERIODS } from "./overview_periods";

const DEFAULT_PERIOD = "this_year";
/** Options that are the id of a record, or false for all. */
const RECORDS = ["team_id", "user_id", "source_id", "country_id", "tag_id"];
const AMOUNTS = ["amount_from", "amount_to"];

/** What the page is not narrowed down to when it is opened from the menu. */
export const NO_FILTERS = Object.fromEntries(
    [...RECORDS, ...AMOUNTS].map((name) => [name, false])
);

function getLeadType(type) {
    return [false, "false"].includes(type) ? false : type === "lead" ? "lead" : "opportunity";
}

/** An amount, or false where there is none. */
export function parseAmount(text) {
    const isEmpty = [undefined, null, false, "", "false"].includes(text);
    return isEmpty || !Number.isFinite(Number(text)) ? false : Number(text);
}

/**
 * What the page shows when it is opened.
 *
 * @param {Object} [params] what its address says, as text
 * @returns {Object} `period`, `date_from`, `date_to`, `compare`, the filters (false for none),
 *  `current_only`, `lead_type` (false for both) and `measure`
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
    const pick = (names, parse) => names.map((name) => [name, parse(params[name])]);
    return {
        ...(isCustom
            ? { period: "custom", date_from: params.date_from, date_to: params.date_to }
            : { period, ...getPeriodDates(period) }),
        compare: params.compare === "last_year" ? "last_year" : "before",
        ...Object.fromEntries(pick(RECORDS, (id) => Number(id) || false)),
        ...Object.fromEntries(pick(AMOUNTS, parseAmount)),
        current_only: [true, "true", 1].includes(params.current_only),
        lead_type: getLeadType(params.lead_type),
        measure: params.measure === "revenue" ? "revenue" : "count",
    };
}
