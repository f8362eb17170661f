import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

import { BoardBase } from "./board_base";
import { MoneyChart } from "./money_chart";
import { COLORS } from "./money_format";

const CLASSES = ["deposit", "fund", "wealth", "insurance", "metal", "other"];

/** The money of a bank, a branch or a book over time; each number opens the list behind it. */
export class MoneyBoard extends BoardBase {
    static template = "bank_crm.MoneyBoard";
    static components = { ...BoardBase.components, MoneyChart };

    get labels() {
        return {
            customers: _t("Customers"),
            eop_aum: _t("AUM"),
            eop_deposit: _t("Deposits"),
            eop_wealth: _t("Investments"),
            eop_loan: _t("Debts"),
            eop_net_assets: _t("Net Assets"),
            deposit: _t("Deposits"),
            fund: _t("Funds"),
            wealth: _t("Wealth Management"),
            insurance: _t("Insurance"),
            metal: _t("Precious Metals"),
            other: _t("Other"),
        };
    }

    async load() {
        await super.load();
        const { trend } = this.state.board;
        if (!trend) {
            return;
        }
        this.months = trend.map((row) => row.month);
        this.lines = ["eop_aum", "eop_deposit", "eop_wealth", "eop_loan", "eop_net_assets"].map((name) =>
            this.dataset(name, trend.map((row) => row[name]))
        );
        this.stacks = CLASSES.map((name) =>
            this.dataset(name, trend.map((row) => row[`adb_${name}`]))
        ).filter((dataset) => dataset.data.some(Boolean));
    }

    dataset(name, data) {
        return { label: this.labels[name], color: COLORS[name], data };
    }

    get figures() {
        return this.state.board.figures.map((figure) => ({
            ...figure,
            label: this.labels[figure.code],
            text: figure.code === "customers" ? this.count(figure.value) : this.short(figure.value),
            title: figure.code === "customers" ? "" : this.full(figure.value),
            // more debts are neither good nor bad news
            isNeutral: figure.code === "eop_loan",
        }));
    }

    figureTone(figure, before) {
        return figure.isNeutral ? "text-muted" : this.tone(figure.value, before);
    }

    get moves() {
        const { moves } = this.state.board;
        return [
            { code: "up", label: _t("Upgraded"), tone: "success", icon: "fa-arrow-up", ...moves.up },
            { code: "down", label: _t("Downgraded"), tone: "danger", icon: "fa-arrow-down", ...moves.down },
            { code: "watch", label: _t("Watched"), tone: "warning", icon: "fa-eye", ...moves.watch },
            { code: "below", label: _t("Below Their Level"), tone: "secondary", icon: "fa-minus", ...moves.below },
        ];
    }

    get lists() {
        const { gains, losses, risks } = this.state.board;
        return [
            { name: "gains", title: _t("Gained Most"), rows: gains, tone: "text-success", empty: _t("Nobody gained in this month.") },
            { name: "losses", title: _t("Lost Most"), rows: losses, tone: "text-danger", empty: _t("Nobody lost in this month.") },
            { name: "risks", title: _t("At Risk of a Downgrade"), rows: risks, tone: "", empty: _t("Nobody is below the level of his tier.") },
        ];
    }

    get groupings() {
        const { by_branch, by_manager, tiers } = this.state.board;
        const many = (rows) => rows.length > 1;
        return [
            { key: "tier_id", title: _t("AUM by Tier"), rows: tiers, isShown: true },
            { key: "group_branch_id", title: _t("AUM by Branch"), rows: by_branch, isShown: many(by_branch) },
            { key: "group_manager_id", title: _t("AUM by Relationship Manager"), rows: by_manager, isShown: many(by_manager) },
        ]
            .filter((grouping) => grouping.isShown)
            .map((grouping) => ({
                ...grouping,
                most: Math.max(...grouping.rows.map((row) => row.eop_aum), 1),
            }));
    }

    get concentration() {
        const { concentration } = this.state.board;
        const customers = concentration.reduce((sum, row) => sum + row.customers, 0);
        const amount = concentration.reduce((sum, row) => sum + row.amount, 0);
        return concentration.map((row) => ({
            ...row,
            customerShare: this.share(row.customers, customers),
            amountShare: Math.max(this.share(row.amount, amount), 0),
        }));
    }

    get maturities() {
        const rows = this.state.board.maturities;
        const most = Math.max(...rows.map((row) => row.amount), 1);
        const labels = { 30: _t("Within 30 Days"), 60: _t("31 to 60 Days"), 90: _t("61 to 90 Days") };
        return rows.map((row) => ({ ...row, label: labels[row.days], width: this.share(row.amount, most) }));
    }

    signed(value) {
        return (value > 0 ? "+" : "") + this.short(value);
    }

    percent(value) {
        return `${Math.round(value)} %`;
    }

    pickMonth(index) {
        const month = this.months[index];
        return month === this.state.board.month
            ? this.drill({ figure: "months" })
            : this.setScope("month", month);
    }

    openGroup(grouping, row) {
        if (row.id !== -1) {
            return this.drill({ figure: "months", [grouping.key]: row.id });
        }
        return this.drill({ figure: "months" });
    }

    openWall() {
        return this.action.doAction("bank_crm.bank_money_maturity_action");
    }

    openTiers() {
        return this.action.doAction("bank_crm.bank_tier_board_action");
    }
}

registry.category("actions").add("bank_crm.money_board", MoneyBoard);
