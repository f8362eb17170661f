import { Component, onWillStart, onWillUnmount, useEffect, useRef } from "@odoo/owl";
import { loadBundle } from "@web/core/assets";
import { _t } from "@web/core/l10n/translation";
import { numberText, SCALES } from "./board_format";

const LINE = "#2f6fb3";
const BAND = "rgba(47, 111, 179, 0.15)";

/** The main figure by month in the band of its interval; months that are hidden are gaps. */
export class BoardTrend extends Component {
    static template = "bank_crm_survey.BoardTrend";
    static props = { months: Array, kind: String, label: String };

    setup() {
        this.canvas = useRef("canvas");
        onWillStart(() => loadBundle("web.chartjs_lib"));
        useEffect(
            () => this.draw(),
            () => [this.props.months, this.props.kind]
        );
        onWillUnmount(() => this.chart?.destroy());
    }

    values(name) {
        return this.props.months.map((month) => (month.has_value && month[name] !== false ? month[name] : null));
    }

    draw() {
        this.chart?.destroy();
        const [lowest, highest] = SCALES[this.props.kind];
        const band = { borderWidth: 0, pointRadius: 0, pointHitRadius: 0, spanGaps: false };
        this.chart = new Chart(this.canvas.el, {
            type: "line",
            data: {
                labels: this.props.months.map((month) => month.month),
                datasets: [
                    {
                        label: this.props.label,
                        data: this.values("value"),
                        borderColor: LINE,
                        backgroundColor: LINE,
                        pointRadius: 3,
                        tension: 0,
                    },
                    { ...band, label: _t("Low"), data: this.values("low"), backgroundColor: BAND, fill: false },
                    { ...band, label: _t("High"), data: this.values("high"), backgroundColor: BAND, fill: "-1" },
                ],
            },
            options: {
                animation: false,
                maintainAspectRatio: false,
                interaction: { mode: "index", intersect: false },
                plugins: {
                    legend: { display: false },
                    tooltip: {
                        callbacks: { label: (item) => this.tooltip(item), footer: (items) => this.footer(items) },
                    },
                },
                // a figure of -100 to 100 moves little: its scale follows it; that of effort is short enough to be shown
                scales: { y: lowest === 1 ? { min: lowest, max: highest } : {} },
            },
        });
    }

    tooltip(item) {
        return `${item.dataset.label}: ${numberText(item.raw)}`;
    }

    footer(items) {
        const month = this.props.months[items[0]?.dataIndex];
        return month ? _t("%(count)s answers", { count: month.n }) : "";
    }
}
