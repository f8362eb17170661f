from freezegun import freeze_time

from odoo.tests import tagged
from odoo.tools import SQL

from ..tools.ledger import bulk
from .common import PointsCase


@tagged("post_install", "-at_install")
class TestBulk(PointsCase):
    def earn(self, *rows, available_on="2026-03-01", expires_on="2026-12-31"):
        values = SQL(", ").join(
            SQL("(%s, %s, %s)", partner.id, points, key) for partner, points, key in rows
        )
        return bulk.earn(
            self.env,
            self.program,
            SQL(
                """SELECT partner_id, points, key, 'earn' AS kind, DATE '2026-03-01' AS value_on,
                          %s::date AS available_on, %s::date AS expires_on, 'Balance' AS reason,
                          NULL::varchar AS source_model, NULL::int AS source_id, NULL::varchar AS source_ref,
                          '{}'::jsonb AS explanation
                     FROM (VALUES %s) AS row(partner_id, points, key)""",
                available_on,
                expires_on,
                values,
            ),
        )

    def test_earn(self):
        result = self.earn((self.anna, 10, "a1"), (self.anna, 5, "a2"), (self.ben, 7, "b1"))
        self.assertEqual((result["entries"], result["points"], result["known"]), (3, 22, 0))
        self.assertEqual([self.counters(self.anna)[0], self.counters(self.ben)[0]], [15, 7])
        self.assertEqual([self.entry("a1").balance_after, self.entry("a2").balance_after], [10, 15])
        again = self.earn((self.anna, 10, "a1"), (self.carl, 1, "c1"))
        self.assertEqual((again["entries"], again["known"]), (1, 1))
        self.assert_invariants()

    def test_debts_are_paid(self):
        self.call("earn", "e1", 100)
        self.call("redeem", "r1", 100)
        self.call("reverse", "v1", 60, original_key="e1")
        self.call("reverse", "v2", 40, original_key="e1")
        self.earn((self.anna, 30, "a1"), (self.anna, 45, "a2"), (self.anna, 50, "a3"), available_on="2026-03-05")
        self.assertEqual(self.counters(), (0, 25, 0, 0))
        self.assertEqual([self.entry(key).remaining for key in ("a1", "a2", "a3")], [0, 0, 25])
        self.assert_invariants()

    def test_settle(self):
        self.earn((self.anna, 30, "a1"), available_on="2026-03-05", expires_on="2026-04-30")
        self.earn((self.anna, 50, "a2"), (self.ben, 20, "b1"), expires_on="2026-03-31")
        partners = (self.anna | self.ben | self.carl).ids
        with freeze_time("2026-03-31 04:00:00"):
            self.assertEqual(bulk.settle(self.env, partners, self.env["bank.run"]._today()), 0)
            self.assertEqual(self.counters(), (80, 0, 0, 0))
        with freeze_time("2026-04-02 04:00:00"):
            today = self.env["bank.run"]._today()
            self.assertEqual(bulk.settle(self.env, partners, today), 2)
            self.assertEqual(bulk.settle(self.env, partners, today), 0)
            self.assertEqual([self.counters(), self.counters(self.ben)], [(30, 0, 0, 0), (0, 0, 0, 0)])
        self.assert_invariants()

    def test_what_is_held_does_not_expire(self):
        self.earn((self.anna, 30, "a1"), expires_on="2026-03-31")
        uses = self.points_account()._book().hold(20)
        with freeze_time("2026-04-02 04:00:00"):
            bulk.settle(self.env, self.anna.ids, self.env["bank.run"]._today())
            self.assertEqual(self.counters(), (0, 0, 20, 0))
            self.points_account()._book().release(uses)
            self.assertEqual(self.counters(), (20, 0, 0, 0))  # the grace
        self.assert_invariants()
