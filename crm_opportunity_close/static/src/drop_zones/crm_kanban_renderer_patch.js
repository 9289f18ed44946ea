import { CrmKanbanRenderer } from "@crm/views/crm_kanban/crm_kanban_renderer";
import { useHotkey } from "@web/core/hotkeys/hotkey_hook";
import { useDraggable } from "@web/core/utils/draggable";
import { useService } from "@web/core/utils/hooks";
import { patch } from "@web/core/utils/patch";
import { DropZones } from "./drop_zones";

/** The buttons that dropping a card presses. */
const BUTTONS = {
    won: { type: "object", name: "action_set_won_rainbowman" },
    lost: { type: "action", name: "crm.crm_lead_lost_action" },
};

/** What the menu of the card offers as well: Lost alone where the view is one of leads. */
function getOutcomes({ active, won_status, stage_allow_won, stage_allow_lost }) {
    const isOpen = active && won_status === "pending";
    const outcomes = {
        won: stage_allow_won && (isOpen || won_status === "lost"),
        lost: isOpen && stage_allow_lost !== false,
    };
    return Object.keys(outcomes).filter((outcome) => outcomes[outcome]);
}

patch(CrmKanbanRenderer.prototype, {
    setup() {
        super.setup();
        this.overlay = useService("overlay");
        this.closingDrag = null;
        // Who does not drag: on a card, Odoo keeps Enter for opening it.
        useHotkey("Enter", ({ target }) => target.click(), {
            area: () => document.activeElement?.closest(".o_kanban_record .o_dropdown_kanban"),
        });
        if (!this.canUseSortable) {
            this.useDragToClose();
        }
    },

    /** On the phone, where Odoo moves no cards: a card is taken up to close it, nothing else. */
    useDragToClose() {
        let placeholder;
        useDraggable({
            enable: () => this.canResequenceRecords,
            ref: this.rootRef,
            elements: ".o_draggable",
            ignore: ".dropdown,select",
            edgeScrolling: { enabled: false },
            onDragStart: (params) => {
                const { element } = params;
                const { height } = params.getRect(element);
                placeholder = document.createElement("div");
                placeholder.className = "o_kanban_record invisible";
                placeholder.style.height = `${height}px`;
                element.after(placeholder);
                // A long press selects as well.
                for (const record of [this.findRecord(element), ...this.getSelection()]) {
                    record?.toggleSelection(false);
                }
                this.sortStart(params);
            },
            onDragEnd: (params) => {
                placeholder?.remove();
                this.sortStop(params);
            },
        });
    },

    findRecord({ dataset }) {
        return this.props.list.records.find(({ id }) => id === dataset.id);
    },

    sortStart(params) {
        super.sortStart(...arguments);
        const record = this.findRecord(params.element);
        const { archInfo, readonly } = this.props;
        if (record?.resModel !== "crm.lead" || !archInfo.activeActions.edit || readonly) {
            return;
        }
        const outcomes = getOutcomes(record.data);
        if (outcomes.length) {
            const drag = { record };
            const onDrop = (outcome) => (drag.outcome = outcome);
            drag.end = this.overlay.add(DropZones, { outcomes, pointerY: params.y, onDrop });
            this.closingDrag = drag;
        }
    },

    /** A card that falls into a zone goes to no column, and to no other place in its own. */
    async sortRecordDrop() {
        if (!this.closingDrag?.outcome) {
            return super.sortRecordDrop(...arguments);
        }
    },

    sortStop() {
        super.sortStop(...arguments);
        const drag = this.closingDrag;
        this.closingDrag = null;
        drag?.end();
        if (drag?.outcome) {
            this.closeByDrop(drag);
        }
    },

    async closeByDrop({ record, outcome }) {
        this.toggleProcessing(record.id, true);
        try {
            await this.env.onClickViewButton({
                clickParams: BUTTONS[outcome],
                getResParams: () => record,
            });
        } finally {
            this.toggleProcessing(record.id, false);
        }
    },
});
