"""Tiers over the last year, and events at the time when things happened."""

import random
from datetime import datetime, time, timedelta

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.tools import SQL

from ...models.tier.bank_tier import RULE_VERSION
from ..plan.customers import SEED
from ..plan.portfolio import balance_dates

# ---------------------------------------------------------------------- tiers


def write_tiers(env, plan, partners):
    """Assess new customers on their first day and all at the ends of months; the real job assigns today's tiers."""
    yesterday = env["bank.run"]._today() - timedelta(days=1)
    history = _TierHistory(env, plan, partners)
    for day in history.days_until(yesterday):
        history.assess(day)
    history.save()
    env["bank.tier"]._assign_from_aum(partners.ids)


class _TierHistory:
    """Collects the changes of tiers day by day, by the same rule as ``bank.tier._assign_from_aum``."""

    def __init__(self, env, plan, partners):
        self.env = env
        self.partners = partners
        self.starts = {
            partner: customer.relationship_start_on for customer, partner in zip(plan.customers, partners, strict=True)
        }
        self.tiers = env["bank.tier"].search([("company_id", "in", (False, env.company.id))], order="sequence desc")
        self.currency = env.ref("base.CNY")
        self.tier_of = {}
        self.rows = []

    def days_until(self, last):
        """Return the ends of months of the last year and the first days of customers since then."""
        first = balance_dates(last)[0]
        month_ends = {first + relativedelta(months=months, day=31) for months in range(14)}
        starts = {start for start in self.starts.values() if start > first}
        return sorted(day for day in month_ends | starts if day <= last)

    def assess(self, day):
        """Find the tiers at the end of ``day``; they count from the day after."""
        is_month_end = (day + timedelta(days=1)).day == 1
        amounts = self._read_assets(day)
        for partner, start in self.starts.items():
            if start > day or not (is_month_end or start == day):
                continue
            amount = amounts.get(partner.id, 0)
            tier = next((tier for tier in self.tiers if amount >= tier.min_amount), self.tiers[-1:])
            former = self.tier_of.get(partner, self.env["bank.tier"])
            if tier != former:
                self.tier_of[partner] = tier
                self.rows.append(self._prepare_row(partner, former, tier, amount, day))

    def _prepare_row(self, partner, former, tier, amount, day):
        move = "upgrade" if tier.sequence > former.sequence else "downgrade"
        return {
            "partner_id": partner.id,
            "from_tier_id": former.id,
            "to_tier_id": tier.id,
            "changed_on": day + timedelta(days=1),
            "reason": move if former else "initial",
            "metric_amount": amount,
            "currency_id": self.currency.id,
            "rule_version": RULE_VERSION,
            "inputs": {"aum": amount, "figures_as_of": day.isoformat(), "min_amount": tier.min_amount},
            "user_id": self.env.uid,
        }

    def _read_assets(self, day):
        """Return ``{partner id: his assets under management at the end of day}``, in CNY."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT party.partner_id, holding.currency_id, sum(newest.amount * party.share_pct / 100)
                  FROM bank_holding_party party
                  JOIN bank_holding holding ON holding.id = party.holding_id AND NOT holding.is_held_away
                  JOIN bank_product product ON product.id = holding.product_id AND product.is_aum
                 CROSS JOIN LATERAL (SELECT amount FROM bank_balance
                                      WHERE holding_id = holding.id AND date <= %s
                                      ORDER BY date DESC LIMIT 1) AS newest
                 WHERE party.role IN ('owner', 'joint') AND party.partner_id IN %s
                 GROUP BY party.partner_id, holding.currency_id
                """,
                day,
                tuple(self.partners.ids),
            )
        )
        amounts = {}
        for partner_id, currency_id, amount in rows:
            currency = self.env["res.currency"].browse(currency_id)
            converted = currency._convert(float(amount), self.currency, self.env.company, day)
            amounts[partner_id] = round(amounts.get(partner_id, 0) + converted, 2)
        return amounts

    def save(self):
        """Write history and events; the contacts get the last tier without another entry for today."""
        # sudo: bank.tier.history - sealed records are made by the server
        entries = self.env["bank.tier.history"].sudo().create(self.rows)
        names = self.env["bank.customer.event"]._names(self.env["bank.tier"].search([]))
        self.env["bank.customer.event"]._record(
            "tier.changed",
            [
                {
                    "partner_id": entry.partner_id.id,
                    "source_model": entry._name,
                    "source_id": entry.id,
                    "payload": {
                        "from": names.get(entry.from_tier_id.id),
                        "to": names[entry.to_tier_id.id],
                        "reason": entry.reason,
                    },
                }
                for entry in entries
            ],
        )
        self.env.flush_all()
        self.env.execute_query(
            SQL(
                """UPDATE res_partner SET tier_id = last.tier_id
                     FROM unnest(%s::int[], %s::int[]) AS last(partner_id, tier_id)
                    WHERE res_partner.id = last.partner_id RETURNING 1""",
                [partner.id for partner in self.tier_of],
                [tier.id for tier in self.tier_of.values()],
            )
        )
        self.env["res.partner"].invalidate_model(["tier_id"])


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
    if event.kind == "customer.updated":
        return event.occurred_at.date()
    day = {
        "customer.created": lambda: start,
        "document.added": lambda: start,
        "holding.opened": lambda: source.opened_on,
        "holding.closed": lambda: source.closed_on,
        "owner.changed": lambda: source.date_from,
        "tier.changed": lambda: source.changed_on,
    }[event.kind]()
    return max(day, start)


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
    """Enter the runs that have made totals and tiers."""
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
            for job in ("totals", "tiers")
        ]
    )
