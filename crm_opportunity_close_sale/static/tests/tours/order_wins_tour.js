import { registry } from "@web/core/registry";

const WINDOW = ".modal:not(.o_inactive_modal)";

registry.category("web_tour.tours").add("crm_close_sale_order_wins", {
    steps: () => [
        {
            content: "confirm the quotation",
            trigger: ".o_statusbar_buttons button[name=action_confirm]:not(.d-none)",
            run: "click",
        },
        {
            content: "the window asks whether the deal is won, with what the order is worth",
            trigger: `${WINDOW}:contains(is the opportunity won) .o_field_widget[name=closed_revenue] input:value(150.00)`,
        },
        {
            content: "it is",
            trigger: `${WINDOW}:has(button[special=cancel]:contains(/^Not yet$/)) button[name=action_win_apply]:contains(/^Won$/)`,
            run: "click",
        },
        {
            content: "the rainbow rises",
            trigger: ".o_reward .o_reward_rainbow",
        },
        {
            content: "the quotation is an order",
            trigger:
                ".o_form_view .o_statusbar_status .o_arrow_button_current:contains(Sales Order)",
        },
    ],
});

registry.category("web_tour.tours").add("crm_close_sale_lost", {
    steps: () => [
        {
            content: "press Lost",
            trigger: ".o_statusbar_buttons button[data-hotkey=l]",
            run: "click",
        },
        {
            content: "the window names the quotation and proposes to cancel it",
            trigger: `${WINDOW}:contains(Open quotations) .o_field_widget[name=cancel_quotations] input:checked`,
        },
        {
            content: "choose the reason",
            trigger: `${WINDOW} .o_field_closing_reason .o_radio_item:contains(Beaten on price) label`,
            run: "click",
        },
        {
            content: "submit",
            trigger: `${WINDOW} button[name=action_lost_reason_apply]`,
            run: "click",
        },
        {
            content: "the opportunity is lost",
            trigger: "body:not(:has(.modal)) .o_form_view .ribbon:contains(Lost)",
        },
    ],
});
