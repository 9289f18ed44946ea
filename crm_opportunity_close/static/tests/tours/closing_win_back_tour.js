import { registry } from "@web/core/registry";
import {
    WINDOW,
    chooseReason,
    dealIsLost,
    openCard,
    openMenu,
    openPipeline,
    pressLost,
    submitLost,
} from "./closing_steps";

const row = ".o_list_view .o_data_row:contains(Own deal):contains(Beaten on price)";

registry.category("web_tour.tours").add("crm_close_win_back", {
    url: "/odoo",
    steps: () => [
        ...openPipeline(),
        ...openCard("Own deal"),
        ...pressLost(),
        {
            content: "the window says what is still open, and proposes to cancel it",
            trigger: `${WINDOW} .o_field_widget[name=activity_choice] .o_radio_item:first-child input:checked`,
        },
        ...chooseReason("Beaten on price"),
        {
            content: "the reason proposes the day to ask again",
            trigger: `${WINDOW} .o_field_widget[name=followup_date]:contains(/[0-9]/)`,
        },
        ...submitLost(),
        dealIsLost(),
        ...openMenu("crm.crm_menu_sales", "crm_opportunity_close.crm_lead_menu_win_back"),
        {
            content: "the deal waits to be won back",
            trigger: `${row} button:contains(Reopen)`,
            run: "click",
        },
        {
            content: "reopen it",
            trigger: `${WINDOW} button[name=action_reopen_apply]`,
            run: "click",
        },
        {
            content: "it is gone from the list",
            trigger: `body:not(:has(.modal)):not(:has(${row})) .o_list_view`,
        },
    ],
});

registry.category("web_tour.tours").add("crm_close_new_opportunity", {
    url: "/odoo",
    steps: () => [
        ...openPipeline(),
        ...openCard("Own deal"),
        ...pressLost(),
        ...chooseReason("Beaten on price"),
        ...submitLost(),
        dealIsLost(),
        {
            content: "try again in a new opportunity",
            trigger: ".o_statusbar_buttons button[name=action_new_opportunity]",
            run: "click",
        },
        {
            content: "the new one is open, and says what it continues",
            trigger:
                ".o_form_view:not(:has(.ribbon)) .alert[name=lost_before]:contains(Continues “Own deal”):contains(Beaten on price)",
        },
        {
            content: "what was learnt is in its chatter",
            trigger:
                ".o-mail-Message:contains(Continues an opportunity that was lost):contains(Beaten on price)",
        },
        {
            content: "back to the lost one",
            trigger: ".o_form_view button[name=action_view_origin]",
            run: "click",
        },
        {
            content: "it is still lost, and leads to what continues it",
            trigger: ".o_form_view:has(.ribbon) button[name=action_view_successors]",
        },
        {
            content: "nothing is offered twice",
            trigger: ".o_statusbar_buttons:not(:has(button[name=action_new_opportunity]))",
        },
    ],
});
