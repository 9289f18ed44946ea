import { Component } from "@odoo/owl";
import { today } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { user } from "@web/core/user";

/** What only a printed page needs: how the figures are made, how many, and when it was printed. */
export class OverviewPrintNotes extends Component {
    static template = "crm_opportunity_close_analysis.OverviewPrintNotes";
    static props = { data: Object };

    get counts() {
        const { won, lost, disqualified } = this.props.data.figures;
        return _t("%(won)s won, %(lost)s lost; %(disqualified)s disqualified, not counted.", {
            won,
            lost,
            disqualified,
        });
    }

    get printed() {
        return _t("Printed on %(date)s by %(user)s.", {
            date: today().toLocaleString({ dateStyle: "long" }),
            user: user.name,
        });
    }
}
