import { registry } from "@web/core/registry";
import { WINDOW, chooseReason, openList, pressForSelection, windowIsOpen } from "./closing_steps";

function getLine(deal) {
    return `${WINDOW} .o_closing_line:contains(${deal})`;
}

function chooseReasonOfLine(deal, reason) {
    return {
        content: `choose the reason of ${deal}`,
        trigger: `${getLine(deal)} select[name=lost_reason_id]`,
        run: `selectByLabel ${reason}`,
    };
}

function archiveSelection() {
    return [
        {
            content: "open the action menu",
            trigger: ".o_cp_action_menus .dropdown-toggle:has(.fa-cog)",
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
    ];
}

registry.category("web_tour.tours").add("crm_close_lost_selection", {
    url: "/odoo",
    steps: () => [
        ...pressForSelection("Mark Lost"),
        windowIsOpen(),
        {
            content: "the window says how many it closes",
            trigger: `${WINDOW} .o_field_widget[name=lead_count]:contains(/^2$/)`,
        },
        {
            content: "and which it leaves",
            trigger: `${WINDOW} .o_field_widget[name=skipped_message]:contains(Won deal):contains(already won)`,
        },
        ...chooseReason("Budget was cut"),
        {
            content: "submit",
            trigger: `${WINDOW} button[name=action_lost_reason_apply]`,
            run: "click",
        },
        {
            content: "the opportunity left as it is is reported by name, in a line of its own",
            trigger:
                ".o_closing_notification:contains(Opportunities lost: 2) li:contains(Won deal)",
        },
        {
            content: "the lost deals have left the list",
            trigger:
                ".o_list_view:has(.o_data_row:contains(Won deal)):not(:has(.o_data_row:contains(Own deal)))",
        },
    ],
});

registry.category("web_tour.tours").add("crm_close_lost_per_deal", {
    url: "/odoo",
    steps: () => [
        ...pressForSelection("Mark Lost"),
        windowIsOpen(),
        {
            content: "each deal has a reason of its own",
            trigger: `${WINDOW} .o_field_widget[name=is_per_deal] input`,
            run: "click",
        },
        {
            content: "submit without an answer",
            trigger: `${WINDOW}:has(.o_closing_line:contains(Other deal)) button[name=action_lost_reason_apply]`,
            run: "click",
        },
        ...["Own deal", "Other deal"].map((deal) => ({
            content: `the line of ${deal} says that its reason is missing`,
            trigger: `${getLine(deal)} select.o_closing_missing[aria-invalid=true]`,
        })),
        chooseReasonOfLine("Own deal", "Beaten on price"),
        {
            content: "name the competitor, there where the reason asks for it",
            trigger: `${getLine(
                "Own deal"
            )}:contains(asks for the competitor) [name=competitor_id] input`,
            run: "edit Globex",
        },
        {
            content: "choose it",
            trigger: ".o-autocomplete--dropdown-item:contains(/^Globex$/)",
            run: "click",
        },
        chooseReasonOfLine("Other deal", "Budget was cut"),
        {
            content: "submit",
            trigger: `${WINDOW} button[name=action_lost_reason_apply]`,
            run: "click",
        },
        {
            content: "the lost deals have left the list",
            trigger: "body:not(:has(.modal)):not(:has(.o_data_row:contains(Own deal)))",
        },
    ],
});

registry.category("web_tour.tours").add("crm_close_archive_at_zero", {
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
        windowIsOpen(),
        ...chooseReason("Budget was cut"),
        {
            content: "submit",
            trigger: `${WINDOW} button[name=action_lost_reason_apply]`,
            run: "click",
        },
        {
            content: "the form says that the deal is lost",
            trigger: "body:not(:has(.modal)) .o_form_view:has(.ribbon) button[name=action_restore]",
        },
    ],
});

registry.category("web_tour.tours").add("crm_close_archive_selection", {
    url: "/odoo",
    steps: () => [
        ...openList(),
        {
            content: "select all",
            trigger: ".o_list_view thead .o_list_record_selector input",
            run: "click",
        },
        ...archiveSelection(),
        {
            content: "the window asks for the one that is lost by it, and for no other",
            trigger: `${WINDOW}:has(.o_field_closing_reason) button[special=cancel]`,
            run: "click",
        },
        {
            content: "think again: nothing has happened",
            trigger:
                "body:not(:has(.modal)) .o_list_view:has(.o_data_row:contains(Own deal)):has(.o_data_row:contains(Other deal))",
        },
        ...archiveSelection(),
        ...chooseReason("Budget was cut"),
        {
            content: "submit",
            trigger: `${WINDOW} button[name=action_lost_reason_apply]`,
            run: "click",
        },
        {
            content: "both have left the list: the other one is archived as well",
            trigger:
                "body:not(:has(.modal)) .o_list_view:not(:has(.o_data_row:contains(Own deal))):not(:has(.o_data_row:contains(Other deal)))",
        },
    ],
});

registry.category("web_tour.tours").add("crm_close_mail_link", {
    steps: () => [
        {
            content: "the deal is behind the window",
            trigger: ".o_form_view .o_field_widget[name=name] textarea:value(Own deal)",
        },
        windowIsOpen(),
        ...chooseReason("Beaten on price"),
        {
            content: "submit",
            trigger: `${WINDOW} button[name=action_lost_reason_apply]`,
            run: "click",
        },
        {
            content: "the form says that the deal is lost",
            trigger: "body:not(:has(.modal)) .o_form_view:has(.ribbon) button[name=action_restore]",
        },
    ],
});
