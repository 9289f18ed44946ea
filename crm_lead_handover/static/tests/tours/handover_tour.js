import { registry } from "@web/core/registry";
import {
    WINDOW,
    openCard,
    openCardMenu,
    openMenu,
    openPipeline,
    pipelineLacks,
    pressForSelection,
} from "./handover_steps";

function chooseSuccessor(name) {
    return [
        {
            content: "the window asks who takes over",
            trigger: `${WINDOW} .o_field_widget[name=user_id] input`,
            run: `edit ${name}`,
        },
        {
            content: `choose ${name}`,
            trigger: `.o-autocomplete--dropdown-menu li:contains(${name})`,
            run: "click",
        },
    ];
}

function writeNote(text) {
    return {
        content: "tell the successor something",
        trigger: `${WINDOW} .o_field_widget[name=note] textarea`,
        run: `edit ${text}`,
    };
}

function submit() {
    return [
        {
            content: "hand over",
            trigger: `${WINDOW} button[name=action_hand_over]:visible`,
            run: "click",
        },
        {
            content: "the window is gone",
            trigger: "body:not(:has(.modal))",
        },
    ];
}

registry.category("web_tour.tours").add("crm_lead_handover_selection", {
    url: "/odoo",
    steps: () => [
        ...pressForSelection("Hand over"),
        {
            content: "the window says how many",
            trigger: `${WINDOW} .o_field_widget[name=lead_count]:contains(/^2$/)`,
        },
        ...chooseSuccessor("Nora Next"),
        writeNote("They pay late"),
        ...submit(),
        {
            content: "it is reported, with a link",
            trigger: ".o_notification:contains(2 opportunities handed over to Nora Next) a",
        },
        ...openMenu("crm.crm_menu_sales", "crm_lead_handover.crm_handover_menu"),
        {
            content: "open the hand-over",
            trigger: ".o_list_view .o_data_row:contains(They pay late) .o_data_cell[name=date]",
            run: "click",
        },
        {
            content: "take it back",
            trigger: ".o_form_view button[name=action_take_back]",
            run: "click",
        },
        {
            content: "confirm",
            trigger: `${WINDOW} .modal-footer .btn-primary`,
            run: "click",
        },
        {
            content: "it is reported",
            trigger: ".o_notification:contains(2 opportunities taken back)",
        },
        {
            content: "and cannot be taken back again",
            trigger: ".o_form_view:not(:has(button[name=action_take_back]))",
        },
    ],
});

registry.category("web_tour.tours").add("crm_lead_handover_card_and_form", {
    url: "/odoo",
    steps: () => [
        ...openPipeline(),
        ...openCardMenu("Second deal"),
        {
            content: "hand it over",
            trigger: ".o-dropdown--menu .dropdown-item:contains(/^Hand over$/)",
            run: "click",
        },
        ...chooseSuccessor("Nora Next"),
        ...submit(),
        pipelineLacks("Second deal"),
        ...openCard("Own deal"),
        {
            content: "ask who had the deal",
            trigger: ".o_field_widget[name=user_id] button:has(.fa-history)",
            run: "click",
        },
        {
            content: "it says since when",
            trigger: ".o_lead_salespeople li:contains(Since)",
        },
        {
            content: "open the action menu",
            trigger: ".o_form_view .o_cp_action_menus .dropdown-toggle",
            run: "click",
        },
        {
            content: "hand it over",
            trigger: ".o-dropdown--menu .dropdown-item:contains(/^Hand over$/)",
            run: "click",
        },
        ...chooseSuccessor("Nora Next"),
        ...submit(),
        {
            content: "it is reported, and the pipeline is there instead of an error",
            trigger:
                "body:has(.o_notification:contains(“Own deal” handed over)) .o_opportunity_kanban",
        },
    ],
});

registry.category("web_tour.tours").add("crm_lead_handover_leaver", {
    steps: () => [
        {
            content: "open the action menu",
            trigger: ".o_form_view .o_cp_action_menus .dropdown-toggle",
            run: "click",
        },
        {
            content: "archive",
            trigger: ".o-dropdown--menu .dropdown-item:has(.oi-archive)",
            run: "click",
        },
        {
            content: "confirm",
            trigger: ".modal .modal-footer .btn-primary",
            run: "click",
        },
        {
            content: "the window says how many there are",
            trigger: `${WINDOW} .o_field_widget[name=lead_count]:contains(/^3$/)`,
        },
        ...chooseSuccessor("Nora Next"),
        {
            content: "hand over and archive",
            trigger: `${WINDOW} button[name=action_hand_over]:contains(archive)`,
            run: "click",
        },
        {
            content: "the user is archived",
            trigger: "body:not(:has(.modal)) .o_form_view .ribbon:contains(Archived)",
        },
    ],
});

registry.category("web_tour.tours").add("crm_lead_handover_leaver_in_list", {
    steps: () => [
        {
            content: "select the user",
            trigger: ".o_data_row:contains(Larry Leaver) .o_list_record_selector input",
            run: "click",
        },
        {
            content: "open the action menu",
            trigger: ".o_control_panel .o_cp_action_menus .dropdown-toggle:has(.fa-cog)",
            run: "click",
        },
        {
            content: "archive",
            trigger: ".o-dropdown--menu .dropdown-item:has(.oi-archive)",
            run: "click",
        },
        {
            content: "confirm",
            trigger: ".modal .modal-footer .btn-primary",
            run: "click",
        },
        {
            content: "the window says how many there are; archive only",
            trigger: `${WINDOW}:has(.o_field_widget[name=lead_count]:contains(/^3$/)) button[name=action_archive_only]`,
            run: "click",
        },
        {
            content: "the user has left the list",
            trigger:
                "body:not(:has(.modal)) .o_list_view:not(:has(.o_data_row:contains(Larry Leaver)))",
        },
    ],
});
