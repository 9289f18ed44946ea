import { registry } from "@web/core/registry";
import {
    WINDOW,
    backToPipeline,
    chooseReason,
    dealIsLost,
    openCard,
    openCardMenu,
    openPipeline,
    pipelineLacks,
    pressLost,
    pressLostOnPhone,
    submitLost,
    toggleFilter,
    windowIsOpen,
    writeDetails,
} from "./closing_steps";

registry.category("web_tour.tours").add("crm_close_lost_form", {
    url: "/odoo",
    steps: () => [
        ...openPipeline(),
        ...openCard("Own deal"),
        ...pressLost(),
        {
            content: "submit without a reason",
            trigger: `${WINDOW} button[name=action_lost_reason_apply]`,
            run: "click",
        },
        {
            content: "the window says that the reason is missing",
            trigger: `${WINDOW} .o_field_closing_reason.o_field_invalid`,
        },
        {
            content: "what else the window can ask is there once",
            trigger: `${WINDOW}:has([name=competitor_id]):has([name=secondary_reason_ids]):has([name=date_closed])`,
        },
        ...chooseReason("Beaten on price"),
        ...writeDetails("Half of our offer"),
        ...submitLost(),
        dealIsLost(),
        ...backToPipeline(),
        pipelineLacks("Own deal"),
    ],
});

registry.category("web_tour.tours").add("crm_close_lost_found_and_restored", {
    url: "/odoo",
    steps: () => [
        ...openPipeline(),
        pipelineLacks("Own deal"),
        ...toggleFilter("Archived"),
        {
            content: "the card of the lost deal shows the reason",
            trigger:
                ".o_kanban_record:contains(Own deal) [name=lost_reason]:contains(Beaten on price)",
        },
        ...openCard("Own deal"),
        {
            content: "the reason is shown",
            trigger: ".o_field_widget[name=lost_reason_id] input:value(Beaten on price)",
        },
        {
            content: "the details are shown",
            trigger: ".o_field_widget[name=closing_note]:contains(Half of our offer)",
        },
        {
            content: "restore the deal",
            trigger: "button[name=action_restore]",
            run: "click",
        },
        {
            content: "it is open again",
            trigger: ".o_statusbar_buttons button[data-hotkey=l]",
        },
        {
            content: "nothing of the closing is left on it",
            trigger: ".o_form_view:not(:has(.ribbon)):not(:has([name=lost_reason_id]))",
        },
        ...backToPipeline(),
        pipelineLacks("Own deal"),
        ...toggleFilter("Archived"),
        {
            content: "the deal is back in the pipeline",
            trigger: ".o_opportunity_kanban .o_kanban_record:contains(Own deal)",
        },
    ],
});

registry.category("web_tour.tours").add("crm_close_lost_card_and_reopened", {
    url: "/odoo",
    steps: () => [
        ...openPipeline(),
        ...openCardMenu("Own deal"),
        {
            content: "lose the deal from its card",
            trigger: ".o-dropdown--menu .dropdown-item:contains(/^Lost$/)",
            run: "click",
        },
        windowIsOpen(),
        ...chooseReason("Budget was cut"),
        ...submitLost(),
        pipelineLacks("Own deal"),
        ...toggleFilter("Archived"),
        ...openCard("Own deal"),
        {
            content: "press Reopen",
            trigger: ".o_statusbar_buttons button[data-hotkey=o]",
            run: "click",
        },
        {
            content: "say why",
            trigger: `${WINDOW} .o_field_widget[name=note] textarea`,
            run: "edit The customer called again",
        },
        {
            content: "the stage it was closed from is proposed",
            trigger: `${WINDOW} .o_field_widget[name=stage_id] input:value(New)`,
        },
        {
            content: "reopen",
            trigger: `${WINDOW} button[name=action_reopen_apply]`,
            run: "click",
        },
        {
            content: "it is open again",
            trigger: "body:not(:has(.modal)) .o_statusbar_buttons button[data-hotkey=l]",
        },
        {
            content: "how often it was closed and reopened opens the list",
            trigger:
                "button[name=action_view_closings]:has([name=closing_count]:contains(2)):has([name=reopen_count]:contains(2))",
            run: "click",
        },
        {
            content: "both closings are listed",
            trigger:
                ".o_list_view:has(.o_data_row:contains(Beaten on price)):has(.o_data_row:contains(Budget was cut))",
        },
    ],
});

registry.category("web_tour.tours").add("crm_close_lost_phone", {
    steps: () => [
        ...openCard("Own deal"),
        ...pressLostOnPhone(),
        windowIsOpen(),
        {
            content: "the window is as wide as the screen, not wider",
            trigger: `${WINDOW} .modal-body`,
            run() {
                if (this.anchor.scrollWidth > this.anchor.clientWidth) {
                    throw new Error("The window is wider than the screen");
                }
            },
        },
        ...chooseReason("Budget was cut"),
        ...writeDetails("Half of our offer"),
        ...submitLost(),
        {
            content: "the form says that the deal is lost",
            trigger: ".o_form_view .ribbon",
        },
    ],
});

registry.category("web_tour.tours").add("crm_close_lost_thai", {
    url: "/odoo",
    steps: () => [
        ...openPipeline(),
        ...openCard("Own deal"),
        ...pressLost(),
        {
            content: "the window speaks Thai",
            trigger: `${WINDOW} button[name=action_lost_reason_apply]:contains(/^ส่ง$/)`,
        },
        ...chooseReason("Beaten on price"),
        ...writeDetails("ราคาของคู่แข่งถูกกว่า"),
        ...submitLost(),
        dealIsLost(),
        ...backToPipeline(),
        pipelineLacks("Own deal"),
    ],
});
