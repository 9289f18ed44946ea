import { registry } from "@web/core/registry";
import { waitUntil } from "@odoo/hoot-dom";
import { stepUtils } from "@web_tour/tour_utils";
import { openMenu } from "@crm_opportunity_close/../tests/tours/closing_steps";

const PAGE = ".o_closing_overview";
const MENU = ".o_closing_overview_filter_menu";

function openOverview() {
    return [
        ...stepUtils.goToAppSteps("crm.crm_menu_root", "open CRM"),
        ...openMenu(
            "crm.crm_menu_report",
            "crm_opportunity_close_analysis.crm_closing_menu_report_overview"
        ),
    ];
}

registry.category("web_tour.tours").add("crm_close_overview_filters", {
    steps: () => [
        ...openOverview(),
        {
            content: "twelve months up to today",
            trigger: `${PAGE} [data-period=last_12_months]`,
            run: "click",
        },
        {
            content: "what the period is compared with is chosen beside it",
            trigger: `${PAGE}:has([data-period=last_12_months].active) .o_closing_overview_period`,
            run: "click",
        },
        {
            content: "the same period last year",
            trigger: "[data-compare=last_year]",
            run: "click",
        },
        {
            content: "what was won brought less than expected",
            trigger: `${PAGE} [data-figure=closed_share]:contains(90%):contains(2.0k expected)`,
        },
        {
            content: "narrow the page down",
            trigger: `${PAGE} .o_closing_overview_narrow`,
            run: "click",
        },
        {
            content: "to one salesperson",
            trigger: `${MENU} [data-filter=user_id] input`,
            run: "edit Orteil",
        },
        {
            content: "choose the salesperson",
            trigger: ".o-autocomplete--dropdown-item a:contains(Orteil)",
            run: "click",
        },
        {
            content: "only what that one closed is left",
            trigger: `${PAGE}:has(.o_closing_overview_filter:contains(Orteil)) [data-figure=win_rate]:contains(0 won)`,
        },
        {
            content: "and to small ones",
            trigger: `${MENU} input[name=amount_to]`,
            run: "edit 500 && click .o_closing_overview_dates",
        },
        {
            content: "the page says what it is narrowed down to",
            trigger: `${PAGE}:has(.o_closing_overview_filter:contains(Orteil)) .o_closing_overview_filter:contains(500)`,
        },
        {
            content: "what was lost opens",
            trigger: `${PAGE} [data-figure=revenue_lost] button`,
            run: "click",
        },
        {
            content: "with the salesperson as a facet",
            trigger:
                ".o_searchview:has(.o_facet_value:contains(Orteil)) .o_facet_value:contains(Opportunities)",
        },
        {
            content: "and the closing",
            trigger: ".o_list_view .o_data_row:contains(Own deal)",
        },
        {
            content: "back by the breadcrumb",
            trigger: ".o_breadcrumb .o_back_button a, .o_breadcrumb a.o_back_button",
            run: "click",
        },
        {
            content: "what narrows the page down is taken off where it is shown",
            trigger: `${PAGE} .o_closing_overview_filter:contains(Orteil) button`,
            run: "click",
        },
        {
            content: "the other one stays",
            trigger: `${PAGE}:not(:has(.o_closing_overview_filter:contains(Orteil))) .o_closing_overview_filter:contains(500)`,
        },
        {
            content: "the page can be printed",
            trigger: `${PAGE} .o_closing_overview_print`,
        },
    ],
});

registry.category("web_tour.tours").add("crm_close_overview_handed_over", {
    steps: () => [
        ...openOverview(),
        {
            content: "what was lost is still one's own; open it",
            trigger: `${PAGE} [data-figure=win_rate] button:contains(1 lost)`,
            run: "click",
        },
        {
            content: "the list says that it cannot be opened any more",
            trigger: ".o_breadcrumb:contains(1, of which you can open 0)",
        },
    ],
});

registry.category("web_tour.tours").add("crm_close_overview_link", {
    steps: () => [
        {
            content: "the page of the link, without what makes no sense in it",
            trigger: `${PAGE}:has([data-period=this_quarter].active):not(:has(.o_closing_overview_filter + .o_closing_overview_filter)) .o_closing_overview_filter:contains(Expected revenue)`,
        },
        {
            content: "the address is still that of the link",
            trigger: `${PAGE} [data-figure=win_rate]`,
            async run() {
                await waitUntil(() => {
                    const { search } = window.location;
                    return (
                        search.includes("period=this_quarter") &&
                        search.includes("amount_to=999999") &&
                        !search.includes("99999999999")
                    );
                });
            },
        },
    ],
});
