"""Events at the time when things happened, and the runs that made the figures."""

import random
from datetime import datetime, time, timedelta

from dateutil.relativedelta import relativedelta

from odoo import fields

from ..plan.customers import SEED

# ---------------------------------------------------------------------- events


def write_events(env, plan, partners, holdings):
    """Add the events that creating the records has not made, then move all to the days on which they happened."""
    _record_former_owners(env, partners)
    _record_closed(env, holdings)
    _record_changes(env, plan, partners)
    _move_to_their_days(env, plan, partners)


def _record_former_owners(env, partners):
    former = partners.assignment_ids.filtered("date_to").sorted("date_from")
    previous, rows = {}, []
    for assignment in former:
        label = assignment._owner_label()
        rows.append(
            {
                "partner_id": assignment.partner_id.id,
                "source_model": "bank.assignment",
                "source_id": assignment.id,
                "payload": {
                    "from": previous.get(assignment.partner_id),
                    "to": label,
                    "reason": assignment.reason or None,
                },
            }
        )
        previous[assignment.partner_id] = label
    env["bank.customer.event"]._record("owner.changed", rows)


def _record_closed(env, holdings):
    holdings.filtered("closed_on")._record_events("holding.closed")


def _record_changes(env, plan, partners):
    rows = [
        {
            "partner_id": partner.id,
            "source_model": "res.partner",
            "source_id": partner.id,
            "payload": {"fields": change.fields},
            "occurred_at": fields.Datetime.to_datetime(change.happened_on),
        }
        for customer, partner in zip(plan.customers, partners, strict=True)
        for change in customer.changes
    ]
    env["bank.customer.event"]._record("customer.updated", rows)


def _move_to_their_days(env, plan, partners):
    """Give each event the day on which its record says it happened, an hour of business, and somebody who did it."""
    clock = _BusinessHours()
    starts = {
        partner.id: customer.relationship_start_on for customer, partner in zip(plan.customers, partners, strict=True)
    }
    operations = env["res.users"].search([("login", "=", "operations")], limit=1)
    # Unsealed: the events of records that are created today for a day in the past.
    for event in env["bank.customer.event"].search([("partner_id", "in", partners.ids)], order="id")._unsealed():
        day = _day_of(env, event, starts[event.partner_id.id])
        values = {"occurred_at": clock.opening(day) if event.kind == "customer.created" else clock.at(day)}
        if event.kind != "tier.changed":
            values["user_id"] = (event.partner_id.relationship_manager_id or operations).id
        event.write(values)


def _day_of(env, event, start):
    source = env[event.source_model].browse(event.source_id)
    dates = {
        "customer.created": lambda: start,
        "document.added": lambda: start,
        "holding.opened": lambda: source.opened_on,
        "holding.closed": lambda: source.closed_on,
        "owner.changed": lambda: source.date_from,
        "tier.changed": lambda: source.changed_on,
        "value.changed": lambda: source.month + relativedelta(months=1),
    }
    if event.kind not in dates:
        return event.occurred_at.date()
    return max(dates[event.kind](), start)


class _BusinessHours:
    """Draws times of business days in China, never in the future."""

    def __init__(self):
        self.random = random.Random(SEED)
        self.now = fields.Datetime.now()

    def opening(self, day):
        """Return nine o'clock: before everything else that happens on a customer's first day."""
        return min(datetime.combine(day, time(1)), self.now)

    def at(self, day):
        """Return a naive UTC datetime on ``day`` between nine and six o'clock in Beijing."""
        return min(datetime.combine(day, time(1)) + timedelta(minutes=self.random.randrange(540)), self.now)


# ---------------------------------------------------------------------- runs


def write_runs(env, count):
    """Enter the runs of the night that have made the figures."""
    runs, now = env["bank.run"], fields.Datetime.now()
    runs.create(
        [
            {
                "job": job,
                "rule_version": runs._rule_version(job),
                "state": "done",
                "started_at": now,
                "finished_at": now,
                "total": count,
                "processed": count,
                "changed": count,
            }
            for job in runs._nightly_jobs()
        ]
    )
