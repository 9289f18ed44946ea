import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";
import {
    WINDOW,
    chooseReason,
    openCard,
    openMenu,
    openPipeline,
    pressLost,
    writeDetails,
} from "./closing_steps";

const won = ".o_kanban_group:has(.o_column_title:contains(Signed))";
const submitWin = {
    content: "submit",
    trigger: `${WINDOW} button[name=action_win_apply]`,
    run: "click",
};

registry.category("web_tour.tours").add("crm_close_win_drop_undone", {
    url: "/odoo",
    steps: () => [
        ...openPipeline(),
        {
            content: "drag the card to the stage that wins",
            trigger: ".o_kanban_record:contains(Own deal)",
            run: `drag_and_drop (${won})`,
        },
        {
            content: "the window asks why it was won; think again",
            trigger: `${WINDOW}:has(.o_field_closing_reason) button[special=cancel]`,
            run: "click",
        },
        {
            content: "the drop is undone",
            trigger: `body:not(:has(.modal)) .o_kanban_group:not(${won}) .o_kanban_record:contains(Own deal)`,
        },
    ],
});

registry.category("web_tour.tours").add("crm_close_win_window", {
    url: "/odoo",
    steps: () => [
        ...openPipeline(),
        ...openCard("Own deal"),
        {
            content: "choose Won in the status bar",
            trigger: ".o_statusbar_status button:contains(Signed)",
            run: "click",
        },
        ...chooseReason("The only one that fits"),
        {
            content: "say what it really brings",
            trigger: `${WINDOW} .o_field_widget[name=closed_revenue] input`,
            run: "edit 90",
        },
        submitWin,
        {
            content: "the rainbow rises",
            trigger: ".o_reward .o_reward_rainbow",
        },
        {
            content: "the form says that it is won",
            trigger: "body:not(:has(.modal)) .o_form_view .ribbon:contains(Won)",
        },
    ],
});

registry.category("web_tour.tours").add("crm_close_reason_that_asks", {
    url: "/odoo",
    steps: () => [
        ...openPipeline(),
        ...openCard("Own deal"),
        ...pressLost(),
        ...chooseReason("Beaten on price"),
        {
            content: "the note and the competitor are required now",
            trigger: `${WINDOW}:has(.o_field_widget[name=lost_feedback].o_required_modifier) .o_field_widget[name=competitor_id].o_required_modifier input`,
            run: "edit Hooli",
        },
        {
            content: "a salesperson may name a new competitor",
            trigger:
                ".o_m2o_dropdown_option_create a, .o-autocomplete--dropdown-item a:contains(Hooli)",
            run: "click",
        },
        {
            content: "the follow-up is proposed",
            trigger: `${WINDOW} .o_field_widget[name=followup_date] :value(/./), ${WINDOW} .o_field_widget[name=followup_date]:contains(/[0-9]/)`,
        },
        ...writeDetails("Half of our offer"),
        {
            content: "submit",
            trigger: `${WINDOW} button[name=action_lost_reason_apply]`,
            run: "click",
        },
        {
            content: "the deal is lost",
            trigger: "body:not(:has(.modal)) .o_form_view .ribbon:contains(Lost)",
        },
    ],
});

registry.category("web_tour.tours").add("crm_close_merge_reasons", {
    url: "/odoo",
    steps: () => [
        ...stepUtils.goToAppSteps("crm.crm_menu_root", "open CRM"),
        ...openMenu("crm.crm_menu_config", "crm.menu_crm_lost_reason"),
        ...["Beaten on price", "Budget was cut"].map((name) => ({
            content: `select ${name}`,
            trigger: `.o_data_row:contains(${name}) .o_list_record_selector input`,
            run: "click",
        })),
        {
            content: "open the action menu",
            trigger: ".o_cp_action_menus .dropdown-toggle:has(.fa-cog)",
            run: "click",
        },
        {
            content: "choose Merge",
            trigger: ".o-dropdown--menu .dropdown-item:contains(Merge)",
            run: "click",
        },
        {
            content: "choose the reason to keep",
            trigger: `${WINDOW} .o_field_widget[name=target_id] input`,
            run: "edit Budget",
        },
        {
            content: "take it",
            trigger: ".o-autocomplete--dropdown-item:contains(Budget was cut) a",
            run: "click",
        },
        {
            content: "merge",
            trigger: `${WINDOW} button[name=action_merge]`,
            run: "click",
        },
        {
            content: "one reason is left",
            trigger:
                "body:not(:has(.modal)) .o_list_view:not(:has(.o_data_row:contains(Beaten on price)))",
        },
    ],
});
