import { Component } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { formatMonetary } from "@web/views/fields/formatters";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/** The classes of assets, in the order and the colours in which the bar shows them. */
const ASSET_FIELDS = [
    "total_deposit",
    "total_wealth",
    "total_fund",
    "total_insurance",
    "total_metal",
    "total_other",
    "held_away_total",
];

/** A bar that shows of which classes the assets of a customer consist. */
export class BankAssetMix extends Component {
    static template = "bank_crm.AssetMix";
    static props = { ...standardWidgetProps };

    /** @returns {{name: string, label: string, amount: string, share: string, width: number}[]} */
    get parts() {
        const { data, fields } = this.props.record;
        const amounts = ASSET_FIELDS.map((name) => Math.max(data[name] || 0, 0));
        const total = amounts.reduce((sum, amount) => sum + amount, 0);
        return ASSET_FIELDS.map((name, index) => ({
            name,
            label: fields[name].string,
            amount: formatMonetary(data[name], { currencyId: data.bank_currency_id.id }),
            share: total ? `${((100 * amounts[index]) / total).toFixed(1)} %` : "",
            width: total ? (100 * amounts[index]) / total : 0,
        })).filter((part) => part.width > 0);
    }
}

export const bankAssetMix = {
    component: BankAssetMix,
    fieldDependencies: [
        ...ASSET_FIELDS.map((name) => ({ name, type: "monetary" })),
        { name: "bank_currency_id", type: "many2one", relation: "res.currency" },
    ],
};

registry.category("view_widgets").add("bank_asset_mix", bankAssetMix);
