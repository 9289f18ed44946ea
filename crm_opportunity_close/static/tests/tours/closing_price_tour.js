import { registry } from "@web/core/registry";
import {
    WINDOW,
    chooseReason,
    dealIsLost,
    openCard,
    openPipeline,
    pressForSelection,
    pressLost,
    submitLost,
    windowIsOpen,
} from "./closing_steps";

const PRICE = ".o_field_widget[name=winning_price]";

function getLine(deal) {
    return `${WINDOW} .o_closing_line:contains(${deal})`;
}

registry.category("web_tour.tours").add("crm_close_lost_for_price", {
    url: "/odoo",
    steps: () => [
        ...openPipeline(),
        ...openCard("Own deal"),
        ...pressLost(),
        {
            content: "nobody asks for a price yet",
            trigger: `${WINDOW}:not(:has(${PRICE}))`,
        },
        ...chooseReason("Underbid"),
        {
            content: "submit without the price that this reason asks for",
            trigger: `${WINDOW}:has(.o_closing_asks:contains(asks for the winning price)) button[name=action_lost_reason_apply]`,
            run: "click",
        },
        {
            content: "the price is marked, and has the focus",
            trigger: `${WINDOW} ${PRICE}.o_field_invalid input[name=winning_price]:focus`,
        },
        {
            content: "what cannot be is not taken",
            trigger: `${WINDOW} ${PRICE} input[name=price_gap]`,
            run: "edit 100",
        },
        {
            content: "it is still missing",
            trigger: `${WINDOW} ${PRICE}.o_field_invalid`,
        },
        {
            content: "give the gap",
            trigger: `${WINDOW} ${PRICE} input[name=price_gap]`,
            run: "edit 20",
        },
        {
            content: "the price follows",
            trigger: `${WINDOW} ${PRICE}:not(.o_field_invalid) input[name=winning_price]:value(80.00)`,
            run: "edit 75",
        },
        {
            content: "the gap follows what is typed",
            trigger: `${WINDOW} ${PRICE}:has(input[name=winning_price]:focus) input[name=price_gap]:value(/^25$/)`,
        },
        ...submitLost(),
        dealIsLost(),
        {
            content: "the lost opportunity has both",
            trigger: `${PRICE}:has(input[name=price_gap]:value(/^25$/)) input[name=winning_price]:value(75.00)`,
            run: "edit 70",
        },
        {
            content: "save the correction",
            trigger: ".o_form_button_save:visible",
            run: "click",
        },
        {
            content: "it is saved",
            trigger: `.o_form_view:has(.o_form_status_indicator_buttons.invisible) ${PRICE} input[name=price_gap]:value(/^30$/)`,
        },
    ],
});

registry.category("web_tour.tours").add("crm_close_lost_for_prices", {
    url: "/odoo",
    steps: () => [
        ...pressForSelection("Mark Lost"),
        windowIsOpen(),
        ...chooseReason("Underbid"),
        {
            content: "one price says nothing of two: answer one by one",
            trigger: `${WINDOW}:not(:has(${PRICE})):has(.o_closing_asks:contains(of each opportunity)) .o_field_widget[name=is_per_deal] input`,
            run: "click",
        },
        {
            content: "the price of one, as an amount",
            trigger: `${getLine("Own deal")} input[name=winning_price]`,
            run: "edit 90",
        },
        {
            content: "submit with the other one missing",
            trigger: `${WINDOW} button[name=action_lost_reason_apply]`,
            run: "click",
        },
        {
            content: "the line says so; it is given as a gap, higher than ours",
            trigger: `${getLine(
                "Other deal"
            )}:has(.o_closing_missing[name=winning_price]) input[name=price_gap]`,
            run: "edit -5",
        },
        ...submitLost(),
    ],
});
