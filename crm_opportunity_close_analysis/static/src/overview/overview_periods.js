import { _t } from "@web/core/l10n/translation";
import { serializeDate, today } from "@web/core/l10n/dates";

/** The periods people ask for: whole months, quarters or years, or those up to today. */
export const PERIODS = [
    { key: "this_month", label: _t("This month"), unit: "month", ago: 0 },
    { key: "last_month", label: _t("Last month"), unit: "month", ago: 1 },
    { key: "this_quarter", label: _t("This quarter"), unit: "quarter", ago: 0 },
    { key: "last_quarter", label: _t("Last quarter"), unit: "quarter", ago: 1 },
    { key: "this_year", label: _t("This year"), unit: "year", ago: 0 },
    { key: "last_year", label: _t("Last year"), unit: "year", ago: 1 },
    { key: "last_12_months", label: _t("Last 12 months"), rolling: { months: 12 } },
];

export const CUSTOM_PERIOD = { key: "custom", label: _t("Custom") };

/**
 * @param {string} key of one of the periods above
 * @returns {{ date_from: string, date_to: string }} its first and last day
 */
export function getPeriodDates(key) {
    const { unit, ago, rolling } = PERIODS.find((period) => period.key === key);
    if (rolling) {
        const first = today().plus({ days: 1 }).minus(rolling);
        return { date_from: serializeDate(first), date_to: serializeDate(today()) };
    }
    const day = today().minus({ [unit]: ago });
    return {
        date_from: serializeDate(day.startOf(unit)),
        date_to: serializeDate(day.endOf(unit)),
    };
}
