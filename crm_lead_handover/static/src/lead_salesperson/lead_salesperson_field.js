import { Many2OneAvatarLeaderUserField } from "@crm/js/fields/many2one_avatar_leader_user";
import { Component } from "@odoo/owl";
import { usePopover } from "@web/core/popover/popover_hook";
import { deserializeDateTime, formatDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";

/** Who had a lead when: the present salesperson first. */
export class LeadSalespeople extends Component {
    static template = "crm_lead_handover.LeadSalespeople";
    static props = {
        leadId: Number,
        salespeople: Array,
        handoverCount: Number,
        close: Function,
    };

    setup() {
        this.action = useService("action");
    }

    formatPeriod({ since, until }) {
        const [from, to] = [since, until].map(
            (date) => date && formatDate(deserializeDateTime(date))
        );
        return to ? _t("%(from)s – %(to)s", { from, to }) : _t("Since %(date)s", { date: from });
    }

    formatDays({ days }) {
        return days === 1 ? _t("1 day") : _t("%(days)s days", { days });
    }

    formatBy({ by }) {
        return _t("Assigned by %(name)s", { name: by });
    }

    openHandovers() {
        this.props.close();
        this.action.doAction("crm_lead_handover.crm_handover_action", {
            additionalContext: { search_default_lead_id: this.props.leadId },
        });
    }
}

/** The salesperson of a lead, with a button that shows who had it before. */
export class LeadSalespersonField extends Many2OneAvatarLeaderUserField {
    static template = "crm_lead_handover.LeadSalespersonField";

    setup() {
        super.setup();
        this.orm = useService("orm");
        this.popover = usePopover(LeadSalespeople, {
            position: "bottom",
            useBottomSheet: this.env.isSmall,
        });
    }

    async openSalespeople(ev) {
        const target = ev.currentTarget;
        const leadId = this.props.record.resId;
        const { salespeople, handover_count } = await this.orm.call("crm.lead", "get_salespeople", [
            [leadId],
        ]);
        this.popover.open(target, { leadId, salespeople, handoverCount: handover_count });
    }
}

const leaderField = registry.category("fields").get("many2one_avatar_leader_user");

registry.category("fields").add("lead_salesperson", {
    ...leaderField,
    component: LeadSalespersonField,
    additionalClasses: [...leaderField.additionalClasses, "o_field_many2one_avatar_leader_user"],
});
