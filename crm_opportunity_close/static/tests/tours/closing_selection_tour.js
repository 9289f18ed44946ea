import { registry } from "@web/core/registry";
import { WINDOW, chooseReason, pressForSelection, windowIsOpen } from "./closing_steps";

function chooseReasonOfLine(deal, reason) {
    const line = `${WINDOW} .o_data_row:contains(${deal})`;
    return [
        {
            content: `go to the line of ${deal}`,
            trigger: `${line} .o_data_cell[name=lost_reason_id]`,
            run: "click",
        },
        {
            content: "look for its reason",
            trigger: `${line} .o_data_cell[name=lost_reason_id] input`,
            run: `edit ${reason}`,
        },
        {
            content: "choose it",
            trigger: `.o-autocomplete--dropdown-item:contains(${reason})`,
            run: "click",
        },
    ];
}

registry.category("web_tour.tours").add("crm_close_lost_selection", {
    url: "/odoo",
    steps: () => [
        ...pressForSelection("Mark lost"),
        windowIsOpen(),
        {
            content: "the window says how many it closes",
            trigger: `${WINDOW} .o_field_widget[name=lead_count]:contains(/^2$/)`,
        },
        {
            content: "and which it leaves",
            trigger: `${WINDOW} .o_field_widget[name=left_message]:contains(Won deal):contains(already won)`,
        },
        ...chooseReason("Budget was cut"),
        {
            content: "submit",
            trigger: `${WINDOW} button[name=action_lost_reason_apply]`,
            run: "click",
        },
        {
            content: "the deal left as it is is reported by name",
            trigger: ".o_notification:contains(2 deals closed):contains(Won deal)",
        },
        {
            content: "the lost deals have left the list",
            trigger: ".o_list_view:has(.o_data_row:contains(Won deal)):not(:has(.o_data_row:contains(Own deal)))",
        },
    ],
});

registry.category("web_tour.tours").add("crm_close_lost_per_deal", {
    url: "/odoo",
    steps: () => [
        ...pressForSelection("Mark lost"),
        windowIsOpen(),
        {
            content: "each deal has a reason of its own",
            trigger: `${WINDOW} .o_field_widget[name=is_per_deal] input`,
            run: "click",
        },
        {
            content: "submit without an answer",
            trigger: `${WINDOW}:has(.o_data_row:contains(Other deal)) button[name=action_lost_reason_apply]`,
            run: "click",
        },
        {
            content: "what is missing is said in plain words",
            trigger: `${WINDOW}:contains(Own deal: the reason is missing) .modal-footer .btn-primary`,
            run: "click",
        },
        ...chooseReasonOfLine("Own deal", "Beaten on price"),
        ...chooseReasonOfLine("Other deal", "Budget was cut"),
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
