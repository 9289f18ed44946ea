import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";
import { openMenu, toggleFilter } from "@crm_opportunity_close/../tests/tours/closing_steps";

function switchTo(type) {
    return {
        content: `switch to the ${type}`,
        trigger: `.o_switch_view.o_${type}`,
        run: "click",
    };
}

registry.category("web_tour.tours").add("crm_close_analysis", {
    url: "/odoo",
    steps: () => [
        ...stepUtils.goToAppSteps("crm.crm_menu_root", "open CRM"),
        ...openMenu(
            "crm.crm_menu_report",
            "crm_opportunity_close_analysis.crm_closing_menu_report_analysis"
        ),
        {
            content: "the graph shows what was won and lost",
            trigger: ".o_graph_view .o_graph_canvas_container canvas",
        },
        {
            content: "only this year's opportunities are counted, won and lost",
            trigger: ".o_searchview:not(:contains(Lost)) .o_facet_value:contains(Opportunities)",
        },
        switchTo("pivot"),
        {
            content: "a salesperson, with the revenue lost",
            trigger: ".o_pivot table:contains(Orteil):contains(100.00)",
        },
        switchTo("list"),
        {
            content: "the list has the lost opportunity and the won one",
            trigger:
                ".o_list_view:has(.o_data_row:contains(Other deal)) .o_data_row:contains(Own deal):contains(Beaten on price)",
        },
        ...toggleFilter("Lost"),
        {
            content: "only the lost one, with the filter",
            trigger: ".o_list_view:not(:contains(Other deal)) .o_data_row:contains(Own deal)",
        },
        switchTo("kanban"),
        {
            content: "a card opens its closing",
            trigger: ".o_kanban_record:contains(Own deal)",
            run: "click",
        },
        {
            content: "the closing leads to its deal",
            trigger: ".o_form_view button[name=action_open_lead]",
            run: "click",
        },
        {
            content: "the deal is there",
            trigger: ".o_form_view .o_field_widget[name=name] textarea:value(Own deal)",
        },
    ],
});
