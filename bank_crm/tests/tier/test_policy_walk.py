"""Month by month through the two documented rule sets, and what may come between."""

from odoo.tests import freeze_time

from .common import PolicyCase, month

K = 1000


@freeze_time("2026-01-05 12:00:00")
class TestCcb(PolicyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.activate(cls.ccb, month(1))

    def test_the_documented_example(self):
        """Three months below: watch from month 4. Three months of watch: down from month 7 to the best month."""
        walk = self.walk(self.carl, [600 * K, 400 * K, 100 * K, 300 * K, 250 * K, 10 * K, 60 * K, 60 * K, 700 * K])
        self.assertEqual(
            walk,
            [
                ("new", "premier", 0),
                ("below", "premier", 1),
                ("below", "premier", 2),
                ("watch", "premier", 3),
                ("watch", "premier", 4),
                ("watch", "premier", 5),
                ("downgraded", "vip", 6),  # the best of the six months: 400,000
                ("below", "vip", 1),
                ("upgraded", "premier", 0),
            ],
        )
        self.assertEqual(
            self.history(self.carl),
            [
                ("initial", "premier", "2025-01-01"),
                ("downgrade", "vip", "2025-08-01"),
                ("upgrade", "premier", "2025-09-01"),
            ],
        )
        self.assertEqual(self.carl.tier_id.code, "premier")

    def test_one_good_month_clears(self):
        walk = self.walk(self.carl, [600 * K, 1, 2, 3, 4, 500 * K, 5, 6, 7])
        self.assertEqual([state for state, _tier, _bad in walk][4:], ["watch", "kept", "below", "below", "watch"])
        self.assertEqual({tier for _state, tier, _bad in walk}, {"premier"})

    def test_exactly_at_the_threshold(self):
        self.assertEqual(
            self.walk(self.carl, [199_999.99, 200_000, 200_000, 199_999.99]),
            [
                ("new", "gold", 0),
                ("upgraded", "vip", 0),
                ("kept", "vip", 0),
                ("below", "vip", 1),
            ],
        )

    def test_upgrade_under_watch(self):
        walk = self.walk(self.carl, [600 * K, 1, 1, 1, 1, 6_000 * K, 7_000 * K])
        self.assertEqual(walk[-3:], [("watch", "premier", 4), ("upgraded", "private", 0), ("kept", "private", 0)])

    def test_provisional_months_neither_count_nor_break(self):
        self.walk(self.carl, [600 * K, 1, 1])
        self.set_month(self.carl, month(4), 0, coverage_days=19)
        self.set_month(self.carl, month(5), 900 * K, coverage_days=19)
        self.set_month(self.carl, month(6), 1, coverage_days=20)
        self.judge(self.carl, month(4), month(5), month(6))
        self.assertEqual(
            self.picture(self.carl)[2:],
            [("below", "premier", 2), ("below", "premier", 2), ("below", "premier", 2), ("watch", "premier", 3)],
        )
        self.assertTrue(
            self.Standing.search([("partner_id", "=", self.carl.id), ("month", "=", "2025-05-01")]).is_provisional
        )

    def test_a_provisional_month_may_upgrade_where_the_policy_says_so(self):
        for may, code in ((False, "gold"), (True, "vip")):
            self.ccb._unguarded().provisional_upgrades = may
            partner = self.make_customer("P")
            self.walk(partner, [60 * K])
            self.set_month(partner, month(2), 300 * K, coverage_days=5)
            self.judge(partner, month(2))
            self.assertEqual(partner.tier_id.code, code)

    def test_a_month_without_figures_leaves_him(self):
        self.walk(self.carl, [600 * K, 1, 2])
        self.judge(self.carl, month(4))
        self.set_month(self.carl, month(5), 3)
        self.judge(self.carl, month(5))
        self.assertEqual(self.picture(self.carl)[-1], ("watch", "premier", 3))

    def test_many_months_at_once_as_one_by_one(self):
        amounts = [600 * K, 400 * K, 100 * K, 300 * K, 250 * K, 10 * K, 60 * K, 60 * K, 700 * K]
        self.walk(self.carl, amounts)
        for number, amount in enumerate(amounts, 1):
            self.set_month(self.anna, month(number), amount)
        written = self.judge(self.anna, *(month(number) for number in range(1, 10)))
        self.assertEqual(written, 9)
        self.assertEqual(self.picture(self.anna), self.picture(self.carl))
        self.assertEqual(self.history(self.anna), self.history(self.carl))
        self.assertEqual(self.judge(self.anna, *(month(number) for number in range(1, 10))), 0)
        self.assertEqual(len(self.history(self.anna)), 3)

    def test_late_postings_replay(self):
        self.walk(self.carl, [600 * K, 1, 1, 1, 1, 1, 1])
        self.assertEqual(self.carl.tier_id.code, "ordinary")
        self.set_month(self.carl, month(4), 500 * K)
        self.assertEqual(self.Standing._find_stale(self.carl.ids), {month(4): self.carl.ids})
        self.assertEqual(self.Standing._catch_up(self.carl.ids), 4)
        self.assertEqual(
            self.picture(self.carl)[2:],
            [
                ("below", "premier", 2),
                ("kept", "premier", 0),
                ("below", "premier", 1),
                ("below", "premier", 2),
                ("watch", "premier", 3),
            ],
        )
        self.assertEqual(self.history(self.carl)[-1], ("correction", "premier", "2026-01-05"))
        self.assertEqual(self.Standing._catch_up(self.carl.ids), 0)

    def test_judging_an_early_month_again_reaches_the_later_ones(self):
        self.walk(self.carl, [600 * K, 1, 1, 1])
        self.set_month(self.carl, month(2), 500 * K)
        self.judge(self.carl, month(2))
        self.assertEqual([row[2] for row in self.picture(self.carl)], [0, 0, 1, 2])

    def test_the_month_in_which_he_came_is_not_held_against_him(self):
        self.env["bank.run"]._rule_version("tiers")
        partner = self.make_customer("Newcomer")
        self.make_holding(self.account, {partner: 100}, 600 * K, on="2026-01-04")
        self.env["bank.tier"]._assign_newcomers(partner.ids)
        self.env.invalidate_all()
        self.assertEqual(self.history(partner), [("initial", "premier", "2026-01-05")])
        self.assertEqual(partner.tier_history_ids.policy_id, self.ccb)
        self.set_month(partner, month(13), 500 * K)
        self.set_month(partner, month(13), 20 * K)  # January alone is too short to show it
        self.set_month(partner, month(14), 20 * K)
        self.judge(partner, month(13), month(14))
        self.assertEqual(self.picture(partner), [("new", "premier", 0), ("below", "premier", 1)])

    def test_another_currency_at_the_last_day_s_rate(self):
        self.env["res.currency.rate"].search([]).unlink()
        self.set_rate(self.eur, "2025-01-01", 0.5)  # 1 EUR = 2 CNY
        self.set_rate(self.eur, "2025-02-28", 0.125)  # 1 EUR = 8 CNY
        self.set_month(self.carl, month(1), 6_250, currency_id=self.eur.id)
        self.set_month(self.carl, month(2), 6_250, currency_id=self.eur.id)
        self.set_month(self.carl, month(3), 6_249.99, currency_id=self.eur.id)
        self.judge(self.carl, month(1), month(2), month(3))
        self.assertEqual(
            self.picture(self.carl), [("new", "ordinary", 0), ("upgraded", "gold", 0), ("below", "gold", 1)]
        )
        self.assertEqual(self.Standing.search([("partner_id", "=", self.carl.id)], limit=1).metric_amount, 49_999.92)

    def test_how_far_to_the_next_tier_and_from_the_fall(self):
        self.walk(self.carl, [600 * K, 450 * K])
        row = self.Standing.search([("partner_id", "=", self.carl.id)], limit=1)
        self.assertEqual((row.next_tier_id.code, row.next_short, row.months_left), ("private", 5_550 * K, 5))
        self.assertEqual((row.reached_tier_id.code, row.from_tier_id.code), ("vip", "premier"))
        self.walk(self.anna, [6_000 * K])
        row = self.Standing.search([("partner_id", "=", self.anna.id)], limit=1)
        self.assertFalse(row.next_tier_id)
        self.assertFalse(row.next_short)

    def test_overdrawn_is_the_lowest_level(self):
        self.assertEqual(self.walk(self.carl, [-5]), [("new", "ordinary", 0)])

    def test_other_companies_and_contacts_are_left_alone(self):
        other = self.env["res.company"].create({"name": "Other Bank"})
        theirs = self.make_customer("Theirs", company_id=other.id)
        self.set_month(theirs, month(1), 600 * K)
        self.assertEqual(self.judge(theirs | self.contact, month(1)), 0)
        self.assertFalse(theirs.tier_id)


@freeze_time("2026-01-05 12:00:00")
class TestBohai(PolicyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.activate(cls.bohai, month(1))

    def test_retail(self):
        """First month below: watch. Three: down in month 4 to the level of month 3."""
        walk = self.walk(self.carl, [600 * K, 400 * K, 300 * K, 60 * K, 60 * K, 250 * K, 250 * K, 40 * K, 60 * K])
        self.assertEqual(
            walk,
            [
                ("new", "premier", 0),
                ("watch", "premier", 1),
                ("watch", "premier", 2),
                ("downgraded", "gold", 3),
                ("kept", "gold", 0),
                ("upgraded", "vip", 0),
                ("kept", "vip", 0),
                ("watch", "vip", 1),
                ("watch", "vip", 2),
            ],
        )
        self.assertEqual(
            self.history(self.carl),
            [
                ("initial", "premier", "2025-02-01"),
                ("downgrade", "gold", "2025-05-01"),
                ("upgrade", "vip", "2025-07-01"),
            ],
        )

    def test_private_banking(self):
        """Six months, then the level of month 6."""
        walk = self.walk(self.carl, [6_000 * K, 5_000 * K, 1, 2, 3, 5_999_999, 210 * K, 210 * K])
        self.assertEqual(
            walk,
            [
                ("new", "private", 0),
                *[("watch", "private", bad) for bad in (1, 2, 3, 4, 5)],
                ("downgraded", "vip", 6),
                ("kept", "vip", 0),
            ],
        )
        self.assertEqual(self.history(self.carl)[-1], ("downgrade", "vip", "2025-08-01"))

    def test_a_newcomer_begins_below(self):
        partner = self.make_customer("Newcomer")
        self.make_holding(self.account, {partner: 100}, 600 * K, on="2026-01-04")
        self.env["bank.tier"]._assign_newcomers(partner.ids)
        self.env.invalidate_all()
        self.assertEqual(partner.tier_id.code, "ordinary")

    def test_the_running_month_decides_nothing(self):
        self.walk(self.carl, [60 * K])
        self.set_month(self.carl, month(2), 600 * K, state="open", days=27)
        self.assertEqual(self.judge(self.carl, month(2)), 0)
        self.assertEqual(self.carl.tier_id.code, "gold")


@freeze_time("2026-01-21 12:00:00")
class TestRunningMonth(PolicyCase):
    """Upgrades at once: as soon as the days that are over are enough for the average of the whole month."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.activate(cls.ccb, month(12))
        cls.set_month(cls.carl, month(12), 60_000)

    def setUp(self):
        super().setUp()
        self.judge(self.carl, month(12))

    def run_month(self, amount, days, **values):
        self.set_month(self.carl, month(13), amount, state="open", days=days, **values)
        return self.judge(self.carl, month(13))

    def test_enough_already(self):
        self.assertEqual(self.run_month(310_000, 19), 0)  # 310,000 × 19 / 31 = 190,000
        self.assertEqual(self.carl.tier_id.code, "gold")
        self.assertEqual(self.run_month(310_000, 20), 1)  # exactly 200,000
        self.assertEqual(self.carl.tier_id.code, "vip")
        self.assertEqual(self.history(self.carl)[-1], ("upgrade", "vip", "2026-01-21"))
        self.assertEqual(self.run_month(320_000, 20), 1)
        self.assertEqual(len(self.history(self.carl)), 2)

    def test_it_downgrades_nobody(self):
        self.assertEqual(self.run_month(0, 20), 0)
        self.assertEqual(self.picture(self.carl), [("new", "gold", 0)])

    def test_a_correction_takes_it_back(self):
        self.run_month(310_000, 20)
        self.assertEqual(self.run_month(60_000, 20), 1)
        self.assertEqual(self.picture(self.carl), [("new", "gold", 0)])
        self.Standing._compute_standings(self.carl.ids, [month(13)])
        self.assertEqual(self.history(self.carl)[-1][:2], ("correction", "gold"))

    def test_closing_confirms_it(self):
        self.run_month(310_000, 20)
        self.set_month(self.carl, month(13), 205_000)
        self.assertEqual(self.judge(self.carl, month(13)), 1)
        self.assertEqual(self.picture(self.carl)[-1], ("upgraded", "vip", 0))
        self.assertEqual(len(self.history(self.carl)), 2)

    def test_few_covered_days(self):
        self.run_month(900_000, 20, coverage_days=8)  # 12 days are missing, 11 may be
        self.assertEqual(self.carl.tier_id.code, "gold")
        self.run_month(900_000, 20, coverage_days=9)
        self.assertEqual(self.carl.tier_id.code, "premier")
