"""Postings, months and rules for tests of earning."""

from datetime import date, timedelta
from itertools import count

from odoo import Command, fields

from ..tools.earning import night
from .common import PointsCase

_numbers = count(1)


class EarningCase(PointsCase):
    """The points programme of ``common`` with rules; today is 1 March 2026."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rules = cls.env["bank.points.rule"]
        cls.anna_card = cls.make_holding(cls.card, {cls.anna: 100})
        cls.ben_card = cls.make_holding(cls.card, {cls.ben: 100})

    def make_rule(self, code="SPEND", activate=True, **values):
        defaults = {"name": f"Rule {code}", "code": code, "program_id": self.program.id, "valid_from": "2026-01-01"}
        if values.get("kind", "transaction") == "transaction":
            defaults |= {"rate_num": 1, "rate_den": 20}
        rule = self.rules.create({**defaults, **values})
        if activate:
            rule.action_activate()
        return rule

    def make_wealth_rule(self, activate=True, bands=((0, 8, 100),), **values):
        return self.make_rule(
            values.pop("code", "WEALTH"),
            activate,
            kind="balance",
            threshold=values.pop("threshold", 200_000),
            band_ids=[
                Command.create({"from_amount": start, "rate_num": num, "rate_den": den}) for start, num, den in bands
            ],
            **values,
        )

    def make_campaign(self, code="DOUBLE", budgets=(), policy="stop", activate=True, **values):
        campaign = self.env["bank.points.campaign"].create(
            {
                "name": f"Campaign {code}",
                "code": code,
                "program_id": self.program.id,
                "valid_from": "2026-03-01",
                "valid_to": "2026-03-31",
                "budget_policy": policy if budgets else "none",
                "budget_ids": [
                    Command.create({"branch_id": branch.id if branch else False, "points": points})
                    for branch, points in budgets
                ],
                **values,
            }
        )
        if activate:
            campaign.action_activate()
        return campaign

    def post(self, amount, on="2026-02-10", holding=None, kind="card", **values):
        holding = holding or self.anna_card
        posting = (
            self.env["bank.transaction"]
            ._unsealed()
            .create(
                {
                    "holding_id": holding.id,
                    "company_id": holding.company_id.id,
                    "currency_id": holding.currency_id.id,
                    "source": "test",
                    "external_id": f"t{next(_numbers)}",
                    "booked_on": on,
                    "amount": amount,
                    "kind": kind,
                    **values,
                }
            )
        )
        return posting

    def correct(self, posting, **values):
        posting._unsealed().write(values)

    def make_month(self, partner, month, amount, state="closed", metric="adb_aum", currency=None):
        return self.env["bank.customer.month"].create(
            {
                "partner_id": partner.id,
                "company_id": self.company.id,
                "currency_id": (currency or self.cny).id,
                "month": month,
                "state": state,
                metric: amount,
            }
        )

    def set_tier(self, partner, code, on):
        tier = self.env["bank.tier"].search([("code", "=", code)], limit=1)
        before = partner.tier_id
        self.env["bank.tier.history"].create(
            {
                "partner_id": partner.id,
                "from_tier_id": before.id,
                "to_tier_id": tier.id,
                "changed_on": on,
                "reason": "manual",
            }
        )
        partner.tier_id = tier
        return tier

    def night(self, *partners, since=None):
        """Run the rules for everybody; return how many facts were booked or corrected."""
        ids = [partner.id for partner in partners] or (self.anna | self.ben | self.carl | self.pia | self.olga).ids
        self.env.flush_all()
        return night.earn(self.env, ids, since)

    def given(self, partner=None, **values):
        """Return ``{key: points}`` of what rules gave."""
        domain = [("partner_id", "=", (partner or self.anna).id)] + [
            (name, "=", value) for name, value in values.items()
        ]
        return {row.key: row.points for row in self.env["bank.points.earning"].search(domain)}

    def booked(self, partner=None):
        """Return ``{key: points}`` of the entries of the ledger."""
        account = self.points_account(partner)
        return {entry.key: entry.points for entry in account.entry_ids}

    def total(self, partner=None):
        return sum(self.booked(partner).values())

    @staticmethod
    def day(offset, start=date(2026, 1, 1)):
        return fields.Date.to_string(start + timedelta(days=offset))
