import { Component } from "@odoo/owl";
import { formatDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const { DateTime } = luxon;

/** Why a day counts or does not; see tools/clocks/trace.py for the rows. */
const REASONS = {
    start: _t("Day of the start, not counted"),
    counted: _t("Counted"),
    makeup: _t("Make-up working day"),
    weekend: _t("No business on this day"),
    holiday: _t("Holiday"),
    paused: _t("Paused"),
    rolled: _t("Moved to the next business day"),
    waiting: _t("Received after close of business"),
    after_close: _t("After close of business"),
    no_calendar: _t("The calendar has no business days"),
};

/** A strip that shows, day by day, why a deadline is when it is. With the option `detailed` also as a list. */
export class BankClockTrace extends Component {
    static template = "bank_crm_complaints.ClockTrace";
    static props = { ...standardFieldProps, detailed: { type: Boolean, optional: true } };

    /** @returns {Object[]} one entry for each row of the explanation */
    get days() {
        const today = DateTime.local().toISODate();
        return (this.props.record.data[this.props.name] || []).map((row) => {
            const last = row.to || row.date;
            const period = row.to ? `${this.format(row.date)} – ${this.format(row.to)}` : this.format(row.date);
            const reason = row.name ? `${REASONS[row.why]}: ${row.name}` : String(REASONS[row.why]);
            return {
                key: row.date,
                day: row.to ? row.n : Number(row.date.slice(8)),
                period,
                reason,
                why: row.why,
                n: row.n,
                isCounted: row.counted,
                isLong: Boolean(row.to),
                isDue: Boolean(row.due),
                wasDue: Boolean(row.was_due),
                isToday: row.date <= today && today <= last,
                paused: row.paused ? Math.round(100 * row.paused) : 0,
                due: row.due ? this.formatMoment(row.due) : "",
                tooltip: `${period}: ${reason} (${row.n})`,
            };
        });
    }

    format(date) {
        return formatDate(DateTime.fromISO(date));
    }

    /** The wall clock at the place of the deadline, which need not be the reader's. */
    formatMoment(moment) {
        const local = DateTime.fromISO(moment, { setZone: true });
        return `${formatDate(local)} ${local.toFormat("HH:mm:ss ZZ")}`;
    }
}

export const bankClockTrace = {
    component: BankClockTrace,
    displayName: _t("Explanation of a deadline"),
    supportedTypes: ["jsonb", "json"],
    extractProps: ({ options }) => ({ detailed: Boolean(options.detailed) }),
};

registry.category("fields").add("bank_clock_trace", bankClockTrace);
