import { onMounted, onWillUpdateProps, useState } from "@odoo/owl";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { omit } from "@web/core/utils/objects";

/** The options of the page without those that no figure depends on. */
export function getFigureOptions(options) {
    return omit(options, "measure", "period");
}

/**
 * Ask the server for a part of the page that comes after its figures. A component that uses
 * this has `options` among its props, and asks again where they have changed.
 *
 * @param {string} method of `crm.lead.closing`, called with the options
 * @param {Object} props of the component
 * @returns {{ data: Object | null }} null until the answer is there
 */
export function useOverviewRequest(method, props) {
    const orm = useService("orm");
    const keepLast = new KeepLast();
    const state = useState({ data: null });
    let asked;

    async function load(options) {
        const args = [getFigureOptions(options)];
        if (asked === JSON.stringify(args)) {
            return;
        }
        asked = JSON.stringify(args);
        state.data = await keepLast.add(orm.silent.call("crm.lead.closing", method, args));
    }

    onMounted(() => load(props.options));
    onWillUpdateProps((nextProps) => void load(nextProps.options));
    return state;
}
