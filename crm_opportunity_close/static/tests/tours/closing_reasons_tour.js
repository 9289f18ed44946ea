import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";
import { WINDOW, chooseReason, openMenu, submitLost, writeDetails } from "./closing_steps";

const ROW = ".o_list_view .o_data_row";

function saveRow() {
    return [
        {
            content: "save the row",
            trigger: ".o_list_button_save",
            run: "click",
        },
        {
            content: "the row is saved",
            trigger: ".o_list_view:not(:has(.o_selected_row))",
        },
    ];
}

/** Select one reason and choose what the action menu offers under an icon. */
function chooseAction(name, icon) {
    return [
        {
            content: `select ${name}`,
            trigger: `${ROW}:contains(${name}) .o_list_record_selector input`,
            run: "click",
        },
        {
            content: "open the action menu",
            trigger: ".o_cp_action_menus .dropdown-toggle:has(.fa-cog)",
            run: "click",
        },
        {
            content: "choose the action",
            trigger: `.o-dropdown--menu .dropdown-item:has(${icon})`,
            run: "click",
        },
        {
            content: "confirm",
            trigger: `${WINDOW} .modal-footer .btn-primary`,
            run: "click",
        },
    ];
}

function isGone(name) {
    return {
        content: `${name} is not listed any more`,
        trigger: `body:not(:has(.modal)) .o_list_view:not(:has(.o_data_row:contains(${name})))`,
    };
}

registry.category("web_tour.tours").add("crm_close_reasons", {
    url: "/odoo",
    steps: () => [
        ...stepUtils.goToAppSteps("crm.crm_menu_root", "open CRM"),
        ...openMenu("crm.crm_menu_config", "crm.menu_crm_lost_reason"),
        {
            content: "create a reason",
            trigger: ".o_list_button_add",
            run: "click",
        },
        {
            content: "name it",
            trigger: ".o_selected_row .o_field_widget[name=name] input",
            run: "edit Champion left",
        },
        ...saveRow(),
        {
            content: "edit a reason in the list",
            trigger: `${ROW}:contains(To be renamed) td[name=name]`,
            run: "click",
        },
        {
            content: "give it another name",
            trigger: ".o_selected_row .o_field_widget[name=name] input",
            run: "edit Renamed in the list",
        },
        ...saveRow(),
        {
            content: "drag a reason to the top",
            trigger: `${ROW}:contains(Budget was cut) .o_handle_cell .o_row_handle`,
            run: `drag_and_drop (${ROW}:contains(Beaten on price))`,
        },
        {
            content: "it is the first one",
            trigger: `${ROW}:eq(0):contains(Budget was cut)`,
        },
        {
            content: "open the form of a reason",
            trigger: `${ROW}:contains(Renamed in the list) .o_list_record_open_form_view button`,
            run: "click",
        },
        {
            content: "say when to choose it",
            trigger: ".o_form_view .o_field_widget[name=description] textarea",
            run: "edit They were bought by our rival.",
        },
        {
            content: "ask for a note with it",
            trigger: ".o_form_view .o_field_widget[name=note_required] input",
            run: "click",
        },
        ...stepUtils.saveForm(),
        {
            content: "back to the reasons",
            trigger: ".o_breadcrumb .o_back_button a, .o_breadcrumb a.o_back_button",
            run: "click",
        },
        {
            content: "the list shows what was written in the form",
            trigger: `${ROW}:contains(Renamed in the list):contains(They were bought by our rival.)`,
        },
        ...chooseAction("To be archived", ".oi-archive"),
        isGone("To be archived"),
        ...chooseAction("To be deleted", ".fa-trash-o"),
        isGone("To be deleted"),
        ...chooseAction("Beaten on price", ".fa-trash-o"),
        {
            content: "a reason in use is kept, and the message says what to do",
            trigger: `${WINDOW}:contains(in use and cannot be deleted):contains(/: 1 closing/):contains(Archive them)`,
        },
        {
            content: "close the message",
            trigger: `${WINDOW} .modal-footer .btn-primary`,
            run: "click",
        },
        {
            content: "the reason is still listed",
            trigger: `body:not(:has(.modal)) ${ROW}:contains(Beaten on price)`,
        },
    ],
});

