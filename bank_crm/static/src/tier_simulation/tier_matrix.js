import { Component } from "@odoo/owl";
import { deserializeDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { formatInteger, formatMonetary } from "@web/views/fields/formatters";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const SHADES = 5;

/** The result of a simulation: who moves from which tier to which, month by month, by branch and by manager. */
export class TierMatrix extends Component {
    static template = "bank_crm.TierMatrix";
    static props = { ...standardFieldProps };

    get result() {
        return this.props.record.data[this.props.name] || { tiers: [], cells: [], months: [] };
    }

    /** @returns {{tier: Object, cells: {tier: Object, count: number, classes: string, title: string}[]}[]} */
    get rows() {
        const { tiers, cells } = this.result;
        const found = Object.fromEntries(cells.map((cell) => [`${cell.from}-${cell.to}`, cell]));
        const moved = cells.filter((cell) => cell.from !== cell.to).map((cell) => cell.count);
        const most = Math.max(1, ...moved);
        return tiers.map((from, row) => ({
            tier: from,
            total: cells.filter((cell) => cell.from === from.id).reduce((sum, cell) => sum + cell.count, 0),
            cells: tiers.map((to, column) => this.cell(found[`${from.id}-${to.id}`], column - row, most, from, to)),
        }));
    }

    cell(cell, direction, most, from, to) {
        if (!cell) {
            return { key: to.id, text: "", classes: "", title: "" };
        }
        const shade = Math.max(1, Math.ceil((SHADES * cell.count) / most));
        const kind = direction > 0 ? "up" : "down";
        return {
            key: to.id,
            text: formatInteger(cell.count),
            assets: this.money(cell.assets),
            classes: direction ? `o_bank_tier_${kind} o_bank_tier_shade_${shade}` : "o_bank_tier_same",
            title: _t("%(from)s to %(to)s: %(count)s customers with %(assets)s", {
                from: from.name,
                to: to.name,
                count: formatInteger(cell.count),
                assets: this.money(cell.assets),
            }),
        };
    }

    get columnTotals() {
        const { tiers, cells } = this.result;
        return tiers.map((to) => ({
            key: to.id,
            text: this.integer(
                cells.filter((cell) => cell.to === to.id).reduce((sum, cell) => sum + cell.count, 0)
            ),
        }));
    }

    get groups() {
        return [
            { key: "branches", title: _t("By Branch"), rows: this.result.branches || [] },
            { key: "managers", title: _t("By Relationship Manager"), rows: this.result.managers || [] },
        ];
    }

    money(amount) {
        return formatMonetary(amount, { currencyId: this.result.currency_id, humanReadable: true, digits: [69, 0] });
    }

    integer(number) {
        return formatInteger(number);
    }

    monthName(month) {
        return deserializeDate(month).toLocaleString({ year: "numeric", month: "short" });
    }
}

export const tierMatrix = { component: TierMatrix, supportedTypes: ["json"] };

registry.category("fields").add("bank_tier_matrix", tierMatrix);
