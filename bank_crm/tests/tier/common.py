"""Customers with monthly figures, and policies that are active."""

import calendar
from datetime import date

from odoo.tools import SQL

from ..common import BankCase

TIERS = ("ordinary", "gold", "vip", "premier", "private")


def month(number, year=2025):
    """Return the first day of a month; numbers go on past 12."""
    return date(year + (number - 1) // 12, (number - 1) % 12 + 1, 1)


def last_day(first):
    return first.replace(day=calendar.monthrange(first.year, first.month)[1])


class PolicyCase(BankCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ccb = cls.env.ref("bank_crm.bank_tier_policy_ccb")
        cls.bohai = cls.env.ref("bank_crm.bank_tier_policy_bohai")
        cls.Standing = cls.env["bank.tier.standing"]
        cls.checker = cls.users["compliance"]

    @classmethod
    def tier(cls, code):
        return cls.env.ref(f"bank_crm.bank_tier_{code}")

    @classmethod
    def activate(cls, policy, first):
        """Propose and activate a policy from a month, as two persons do."""
        policy.with_user(cls.users["bank_admin"]).action_propose(first.isoformat())
        policy.with_user(cls.checker).action_activate()
        cls.env.flush_all()
        cls.env.invalidate_all()
        return policy

    @classmethod
    def set_month(cls, partner, first, amount, **values):
        """Write the figures of a month as the run ``months`` does: what differs is written, with a new time."""
        days = values.pop("days", last_day(first).day)
        row = {
            "partner_id": partner.id,
            "company_id": (partner.company_id or cls.company).id,
            "month": first,
            "state": "closed",
            "currency_id": cls.cny.id,
            "adb_aum": amount,
            "eop_aum": amount,
            "adb_deposit": amount,
            "coverage_days": days,
            "days": days,
            "joint_policy": "share",
            **values,
        }
        names = SQL(", ").join(map(SQL.identifier, row))
        cls.env.flush_all()
        cls.env.cr.execute(
            SQL(
                """INSERT INTO bank_customer_month (%s, computed_at) SELECT %s, clock_timestamp() AT TIME ZONE 'UTC'
                       ON CONFLICT (partner_id, month) DO UPDATE
                      SET (%s, computed_at) = (SELECT %s, clock_timestamp() AT TIME ZONE 'UTC')""",
                names,
                SQL(", ").join(SQL("%s", value) for value in row.values()),
                names,
                SQL(", ").join(SQL("excluded.%s", SQL.identifier(name)) for name in row),
            )
        )
        cls.env.invalidate_all()

    @classmethod
    def set_months(cls, rows):
        """Write closed months, ``(partner, first day, amount, covered days)``, in one statement."""
        cls.env.flush_all()
        values = SQL(", ").join(
            SQL(
                "(%s, %s, %s::date, 'closed', %s, %s, %s, 31, 'share', now() AT TIME ZONE 'UTC')",
                partner.id,
                cls.company.id,
                first,
                cls.cny.id,
                amount,
                covered,
            )
            for partner, first, amount, covered in rows
        )
        cls.env.cr.execute(
            SQL(
                """INSERT INTO bank_customer_month (partner_id, company_id, month, state, currency_id, adb_aum,
                                                    coverage_days, days, joint_policy, computed_at)
                   VALUES %s""",
                values,
            )
        )

    def judge(self, partners, *months, **kwargs):
        count = self.Standing._compute_standings(partners.ids, list(months), **kwargs)
        self.env.invalidate_all()
        return count

    def walk(self, partner, amounts, year=2025):
        """Judge one month after the other from January on; return ``[(state, tier code, months below)]``."""
        for number, amount in enumerate(amounts, 1):
            self.set_month(partner, month(number, year), amount)
            self.judge(partner, month(number, year))
        return self.picture(partner)

    def picture(self, partner):
        self.env.invalidate_all()
        rows = self.Standing.search([("partner_id", "=", partner.id)], order="month")
        return [(row.state, row.tier_id.code, row.bad_months) for row in rows]

    def history(self, partner):
        self.env.invalidate_all()
        rows = partner.tier_history_ids.sorted("id")
        return [(row.reason, row.to_tier_id.code, str(row.changed_on)) for row in rows]
