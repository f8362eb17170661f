"""Customers with months, standings and value classes, as the rooms before this one write them."""

from datetime import date

from dateutil.relativedelta import relativedelta

from odoo.tests import freeze_time

from ..common import BankCase

MONTH = date(2026, 3, 1)


class MoneyWorld:
    """Two months of Anna, Ben, Carl and Pia, and what the run ``boards`` made of them; mix it into a bank."""

    @classmethod
    def make_months(cls):
        cls.months, cls.standings = cls.env["bank.customer.month"], cls.env["bank.tier.standing"]
        tiers = cls.env["bank.tier"].search([("company_id", "=", False)])
        cls.tiers = {tier.code: tier for tier in tiers}
        cls.policy = cls.env["bank.tier.policy"].create({"name": "Test", "code": "boards"})
        cls.people = {"anna": cls.anna, "ben": cls.ben, "carl": cls.carl, "pia": cls.pia}
        for name, before, now in (
            ("anna", 60_000, 66_000),
            ("ben", 9_000, 4_000),
            ("carl", 250_000, 300_000),
            ("pia", 1_000, 1_000),
        ):
            cls.add_month(cls.people[name], before, month=MONTH - relativedelta(months=1))
            cls.add_month(cls.people[name], now)
        cls.add_standing(cls.anna, "kept", "gold", "gold")
        cls.add_standing(cls.ben, "downgraded", "gold", "ordinary")
        cls.add_standing(cls.carl, "upgraded", "gold", "vip")
        cls.add_standing(cls.pia, "watch", "ordinary", "ordinary")
        cls.add_value(cls.anna, "b", "a", "a", 600)
        cls.add_value(cls.carl, "a", "a", "a", 3000)
        cls.rebuild()

    @classmethod
    def add_month(cls, partner, aum, month=MONTH, **values):
        return cls.env["bank.customer.month"].create(
            {
                "partner_id": partner.id,
                "company_id": cls.company.id,
                "month": month,
                "currency_id": cls.cny.id,
                "branch_id": partner.branch_id.id,
                "relationship_manager_id": partner.relationship_manager_id.id,
                "adb_aum": aum,
                "adb_deposit": aum,
                "eop_aum": aum,
                "eop_deposit": aum,
                "eop_net_assets": aum,
                **values,
            }
        )

    @classmethod
    def add_standing(cls, partner, state, from_tier, to_tier):
        return cls.env["bank.tier.standing"].create(
            {
                "partner_id": partner.id,
                "company_id": cls.company.id,
                "policy_id": cls.policy.id,
                "month": MONTH,
                "currency_id": cls.cny.id,
                "state": state,
                "from_tier_id": cls.tiers[from_tier].id,
                "tier_id": cls.tiers[to_tier].id,
            }
        )

    @classmethod
    def add_value(cls, partner, bank, branch, book, contribution):
        return cls.env["bank.customer.value"].create(
            {
                "partner_id": partner.id,
                "company_id": cls.company.id,
                "month": MONTH,
                "currency_id": cls.cny.id,
                "branch_id": partner.branch_id.id,
                "relationship_manager_id": partner.relationship_manager_id.id,
                "contribution": contribution,
                "abc_bank": bank,
                "abc_branch": branch,
                "abc_book": book,
            }
        )

    @classmethod
    def rebuild(cls, *months):
        """Add up these months, or both; return how many rows changed."""
        money = cls.env["bank.money.month"]
        money._mark(months or [MONTH, MONTH - relativedelta(months=1)])
        changed = sum(month._rebuild() for month in money.search([("is_stale", "=", True)]))
        return changed + money._rebuild_today()


class MoneyCase(MoneyWorld, BankCase):
    """A test in a bank with months, on the last day of March."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time("2026-03-31 12:00:00"))
        cls.make_months()

    def board(self, role, method="overview", **values):
        return getattr(self.as_user(role, self.env["bank.money.board"]), method)(values)

    def figure(self, board, code="eop_aum"):
        return next(figure for figure in board["figures"] if figure["code"] == code)
