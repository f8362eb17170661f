from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .common import PointsCase


@tagged("post_install", "-at_install")
class TestBook(PointsCase):
    def tearDown(self):
        self.assert_invariants()
        super().tearDown()

    def test_earn(self):
        answer = self.call("earn", "e1", 100)
        self.assertEqual(answer, {"entry_key": "e1", "balance": 100, "pending": 0, "replayed": False})
        self.assertEqual(self.entry("e1").expires_on, date(2030, 12, 31))  # CCB: five years, this one included

    def test_same_key_same_values(self):
        first = self.call("earn", "e1", 100)
        self.call("redeem", "r1", 30)
        self.assertEqual(self.call("earn", "e1", 100), {**first, "replayed": True})
        self.assertEqual(self.counters(), (70, 0, 0, 0))

    def test_same_key_other_values(self):
        self.call("earn", "e1", 100)
        with self.assertRaisesRegex(ValidationError, r"\[key_conflict\]"):
            self.call("earn", "e1", 101)
        with self.assertRaisesRegex(ValidationError, r"\[key_conflict\]"):
            self.call("redeem", "e1", 100)

    def test_more_than_there_is(self):
        self.call("earn", "e1", 100)
        self.call("redeem", "r1", 80)
        with self.assertRaisesRegex(ValidationError, r"\[insufficient_points\]"):
            self.call("redeem", "r2", 80)
        self.assertEqual(self.counters(), (20, 0, 0, 0))

    def test_pending(self):
        self.program.pending_days = 10
        self.assertEqual(self.call("earn", "e1", 100)["pending"], 100)
        with self.assertRaisesRegex(ValidationError, r"\[insufficient_points\]"):
            self.call("redeem", "r1", 1)
        with freeze_time("2026-03-11 04:00:00"):
            self.assertEqual(self.call("redeem", "r1", 1)["balance"], 99)

    def test_first_what_expires_first(self):
        self.program.expiry_policy = "none"
        self.call("earn", "for ever", 10)
        self.program.expiry_policy = "days"
        for key, number in (("long", 90), ("short", 30)):
            self.program.expiry_number = number
            self.call("earn", key, 10)
        self.call("redeem", "r1", 15)
        self.assertEqual([self.entry(key).remaining for key in ("short", "long", "for ever")], [0, 5, 10])

    def test_expiry(self):
        self.program.write({"expiry_policy": "days", "expiry_number": 30})
        self.call("earn", "e1", 100)
        with freeze_time("2026-03-31 04:00:00"):
            self.assertEqual(self.call("redeem", "last day", 40)["balance"], 60)
        with freeze_time("2026-04-01 04:00:00"):
            self.assertEqual(self.call("earn", "e2", 1)["balance"], 1)
            self.assertEqual(self.entry("EXP:%s:2026-03-31" % self.entry("e1").id).points, -60)

    def test_late_fact_that_has_expired(self):
        self.program.write({"expiry_policy": "days", "expiry_number": 30})
        answer = self.call("earn", "e1", 100, value_on="2025-12-01")
        self.assertEqual(answer["balance"], 0)
        self.assertEqual(sum(self.points_account().entry_ids.mapped("points")), 0)

    def test_partial_reversals_give_back_the_same_lots(self):
        self.program.write({"expiry_policy": "days", "expiry_number": 30})
        self.call("earn", "a", 10)
        self.program.expiry_number = 60
        self.call("earn", "b", 10)
        self.call("redeem", "r1", 15)
        for number in range(3):
            self.call("reverse", f"back {number}", 5, original_key="r1")
        self.assertEqual([self.entry(key).remaining for key in "ab"], [10, 10])
        with self.assertRaisesRegex(ValidationError, r"\[reverse_exceeds\]"):
            self.call("reverse", "back 4", 1, original_key="r1")

    def test_points_that_come_back_late_live_for_the_grace(self):
        self.program.write({"expiry_policy": "days", "expiry_number": 30})
        self.call("earn", "a", 10)
        self.call("redeem", "r1", 10)
        with freeze_time("2026-06-01 04:00:00"):
            self.assertEqual(self.call("reverse", "back", original_key="r1")["balance"], 10)
            self.assertEqual(self.entry("a").expires_on, date(2026, 7, 1))
        with freeze_time("2026-07-02 04:00:00"):
            self.assertEqual(self.call("earn", "e2", 1)["balance"], 1)

    def test_refund_of_spent_points_is_a_debt(self):
        self.call("earn", "e1", 100)
        self.call("redeem", "r1", 70)
        self.assertEqual(self.call("reverse", "refund", original_key="e1")["balance"], 0)
        self.assertEqual(self.counters(), (0, 0, 0, 70))
        self.call("earn", "e2", 50)
        self.assertEqual(self.counters(), (0, 0, 0, 20))
        self.call("earn", "e3", 50)
        self.assertEqual(self.counters(), (30, 0, 0, 0))

    def test_refund_takes_its_own_lot_first(self):
        self.program.write({"expiry_policy": "days", "expiry_number": 10})
        self.call("earn", "early", 100)
        self.program.expiry_number = 90
        self.call("earn", "late", 100)
        self.call("reverse", "refund", 60, original_key="late")
        self.assertEqual([self.entry(key).remaining for key in ("early", "late")], [100, 40])
        self.call("reverse", "more", 40, original_key="late")
        self.assertEqual([self.entry(key).remaining for key in ("early", "late")], [100, 0])

    def test_hold(self):
        self.call("earn", "e1", 100)
        uses = self.points_account()._book().hold(60)
        self.assertEqual(self.counters(), (40, 0, 60, 0))
        with self.assertRaisesRegex(ValidationError, r"\[insufficient_points\]"):
            self.call("redeem", "r1", 41)
        self.points_account()._book().release(uses)
        self.assertEqual(self.counters(), (100, 0, 0, 0))
        uses = self.points_account()._book().hold(60)
        self.points_account()._book().spend_held(uses, key="r2")
        self.assertEqual(self.counters(), (40, 0, 0, 0))

    def test_a_reversal_is_not_reversed(self):
        self.call("earn", "e1", 100)
        self.call("reverse", "v1", original_key="e1")
        with self.assertRaisesRegex(ValidationError, r"\[not_reversible\]"):
            self.call("reverse", "v2", original_key="v1")

    def test_roles(self):
        for role in ("rm_north", "manager_north", "agent", "compliance", "auditor", "bank_admin", "employee", "portal"):
            for method in ("earn", "redeem"):
                with self.subTest(role=role, method=method), self.assertRaisesRegex(AccessError, "access_denied"):
                    self.call(method, "x", 1, user=role)
            with self.subTest(role=role), self.assertRaisesRegex(AccessError, "access_denied"):
                self.call("reverse", "x", user=role, original_key="y")

    def test_nobody_writes_by_hand(self):
        self.call("earn", "e1", 100)
        for record in (self.points_account(), self.entry("e1")):
            with self.assertRaises(AccessError):
                record.sudo().write({"version": 5} if record._name.endswith("account") else {"points": 5})
            with self.assertRaises(AccessError):
                record.sudo().unlink()

    def test_wrong_values(self):
        for wrong, code in (
            ({"points": 0}, "invalid_points"),
            ({"points": True}, "invalid_points"),
            ({"points": 1.5}, "invalid_points"),
            ({"points": 2**31}, "invalid_points"),
            ({"value_on": "2026-02-30"}, "invalid_date"),
            ({"customer": "nobody"}, "unknown_customer"),
            ({"colour": "red"}, "unknown_field"),
        ):
            with self.subTest(wrong=wrong), self.assertRaisesRegex(ValidationError, rf"\[{code}\]"):
                self.call("earn", "e1", **{"points": 1, **wrong})

    def test_search_of_customers_by_points(self):
        self.call("earn", "e1", 100)
        customers = self.env["res.partner"].search([("is_bank_customer", "=", True), ("loyalty_points", "<", 100)])
        self.assertNotIn(self.anna, customers)
        self.assertIn(self.ben, customers)
        self.assertEqual(self.env["res.partner"].search([("loyalty_points", "=", 100)]), self.anna)
