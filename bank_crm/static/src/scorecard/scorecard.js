import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { DateTimeInput } from "@web/core/datetime/datetime_input";
import { Layout } from "@web/search/layout";
import { formatDate, serializeDate } from "@web/core/l10n/dates";
import { formatFloat, formatInteger } from "@web/views/fields/formatters";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

const { DateTime } = luxon;

/** The figures of relationship managers for a period, each beside those of all colleagues. */
export class BankScorecard extends Component {
    static template = "bank_crm.Scorecard";
    static components = { Layout, DateTimeInput };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        const today = DateTime.local().startOf("day");
        this.state = useState({
            dateFrom: today.minus({ days: 89 }),
            dateTo: today,
            rows: [],
            login: false,
        });
        onWillStart(() => this.load());
    }

    async load() {
        this.state.rows = await this.orm.call("bank.scorecard.metric", "figures", [
            { date_from: serializeDate(this.state.dateFrom), date_to: serializeDate(this.state.dateTo) },
        ]);
        const logins = this.managers.map((manager) => manager.login);
        if (!logins.includes(this.state.login)) {
            this.state.login = logins[0] || false;
        }
    }

    /** @returns {{login: string, name: string}[]} */
    get managers() {
        const names = new Map(this.state.rows.map((row) => [row.user_login, row.user_name]));
        return [...names].map(([login, name]) => ({ login, name }));
    }

    get lines() {
        return this.state.rows.filter((row) => row.user_login === this.state.login);
    }

    async setDate(name, date) {
        if (date) {
            this.state[name] = date;
            if (this.state.dateFrom <= this.state.dateTo) {
                await this.load();
            }
        }
    }

    format(row, value) {
        if (value === false) {
            return "–";
        }
        if (row.unit === "number") {
            return formatInteger(value);
        }
        const text = formatFloat(value, { digits: [16, row.unit === "amount" ? 0 : 1] });
        return row.unit === "percent" ? `${text} %` : text;
    }

    interval(row) {
        return row.low === false || row.low === row.high
            ? ""
            : `${this.format(row, row.low)} … ${this.format(row, row.high)}`;
    }

    /** How the figure stands beside colleagues; a place is only named where it can be told. */
    comparison(row) {
        const { peers_better: better, peers_worse: worse, peers_same: same } = row;
        if (row.hidden) {
            return { text: _t("Too few cases to be shown"), tone: "text-muted" };
        }
        if (better === false || better + worse + same === 0) {
            return { text: _t("Nobody to compare with"), tone: "text-muted" };
        }
        if (!better && !worse) {
            return { text: _t("Not distinguishable from colleagues"), tone: "text-muted" };
        }
        const text = _t("Better than %(worse)s, behind %(better)s, not distinguishable from %(same)s", {
            worse,
            better,
            same,
        });
        return { text, tone: worse > better ? "text-success" : worse < better ? "text-warning-emphasis" : "" };
    }

    formatDate(date) {
        return formatDate(date);
    }
}

registry.category("actions").add("bank_crm.scorecard", BankScorecard);
