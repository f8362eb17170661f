import { Component } from "@odoo/owl";

/** Which month, branch and manager a board is about. */
export class MoneyScope extends Component {
    static template = "bank_crm.MoneyScope";
    static props = { board: Object, onChange: Function, slots: { type: Object, optional: true } };

    branchName(branch) {
        return "\u00a0\u00a0".repeat(Math.max(branch.level - 1, 0)) + branch.name;
    }

    change(name, value) {
        this.props.onChange(name, value);
    }
}
