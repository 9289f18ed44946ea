import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { mockDate } from "@odoo/hoot-mock";
import {
    breakLabel,
    formatDays,
    formatInterval,
    formatPeriod,
    formatRate,
    formatShare,
    formatWinRate,
} from "@crm_opportunity_close_analysis/overview/overview_format";
import {
    COUNTED,
    countClosings,
    LOST,
    WON,
} from "@crm_opportunity_close_analysis/overview/overview_conditions";
import { OverviewFigures } from "@crm_opportunity_close_analysis/overview/overview_figures";
import { OverviewInterval } from "@crm_opportunity_close_analysis/overview/overview_interval";
import {
    getOptions,
    NO_FILTERS,
    parseAmount,
} from "@crm_opportunity_close_analysis/overview/overview_options";
import { getPeriodDates } from "@crm_opportunity_close_analysis/overview/overview_periods";
import { getFigureOptions } from "@crm_opportunity_close_analysis/overview/overview_request";
import { makeMockEnv, mountWithCleanup } from "@web/../tests/web_test_helpers";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";

defineMailModels();

// How numbers, dates and terms are written is known once the services of the client run.
beforeEach(makeMockEnv);

const TODAY = "2026-05-20 09:00:00";

describe("figures in words", () => {
    test("a rate is in whole percents; of nothing there is none", () => {
        expect(formatRate(0.334)).toBe("33%");
        expect(formatRate(0)).toBe("0%");
        expect(formatRate(null)).toBe("–");
        expect(formatShare(5, 15)).toBe("33% · 5 of 15");
        expect(formatShare(0, 0)).toBe("–");
    });

    test("too few closings tell no win rate", () => {
        expect(formatWinRate({ won: 5, lost: 10, is_enough: true })).toBe("33% · 5 of 15");
        expect(`${formatWinRate({ won: 1, lost: 1, is_enough: false })}`).toBe(
            "1 of 2 · too few to tell"
        );
        expect(formatWinRate({ won: 0, lost: 0, is_enough: false })).toBe("–");
    });

    test("few days have a decimal, many have none", () => {
        expect(formatDays(3.25)).toBe("3.3");
        expect(formatDays(3)).toBe("3");
        expect(formatDays(10.6)).toBe("11");
        expect(formatDays(0)).toBe("0");
        expect(formatDays(null)).toBe("–");
    });

    test("a period that is not over ends today", () => {
        mockDate(TODAY);
        const year = { date_from: "2026-01-01", date_to: "2026-12-31" };
        expect(`${formatPeriod(year)}`).toBe("Jan 1, 2026 – May 20, 2026");
        const past = { date_from: "2025-01-01", date_to: "2025-12-31" };
        expect(`${formatPeriod(past)}`).toBe("Jan 1, 2025 – Dec 31, 2025");
    });

    test("long names break between words, and no word is lost", () => {
        expect(breakLabel("Lost to a cheaper offer")).toEqual(["Lost to a", "cheaper offer"]);
        expect(breakLabel("ราคาสูงเกินไปสำหรับลูกค้ารายนี้").length).toBeGreaterThan(1);
        expect(breakLabel("ราคาสูงเกินไปสำหรับลูกค้ารายนี้").join("")).toBe(
            "ราคาสูงเกินไปสำหรับลูกค้ารายนี้"
        );
    });
});

describe("intervals", () => {
    test("an interval is said from where to where", () => {
        expect(formatInterval([0.152, 0.583])).toBe("15–58%");
        expect(formatInterval([0, 1])).toBe("0–100%");
    });

    test("its bar and its dot stand where their rates are", async () => {
        await mountWithCleanup(OverviewInterval, { props: { rate: 0.25, interval: [0.1, 0.6] } });
        expect("[style*='left: 10%'][style*='width: 50%']").toHaveCount(1);
        expect("[style*='left: 25%']").toHaveCount(1);
    });
});

describe("what is counted", () => {
    test("closings that meet a condition", () => {
        const figures = { won: 3, lost: 5 };
        expect(countClosings(figures, WON)).toBe(3);
        expect(countClosings(figures, LOST)).toBe(5);
        expect(countClosings(figures, COUNTED)).toBe(8);
    });
});

