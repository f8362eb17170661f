import { Component, onWillStart, useState } from "@odoo/owl";
import { DateTimeInput } from "@web/core/datetime/datetime_input";
import { deserializeDate, formatDate, serializeDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { formatInteger } from "@web/views/fields/formatters";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

import { BoardTrend } from "./board_trend";
import { figureText, intervalText, SCALES, shareText } from "./board_format";

/** Figures of a programme of surveys: as good as they are known, and no better. */
export class SatisfactionBoard extends Component {
    static template = "bank_crm_survey.Board";
    static components = { Layout, DateTimeInput, BoardTrend };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({
            programId: this.props.action.context?.active_program_id || false,
            days: 90,
            dateFrom: false,
            dateTo: false,
            groupBy: "branch",
            board: {},
            isLoading: false,
        });
        onWillStart(() => this.load());
    }

    get periods() {
        return [
            { days: 30, label: _t("Last 30 Days") },
            { days: 90, label: _t("Last 90 Days") },
            { days: 365, label: _t("Last 365 Days") },
            { days: 0, label: _t("Custom") },
        ];
    }

    get groupings() {
        return [
            { name: "branch", label: _t("Branch") },
            { name: "manager", label: _t("Relationship Manager") },
            { name: "tier", label: _t("Tier") },
            { name: "channel", label: _t("Channel") },
            { name: "product", label: _t("Product") },
            { name: "value_class", label: _t("Value Class") },
            { name: "wave", label: _t("Wave") },
            { name: "lang", label: _t("Language") },
        ];
    }

    get kinds() {
        const titles = {
            nps: _t("Net Promoter Score"),
            csat: _t("Satisfied Customers"),
            ces: _t("Effort, 1 to 7 (7 is easy)"),
        };
        return Object.keys(titles)
            .map((kind) => ({ kind, title: titles[kind], ...this.state.board.figures[kind] }))
            .filter((figure) => figure.n || figure.kind === this.state.board.main);
    }

    async load() {
        const values = { group_by: this.state.groupBy };
        if (this.state.programId) {
            values.program_id = this.state.programId;
        }
        if (this.state.days) {
            values.days = this.state.days;
        } else {
            values.date_from = serializeDate(this.state.dateFrom);
            values.date_to = serializeDate(this.state.dateTo);
        }
        this.state.isLoading = true;
        try {
            this.state.board = await this.orm.silent.call("bank.survey.program", "board", [values]);
        } finally {
            this.state.isLoading = false;
        }
        if (this.state.board.program) {
            this.state.programId = this.state.board.program.id;
        }
    }

    setProgram(id) {
        this.state.programId = Number(id);
        return this.load();
    }

    setGroupBy(name) {
        this.state.groupBy = name;
        return this.load();
    }

    setDays(days) {
        const { period } = this.state.board;
        this.state.days = Number(days);
        if (!this.state.days) {
            this.state.dateFrom = deserializeDate(period.date_from);
            this.state.dateTo = deserializeDate(period.date_to);
            return;
        }
        return this.load();
    }

    setDate(name, date) {
        if (!date) {
            return;
        }
        this.state[name] = date;
        if (this.state.dateFrom <= this.state.dateTo) {
            return this.load();
        }
    }

    // ------------------------------------------------------------------
    // What is written
    // ------------------------------------------------------------------

    value(kind, figure) {
        return figureText(kind, figure.value, figure.has_value);
    }

    interval(kind, figure) {
        return figure.has_value && figure.low !== figure.high ? intervalText(kind, figure) : "";
    }

    count(number) {
        return formatInteger(number);
    }

    share(value) {
        return shareText(value);
    }

    periodText() {
        const { date_from: from, date_to: to, before_from, before_to } = this.state.board.period;
        const text = (day) => formatDate(deserializeDate(day));
        return _t("%(from)s to %(to)s, beside %(before_from)s to %(before_to)s", {
            from: text(from),
            to: text(to),
            before_from: text(before_from),
            before_to: text(before_to),
        });
    }

    changeText(figure) {
        if (figure.hidden || !figure.has_value) {
            return "";
        }
        if (figure.change === false) {
            return _t("Nothing to compare with in the period before");
        }
        const change = (figure.change > 0 ? "+" : "") + figureText(figure.kind, figure.change, true);
        return figure.direction
            ? _t("%(change)s, more than chance", { change })
            : _t("%(change)s, may be chance", { change });
    }

    groupingLabel() {
        return this.groupings.find((grouping) => grouping.name === this.state.board.group_by).label;
    }

    hiddenText() {
        return _t("Groups of fewer than %(min)s answers are not shown, nor is what would give them away.", {
            min: this.state.board.program.min_cell,
        });
    }

    rankText(row) {
        if (row.hidden) {
            return _t("Too few answers");
        }
        return row.rank ? `${row.rank}` : _t("Not distinguishable");
    }

    /** Promoters, passives and detractors as parts of a bar; names of CSAT where there is no NPS. */
    parts(figure) {
        if (figure.upper === undefined) {
            return [];
        }
        const isNps = figure.kind === "nps";
        const total = figure.upper + figure.middle + figure.lower || 1;
        return [
            { tone: "success", count: figure.upper, label: isNps ? _t("Promoters") : _t("Satisfied") },
            { tone: "warning", count: figure.middle, label: isNps ? _t("Passives") : _t("Neutral") },
            { tone: "danger", count: figure.lower, label: isNps ? _t("Detractors") : _t("Dissatisfied") },
        ].map((part) => ({ ...part, width: (100 * part.count) / total }));
    }

    /** Where the interval and the figure of a group lie, in percent of the width of its column. */
    bar(figure) {
        const [lowest, highest] = SCALES[this.state.board.main];
        const place = (value) => (100 * (value - lowest)) / (highest - lowest);
        const low = place(figure.low === false ? figure.value : figure.low);
        const high = place(figure.high === false ? figure.value : figure.high);
        return { left: low, width: Math.max(high - low, 0.5), point: place(figure.value) };
    }

    get funnel() {
        const { rates } = this.state.board;
        return [
            { name: "sent", label: _t("Invited"), count: rates.sent, share: "" },
            { name: "delivered", label: _t("Delivered"), count: rates.delivered, share: this.of(rates.delivered, rates.sent) },
            { name: "opened", label: _t("Opened"), count: rates.opened, share: shareText(rates.open) },
            { name: "started", label: _t("Begun"), count: rates.started, share: shareText(rates.start) },
            { name: "completed", label: _t("Completed"), count: rates.completed, share: shareText(rates.rr1) },
        ].map((step) => ({ ...step, width: rates.sent ? (100 * step.count) / rates.sent : 0 }));
    }

    get asides() {
        const { rates } = this.state.board;
        return [
            { label: _t("Broken Off"), count: rates.partial },
            { label: _t("Declined"), count: rates.refused },
            { label: _t("Returned"), count: rates.bounced },
            { label: _t("Run Out"), count: rates.expired },
        ];
    }

    of(part, whole) {
        return whole ? shareText((100 * part) / whole) : "";
    }

    // ------------------------------------------------------------------
    // Further
    // ------------------------------------------------------------------

    openPivot() {
        const { program, period, main } = this.state.board;
        const groups = { branch: "branch_id", manager: "manager_id", tier: "tier_id", product: "product_id", wave: "wave_id" };
        const groupBy = groups[this.state.groupBy] || this.state.groupBy;
        return this.action.doAction({
            type: "ir.actions.act_window",
            name: program.name,
            res_model: "bank.survey.stat",
            views: [
                [false, "pivot"],
                [false, "graph"],
            ],
            domain: [
                ["program_id", "=", program.id],
                ["metric", "=", main],
                ["answered_on", ">=", period.date_from],
                ["answered_on", "<=", period.date_to],
            ],
            context: {
                pivot_row_groupby: [groupBy],
                pivot_column_groupby: ["answered_on:month"],
                pivot_measures: [main, "n"],
                graph_groupbys: ["answered_on:month"],
                graph_measure: main,
            },
        });
    }

    openPrograms() {
        return this.action.doAction("bank_crm_survey.bank_survey_program_action");
    }
}

registry.category("actions").add("bank_crm_survey.board", SatisfactionBoard);
