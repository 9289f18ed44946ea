import { cookie } from "@web/core/browser/cookie";
import { getColor, getCustomColor, hexToRGBA } from "@web/core/colors/colors";
import { deserializeDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import {
    breakLabel,
    formatInterval,
    formatMonth,
    formatRate,
    formatWinRate,
} from "./overview_format";

const colorScheme = cookie.get("color_scheme");
const TEXT = getCustomColor(colorScheme, "#374151", "#E4E4E4");
const GRID = getCustomColor(colorScheme, "rgba(0, 0, 0, .08)", "rgba(255, 255, 255, .12)");
const LINE = getCustomColor(colorScheme, "#374151", "#E4E4E4");
const BACKGROUND = getCustomColor(colorScheme, "#FFFFFF", "#262A36");
const UNKNOWN = getCustomColor(colorScheme, "#9CA3AF", "#6B7280");
const LOST = getColor(1, colorScheme, "sm");
const WON = getColor(2, colorScheme, "sm");

const PERCENTS = {
    min: 0,
    max: 1,
    border: { display: false },
    ticks: { color: TEXT, stepSize: 0.25, callback: (value) => `${Math.round(value * 100)}%` },
};

function getRowColor({ is_rest, is_unknown }) {
    return is_unknown ? UNKNOWN : is_rest ? hexToRGBA(LOST, 0.5) : LOST;
}

/**
 * Pareto: how much each reason weighs, biggest first, and what the first ones make together.
 *
 * @param {Object[]} rows `name`, `value`, `cumulative` (0 to 1), `is_unknown`, `is_rest`
 * @param {Function} formatValue
 * @param {boolean} isNarrow draw the bars lying, as a phone needs
 */
export function getParetoConfig(rows, formatValue, isNarrow) {
    const valueAxis = {
        beginAtZero: true,
        border: { display: false },
        grid: { color: GRID },
        ticks: { color: TEXT, maxTicksLimit: 6, precision: 0, callback: formatValue },
    };
    const nameAxis = {
        grid: { display: false },
        ticks: { color: TEXT, autoSkip: false, maxRotation: 40, font: { size: 11 } },
    };
    const shareAxis = { ...PERCENTS, grid: { display: false } };
    const [name, value, share] = isNarrow ? ["y", "x", "xShare"] : ["x", "y", "yShare"];
    return {
        type: "bar",
        data: {
            labels: rows.map((row) => breakLabel(row.name, isNarrow ? 18 : 12)),
            datasets: [
                {
                    label: _t("Lost"),
                    data: rows.map((row) => row.value),
                    backgroundColor: rows.map(getRowColor),
                    borderRadius: 4,
                    maxBarThickness: 56,
                    [`${value}AxisID`]: value,
                    order: 1,
                },
                {
                    type: "line",
                    label: _t("Together with those before"),
                    data: rows.map((row) => row.cumulative),
                    borderColor: LINE,
                    backgroundColor: LINE,
                    borderWidth: 2,
                    pointRadius: 3,
                    clip: false,
                    [`${value}AxisID`]: share,
                    order: 0,
                },
            ],
        },
        options: {
            indexAxis: name,
            interaction: { mode: "index", axis: name, intersect: false },
            plugins: {
                legend: { display: false },
                tooltip: {
                    callbacks: {
                        title: ([item]) => rows[item.dataIndex].name,
                        label: ({ dataset, raw }) =>
                            `${dataset.label}: ${(dataset.type ? formatRate : formatValue)(raw)}`,
                    },
                },
            },
            scales: {
                [name]: nameAxis,
                [value]: valueAxis,
                [share]: { ...shareAxis, position: isNarrow ? "top" : "right" },
            },
        },
    };
}

function getMonthLabel(month, index) {
    const date = deserializeDate(month.month);
    const label = [date.toLocaleString({ month: "short" })];
    if (index === 0 || date.month === 1) {
        label.push(date.toLocaleString({ year: "numeric" }));
    }
    return month.is_unfinished ? [...label, _t("so far")] : label;
}

function getMonthLines(month) {
    const lines = [_t("Win rate: %s", formatWinRate(month))];
    if (month.win_rate_interval) {
        lines.push(_t("95%% interval: %s", formatInterval(month.win_rate_interval)));
    }
    return month.is_unfinished ? [...lines, _t("This month is not over yet.")] : lines;
}

/**
 * The intervals of months, as a band behind their rates. It ends where a month without any
 * closing is; a month between two of these has a bar.
 *
 * @param {Object[]} months as the server sends them
 * @param {string[]} colors of the months
 */
function getBandDatasets(months, colors) {
    const intervals = months.map((month) => month.win_rate_interval);
    const isAlone = (interval, index) => interval && !intervals[index - 1] && !intervals[index + 1];
    const edge = { type: "line", borderWidth: 0, pointRadius: 0, pointHitRadius: 0, order: 1 };
    return [
        { ...edge, data: intervals.map((interval) => interval && interval[0]) },
        {
            ...edge,
            data: intervals.map((interval) => interval && interval[1]),
            fill: "-1",
            backgroundColor: colors.at(-1),
            segment: { backgroundColor: ({ p0DataIndex }) => colors[p0DataIndex] },
        },
        {
            data: intervals.map((interval, index) => (isAlone(interval, index) ? interval : null)),
            backgroundColor: colors,
            borderRadius: 6,
            borderSkipped: false,
            maxBarThickness: 22,
            order: 1,
        },
    ];
}

/**
 * The win rate month by month, in the band of its interval. The area of a dot grows with the
 * number of closings; it is hollow where they are too few to tell.
 *
 * @param {Object[]} months as the server sends them
 */
export function getTrendConfig(months) {
    const closed = months.map(({ won, lost }) => won + lost);
    const most = Math.max(...closed);
    const fade = (color, shade = 1) =>
        months.map(({ in_period }) => hexToRGBA(color, in_period ? shade : 0.4 * shade));
    const line = fade(WON);
    return {
        type: "bar",
        data: {
            labels: months.map(getMonthLabel),
            datasets: [
                {
                    type: "line",
                    data: months.map((month) => month.win_rate),
                    borderColor: WON,
                    segment: {
                        borderColor: ({ p1DataIndex }) => line[p1DataIndex],
                        borderDash: ({ p1DataIndex }) =>
                            months[p1DataIndex].is_unfinished ? [4, 4] : undefined,
                    },
                    pointBackgroundColor: months.map(({ is_enough }, index) =>
                        is_enough ? line[index] : BACKGROUND
                    ),
                    pointBorderColor: line,
                    pointBorderWidth: 2,
                    pointRadius: closed.map((count) => 3 + 6 * Math.sqrt(count / most)),
                    pointHoverRadius: closed.map((count) => 4 + 6 * Math.sqrt(count / most)),
                    borderWidth: 2,
                    clip: false,
                    order: 0,
                },
                ...getBandDatasets(months, fade(WON, 0.18)),
            ],
        },
        options: {
            interaction: { mode: "index", axis: "x", intersect: false },
            plugins: {
                legend: { display: false },
                tooltip: {
                    displayColors: false,
                    filter: ({ datasetIndex }) => datasetIndex === 0,
                    callbacks: {
                        title: ([item]) => item && formatMonth(months[item.dataIndex].month),
                        label: ({ dataIndex }) => getMonthLines(months[dataIndex]),
                    },
                },
            },
            scales: {
                x: { grid: { display: false }, ticks: { color: TEXT, maxRotation: 0 } },
                y: { ...PERCENTS, grid: { color: GRID } },
            },
        },
    };
}
