import { deserializeDate, today } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { user } from "@web/core/user";
import { formatFloat, formatMonetary, formatPercentage } from "@web/views/fields/formatters";

export const NOTHING = "–";

/** A rate in whole percents: what a few closings say is never surer than that. */
export function formatRate(rate) {
    return rate === null ? NOTHING : formatPercentage(rate, { digits: [false, 0] });
}

export function formatBase(count, total) {
    return _t("%(count)s of %(total)s", { count, total });
}

/** A share with what it is made of: "33% · 5 of 15"; of nothing there is none. */
export function formatShare(count, total) {
    return total ? `${formatRate(count / total)} · ${formatBase(count, total)}` : NOTHING;
}

/** A median price gap with how many it is made of: "12% · of 5"; of none there is none. */
export function formatPriceGap({ price_gap, price_gap_count }) {
    return price_gap_count
        ? _t("%(gap)s · of %(count)s", { gap: formatRate(price_gap), count: price_gap_count })
        : NOTHING;
}

/**
 * A win rate with its base, where that is big enough to tell a rate.
 *
 * @param {Object} figures `won`, `lost` and `is_enough`
 */
export function formatWinRate({ won, lost, is_enough }) {
    const closed = won + lost;
    return is_enough || !closed
        ? formatShare(won, closed)
        : _t("%s · too few to tell", formatBase(won, closed));
}

/** From where to where: "15–58%". */
export function formatInterval([low, high]) {
    const options = { digits: [false, 0] };
    return `${formatPercentage(low, { ...options, noSymbol: true })}–${formatPercentage(
        high,
        options
    )}`;
}

export function formatDays(days) {
    const options = { digits: [false, days < 10 ? 1 : 0], trailingZeros: false };
    return days === null ? NOTHING : formatFloat(days, options);
}

/** An amount as short as it can be told: 1.2M, 340k, 950. */
export function formatAmount(amount, currencyId) {
    const digits = Math.abs(amount) >= 1000 ? [false, 1] : [false, 0];
    return formatMonetary(amount, { currencyId, humanReadable: true, digits });
}

export function formatMonth(month) {
    return deserializeDate(month).toLocaleString({ month: "long", year: "numeric" });
}

/** The two ends of a period, in words; one that is not over yet ends today. */
export function formatPeriod({ date_from, date_to }) {
    const [first, last] = [date_from, date_to].map((day) => deserializeDate(day));
    const now = today();
    const end = first <= now && now < last ? now : last;
    const format = (day) => day.toLocaleString({ dateStyle: "medium" });
    return _t("%(date_from)s – %(date_to)s", { date_from: format(first), date_to: format(end) });
}

/** Break a long name into lines for a chart; Thai, Chinese… have no spaces to break at. */
export function breakLabel(label, width = 14) {
    const segmenter = new Intl.Segmenter(user.lang, { granularity: "word" });
    const lines = [""];
    for (const { segment } of segmenter.segment(label)) {
        const line = lines.at(-1);
        if (line && (line + segment).trimEnd().length > width) {
            lines.push(segment.trimStart());
        } else {
            lines[lines.length - 1] = line + segment;
        }
    }
    return lines.map((line) => line.trim()).filter(Boolean);
}
