from datetime import datetime

from odoo import Command
from odoo.tests import tagged

from .earning_common import EarningCase

LONG_AGO = datetime(2020, 1, 1)


@tagged("post_install", "-at_install")
class TestEarningTransactions(EarningCase):
    def test_floor_of_each_item(self):
        rule = self.make_rule()
        posting = self.post(-333)
        self.post(-19.99)  # nothing
        self.post(-39.99)
        self.assertEqual(self.night(), 2)
        key = f"TXN:{posting.id}:SPEND"
        self.assertEqual(self.booked()[key], 16)
        self.assertEqual(self.total(), 17)
        entry = self.entry(key)
        self.assertEqual((entry.kind, str(entry.value_on), entry.reason), ("earn", "2026-02-10", "Rule SPEND"))
        self.assertEqual(str(entry.expires_on), "2030-12-31")
        self.assertEqual(entry.explanation["formula"], "floor(333.00 × 1/20)")
        self.assertEqual(entry.why, "333.00 CNY × 1/20, rounded down: 16 points. Rule SPEND, version 1.")
        self.assertEqual(entry.action_open_rule()["res_id"], rule.id)
        self.assert_invariants()

    def test_second_run_books_nothing(self):
        self.make_rule()
        self.post(-333)
        self.assertEqual(self.night(), 1)
        before = self.booked()
        self.assertEqual(self.night(), 0)
        self.assertEqual(self.night(since=LONG_AGO), 0)
        self.assertEqual(self.booked(), before)

    def test_floor_of_a_day(self):
        self.make_rule(rounding="day")
        for _number in range(3):
            self.post(-19.99)
        self.post(-19.99, on="2026-02-11")
        self.night()
        self.assertEqual(self.total(), 2)  # 59.97 / 20; the other day nothing
        self.post(-0.03)
        self.night(since=LONG_AGO)
        self.assertEqual(self.total(), 3)
        self.assert_invariants()

    def test_conditions(self):
        self.make_rule(
            min_amount=20,
            filter_ids=[
                Command.create({"transaction_kind": "card"}),
                Command.create({"transaction_kind": "payment_out", "channel": "app"}),
                Command.create({"is_excluded": "yes", "words": "Casino"}),
                Command.create({"is_excluded": "yes", "product_id": self.account.id}),
            ],
        )
        right = [self.post(-100), self.post(-100, kind="payment_out", channel="app")]
        self.post(-100, kind="payment_out")
        self.post(-100, kind="payment_out", channel="branch")
        self.post(-100, text="CASINO ROYAL")
        self.post(-19.99)
        self.post(100)
        self.post(-100, holding=self.anna_account)
        self.post(-100, on="2025-12-31")
        self.night()
        self.assertEqual(self.given(), {f"TXN:{posting.id}:SPEND": 5 for posting in right})

    def test_direction(self):
        self.make_rule(direction="in", filter_ids=[Command.create({"transaction_kind": "salary"})])
        self.post(-100, kind="salary")
        self.post(200, kind="salary")
        self.night()
        self.assertEqual(list(self.given().values()), [10])

    def test_caps(self):
        self.make_rule(cap_item=10, cap_day=15, cap_month=22, cap_customer=25)
        first = self.post(-1000)  # 50 -> 10
        second = self.post(-1000)  # 10 -> 5 of the day
        third = self.post(-1000, on="2026-02-11")  # 10 -> 7 of the month
        fourth = self.post(-1000, on="2026-01-11")  # 10 -> 3 of the customer
        other = self.post(-1000, holding=self.ben_card)
        self.night()
        self.assertEqual(
            self.given(),
            {
                f"TXN:{p.id}:SPEND": points
                for p, points in zip((first, second, third, fourth), (10, 5, 7, 3), strict=True)
            },
        )
        self.assertEqual(self.given(self.ben), {f"TXN:{other.id}:SPEND": 10})
        entry = self.entry(f"TXN:{second.id}:SPEND")
        self.assertIn("The limits of the rule leave 5.", entry.why)
        self.post(-1000, on="2026-02-01")  # a late fact takes nothing from the others
        self.assertEqual(self.night(since=LONG_AGO), 0)

    def test_limit_of_the_day_moves_on_when_an_item_shrinks(self):
        self.make_rule(cap_day=15)
        first, second = self.post(-200), self.post(-200)
        self.night()
        self.assertEqual(list(self.booked().values()), [5, 10])
        self.correct(first, amount=-100)
        self.assertEqual(self.night(since=LONG_AGO), 2)
        self.assertEqual(self.given(), {f"TXN:{first.id}:SPEND": 5, f"TXN:{second.id}:SPEND": 10})
        self.assertEqual(self.booked()[f"TXN:{first.id}:SPEND:C1"], -5)
        self.assertEqual(self.booked()[f"TXN:{second.id}:SPEND:C1"], 5)
        self.assert_invariants()

    def test_corrections_sum_exactly(self):
        self.make_rule()
        posting = self.post(-333)
        key = f"TXN:{posting.id}:SPEND"
        self.night()
        for amount, points in ((-100, 5), (-140, 7), (-399.99, 19), (-20, 1), (-5, 0), (-60, 3)):
            self.correct(posting, amount=amount)
            self.assertEqual(self.night(since=LONG_AGO), 1)
            self.assertEqual(self.night(since=LONG_AGO), 0)
            self.assertEqual((self.total(), self.given()), (points, {key: points}))
            self.assert_invariants()
        self.assertEqual(self.entry(f"{key}:C1").original_id, self.entry(key))
        self.assertEqual(self.entry(key).reversed_points, 16)
        self.assertIn("Corrected from 16 to 5 points.", self.entry(f"{key}:C1").why)

    def test_what_does_not_count_any_more(self):
        self.make_rule(filter_ids=[Command.create({"transaction_kind": "card"})])
        posting = self.post(-333)
        self.night()
        self.correct(posting, kind="cash_out")
        self.assertEqual(self.night(since=LONG_AGO), 1)
        self.assertEqual((self.total(), self.given()), (0, {f"TXN:{posting.id}:SPEND": 0}))
        self.assertIn("does not count any more", self.entry(f"TXN:{posting.id}:SPEND:C1").why)
        self.correct(posting, kind="card")
        self.night(since=LONG_AGO)
        self.assertEqual(self.total(), 16)

    def test_correction_after_everything_is_spent_is_a_debt(self):
        self.make_rule()
        posting = self.post(-2000)
        self.night()
        self.call("redeem", "r1", 90)
        self.correct(posting, amount=-1000)
        self.night(since=LONG_AGO)
        self.assertEqual(self.counters(), (0, 0, 0, 40))
        self.post(-1000)
        self.night(since=LONG_AGO)
        self.assertEqual(self.counters(), (10, 0, 0, 0))
        self.assert_invariants()

    def test_what_was_reversed_by_hand_stays_so(self):
        self.make_rule()
        posting = self.post(-333)
        key = f"TXN:{posting.id}:SPEND"
        self.night()
        self.call("reverse", "v1", original_key=key)
        self.assertEqual(self.night(), 0)
        self.correct(posting, amount=-100)
        self.night(since=LONG_AGO)
        self.assertEqual(self.total(), 0)  # nothing of it is left to take back
        self.assert_invariants()

    def test_version_of_the_value_date(self):
        rule = self.make_rule()
        early = self.post(-333, on="2026-02-28")
        draft = self.rules.browse(rule.action_new_version()["res_id"])
        draft.write({"rate_num": 1, "rate_den": 10, "valid_from": "2026-03-02"})
        draft.action_activate()
        self.assertEqual((rule.state, str(rule.valid_to), draft.version), ("retired", "2026-03-01", 2))
        late = self.post(-333, on="2026-03-02")
        self.night()
        self.assertEqual(self.given(), {f"TXN:{early.id}:SPEND": 16, f"TXN:{late.id}:SPEND": 33})
        moved = self.post(-333, on="2026-02-27")  # a late fact
        self.night(since=LONG_AGO)
        self.assertEqual(self.given()[f"TXN:{moved.id}:SPEND"], 16)
        self.correct(moved, booked_on="2026-03-02")
        self.night(since=LONG_AGO)
        self.assertEqual(self.given()[f"TXN:{moved.id}:SPEND"], 33)
        self.assertEqual(self.entry(f"TXN:{moved.id}:SPEND:C1").points, 17)

    def test_tier_of_the_value_date(self):
        gold = self.set_tier(self.anna, "gold", "2026-02-15") or self.env["bank.tier"].search([], limit=1)
        self.make_rule(multiplier_ids=[Command.create({"tier_id": gold.id, "factor_num": 3, "factor_den": 2})])
        before, after = self.post(-333, on="2026-02-14"), self.post(-333, on="2026-02-15")
        self.night()
        self.assertEqual(self.given(), {f"TXN:{before.id}:SPEND": 16, f"TXN:{after.id}:SPEND": 24})
        self.assertIn(f"tier {gold.name} 1.5", self.entry(f"TXN:{after.id}:SPEND").why)
        self.set_tier(self.anna, self.env["bank.tier"].search([("id", "!=", gold.id)], limit=1).code, "2026-02-20")
        late = self.post(-333, on="2026-02-16")
        self.night(since=LONG_AGO)
        self.assertEqual(self.given()[f"TXN:{late.id}:SPEND"], 24)

    def test_multipliers(self):
        tier = self.set_tier(self.anna, self.env["bank.tier"].search([], limit=1).code, "2026-01-01")
        lines = [
            Command.create({"tier_id": tier.id, "factor_num": 3, "factor_den": 2}),
            Command.create({"product_class": "card", "factor_num": 5, "factor_den": 1}),
            Command.create({"product_id": self.card.id, "factor_num": 4, "factor_den": 3}),
        ]
        self.make_campaign(factor_num=2)
        self.make_rule("MUL", multiplier_ids=lines)
        self.make_rule("ADD", multiplier_ids=lines, multiplier_policy="add")
        self.make_rule("CAP", multiplier_ids=lines, multiplier_cap_num=5, multiplier_cap_den=2)
        posting = self.post(-333, on="2026-03-01")
        self.night()
        # 16.65 × 3/2 × 4/3 × 2 = 66.6; × (1/2 + 1/3 + 1 + 1) = 47.175; × 5/2 = 41.625
        self.assertEqual(
            self.given(),
            {f"TXN:{posting.id}:MUL": 66, f"TXN:{posting.id}:ADD": 47, f"TXN:{posting.id}:CAP": 41},
        )
        why = self.entry(f"TXN:{posting.id}:MUL").why
        self.assertIn("product 1.3333", why)
        self.assertIn("campaign Campaign DOUBLE 2", why)

    def test_birthday_month(self):
        self.anna.financial_profile_id.birthdate = "1980-02-29"
        self.make_rule("BIRTH", only_birthday_month=True, cap_month=20)
        self.post(-300)
        self.post(-300)
        self.post(-300, on="2026-01-10")
        self.post(-300, holding=self.ben_card)
        self.night()
        self.assertEqual(sorted(self.booked().values()), [5, 15])
        self.assertEqual(self.given(self.ben), {})

    def test_foreign_currency(self):
        self.set_rate(self.eur, "2026-02-01", "0.125")  # 1 EUR = 8 CNY
        holding = self.make_holding(self.card, {self.anna: 100}, currency=self.eur)
        self.make_rule()
        posting = self.post(-10.1, holding=holding)
        self.night()
        self.assertEqual(self.given(), {f"TXN:{posting.id}:SPEND": 4})
        self.assertEqual(self.env["bank.points.earning"].search([("partner_id", "=", self.anna.id)]).amount, 80.8)

    def test_an_owner_who_left_keeps_what_he_earned(self):
        self.make_rule()
        posting = self.post(-333)
        self.night()
        self.anna_card.party_ids.partner_id = self.ben
        self.env.flush_all()
        self.assertEqual(self.anna_card.owner_id, self.ben)
        self.correct(posting, amount=-100)
        self.assertEqual(self.night(since=LONG_AGO), 1)
        self.assertEqual((self.total(), self.total(self.ben)), (5, 0))

    def test_closed_accounts_earn_nothing(self):
        self.make_rule()
        self.call("earn", "e1", 1)
        self.env.cr.execute(
            "UPDATE bank_points_account SET state = 'closed' WHERE id = %s", [self.points_account().id]
        )
        self.env.invalidate_all()
        self.post(-333)
        self.assertEqual(self.night(), 0)
        self.assertEqual(self.total(), 1)

    def test_late_fact_whose_points_have_expired(self):
        self.program.write({"expiry_policy": "days", "expiry_number": 5})
        self.make_rule()
        posting = self.post(-333)
        self.night()
        self.env["bank.run"]._job_points_settle(self.anna.ids)
        self.assertEqual(self.total(), 0)
        entry = self.entry(f"TXN:{posting.id}:SPEND")
        self.assertEqual((entry.points, entry.remaining), (16, 0))
        self.assert_invariants()
