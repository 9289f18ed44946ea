import { queryOne } from "@odoo/hoot-dom";
import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";
import { openMenu } from "@crm_opportunity_close/../tests/tours/closing_steps";

const PAGE = ".o_closing_overview";

function openOverview() {
    return [
        ...stepUtils.goToAppSteps("crm.crm_menu_root", "open CRM"),
        ...openMenu(
            "crm.crm_menu_report",
            "crm_opportunity_close_analysis.crm_closing_menu_report_overview"
        ),
        {
            content: "the figures of this year are there",
            trigger: `${PAGE} [data-figure=win_rate]`,
        },
    ];
}

/** Click into the middle of the first bar of a chart. */
function clickFirstBar(selector) {
    const canvas = queryOne(`${selector} canvas`);
    const [bar] = window.Chart.getChart(canvas).getDatasetMeta(0).data;
    const { x, y } = bar.getCenterPoint();
    const { left, top } = canvas.getBoundingClientRect();
    for (const type of ["mousemove", "click"]) {
        canvas.dispatchEvent(
            new MouseEvent(type, { bubbles: true, clientX: left + x, clientY: top + y })
        );
    }
}

function listShows(name) {
    return {
        content: `the closings behind it: ${name}`,
        trigger: `.o_list_view tbody:not(:has(.o_data_row + .o_data_row)) .o_data_row:contains(${name})`,
    };
}

function goBack() {
    return [
        {
            content: "back by the breadcrumb",
            trigger: ".o_breadcrumb .o_back_button a, .o_breadcrumb a.o_back_button",
            run: "click",
        },
    ];
}

registry.category("web_tour.tours").add("crm_close_overview_manager", {
    steps: () => [
        ...openOverview(),
        {
            content: "one of two is won, which tells no rate and no change",
            trigger: `${PAGE} [data-figure=win_rate]:contains(1 of 2):contains(too few to tell):not(:has(.o_closing_interval)):not(:has([data-marked]))`,
        },
        {
            content: "nothing was closed last year",
            trigger: `${PAGE} [data-period=last_year]`,
            run: "click",
        },
        {
            content: "the page says so",
            trigger: `${PAGE} .o_closing_overview_empty`,
        },
        {
            content: "this quarter",
            trigger: `${PAGE} [data-period=this_quarter]`,
            run: "click",
        },
        {
            content: "its figures are there; why was it lost?",
            trigger: `${PAGE} .o_closing_reasons_chart canvas`,
            run: () => clickFirstBar(".o_closing_reasons_chart"),
        },
        listShows("Own deal"),
        ...goBack(),
        {
            content: "the quarter is still chosen; to whom was it lost?",
            trigger: `${PAGE}:has([data-period=this_quarter].active) [data-field=competitor_id] button:contains(Globex)`,
            run: "click",
        },
        listShows("Own deal"),
        ...goBack(),
        {
            content: "what was won?",
            trigger: `${PAGE} [data-figure=revenue_won] button`,
            run: "click",
        },
        listShows("Other deal"),
        {
            content: "its total is the figure that was clicked",
            trigger:
                ".o_list_view tfoot [name=closed_revenue]:contains(1,800.00), .o_list_view tfoot td:contains(1,800.00)",
        },
        ...goBack(),
        {
            content: "losses by revenue",
            trigger: `${PAGE} [data-measure=revenue]`,
            run: "click",
        },
        {
            content: "a salesperson's deals",
            trigger: `${PAGE}:has([data-measure=revenue].active) .o_closing_salespeople tbody tr:contains(Orteil) button`,
            run: "click",
        },
        listShows("Own deal"),
    ],
});

registry.category("web_tour.tours").add("crm_close_overview_salesperson", {
    steps: () => [
        ...openOverview(),
        {
            content: "only the own deal, which was lost",
            trigger: `${PAGE}:has(.badge):not(:has(.o_closing_overview_team)) [data-figure=win_rate]:contains(0 of 1)`,
        },
        {
            content: "open the deals lost",
            trigger: `${PAGE} [data-figure=revenue_lost] button`,
            run: "click",
        },
        listShows("Own deal"),
    ],
});
