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
        ...openMenu("crm.crm_menu_report", "crm_opportunity_close_analysis.crm_closing_menu_report_analysis"),
        {
            content: "the graph shows why deals were lost",
            trigger: ".o_graph_view .o_graph_canvas_container canvas",
        },
        {
            content: "only this year's losses are counted",
            trigger: ".o_searchview .o_facet_value:contains(Lost)",
        },
        switchTo("pivot"),
        {
            content: "the reason of one deal, with its revenue",
            trigger: ".o_pivot table:contains(Beaten on price):contains(100.00)",
        },
        switchTo("list"),
        {
            content: "the list has the lost deal",
            trigger: ".o_list_view .o_data_row:contains(Own deal):contains(Beaten on price)",
        },
        ...toggleFilter("Lost"),
        {
            content: "and the won one, without the filter",
            trigger: ".o_list_view .o_data_row:contains(Other deal)",
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
