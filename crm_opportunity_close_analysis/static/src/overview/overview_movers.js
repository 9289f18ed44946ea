import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { formatPeriod, formatShare } from "./overview_format";
import { useOverviewRequest } from "./overview_request";

/** The reasons and competitors whose share of the losses is another than in the year before. */
export class OverviewMovers extends Component {
    static template = "crm_opportunity_close_analysis.OverviewMovers";
    static props = { options: Object, onOpen: Function };

    setup() {
        this.request = useOverviewRequest("get_movers", this.props);
    }

    get movers() {
        const { risen, fallen } = this.request.data;
        return [
            ...risen.map((mover) => ({ ...mover, hasRisen: true })),
            ...fallen.map((mover) => ({ ...mover, hasRisen: false })),
        ];
    }

    get hint() {
        return _t("Share of the losses, compared with %s.", formatPeriod(this.request.data));
    }

    get nothing() {
        return _t(
            "Nothing more than chance: %s reasons and competitors compared.",
            this.request.data.compared
        );
    }

    getNow({ count, total }) {
        return formatShare(count, total);
    }

    getBefore({ count_before, total_before }) {
        return _t("before: %s", formatShare(count_before, total_before));
    }

    open({ field, id, name, count }, newWindow) {
        return this.props.onOpen(name, [[field, "=", id]], { count, newWindow });
    }
}
