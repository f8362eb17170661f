import { Component, onWillStart, onWillUnmount, onWillUpdateProps, useEffect, useRef, useState } from "@odoo/owl";
import { loadBundle } from "@web/core/assets";
import { deserializeDate, formatDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { formatMonetary } from "@web/views/fields/formatters";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/** The lines of the chart: field of bank.customer.month, label, colour of the house. */
const LINES = [
    ["adb_aum", _t("Average AUM"), "#2f6690"],
    ["eop_aum", _t("AUM at the End"), "#7fb0d6"],
    ["eop_deposit", _t("Deposits"), "#3a9188"],
    ["eop_wealth", _t("Investments"), "#e0a458"],
    ["eop_loan", _t("Debts"), "#b5473c"],
];
const HIDDEN_AT_FIRST = ["eop_aum"];

/** How the figures of a customer went over the last 24 months. */
export class BankMonthTrend extends Component {
    static template = "bank_crm.MonthTrend";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.canvas = useRef("canvas");
        this.state = useState({ months: [], currencyId: false });
        onWillStart(async () => {
            await Promise.all([loadBundle("web.chartjs_lib"), this.load(this.props.record.resId)]);
        });
        onWillUpdateProps((next) => next.record.resId !== this.props.record.resId && this.load(next.record.resId));
        useEffect(
            () => this.draw(),
            () => [this.state.months]
        );
        onWillUnmount(() => this.chart?.destroy());
    }

    async load(partnerId) {
        const trend = partnerId
            ? await this.orm.call("res.partner", "bank_month_trend", [[partnerId]])
            : { months: [], currency_id: false };
        Object.assign(this.state, { months: trend.months, currencyId: trend.currency_id });
    }

    get hasProvisional() {
        return this.state.months.some((month) => month.is_provisional);
    }

    money(amount) {
        return formatMonetary(amount, { currencyId: this.state.currencyId });
    }

    label(month) {
        return formatDate(deserializeDate(month.month), { format: "yyyy-MM" });
    }

    draw() {
        this.chart?.destroy();
        if (!this.canvas.el) {
            return;
        }
        const { months } = this.state;
        const isUncertain = (index) => months[index]?.is_provisional || months[index]?.is_open;
        this.chart = new Chart(this.canvas.el, {
            type: "line",
            data: {
                labels: months.map((month) => this.label(month)),
                datasets: LINES.map(([name, label, color]) => ({
                    label: label.toString(),
                    data: months.map((month) => month[name]),
                    borderColor: color,
                    backgroundColor: color,
                    borderWidth: name === "adb_aum" ? 3 : 2,
                    pointRadius: 3,
                    hidden: HIDDEN_AT_FIRST.includes(name),
                    // what may still change is dashed
                    segment: { borderDash: (part) => (isUncertain(part.p1DataIndex) ? [4, 4] : undefined) },
                })),
            },
            options: {
                animation: false,
                maintainAspectRatio: false,
                interaction: { mode: "index", intersect: false },
                plugins: {
                    legend: { position: "bottom" },
                    tooltip: {
                        callbacks: {
                            label: (item) => `${item.dataset.label}: ${this.money(item.raw)}`,
                            footer: (items) => this.footer(months[items[0]?.dataIndex]),
                        },
                    },
                },
                scales: { y: { ticks: { callback: (value) => this.money(value) } } },
            },
        });
    }

    footer(month) {
        if (month?.is_open) {
            return _t("The month that runs").toString();
        }
        return month?.is_provisional ? _t("Provisional").toString() : "";
    }
}

registry.category("view_widgets").add("bank_month_trend", { component: BankMonthTrend });
