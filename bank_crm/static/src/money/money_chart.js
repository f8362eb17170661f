import { Component, onWillStart, onWillUnmount, useEffect, useRef } from "@odoo/owl";
import { loadBundle } from "@web/core/assets";

/** A line or bar chart; `onPick` is called with the index of the label that was clicked. */
export class MoneyChart extends Component {
    static template = "bank_crm.MoneyChart";
    static props = {
        type: String,
        labels: Array,
        datasets: Array,
        stacked: { type: Boolean, optional: true },
        format: Function,
        onPick: { type: Function, optional: true },
        label: String,
    };

    setup() {
        this.canvas = useRef("canvas");
        onWillStart(() => loadBundle("web.chartjs_lib"));
        useEffect(
            () => this.draw(),
            () => [this.props.labels, this.props.datasets]
        );
        onWillUnmount(() => this.chart?.destroy());
    }

    draw() {
        this.chart?.destroy();
        const { type, labels, datasets, stacked, format, onPick } = this.props;
        const axis = { stacked: Boolean(stacked) };
        this.chart = new Chart(this.canvas.el, {
            type,
            data: {
                labels,
                datasets: datasets.map((dataset) => ({
                    label: dataset.label,
                    data: [...dataset.data],
                    borderColor: dataset.color,
                    backgroundColor: dataset.color,
                    borderWidth: type === "line" ? 2 : 0,
                    pointRadius: labels.length > 1 ? 0 : 3,
                    pointHitRadius: 8,
                    tension: 0,
                })),
            },
            options: {
                animation: false,
                maintainAspectRatio: false,
                interaction: { mode: "index", intersect: false },
                onClick: (_event, items) => onPick && items.length && onPick(items[0].index),
                plugins: {
                    legend: { position: "bottom", labels: { boxWidth: 12 } },
                    tooltip: { callbacks: { label: (item) => `${item.dataset.label}: ${format(item.raw)}` } },
                },
                scales: {
                    x: { ...axis, ticks: { maxRotation: 0, autoSkipPadding: 12 }, grid: { display: false } },
                    y: { ...axis, beginAtZero: type === "bar", ticks: { callback: (value) => format(value) } },
                },
            },
        });
    }
}
