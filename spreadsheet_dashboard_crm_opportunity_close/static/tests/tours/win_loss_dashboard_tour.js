import { rpc } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";

const KPIS = {
    B2: "won",
    B3: "lost",
    B5: "win_rate",
    B6: "revenue_won",
    B7: "revenue_lost",
    B8: "win_rate_value",
};

/** The spreadsheet that is on the screen. */
function findModel(node = odoo.__WOWL_DEBUG__.root.__owl__) {
    const { model } = node.component.props;
    if (model?.getters?.getEvaluatedCell) {
        return model;
    }
    for (const child of Object.values(node.children)) {
        const found = findModel(child);
        if (found) {
            return found;
        }
    }
}

function getCells(model) {
    return model.getters.getSheetIds().flatMap((sheetId) => {
        const cells = Object.values(model.getters.getEvaluatedCells(sheetId));
        return cells.map((cell) => ({ ...cell, sheet: model.getters.getSheetName(sheetId) }));
    });
}

/** Wait until everything is loaded. */
async function waitForCells(model) {
    for (let tries = 0; tries < 100; tries++) {
        const cells = getCells(model);
        if (!cells.some(({ value }) => ["Loading...", "#LOADING"].includes(value))) {
            return cells;
        }
        await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error("The dashboard does not stop loading");
}

function getValue(model, xc) {
    const sheetId = model.getters
        .getSheetIds()
        .find((id) => model.getters.getSheetName(id) === "Data");
    const [col, row] = [xc.charCodeAt(0) - "A".charCodeAt(0), Number(xc.slice(1)) - 1];
    return model.getters.getEvaluatedCell({ sheetId, col, row }).value;
}

/** The spreadsheet that is on the screen, once it is loaded and no cell has an error. */
async function findSoundModel() {
    const model = findModel();
    const errors = (await waitForCells(model)).filter(({ type }) => type === "error");
    if (errors.length) {
        throw new Error(JSON.stringify(errors));
    }
    return model;
}

registry.category("web_tour.tours").add("crm_close_win_loss_sample", {
    steps: () => [
        {
            content: "the sample, in a database without any closing",
            trigger: ".o-sample-dashboard .o-spreadsheet .o-figure",
        },
        {
            content: "no cell has an error, and there are figures",
            trigger: ".o-spreadsheet",
            async run() {
                const model = await findSoundModel();
                for (const xc of Object.keys(KPIS)) {
                    if (!(getValue(model, xc) > 0)) {
                        throw new Error(`${xc}: ${getValue(model, xc)}`);
                    }
                }
            },
        },
    ],
});

registry.category("web_tour.tours").add("crm_close_win_loss_dashboard", {
    steps: () => [
        {
            content: "the dashboard",
            trigger: ".o-spreadsheet .o-figure, .o-spreadsheet .o-scorecard",
        },
        {
            content: "no cell has an error, and the figures are those of the overview",
            trigger: ".o-spreadsheet",
            async run() {
                const model = await findSoundModel();
                const today = luxon.DateTime.local();
                const { figures } = await rpc("/web/dataset/call_kw", {
                    model: "crm.lead.closing",
                    method: "get_overview",
                    args: [{ date_from: `${today.year}-01-01`, date_to: today.toISODate() }],
                    kwargs: {},
                });
                for (const [xc, name] of Object.entries(KPIS)) {
                    if (Math.abs(getValue(model, xc) - figures[name]) > 0.01) {
                        throw new Error(`${name}: ${getValue(model, xc)}, not ${figures[name]}`);
                    }
                }
            },
        },
    ],
});
