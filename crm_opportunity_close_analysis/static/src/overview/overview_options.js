import { deserializeDate } from "@web/core/l10n/dates";
import { getPeriodDates, PERIODS } from "./overview_periods";

const DEFAULT_PERIOD = "this_year";
/** Options that are the id of a record, or false for all. */
const RECORDS = ["team_id", "user_id", "source_id", "country_id", "tag_id"];
const AMOUNTS = ["amount_from", "amount_to"];

// What PostgreSQL takes for the id of a record, and amounts that the server takes.
const MAX_ID = 2 ** 31;
const MAX_AMOUNT = 1e15;

/** What the page is not narrowed down to when it is opened from the menu. */
export const NO_FILTERS = Object.fromEntries([...RECORDS, ...AMOUNTS].map((name) => [name, false]));

function getLeadType(type) {
    return [false, "false"].includes(type) ? false : type === "lead" ? "lead" : "opportunity";
}

/** The id of a record, or false where there is none. */
function parseId(text) {
    const id = Number(text);
    return Number.isInteger(id) && id > 0 && id < MAX_ID && id;
}

/** An amount, or false where there is none. */
export function parseAmount(text) {
    const isEmpty = [undefined, null, false, "", "false"].includes(text);
    return !isEmpty && Math.abs(Number(text)) <= MAX_AMOUNT && Number(text);
}

/**
 * What the page shows when it is opened.
 *
 * @param {Object} [params] what its address says, as text
 * @returns {Object} `period`, `date_from`, `date_to`, `compare`, the filters (false for none),
 *  `current_only`, `lead_type` (false for both) and `measure`
 */
export function getOptions(params = {}) {
    const isDay = (day) =>
        /^\d{4}-\d{2}-\d{2}$/.test(day) &&
        deserializeDate(day).isValid &&
        day >= "1970" &&
        day < "2100";
    const isCustom =
        params.period === "custom" &&
        isDay(params.date_from) &&
        isDay(params.date_to) &&
        params.date_from <= params.date_to;
    const period = PERIODS.some(({ key }) => key === params.period)
        ? params.period
        : DEFAULT_PERIOD;
    const pick = (names, parse) =>
        Object.fromEntries(names.map((name) => [name, parse(params[name])]));
    const amounts = pick(AMOUNTS, parseAmount);
    const { amount_from, amount_to } = amounts;
    const isBand = amount_from === false || amount_to === false || amount_from <= amount_to;
    return {
        ...(isCustom
            ? { period: "custom", date_from: params.date_from, date_to: params.date_to }
            : { period, ...getPeriodDates(period) }),
        compare: params.compare === "last_year" ? "last_year" : "before",
        ...pick(RECORDS, parseId),
        ...(isBand ? amounts : pick(AMOUNTS, () => false)),
        current_only: [true, "true", 1].includes(params.current_only),
        lead_type: getLeadType(params.lead_type),
        measure: params.measure === "revenue" ? "revenue" : "count",
    };
}
