import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { ClosingPrice } from "./closing_price";

/** The winning price of a record that knows what we asked (`asked_price`). */
export class ClosingPriceField extends Component {
    static template = "crm_opportunity_close.ClosingPriceField";
    static components = { ClosingPrice };
    static props = { ...standardFieldProps };

    get priceProps() {
        const { name, readonly, record } = this.props;
        return {
            asked: record.data.asked_price || 0,
            currencyId: record.data.company_currency?.id,
            isMissing: record.isFieldInvalid(name),
            isReadonly: readonly,
            onInvalid: () => record.setInvalidField(name),
            paid: record.data[name] || 0,
            update: (price) => record.update({ [name]: price }),
        };
    }
}

registry.category("fields").add("closing_price", {
    component: ClosingPriceField,
    displayName: _t("Winning price"),
    supportedTypes: ["monetary"],
    fieldDependencies: [
        { name: "asked_price", type: "monetary" },
        { name: "company_currency", type: "many2one", relation: "res.currency" },
    ],
});
