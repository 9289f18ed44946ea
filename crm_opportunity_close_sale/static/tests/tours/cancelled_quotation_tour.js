import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

const REASON = ".o_form_view [name=close_reason] .o_field_widget[name=close_reason_id]";

registry.category("web_tour.tours").add("crm_close_sale_cancelled", {
    steps: () => [
        {
            content: "a quotation that goes on is not asked why it does not",
            trigger: ".o_form_view:not(:has([name=close_reason])) button[name=action_cancel]",
            run: "click",
        },
        {
            content: "cancel it",
            trigger: ".modal .modal-footer .btn-primary",
            run: "click",
        },
        {
            content: "what the customer wrote would stand here: nobody wrote",
            trigger: ".o_form_view [name=close_reason]:not(:has([name=decline_message]))",
        },
        {
            content: "one click says why",
            trigger: `${REASON} .o_selection_badge:contains(Beaten on price)`,
            run: "click",
        },
        {
            content: "save",
            trigger: ".o_form_button_save:visible",
            run: "click",
        },
        {
            content: "it is saved",
            trigger: `.o_form_view:has(.o_form_status_indicator_buttons.invisible) .o_selection_badge.active:contains(Beaten on price)`,
        },
        ...stepUtils.goToAppSteps("crm.crm_menu_root", "open CRM"),
        {
            content: "open the reports",
            trigger: ".o_menu_sections button[data-menu-xmlid='crm.crm_menu_report']",
            run: "click",
        },
        {
            content: "the cancelled quotations",
            trigger:
                ".o-dropdown--menu [data-menu-xmlid='crm_opportunity_close_sale.sale_order_menu_cancelled']",
            run: "click",
        },
        {
            content: "they stand by their reasons",
            trigger: ".o_list_view .o_group_header:contains(Beaten on price)",
            run: "click",
        },
        {
            content: "the quotation is among them",
            trigger: ".o_list_view .o_data_row:contains(Initech)",
        },
    ],
});
