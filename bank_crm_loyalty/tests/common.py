"""The bank of ``bank_crm`` with a points programme of simple rules, at a fixed day."""

from freezegun import freeze_time

from odoo.tools import SQL

from odoo.addons.bank_crm.tests.common import BankCase

TODAY = "2026-03-01"

INVARIANTS = """
SELECT account.id
  FROM bank_points_account account
  LEFT JOIN LATERAL (SELECT COALESCE(sum(points), 0) AS points, COALESCE(sum(remaining), 0) AS remaining,
                            COALESCE(sum(held), 0) AS held, COALESCE(sum(unpaid), 0) AS unpaid,
                            COALESCE(sum(remaining) FILTER (WHERE is_pending), 0) AS pending
                       FROM bank_points_entry entry WHERE entry.account_id = account.id) total ON TRUE
 WHERE total.points != account.balance + account.pending + account.held - account.debt
    OR total.remaining != account.balance + account.pending + account.held
    OR total.pending != account.pending OR total.held != account.held OR total.unpaid != account.debt
"""
BROKEN_LOTS = """
SELECT lot.id FROM bank_points_entry lot
  LEFT JOIN LATERAL (SELECT COALESCE(sum(points), 0) AS points FROM bank_points_allocation used
                      WHERE used.lot_id = lot.id) used ON TRUE
 WHERE lot.points > 0 AND lot.available_on IS NOT NULL AND lot.points - used.points != lot.remaining
"""
BROKEN_DEBITS = """
SELECT debit.id FROM bank_points_entry debit
  LEFT JOIN LATERAL (SELECT COALESCE(sum(points), 0) AS points FROM bank_points_allocation used
                      WHERE used.debit_id = debit.id) used ON TRUE
 WHERE debit.points < 0
   AND -debit.points - debit.unpaid - CASE WHEN debit.kind != 'reverse' THEN debit.reversed_points ELSE 0 END
       != used.points
"""


class PointsCase(BankCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(f"{TODAY} 04:00:00"))
        cls.program = cls.env["bank.points.program"].create(
            {
                "name": "Test Points",
                "code": "TEST",
                "pending_days": 0,
                "expiry_policy": "year_end",
                "expiry_number": 5,
                "restore_grace_days": 30,
            }
        )
        cls.accounts = cls.env["bank.points.account"]
        for partner, number in ((cls.anna, "P-ANNA"), (cls.ben, "P-BEN"), (cls.carl, "P-CARL")):
            partner.customer_number = number

    def call(self, method, key, points=None, user="operations", customer="P-ANNA", **values):
        """Call ``earn``, ``redeem`` or ``reverse`` as another system does."""
        if method != "reverse":
            values.update(customer_number=customer, program_code="TEST")
        if points is not None:
            values["points"] = points
        return getattr(self.accounts.with_user(self.users[user]), method)({"key": key, **values})

    def points_account(self, partner=None):
        partner = partner or self.anna
        return self.accounts.search([("partner_id", "=", partner.id), ("program_id", "=", self.program.id)])

    def counters(self, partner=None):
        account = self.points_account(partner)
        return account.balance, account.pending, account.held, account.debt

    def entry(self, key):
        return self.env["bank.points.entry"].search([("key", "=", key)])

    def assert_invariants(self):
        """The sums of section “Invariants” of docs/decisions: nothing is lost and nothing doubled."""
        self.env.flush_all()
        for statement in (INVARIANTS, BROKEN_LOTS, BROKEN_DEBITS):
            self.assertFalse(self.env.execute_query(SQL(statement)), statement)
