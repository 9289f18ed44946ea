import { cookie } from "@web/core/browser/cookie";
import { getColor, getCustomColor, hexToRGBA } from "@web/core/colors/colors";
import { deserializeDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { breakLabel, formatMonth, formatRate } from "./overview_format";

const colorScheme = cookie.get("color_scheme");
const TEXT = getCustomColor(colorScheme, "#374151", "#E4E4E4");
const GRID = getCustomColor(colorScheme, "rgba(0, 0, 0, .08)", "rgba(255, 255, 255, .12)");
const LINE = getCustomColor(colorScheme, "#374151", "#E4E4E4");
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
    const label = date.toLocaleString({ month: "short" });
    const isFirst = index === 0 || date.month === 1;
    return isFirst ? [label, date.toLocaleString({ year: "numeric" })] : label;
}

/**
 * The win rate month by month, and behind it how many deals it is made of.
 *
 * @param {Object[]} months as the server sends them
 */
export function getTrendConfig(months) {
    const fade = (color) =>
        months.map((month) => (month.in_period ? color : hexToRGBA(color, 0.4)));
    return {
        type: "bar",
        data: {
            labels: months.map(getMonthLabel),
            datasets: [
                {
                    type: "line",
                    label: _t("Win rate"),
                    data: months.map((month) => month.win_rate),
                    borderColor: WON,
                    segment: {
                        borderColor: ({ p1DataIndex }) => fade(WON)[p1DataIndex],
                    },
                    pointBackgroundColor: fade(WON),
                    pointBorderColor: fade(WON),
                    pointRadius: 4,
                    borderWidth: 3,
                    spanGaps: true,
                    clip: false,
                    yAxisID: "y",
                    order: 0,
                },
                {
                    label: _t("Closed"),
                    data: months.map((month) => month.won + month.lost),
                    backgroundColor: GRID,
                    borderRadius: 4,
                    maxBarThickness: 40,
                    yAxisID: "yDeals",
                    order: 1,
                },
            ],
        },
        options: {
            interaction: { mode: "index", axis: "x", intersect: false },
            plugins: {
                legend: { display: false },
                tooltip: {
                    callbacks: {
                        title: ([item]) => formatMonth(months[item.dataIndex].month),
                        label: ({ dataset, raw }) =>
                            `${dataset.label}: ${dataset.type ? formatRate(raw) : raw}`,
                    },
                },
            },
            scales: {
                x: { grid: { display: false }, ticks: { color: TEXT, maxRotation: 0 } },
                y: { ...PERCENTS, grid: { color: GRID } },
                // The bars stay in the lower half: the line is what is read.
                yDeals: {
                    display: false,
                    beginAtZero: true,
                    suggestedMax: 2 * Math.max(...months.map(({ won, lost }) => won + lost)),
                },
            },
        },
    };
}
