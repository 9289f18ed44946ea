import { stepUtils } from "@web_tour/tour_utils";

/** Steps that the tours about handing over have in common; none depends on the language. */

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

export function pressForSelection(label) {
    return [
        ...openPipeline(),
        {
            content: "show the list",
            trigger: ".o_switch_view.o_list",
            run: "click",
        },
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

export function pipelineLacks(name) {
    return {
        content: `${name} has left the pipeline`,
        trigger: `.o_opportunity_kanban:not(:has(.o_kanban_record:contains(${name})))`,
    };
}
