import { Many2OneAvatarLeaderUserField } from "@crm/js/fields/many2one_avatar_leader_user";
import { Component } from "@odoo/owl";
import { usePopover } from "@web/core/popover/popover_hook";
import { deserializeDateTime, formatDate } from "@web/core/l10n/dates";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";

/** Who had a deal when: the present salesperson first. */
export class DealSalespeople extends Component {
    static template = "crm_opportunity_close.DealSalespeople";
    static props = {
        leadId: Number,
        salespeople: Array,
        handoverCount: Number,
        close: Function,
    };

    setup() {
        this.action = useService("action");
    }

    formatDay(date) {
        return formatDate(deserializeDateTime(date));
    }

    openHandovers() {
        this.props.close();
        this.action.doAction("crm_opportunity_close.crm_handover_action", {
            additionalContext: { search_default_lead_id: this.props.leadId },
        });
    }
}

/** The salesperson of a deal, with a button that shows who had it before. */
export class DealSalespersonField extends Many2OneAvatarLeaderUserField {
    static template = "crm_opportunity_close.DealSalespersonField";

    setup() {
        super.setup();
        this.orm = useService("orm");
        this.popover = usePopover(DealSalespeople, {
            position: "bottom",
            useBottomSheet: this.env.isSmall,
        });
    }

    async openSalespeople(ev) {
        const target = ev.currentTarget;
        const leadId = this.props.record.resId;
        const { salespeople, handover_count } = await this.orm.call(
            "crm.lead",
            "get_salespeople",
            [[leadId]]
        );
        this.popover.open(target, { leadId, salespeople, handoverCount: handover_count });
    }
}

const leaderField = registry.category("fields").get("many2one_avatar_leader_user");

registry.category("fields").add("deal_salesperson", {
    ...leaderField,
    component: DealSalespersonField,
    additionalClasses: [...leaderField.additionalClasses, "o_field_many2one_avatar_leader_user"],
});
