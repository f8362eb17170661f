import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

import { BoardBase } from "./board_base";

/** Tiers as columns with what happened in them, and the matrix of who went from which tier to which. */
export class TierBoard extends BoardBase {
    static template = "bank_crm.TierBoard";
    static method = "tiers";

    setup() {
        super.setup();
        this.state.measure = "customers";
    }

    get measures() {
        return [
            { name: "customers", label: _t("Customers") },
            { name: "amount", label: _t("AUM") },
        ];
    }

    setMeasure(name) {
        this.state.measure = name;
    }

    get tiers() {
        return [...this.state.board.tiers].reverse();
    }

    steps(tier) {
        return [
            { code: "up", label: _t("Came from below"), icon: "fa-arrow-up text-success", count: tier.up, values: { to_tier_id: tier.id, move: "up" } },
            { code: "down", label: _t("Came from above"), icon: "fa-arrow-down text-danger", count: tier.down, values: { to_tier_id: tier.id, move: "down" } },
            { code: "new", label: _t("New customers"), icon: "fa-plus text-muted", count: tier.new, values: { to_tier_id: tier.id, move: "new" } },
            { code: "watch", label: _t("Watched"), icon: "fa-eye text-warning", count: tier.watch, values: { to_tier_id: tier.id, move: "watch" } },
            { code: "left_up", label: _t("Left upwards"), icon: "fa-level-up text-success", count: tier.left_up, values: { from_tier_id: tier.id, move: "up" } },
            { code: "left_down", label: _t("Left downwards"), icon: "fa-level-down text-danger", count: tier.left_down, values: { from_tier_id: tier.id, move: "down" } },
        ];
    }

    /** Rows are the tiers before, columns the tiers after; the darker a cell, the more of its row went there. */
    get matrix() {
        const { matrix } = this.state.board;
        const names = new Map(this.state.board.tiers.map((tier) => [tier.id, tier.name]));
        const order = this.tiers.map((tier) => tier.id);
        const used = new Set(matrix.flatMap((cell) => [cell.from_id, cell.to_id]));
        const columns = order.filter((id) => id || used.has(id));
        const rows = [...columns];
        if (used.has(false) && !rows.includes(false)) {
            rows.unshift(false);
        }
        const cells = new Map(matrix.map((cell) => [`${cell.from_id}|${cell.to_id}`, cell]));
        const { measure } = this.state;
        return {
            columns: columns.map((id) => ({ id, name: names.get(id) })),
            rows: rows.map((fromId) => {
                const found = columns.map((toId) => cells.get(`${fromId}|${toId}`));
                const total = found.reduce((sum, cell) => sum + (cell?.[measure] || 0), 0);
                return {
                    id: fromId,
                    name: names.get(fromId) || _t("None before"),
                    total,
                    cells: columns.map((toId, index) => {
                        const value = found[index]?.[measure] || 0;
                        return {
                            toId,
                            value,
                            hasAny: Boolean(found[index]),
                            share: this.share(value, total),
                            ...this.cellKind(fromId, toId, order),
                        };
                    }),
                };
            }),
        };
    }

    cellKind(fromId, toId, order) {
        const step = fromId === false ? 0 : order.indexOf(toId) - order.indexOf(fromId);
        return { kind: step > 0 ? "up" : step < 0 ? "down" : "same" };
    }

    cellStyle(cell) {
        const colors = { up: "40, 140, 80", down: "190, 60, 60", same: "47, 111, 179" };
        const alpha = cell.hasAny ? 0.12 + (0.55 * Math.max(cell.share, 0)) / 100 : 0;
        return `background-color: rgba(${colors[cell.kind]}, ${alpha.toFixed(2)})`;
    }

    measured(value) {
        return this.state.measure === "customers" ? this.count(value) : this.short(value);
    }

    openCell(row, cell) {
        return this.drill({ figure: "standings", from_tier_id: row.id, to_tier_id: cell.toId });
    }

    openPivot() {
        return this.action.doAction("bank_crm.bank_money_move_action");
    }
}

registry.category("actions").add("bank_crm.tier_board", TierBoard);
