import { Component, onMounted, useEffect, useRef, useState } from "@odoo/owl";
import { hasTouch } from "@web/core/browser/feature_detection";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { radioField } from "@web/views/fields/radio/radio_field";
import { useSpecialData } from "@web/views/fields/relational_utils";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { getFieldDomain } from "@web/model/relational_model/utils";
import { chooseReason, findReasons, groupByType, MANY, REASON_FIELDS } from "./closing_reasons";

let nextId = 0;

/**
 * Reasons as radio buttons under their types, each with the words that say when to choose it.
 *
 * Typing filters them, Enter takes the first that is found, and while nothing is typed the
 * digits 1 to 9 choose. What follows from a reason is known here; the server is not asked.
 */
export class ClosingReasonField extends Component {
    static template = "crm_opportunity_close.ClosingReasonField";
    static props = {
        ...standardFieldProps,
        asksServer: { type: Boolean, optional: true },
        domain: { type: [Array, Function], optional: true },
        label: { type: String, optional: true },
    };

    setup() {
        this.id = `closing_reason_${nextId++}`;
        this.state = useState({ query: "" });
        this.root = useRef("root");
        this.search = useRef("search");
        this.showsKeys = !hasTouch();
        this.specialData = useSpecialData((orm, { record, name, domain }) =>
            orm.searchRead(
                record.fields[name].relation,
                getFieldDomain(record, name, domain),
                REASON_FIELDS
            )
        );
        // In a window it is the first question: keys answer it at once. The form itself
        // knows only how to focus text, and does so when it is mounted, after this field.
        onMounted(async () => {
            await Promise.resolve();
            if (this.env.inDialog && !hasTouch()) {
                const field = this.search.el || this.root.el?.querySelector("input");
                (this.root.el?.querySelector("input:checked") || field)?.focus({
                    preventScroll: true,
                });
            }
            // What the window says above the reasons is seen first.
            this.root.el?.closest(".modal-body")?.scrollTo({ top: 0 });
        });
        // The search appears with the first letter where there are few reasons.
        useEffect(
            (typing) => typing && this.search.el?.focus(),
            () => [Boolean(this.state.query)]
        );
        useEffect(
            (asked) => asked && this.showQuestions(),
            () => [this.asksFor(this.chosen) && this.chosen.id]
        );
    }

    get reasons() {
        return this.specialData.data || [];
    }

    get found() {
        return findReasons(this.reasons, this.state.query);
    }

    get groups() {
        return groupByType(this.found);
    }

    get hasSearch() {
        return this.reasons.length >= MANY || Boolean(this.state.query);
    }

    get value() {
        return this.props.record.data[this.props.name]?.id;
    }

    get chosen() {
        return this.reasons.find(({ id }) => id === this.value);
    }

    get isMissing() {
        return this.props.record.isFieldInvalid(this.props.name);
    }

    get result() {
        const count = this.found.length;
        return count
            ? _t("Reasons found: %(count)s", { count })
            : _t("No reason is called that, nor means it.");
    }

    /** Whether there is room for when to choose each of them. */
    get isShort() {
        return this.found.length < MANY;
    }

    asksFor(reason) {
        return reason && (reason.note_required || reason.competitor_required || reason.price_asked);
    }

    getKey(reason) {
        const place = groupByType(this.reasons)
            .flatMap(({ reasons }) => reasons)
            .indexOf(reason);
        return place < 9 ? `${place + 1}` : "";
    }

    /** What a reason asks stands directly beneath the reasons. */
    showQuestions() {
        const questions = this.root.el?.closest(".o_form_view")?.querySelector(".o_closing_asks");
        questions?.scrollIntoView({ block: "nearest" });
    }

    choose(reason) {
        const { asksServer, name, record } = this.props;
        return chooseReason(record, name, reason, { asksServer });
    }

    async chooseByKey(reason) {
        this.state.query = "";
        await this.choose(reason);
        this.root.el?.querySelector(`input[data-value='${reason.id}']`)?.focus();
    }

    onKeydown(ev) {
        if (ev.ctrlKey || ev.altKey || ev.metaKey || this.props.readonly) {
            return;
        }
        const { query } = this.state;
        const isSearch = ev.target === this.search.el;
        if (/^[1-9]$/.test(ev.key) && !query) {
            const reason = this.reasons.find((each) => this.getKey(each) === ev.key);
            if (reason) {
                ev.preventDefault();
                this.chooseByKey(reason);
            }
        } else if (ev.key === "Enter") {
            // Never submits: the first that was found is an answer, not the end.
            ev.preventDefault();
            ev.stopPropagation();
            if (query && this.found.length) {
                this.chooseByKey(this.groups[0].reasons[0]);
            }
        } else if (ev.key === "Escape" && query) {
            ev.preventDefault();
            ev.stopPropagation();
            this.state.query = "";
        } else if (ev.key === "ArrowDown" && isSearch) {
            ev.preventDefault();
            this.root.el.querySelector("input[type=radio]")?.focus();
        } else if (ev.key.length === 1 && ev.key !== " " && !isSearch) {
            ev.preventDefault();
            this.state.query += ev.key;
        }
    }
}

registry.category("fields").add("closing_reason", {
    ...radioField,
    component: ClosingReasonField,
    displayName: _t("Closing reason"),
    supportedTypes: ["many2one"],
    supportedOptions: [],
    extractProps: ({ options, string }, { domain }) => ({
        asksServer: Boolean(options.asks_server),
        label: string,
        domain,
    }),
});
