import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { Many2One } from "@web/views/fields/many2one/many2one";
import { useSpecialData } from "@web/views/fields/relational_utils";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { ClosingPrice } from "../closing_price/closing_price";
import { chooseReason, groupByType, REASON_FIELDS } from "../closing_reason/closing_reasons";
import { getNoteProblem } from "./closing_notes";

/** What the reason of a line asks, and the line does not answer. */
export function getMissing({ data }) {
    return {
        reason: data.reason_required && !data.lost_reason_id,
        note: getNoteProblem(data.note, data, data.lost_reason_id),
        competitor: data.competitor_required && !data.competitor_id,
        price: data.price_asked === "required" && !data.winning_price,
    };
}

export function isMissing(line) {
    return Object.values(getMissing(line)).some(Boolean);
}

/** A selection, each opportunity with its own reason and what that reason asks. */
export class ClosingLinesField extends Component {
    static template = "crm_opportunity_close.ClosingLinesField";
    static components = { ClosingPrice, Many2One };
    static props = { ...standardFieldProps };

    setup() {
        // Usually all lines are offered the same reasons, which are read once then.
        this.offers = useSpecialData(async (orm, { record, name }) => {
            const domains = new Set(record.data[name].records.map((line) => this.getOffer(line)));
            const read = (domain) =>
                orm.searchRead("crm.lost.reason", JSON.parse(domain), REASON_FIELDS);
            const offers = await Promise.all([...domains].map(read));
            return Object.fromEntries([...domains].map((domain, index) => [domain, offers[index]]));
        });
    }

    get lines() {
        return this.props.record.data[this.props.name].records;
    }

    get showsMissing() {
        return this.props.record.isFieldInvalid(this.props.name);
    }

    getOffer(line) {
        return JSON.stringify(line.data.reason_domain || []);
    }

    getReasons(line) {
        return this.offers.data[this.getOffer(line)] || [];
    }

    getGroups(line) {
        return groupByType(this.getReasons(line));
    }

    getMissing(line) {
        return this.showsMissing ? getMissing(line) : {};
    }

    getNotePlaceholder(line) {
        return line.data.note_required ? _t("What happened?") : _t("Closing Note");
    }

    getCompetitorProps(line) {
        return {
            canCreateEdit: false,
            context: {},
            domain: () => [],
            canOpen: false,
            placeholder: _t("Who did the customer choose?"),
            relation: "crm.competitor",
            string: _t("Competitor"),
            update: (competitor) => this.update(line, { competitor_id: competitor }),
            value: line.data.competitor_id,
        };
    }

    getPriceProps(line) {
        return {
            asked: line.data.asked_price || 0,
            currencyId: line.data.company_currency?.id,
            isMissing: Boolean(this.getMissing(line).price),
            onInvalid: () => line.setInvalidField("winning_price"),
            paid: line.data.winning_price || 0,
            update: (price) => this.update(line, { winning_price: price }),
        };
    }

    choose(line, value) {
        const none = {
            id: false,
            note_required: false,
            competitor_required: false,
            price_asked: false,
        };
        const reason = this.getReasons(line).find(({ id }) => id === Number(value)) || none;
        const closed = this.props.record.data.date_closed;
        return chooseReason(line, "lost_reason_id", reason, { closed });
    }

    setFollowup(line, value) {
        return this.update(line, {
            followup_date: value ? luxon.DateTime.fromISO(value) : false,
        });
    }

    /** What is missing is known here: nothing else depends on the answers of a line. */
    update(line, changes) {
        return line.model.mutex.exec(() => line._update(changes, { withoutOnchange: true }));
    }

    /** Leave this opportunity as it is. */
    remove(line) {
        return this.props.record.data[this.props.name].delete(line);
    }
}

registry.category("fields").add("closing_lines", {
    component: ClosingLinesField,
    displayName: _t("Closings one by one"),
    supportedTypes: ["one2many"],
    useSubView: true,
});
