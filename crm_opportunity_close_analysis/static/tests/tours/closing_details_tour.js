import { registry } from "@web/core/registry";

const PAGE = ".o_closing_overview";

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
            trigger: ".o_list_view tbody:not(:has(.o_data_row + .o_data_row)) .o_data_row:contains(Still open)",
        },
    ],
});
