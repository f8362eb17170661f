"""The bank of ``bank_crm`` with a points programme of simple rules, at a fixed day."""

from freezegun import freeze_time

from odoo.addons.bank_crm.tests.common import BankCase

from ..tools.ledger import reconcile

TODAY = "2026-03-01"

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
        """Nothing is lost and nothing is doubled, as the night checks it."""
        partners = self.env["bank.points.account"].search([]).partner_id
        self.assertFalse(reconcile.check(self.env, partners.ids))
