import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** Which field of the record takes the proposals of an axis. */
const FIELD_OF_AXIS = { product: "product_taxon_id", cause: "cause_taxon_id" };

/**
 * Proposals for the classification of a ticket with the words that speak for each. Nothing is set before somebody
 * presses one of them; the record is saved as after any other change.
 */
export class BankTaxonSuggestions extends Component {
    static template = "bank_crm_complaints.TaxonSuggestions";
    static props = { ...standardFieldProps };

    /** @returns {{axis: string, label: string, lines: {id: number, name: string, percent: number, why: string}[]}[]} */
    get groups() {
        const { data, fields } = this.props.record;
        const found = data[this.props.name] || {};
        return Object.keys(FIELD_OF_AXIS)
            .filter((axis) => found[axis]?.length && FIELD_OF_AXIS[axis] in fields)
            .map((axis) => ({
                axis,
                label: fields[FIELD_OF_AXIS[axis]].string,
                lines: found[axis].map((line) => ({
                    ...line,
                    percent: Math.round(100 * line.share),
                    why: line.reasons.length ? line.reasons.join(", ") : _t("how common it is"),
                })),
            }));
    }

    /** Whoever may not change the record reads the proposals only. */
    get canUse() {
        return this.props.record.isInEdition;
    }

    /**
     * @param {string} axis
     * @param {{id: number, name: string}} line
     */
    async use(axis, line) {
        await this.props.record.update({ [FIELD_OF_AXIS[axis]]: { id: line.id, display_name: line.name } });
    }
}

registry.category("fields").add("bank_taxon_suggestions", {
    component: BankTaxonSuggestions,
    displayName: _t("Proposed Classification"),
    supportedTypes: ["json"],
    fieldDependencies: Object.values(FIELD_OF_AXIS).map((name) => ({
        name,
        type: "many2one",
        relation: "bank.ticket.taxon",
    })),
});
