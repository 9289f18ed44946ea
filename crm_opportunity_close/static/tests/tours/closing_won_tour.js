import { registry } from "@web/core/registry";
import { openCard, openPipeline, pressWon, rainbow } from "./closing_steps";

registry.category("web_tour.tours").add("crm_close_won_form", {
    url: "/odoo",
    steps: () => [
        ...openPipeline(),
        ...openCard("Own deal"),
        pressWon,
        rainbow,
        {
            content: "the form says that the deal is won",
            trigger: ".o_form_view .ribbon:contains(Won)",
        },
    ],
});

registry.category("web_tour.tours").add("crm_close_won_drag", {
    url: "/odoo",
    steps: () => [
        ...openPipeline(),
        {
            content: "drag the card to the stage that wins",
            trigger: ".o_kanban_record:contains(Own deal)",
            run: "drag_and_drop (.o_opportunity_kanban .o_kanban_group:has(.o_column_title:contains(Signed)))",
        },
        rainbow,
        {
            content: "the card is in its new column",
            trigger:
                ".o_kanban_group:has(.o_column_title:contains(Signed)) .o_kanban_record:contains(Own deal)",
        },
    ],
});
