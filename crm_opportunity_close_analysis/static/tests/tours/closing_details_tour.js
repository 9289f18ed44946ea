import { registry } from "@web/core/registry";

const PAGE = ".o_closing_overview";

registry.category("web_tour.tours").add("crm_close_overview_only_open", {
    steps: () => [
        {
            content: "nothing was closed, but an opportunity entered a stage",
            trigger: `${PAGE}:has(.o_closing_overview_empty):not(:has([data-figure])) .o_closing_funnel tr:contains(Lead Stage) [data-exit=entered]:contains(1)`,
        },
        {
            content: "without the filter there is more",
            trigger: `${PAGE} .o_closing_overview_clear`,
            run: "click",
        },
        {
            content: "the figures are there",
            trigger: `${PAGE}:not(:has(.o_closing_overview_empty)) [data-figure=win_rate]`,
        },
    ],
});

registry.category("web_tour.tours").add("crm_close_overview_marks", {
    steps: () => [
        {
            content: "15 of 60 are won, after 45 of 60: worse, in words and with an arrow",
            trigger: `${PAGE} [data-figure=win_rate]:contains(15 of 60) [data-marked]:contains(worse):has(.fa-arrow-down)`,
        },
        {
            content: "and nothing else is said to have changed",
            trigger: `${PAGE} .o_closing_figures:not(:has([data-figure]:not([data-figure=win_rate]) [data-marked]))`,
        },
        {
            content: "the rate by value has its interval",
            trigger: `${PAGE} [data-figure=win_rate]:contains("25% (16–37%) by value")`,
        },
    ],
});

registry.category("web_tour.tours").add("crm_close_overview_details", {
    steps: () => [
        {
            content: "a reason rises",
            trigger: `${PAGE} .o_closing_movers li:contains(Rises):contains(Beaten on price)`,
        },
        {
            content: "which closings are these?",
            trigger: `${PAGE} .o_closing_movers button:contains(Beaten on price)`,
            run: "click",
        },
        {
            content: "the lost ones with this reason",
            trigger: ".o_list_view .o_data_row:contains(Beaten on price)",
        },
        {
            content: "back by the breadcrumb",
            trigger: ".o_breadcrumb .o_back_button a, .o_breadcrumb a.o_back_button",
            run: "click",
        },
        {
            content: "all were lost to the competitor, for one reason: enough to tell a rate",
            trigger: `${PAGE} .o_closing_competition tr:contains(Globex):contains(0 of 16)`,
        },
        {
            content: "why?",
            trigger: `${PAGE} .o_closing_matrix tr:contains(Globex) button:contains(16)`,
            run: "click",
        },
        {
            content: "the lost ones with this reason",
            trigger: ".o_list_view .o_data_row:contains(Beaten on price)",
        },
        {
            content: "back by the breadcrumb",
            trigger: ".o_breadcrumb .o_back_button a, .o_breadcrumb a.o_back_button",
            run: "click",
        },
        {
            content: "as a pivot table",
            trigger: `${PAGE} .o_closing_matrix button:contains(Pivot table)`,
            run: "click",
        },
        {
            content: "the same numbers there",
            trigger: ".o_pivot tr:contains(Globex) .o_pivot_cell_value:contains(16)",
        },
        {
            content: "back by the breadcrumb",
            trigger: ".o_breadcrumb .o_back_button a, .o_breadcrumb a.o_back_button",
            run: "click",
        },
        {
            content: "two opportunities entered a stage; one is still there",
            trigger: `${PAGE} .o_closing_funnel tr:contains(Lead Stage) [data-exit=entered]:contains(2)`,
        },
        {
            content: "which one?",
            trigger: `${PAGE} .o_closing_funnel tr:contains(Lead Stage) [data-exit=still] button`,
            run: "click",
        },
        {
            content: "the open one",
            trigger:
                ".o_list_view tbody:not(:has(.o_data_row + .o_data_row)) .o_data_row:contains(Still open)",
        },
        {
            content: "back by the breadcrumb",
            trigger: ".o_breadcrumb .o_back_button a, .o_breadcrumb a.o_back_button",
            run: "click",
        },
        {
            content: "another period",
            trigger: `${PAGE} [data-period=last_month]`,
            run: "click",
        },
        {
            content: "there, no competitor was named",
            trigger: `${PAGE}:has([data-period=last_month].active):not(:has(.o_closing_competition)) .o_closing_funnel`,
        },
    ],
});