registry.category("web_tour.tours").add("crm_close_complete", {
    url: "/odoo",
    steps: () => [
        ...stepUtils.goToAppSteps("crm.crm_menu_root", "open CRM"),
        ...openMenu("crm.crm_menu_sales", "crm_opportunity_close.crm_lead_closing_menu_complete"),
        {
            content: "the menu says how many wait",
            trigger:
                ".o_menu_sections button[data-menu-xmlid='crm.crm_menu_sales'] .o_menu_number:contains(2)",
        },
        {
            content: "complete the closing of somebody else's deal, which says what is missing",
            trigger: `${ROW}:contains(Own deal):contains(The reason is missing) button[name=action_complete]`,
            run: "click",
        },
        {
            content: "the window says so, too",
            trigger: `${WINDOW} .alert-info:contains(The reason is missing)`,
        },
        {
            content: "nothing is chosen",
            trigger: `${WINDOW} button[name=action_lost_reason_apply]`,
            run: "click",
        },
        {
            content: "the window stays, and marks what is missing",
            trigger: `${WINDOW} .o_field_closing_reason.o_field_invalid`,
        },
        ...chooseReason("Budget was cut"),
        ...writeDetails("The bank said no"),
        ...submitLost(),
        isGone("Own deal"),
        {
            content: "the others still wait",
            trigger: `${ROW}:contains(Other deal)`,
        },
        {
            content: "one less waits",
            trigger:
                ".o_menu_sections button[data-menu-xmlid='crm.crm_menu_sales'] .o_menu_number:contains(1)",
        },
        {
            content: "open the other one",
            trigger: `${ROW}:contains(Other deal) [name=lead_id]`,
            run: "click",
        },
        {
            content: "open its opportunity",
            trigger: ".o_form_view button[name=action_open_lead]",
            run: "click",
        },
        {
            content: "the opportunity says what is missing, and completes it",
            trigger:
                ".o_form_view .alert:contains(The reason is missing) button[name=action_complete_closing]",
            run: "click",
        },
        ...chooseReason("Beaten on price"),
        ...submitLost(),
        {
            content: "nothing is missing any more",
            trigger: ".o_form_view:has(.ribbon):not(:has([name=closing_missing]))",
        },
        {
            content: "nor does the menu say so",
            trigger: ".o_menu_sections:not(:has(.o_menu_number))",
        },
    ],
});

registry.category("web_tour.tours").add("crm_close_complete_several", {
    url: "/odoo",
    steps: () => [
        ...stepUtils.goToAppSteps("crm.crm_menu_root", "open CRM"),
        ...openMenu("crm.crm_menu_sales", "crm_opportunity_close.crm_lead_closing_menu_complete"),
        {
            content: "select all",
            trigger: ".o_list_view:has(.o_data_row) thead .o_list_record_selector input",
            run: "click",
        },
        {
            content: "complete them together",
            trigger:
                ".o_control_panel .o_list_selection_box ~ * button[name=action_complete], .o_control_panel button[name=action_complete]",
            run: "click",
        },
        {
            content: "the window says what each of them lacks",
            trigger: `${WINDOW} .alert-info:contains(Own deal – The reason is missing):contains(Other deal)`,
        },
        ...chooseReason("Budget was cut"),
        ...submitLost(),
        isGone("Own deal"),
        isGone("Other deal"),
    ],
});

registry.category("web_tour.tours").add("crm_close_complete_phone", {
    steps: () => [
        {
            content: "the button is on screen",
            trigger:
                ".o_kanban_record:contains(Own deal):contains(The reason is missing) [name=action_complete]",
            run({ anchor }) {
                const { left, right, width } = anchor.getBoundingClientRect();
                if (!width || left < 0 || right > window.innerWidth) {
                    throw new Error(`The button reaches from ${left} to ${right}`);
                }
                anchor.click();
            },
        },
        ...chooseReason("Budget was cut"),
        ...submitLost(),
        {
            content: "nothing waits any more",
            trigger: ".o_kanban_view:not(:has(.o_kanban_record:contains(Own deal)))",
        },
    ],
});