describe("changes of figures", () => {
    /** The change that a figure shows, with what the server says of it. */
    function getChange(change, now, before, card = {}) {
        const figures = Object.create(OverviewFigures.prototype);
        figures.props = { data: { changes: change ? { win_rate: change } : {} } };
        return figures.getChange("win_rate", now, before, card);
    }

    test("what cannot be compared shows none", () => {
        expect(getChange(undefined, 1, 2)).toBe(false);
        expect(getChange({ p_adjusted: null }, 1, 2)).toBe(false);
    });

    test("what may be chance is grey and has no arrow", () => {
        const change = getChange({ p_adjusted: 0.4, is_significant: false, direction: 1 }, 6, 5);
        expect(change.text).toBe("+20%");
        expect(change.tone).toBe("text-muted");
        expect(change.icon).toBe(undefined);
    });

    test("what is more than chance is better or worse, as the figure is meant", () => {
        const up = { p_adjusted: 0.01, is_significant: true, direction: 1 };
        const down = { ...up, direction: -1 };
        expect(String(getChange(up, 6, 5, { isMoreBetter: true }).word)).toBe("better");
        expect(String(getChange(up, 6, 5, { isLessBetter: true }).word)).toBe("worse");
        expect(String(getChange(down, 4, 5, { isLessBetter: true }).word)).toBe("better");
        expect(String(getChange(down, 4, 5, { isMoreBetter: true }).word)).toBe("worse");
        expect(String(getChange(down, 4, 5).word)).toBe("lower");
        expect(getChange(down, 4, 5).text).toBe("−20%");
    });

    test("no change is unchanged, and a change from nothing is told as it is", () => {
        const same = { p_adjusted: 1, is_significant: false, direction: 0 };
        expect(String(getChange(same, 5, 5).text)).toBe("unchanged");
        const change = getChange({ p_adjusted: 0.4, is_significant: false, direction: 1 }, 5, 0);
        expect(change.text).toBe("+5");
    });
});

describe("what the page shows when it is opened", () => {
    test("without an address: this year, opportunities, nothing filtered", () => {
        mockDate(TODAY);
        expect(getOptions()).toEqual({
            period: "this_year",
            date_from: "2026-01-01",
            date_to: "2026-12-31",
            compare: "before",
            ...NO_FILTERS,
            current_only: false,
            lead_type: "opportunity",
            measure: "count",
        });
    });

    test("the same page again from the text of its address", () => {
        mockDate(TODAY);
        const shown = getOptions({
            period: "custom",
            date_from: "2026-02-01",
            date_to: "2026-02-28",
            compare: "last_year",
            team_id: "7",
            user_id: "2",
            amount_from: "1000",
            amount_to: "2000.5",
            current_only: "true",
            lead_type: "false",
            measure: "revenue",
        });
        expect(shown.team_id).toBe(7);
        expect(shown.amount_to).toBe(2000.5);
        expect(shown.lead_type).toBe(false);
        const address = Object.entries(shown).map(([name, value]) => [name, `${value}`]);
        expect(getOptions(Object.fromEntries(address))).toEqual(shown);
    });

    test("what is no record, period or amount filters nothing", () => {
        mockDate(TODAY);
        for (const team_id of ["x", "-1", "0", "1.5", "99999999999", ""]) {
            expect(getOptions({ team_id }).team_id).toBe(false);
        }
        expect(getOptions({ period: "nonsense" })).toEqual(getOptions());
        const reversed = { period: "custom", date_from: "2026-03-01", date_to: "2026-02-01" };
        expect(getOptions(reversed)).toEqual(getOptions());
        const impossible = { period: "custom", date_from: "2026-02-31", date_to: "2026-03-01" };
        expect(getOptions(impossible)).toEqual(getOptions());
        expect(getOptions({ amount_from: "5", amount_to: "1" })).toEqual(getOptions());
    });

    test("amounts are numbers the server takes; zero is one of them", () => {
        expect(parseAmount("0")).toBe(0);
        expect(parseAmount("-3.5")).toBe(-3.5);
        for (const text of ["", "false", "x", "1e16", undefined, null, false]) {
            expect(parseAmount(text)).toBe(false);
        }
    });

    test("how it is drawn is no part of what the server is asked", () => {
        const asked = getFigureOptions({ measure: "count", period: "this_year", team_id: 7 });
        expect(asked).toEqual({ team_id: 7 });
    });
});

describe("periods", () => {
    test("are whole months, quarters and years, or twelve months up to today", () => {
        mockDate(TODAY);
        const expected = {
            this_month: ["2026-05-01", "2026-05-31"],
            last_month: ["2026-04-01", "2026-04-30"],
            this_quarter: ["2026-04-01", "2026-06-30"],
            last_quarter: ["2026-01-01", "2026-03-31"],
            last_year: ["2025-01-01", "2025-12-31"],
            last_12_months: ["2025-05-21", "2026-05-20"],
        };
        for (const [key, [date_from, date_to]] of Object.entries(expected)) {
            expect(getPeriodDates(key)).toEqual({ date_from, date_to });
        }
    });

    test("of months of other lengths end on their last day", () => {
        mockDate("2026-03-31 09:00:00");
        expect(getPeriodDates("last_month")).toEqual({
            date_from: "2026-02-01",
            date_to: "2026-02-28",
        });
    });
});
