import { Component, useState } from "@odoo/owl";
import { getCurrency } from "@web/core/currency";
import { _t } from "@web/core/l10n/translation";
import { roundDecimals } from "@web/core/utils/numbers";
import { formatFloat, formatMonetary } from "@web/views/fields/formatters";
import { parseFloat, parseMonetary } from "@web/views/fields/parsers";

/** What the customer paid elsewhere: an amount, or by how much that was below our price. */
export class ClosingPrice extends Component {
    static template = "crm_opportunity_close.ClosingPrice";
    static props = {
        asked: Number,
        currencyId: { type: [Number, Boolean], optional: true },
        isMissing: { type: Boolean, optional: true },
        isReadonly: { type: Boolean, optional: true },
        onInvalid: Function,
        paid: Number,
        update: Function,
    };

    setup() {
        // The text of the field that is being typed in; the other one follows it.
        this.state = useState({ amount: null, gap: null });
    }

    get amount() {
        const { paid, currencyId } = this.props;
        const text = paid ? formatMonetary(paid, { currencyId, noSymbol: true }) : "";
        return this.state.amount ?? text;
    }

    get gap() {
        const { asked, paid } = this.props;
        const gap = (100 * (asked - paid)) / asked;
        const text = paid ? formatFloat(gap, { digits: [16, 1], trailingZeros: false }) : "";
        return this.state.gap ?? text;
    }

    get symbol() {
        return getCurrency(this.props.currencyId)?.symbol || "";
    }

    get base() {
        return _t("below our %(price)s", { price: this.format(this.props.asked) });
    }

    format(price) {
        return formatMonetary(price, { currencyId: this.props.currencyId });
    }

    typeAmount(ev) {
        this.state.amount = ev.target.value;
        this.update(() => parseMonetary(ev.target.value));
    }

    typeGap(ev) {
        this.state.gap = ev.target.value;
        const text = ev.target.value.replace("%", "").trim();
        this.update(() => (text ? this.getPrice(parseFloat(text)) : 0));
    }

    /** The price that lies so many per cent below ours; none where nothing would be left. */
    getPrice(gap) {
        return gap < 100 ? this.props.asked * (1 - gap / 100) : NaN;
    }

    update(parse) {
        let price = NaN;
        try {
            price = parse();
        } catch {
            // no number, as below
        }
        if (price >= 0) {
            const [, decimals] = getCurrency(this.props.currencyId)?.digits || [16, 2];
            this.props.update(roundDecimals(price, decimals));
        } else {
            this.props.onInvalid();
        }
    }

    stopTyping() {
        Object.assign(this.state, { amount: null, gap: null });
    }
}
