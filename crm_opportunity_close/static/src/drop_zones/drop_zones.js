import { Component, onMounted, useExternalListener, useRef, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";

const ZONES = {
    won: { label: _t("Won"), icon: "fa-trophy", color: "success" },
    lost: { label: _t("Lost"), icon: "fa-times", color: "danger" },
};

/**
 * Won and Lost at the lower edge of the screen, while a card is dragged.
 *
 * A card that was taken up where the zones are does not fall into one: they rise once the
 * pointer has left their place.
 */
export class DropZones extends Component {
    static template = "crm_opportunity_close.DropZones";
    static props = {
        outcomes: { type: Array, element: String },
        pointerY: Number,
        onDrop: Function,
    };

    setup() {
        this.root = useRef("root");
        this.state = useState({ isRisen: false, over: null });
        onMounted(() => this.riseAwayFrom(this.props.pointerY));
        useExternalListener(window, "pointermove", (ev) => this.riseAwayFrom(ev.clientY));
    }

    get zones() {
        return this.props.outcomes.map((outcome) => ({ outcome, ...ZONES[outcome] }));
    }

    riseAwayFrom(pointerY) {
        if (!this.state.isRisen) {
            // Its place, not where it is drawn: it rises from below the screen.
            this.state.isRisen = pointerY < window.innerHeight - this.root.el.offsetHeight;
        }
    }

    getClass({ outcome, color }) {
        return this.state.over === outcome
            ? `text-bg-${color} border-${color} shadow`
            : `bg-view text-${color} border-${color}`;
    }
}
