import { Component, onWillStart, useState } from "@odoo/owl";
import { deserializeDateTime, formatDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

import { changeText, count, fullAmount, share, shortAmount, tone } from "./money_format";
import { MoneyScope } from "./money_scope";

/** What the boards over all customers have in common: a scope, one call for the figures, a list behind each number. */
export class BoardBase extends Component {
    static components = { Layout, MoneyScope };
    static props = { ...standardActionServiceProps };
    static method = "overview";

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        const kept = this.props.state?.scope;
        this.state = useState({
            scope: kept || { month: false, branch_id: false, manager_id: false },
            board: { months: [] },
            isLoading: false,
        });
        // coming back from a list, the board is about what it was about
        this.props.updateActionState?.({ scope: { ...this.state.scope } });
        onWillStart(() => this.load());
    }

    get scopeValues() {
        return Object.fromEntries(Object.entries(this.state.scope).filter(([, value]) => value));
    }

    async load() {
        this.state.isLoading = true;
        try {
            this.state.board = await this.orm.call("bank.money.board", this.constructor.method, [this.scopeValues]);
        } finally {
            this.state.isLoading = false;
        }
    }

    setScope(name, value) {
        this.state.scope[name] = name === "month" ? value : Number(value) || false;
        if (name === "branch_id") {
            this.state.scope.manager_id = false;
        }
        this.props.updateActionState?.({ scope: { ...this.state.scope } });
        return this.load();
    }

    async drill(values) {
        const action = await this.orm.call("bank.money.board", "drill", [
            { ...this.scopeValues, month: this.state.board.month, ...values },
        ]);
        return this.action.doAction(action);
    }

    short(value) {
        return shortAmount(value, this.state.board.currency_id);
    }

    full(value) {
        return fullAmount(value, this.state.board.currency_id);
    }

    count(value) {
        return count(value);
    }

    change(value, before) {
        return changeText(value, before);
    }

    tone(value, before) {
        return tone(value, before);
    }

    share(part, whole) {
        return share(part, whole);
    }

    computedText() {
        const at = this.state.board.computed_at;
        return at ? _t("Computed %(time)s", { time: formatDateTime(deserializeDateTime(at)) }) : "";
    }
}
