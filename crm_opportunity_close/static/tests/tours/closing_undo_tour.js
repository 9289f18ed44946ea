import { registry } from "@web/core/registry";
import {
    WINDOW,
    chooseReason,
    dealIsLost,
    openCard,
    openPipeline,
    pressForSelection,
    pressLost,
    pressLostOnPhone,
    pressWon,
    rainbow,
    submitLost,
    windowIsOpen,
} from "./closing_steps";

const NOTIFICATION = ".o_notification.o_closing_notification";

function undoInNotification(...texts) {
    const said = texts.map((text) => `:contains(${text})`).join("");
    return [
        {
            content: "the notification says what happened: undo that",
            trigger: `${NOTIFICATION}${said} .o_notification_buttons button`,
            run: "click",
        },
    ];
}

const undone = {
    content: "the notification says that it is undone, and offers nothing more",
    trigger: `${NOTIFICATION}:not(:has(.o_notification_buttons))`,
};

const dealIsOpen = {
    content: "the form is that of an open deal",
    trigger: ".o_form_view:not(:has(.ribbon)):not(:has(.o_closing_undo)) button[data-hotkey=l]",
};

registry.category("web_tour.tours").add("crm_close_undo_lost", {
    url: "/odoo",
    steps: () => [
        ...openPipeline(),
        ...openCard("Own deal"),
        ...pressLost(),
        ...chooseReason("Beaten on price"),
        ...submitLost(),
        dealIsLost(),
        ...undoInNotification("Own deal"),
        dealIsOpen,
        undone,
    ],
});

registry.category("web_tour.tours").add("crm_close_undo_won", {
    url: "/odoo",
    steps: () => [
        ...openPipeline(),
        ...openCard("Own deal"),
        pressWon,
        rainbow,
        {
            content: "close the notification",
            trigger: `${NOTIFICATION}:contains(Own deal) .o_notification_close`,
            run: "click",
        },
        {
            content: "the deal offers Undo as well",
            trigger: `body:not(:has(${NOTIFICATION})) .o_form_view .o_closing_undo button`,
            run: "click",
        },
        dealIsOpen,
        undone,
    ],
});

registry.category("web_tour.tours").add("crm_close_undo_drag", {
    url: "/odoo",
    steps: () => [
        ...openPipeline(),
        {
            content: "drag the card to the stage that wins",
            trigger: ".o_kanban_record:contains(Own deal)",
            run: "drag_and_drop (.o_opportunity_kanban .o_kanban_group:has(.o_column_title:contains(Signed)))",
        },
        rainbow,
        ...undoInNotification("Own deal"),
        {
            content: "the card is back in its column",
            trigger:
                ".o_kanban_group:has(.o_column_title:contains(/^New/)) .o_kanban_record:contains(Own deal)",
        },
        undone,
    ],
});

registry.category("web_tour.tours").add("crm_close_undo_status_bar", {
    url: "/odoo",
    steps: () => [
        ...openPipeline(),
        ...openCard("Own deal"),
        {
            content: "choose the stage that wins",
            trigger: ".o_statusbar_status button:contains(Signed)",
            run: "click",
        },
        ...undoInNotification("Own deal"),
        dealIsOpen,
        undone,
    ],
});

registry.category("web_tour.tours").add("crm_close_undo_selection", {
    url: "/odoo",
    steps: () => [
        ...pressForSelection("Mark Lost"),
        windowIsOpen(),
        ...chooseReason("Budget was cut"),
        {
            content: "submit",
            trigger: `${WINDOW} button[name=action_lost_reason_apply]`,
            run: "click",
        },
        {
            content: "the lost deals have left the list; what was left is a line of its own",
            trigger: `body:has(${NOTIFICATION} li:contains(Won deal)) .o_list_view:not(:has(.o_data_row:contains(Own deal)))`,
        },
        ...undoInNotification("2"),
        {
            content: "both are back",
            trigger:
                ".o_list_view:has(.o_data_row:contains(Own deal)):has(.o_data_row:contains(Other deal))",
        },
        undone,
    ],
});

registry.category("web_tour.tours").add("crm_close_undo_phone", {
    steps: () => [
        ...openCard("Own deal"),
        ...pressLostOnPhone(),
        windowIsOpen(),
        ...chooseReason("Budget was cut"),
        ...submitLost(),
        {
            content: "the notification is not wider than the screen",
            trigger: `${NOTIFICATION} .o_notification_buttons button`,
            run() {
                const { right } = this.anchor.getBoundingClientRect();
                if (right > window.innerWidth) {
                    throw new Error("Undo is off screen");
                }
            },
        },
        ...undoInNotification("Own deal"),
        {
            content: "the form is that of an open deal",
            trigger: ".o_form_view:not(:has(.ribbon)):not(:has(.o_closing_undo))",
        },
        undone,
    ],
});
