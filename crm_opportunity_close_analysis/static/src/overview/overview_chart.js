import { Component, onWillStart, useEffect, useRef } from "@odoo/owl";
import { loadBundle } from "@web/core/assets";

/** A picture drawn by Chart.js. A column of it (or a row, or a point) can be clicked. */
export class OverviewChart extends Component {
    static template = "crm_opportunity_close_analysis.OverviewChart";
    static props = {
        config: Object,
        height: Number,
        label: String,
        onOpen: Function,
    };

    setup() {
        this.canvasRef = useRef("canvas");
        onWillStart(() => loadBundle("web.chartjs_lib"));
        useEffect(
            (config) => {
                const chart = new Chart(this.canvasRef.el, this.prepareConfig(config));
                return () => chart.destroy();
            },
            () => [this.props.config]
        );
    }

    prepareConfig(config) {
        const findIndex = (ev, chart) =>
            chart.getElementsAtEventForMode(ev, "index", config.options.interaction, false)[0]
                ?.index;
        return {
            ...config,
            options: {
                ...config.options,
                animation: false,
                maintainAspectRatio: false,
                onHover: (ev, elements, chart) => {
                    chart.canvas.style.cursor = findIndex(ev, chart) === undefined ? "" : "pointer";
                },
                onClick: (ev, elements, chart) => {
                    const index = findIndex(ev, chart);
                    if (index !== undefined) {
                        this.props.onOpen(index, ev.native.ctrlKey || ev.native.metaKey);
                    }
                },
            },
        };
    }
}
