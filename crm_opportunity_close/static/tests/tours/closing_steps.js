import { stepUtils } from "@web_tour/tour_utils";

/** Steps that the tours about closing have in common; none depends on the language. */

export const WINDOW = ".modal:not(.o_inactive_modal)";

export function openPipeline() {
    return [
        ...stepUtils.goToAppSteps("crm.crm_menu_root", "open CRM"),
        {
            content: "the pipeline is there",
            trigger: ".o_opportunity_kanban .o_kanban_record",
        },
    ];
}

export function openList() {
    return [
        ...openPipeline(),
        {
            content: "show the list",
            trigger: ".o_switch_view.o_list",
            run: "click",
        },
    ];
}

export function pressForSelection(label) {
    return [
        ...openList(),
        {
            content: "select all deals",
            trigger: ".o_list_view thead .o_list_record_selector input",
            run: "click",
        },
        {
            content: `press ${label} for all of them`,
            trigger: `.o_control_panel button:contains(/^${label}$/)`,
            run: "click",
        },
    ];
}

export function openMenu(section, entry) {
    return [
        {
            content: "open the menu",
            trigger: `.o_menu_sections button[data-menu-xmlid='${section}']`,
            run: "click",
        },
        {
            content: "choose its entry",
            trigger: `.o-dropdown--menu a[data-menu-xmlid='${entry}']`,
            run: "click",
        },
    ];
}

export function openCard(name) {
    return [
        {
            content: `open the deal ${name}`,
            trigger: `.o_kanban_record:contains(${name})`,
            run: "click",
        },
        {
            content: "its form is there",
            trigger: `.o_form_view .o_field_widget[name=name] textarea:value(${name})`,
        },
    ];
}

export function openCardMenu(name) {
    const card = `.o_kanban_record:contains(${name})`;
    return [
        {
            content: `open the menu on the card of ${name}`,
            trigger: card,
            run: `hover && click ${card} .o_dropdown_kanban .dropdown-toggle`,
        },
    ];
}

export function backToPipeline() {
    return [
        {
            content: "back to the pipeline",
            trigger: ".o_breadcrumb .o_back_button a, .o_breadcrumb a.o_back_button",
            run: "click",
        },
        {
            content: "the pipeline is there",
            trigger: ".o_opportunity_kanban",
        },
    ];
}

export function pipelineLacks(name) {
    return {
        content: `${name} has left the pipeline`,
        trigger: `.o_opportunity_kanban:not(:has(.o_kanban_record:contains(${name})))`,
    };
}

export function toggleFilter(label) {
    return [
        {
            content: "open the search menu",
            trigger: ".o_searchview_dropdown_toggler",
            run: "click",
        },
        {
            content: `switch the filter ${label}`,
            trigger: `.o_filter_menu .o_menu_item:contains(/^${label}$/)`,
            run: "click",
        },
        {
            content: "close the search menu",
            trigger: ".o_searchview_dropdown_toggler",
            run: "click",
        },
    ];
}

export function pressLost() {
    return [
        {
            content: "press Lost",
            trigger: ".o_statusbar_buttons button[data-hotkey=l]",
            run: "click",
        },
        windowIsOpen(),
    ];
}

export function pressLostOnPhone() {
    return [
        {
            content: "open the deal's buttons",
            trigger: ".o_statusbar_buttons button:has(.oi-ellipsis-v)",
            run: "click",
        },
        {
            content: "press Lost",
            trigger: ".o-dropdown--menu button[data-hotkey=l]",
            run: "click",
        },
    ];
}

export function windowIsOpen() {
    return {
        content: "the window asks for the reason",
        trigger: `${WINDOW} .o_field_closing_reason[name=lost_reason_id] input[type=radio]`,
    };
}

export function chooseReason(name) {
    const reason = `${WINDOW} .o_field_closing_reason .o_radio_item:contains(${name})`;
    return [
        {
            content: `choose the reason ${name}`,
            trigger: `${reason} label`,
            run: "click",
        },
        {
            content: "it is chosen",
            trigger: `${reason} input:checked`,
        },
    ];
}

export function writeDetails(text) {
    return [
        {
            content: "write the details of the closing",
            trigger: `${WINDOW} .o_field_widget[name=lost_feedback] .odoo-editor-editable`,
            run: `editor ${text}`,
        },
    ];
}

export function submitLost() {
    return [
        {
            content: "submit",
            trigger: `${WINDOW} button[name=action_lost_reason_apply]`,
            run: "click",
        },
        {
            content: "the window is gone",
            trigger: "body:not(:has(.modal))",
        },
    ];
}

export function dealIsLost() {
    return {
        content: "the form says that the deal is lost",
        trigger: ".o_form_view:has(.ribbon) button[name=action_restore]",
    };
}

export const pressWon = {
    content: "press Won",
    trigger: "button[name=action_set_won_rainbowman]",
    run: "click",
};

export const rainbow = {
    content: "the rainbow rises",
    trigger: ".o_reward_rainbow",
};
