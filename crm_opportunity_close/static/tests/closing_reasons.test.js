import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { mockDate } from "@odoo/hoot-mock";
import {
    chooseReason,
    findReasons,
    groupByType,
} from "@crm_opportunity_close/closing_reason/closing_reasons";
import { allowTranslations } from "@web/../tests/web_test_helpers";

describe.current.tags("headless");

beforeEach(allowTranslations);

const PRICE = {
    id: 1,
    display_name: "Too expensive",
    description: "Another offer costs less.",
    loss_type: "competitor",
};
const TIME = {
    id: 2,
    display_name: "No time",
    description: "They decided nothing.",
    loss_type: "no_decision",
    followup_days: 90,
};
const FEATURE = {
    id: 3,
    display_name: "Función que falta",
    description: false,
    loss_type: "competitor",
    note_required: true,
    competitor_required: true,
};
const OLD = { id: 4, display_name: "An old one", description: false, loss_type: false };
const REASONS = [PRICE, TIME, FEATURE, OLD];

const getNames = (reasons) => reasons.map(({ display_name }) => display_name);

describe("finding reasons", () => {
    test("nothing typed finds all, in their order", () => {
        expect(findReasons(REASONS, "")).toEqual(REASONS);
        expect(findReasons(REASONS, "   ")).toEqual(REASONS);
    });

    test("every word typed is in the name, in any order, case and without accents", () => {
        expect(getNames(findReasons(REASONS, "EXPENSIVE too"))).toEqual(["Too expensive"]);
        expect(getNames(findReasons(REASONS, "funcion"))).toEqual(["Función que falta"]);
        expect(findReasons(REASONS, "expensive time")).toEqual([]);
    });

    test("a name that is found hides those only described so", () => {
        const described = { ...PRICE, id: 5, display_name: "Other", description: "No time left" };
        expect(getNames(findReasons([...REASONS, described], "time"))).toEqual(["No time"]);
    });

    test("what no name says is looked for in descriptions and types", () => {
        expect(getNames(findReasons(REASONS, "offer"))).toEqual(["Too expensive"]);
        expect(getNames(findReasons(REASONS, "lost to a competitor"))).toEqual([
            "Too expensive",
            "Función que falta",
        ]);
        expect(findReasons(REASONS, "nonsense")).toEqual([]);
    });
});

describe("grouping reasons", () => {
    test("types stand in the order of their first reason, reasons in their own", () => {
        const groups = groupByType(REASONS);
        expect(groups.map(({ type }) => type)).toEqual(["competitor", "no_decision", "other"]);
        expect(getNames(groups[0].reasons)).toEqual(["Too expensive", "Función que falta"]);
    });

    test("a reason without a known type is another one", () => {
        const [group] = groupByType([OLD]);
        expect(group.type).toBe("other");
        expect(String(group.label)).toBe("Other");
    });

    test("without reasons there are no groups", () => {
        expect(groupByType([])).toEqual([]);
    });
});

describe("choosing a reason", () => {
    const FIELDS = [
        "note_required",
        "competitor_required",
        "proposed_followup_date",
        "followup_date",
    ];

    /** A record of the web client, as far as `chooseReason` knows it. */
    function makeRecord(data = {}, fields = FIELDS) {
        const record = {
            data: {
                date_closed: false,
                followup_date: false,
                proposed_followup_date: false,
                ...data,
            },
            activeFields: Object.fromEntries(fields.map((name) => [name, {}])),
            model: { mutex: { exec: (call) => call() } },
            _update(changes, options) {
                Object.assign(record, { changes, options });
            },
        };
        return record;
    }

    async function choose(reason, { data, fields, ...options } = {}) {
        const record = makeRecord(data, fields);
        await chooseReason(record, "lost_reason_id", reason, options);
        return record;
    }

    test("what it asks for follows, without asking the server", async () => {
        const { changes, options } = await choose(FEATURE);
        expect(changes.lost_reason_id).toEqual({ id: 3, display_name: "Función que falta" });
        expect(changes.note_required).toBe(true);
        expect(changes.competitor_required).toBe(true);
        expect(options.withoutOnchange).toBe(true);
    });

    test("the server is asked where something else depends on the reason", async () => {
        const { options } = await choose(FEATURE, { asksServer: true });
        expect(options.withoutOnchange).toBe(false);
    });

    test("only fields of the form are changed", async () => {
        const { changes } = await choose(FEATURE, { fields: ["note_required"] });
        expect(Object.keys(changes)).toEqual(["lost_reason_id", "note_required"]);
    });

    test("a follow-up is proposed from today on, or from the closing", async () => {
        mockDate("2026-03-10 09:00:00");
        const today = await choose(TIME);
        expect(today.changes.followup_date.toISODate()).toBe("2026-06-08");
        const closed = luxon.DateTime.fromISO("2026-03-01T18:00:00");
        const earlier = await choose(TIME, { closed });
        expect(earlier.changes.followup_date.toISODate()).toBe("2026-05-30");
    });

    test("no follow-up is proposed from a day that cannot be meant", async () => {
        mockDate("2026-03-10 09:00:00");
        for (const day of ["2026-03-11", "0026-03-01"]) {
            const closed = luxon.DateTime.fromISO(day);
            const { changes } = await choose(TIME, { closed });
            expect(changes.followup_date).toBe(false);
        }
    });

    test("a follow-up that a person has chosen stays", async () => {
        const chosen = luxon.DateTime.fromISO("2027-01-01");
        const { changes } = await choose(TIME, { data: { followup_date: chosen } });
        expect("followup_date" in changes).toBe(false);
    });

    test("a follow-up that was only proposed changes with the reason", async () => {
        const proposed = luxon.DateTime.fromISO("2026-06-08");
        const data = { followup_date: proposed, proposed_followup_date: proposed };
        const { changes } = await choose(PRICE, { data });
        expect(changes.followup_date).toBe(false);
    });
});
