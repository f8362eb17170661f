from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from ..tools.ledger import reconcile
from .common import PointsCase

BREAKS = {
    "entries": "UPDATE bank_points_account SET balance = balance + 1 WHERE id = %(account)s",
    "debt": "UPDATE bank_points_account SET debt = debt + 1, balance = balance + 1 WHERE id = %(account)s",
    "lots": "UPDATE bank_points_entry SET remaining = remaining - 1 WHERE id = %(lot)s",
    "uses_of_lot": "DELETE FROM bank_points_allocation WHERE lot_id = %(lot)s",
    "lots_of_debit": "DELETE FROM bank_points_allocation WHERE lot_id = %(lot)s",
    "reversals": "UPDATE bank_points_entry SET reversed_points = 3 WHERE id = %(lot)s",
}


@tagged("post_install", "-at_install")
class TestReconcile(PointsCase):
    def setUp(self):
        super().setUp()
        self.call("earn", "e1", 100)
        self.call("redeem", "r1", 30)

    def break_it(self, statement):
        self.env.flush_all()
        values = {"account": self.points_account().id, "lot": self.entry("e1").id}
        self.env.cr.execute(statement, values)
        self.env.invalidate_all()

    def test_each_check_finds_what_it_is_for(self):
        self.assertEqual(set(BREAKS), set(reconcile.CHECKS))
        for name, statement in BREAKS.items():
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                self.break_it(statement)
                self.assertIn(name, {row[0] for row in reconcile.check(self.env, self.anna.ids)})
                savepoint.rollback()
        self.env.invalidate_all()
        self.assertFalse(reconcile.check(self.env, self.anna.ids))

    def test_alarm(self):
        run = self.env["bank.run"]
        self.assertEqual(run._job_points_reconcile(self.anna.ids), 0)
        self.break_it(BREAKS["entries"])
        self.assertGreater(run._job_points_reconcile(self.anna.ids), 0)
        findings = self.env["bank.points.finding"].search([("partner_id", "=", self.anna.id)])
        self.assertTrue(findings.activity_ids)
        self.assertEqual(run._job_points_reconcile(self.anna.ids), 0)  # known already
        with self.assertRaisesRegex(ValidationError, "Explanation"):
            findings[0].action_explain()
        with self.assertRaises(AccessError):
            findings[0].write({"state": "explained"})
        findings[0].explanation = "A statement by hand; put right by adjustment 7."
        findings[0].action_explain()
        self.assertEqual(findings[0].state, "explained")
        # it is still wrong: the next night says so again
        self.assertEqual(run._job_points_reconcile(self.anna.ids), 1)
