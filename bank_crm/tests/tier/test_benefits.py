"""Benefits: who is entitled, quota of the year, run-off after a downgrade, the log, the door for other systems."""

import datetime

import psycopg2

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time
from odoo.tools import mute_logger

from ..common import BankCase

TODAY = datetime.date(2026, 3, 31)


class BenefitCase(BankCase):
    def setUp(self):
        super().setUp()
        self.enterContext(freeze_time("2026-03-31 08:00:00"))
        self.company.partner_id.tz = "Asia/Shanghai"
        self.uses = self.env["bank.benefit.use"]
        self.lounge = self.env.ref("bank_crm.bank_benefit_lounge")
        self.set_tier(self.anna, "premier", "2025-01-15")

    def set_tier(self, partner, code, on):
        with freeze_time(f"{on} 08:00:00"):
            partner.tier_id = self.env.ref(f"bank_crm.bank_tier_{code}") if code else False
        self.env.flush_all()

    def use(self, quantity=1, on=TODAY, reference=None, partner=None, benefit=None, role=None):
        uses = self.uses.with_user(self.users[role]) if role else self.uses
        number = self.uses.search_count([])
        return uses._record_use(partner or self.anna, benefit or self.lounge, reference or f"R{number}", on, quantity)[
            0
        ]

    def left(self, benefit=None, day=TODAY, partner=None):
        rows = {row["benefit"]: row for row in (partner or self.anna)._bank_benefits(day)}
        return rows.get(benefit or self.lounge, {}).get("remaining", "not entitled")


class TestEntitlement(BenefitCase):
    def test_the_benefits_of_the_tier(self):
        codes = {row["benefit"].code for row in self.anna._bank_benefits()}
        self.assertEqual(codes, set(self.env.ref("bank_crm.bank_tier_premier").benefit_ids.mapped("code")))
        self.assertFalse(self.olga._bank_benefits())

    def test_not_entitled(self):
        with self.assertRaisesRegex(UserError, r"^\[benefit_not_entitled\]"):
            self.use(benefit=self.env.ref("bank_crm.bank_benefit_health_check"))
        with self.assertRaisesRegex(UserError, r"^\[benefit_not_entitled\]"):
            self.use(partner=self.olga)
        self.assertFalse(self.uses.search([]))

    def test_what_is_not_counted_is_not_recorded(self):
        with self.assertRaisesRegex(UserError, r"^\[benefit_not_counted\]"):
            self.use(benefit=self.env.ref("bank_crm.bank_benefit_vip_desk"))

    def test_run_off_after_a_downgrade(self):
        self.set_tier(self.anna, "gold", "2026-01-31")
        row = next(
            row for row in self.anna._bank_benefits(datetime.date(2026, 4, 29)) if row["benefit"] == self.lounge
        )
        self.assertEqual((row["tier"].code, row["until"]), ("premier", datetime.date(2026, 4, 29)))
        use = self.use()
        self.assertEqual((use.tier_id.code, use.run_off_until), ("premier", datetime.date(2026, 4, 29)))
        self.assertEqual(self.left(day=datetime.date(2026, 4, 30)), "not entitled")
        with freeze_time("2026-04-30 08:00:00"), self.assertRaisesRegex(UserError, "benefit_not_entitled"):
            self.use(on=datetime.date(2026, 4, 30))

    def test_run_off_ends_on_the_last_of_february(self):
        self.set_tier(self.anna, "gold", "2027-11-30")
        self.assertEqual(self.lounge._run_off_until(datetime.date(2027, 11, 30)), datetime.date(2028, 2, 28))
        self.assertEqual(self.lounge._run_off_until(datetime.date(2027, 12, 1)), datetime.date(2028, 2, 29))

    def test_without_run_off_it_is_lost_at_once(self):
        self.lounge.run_off_months = 0
        self.set_tier(self.anna, "gold", "2026-03-31")
        self.assertEqual(self.left(), "not entitled")

    def test_an_upgrade_has_no_run_off(self):
        self.set_tier(self.anna, "private", "2026-02-01")
        self.set_tier(self.anna, "premier", "2026-02-02")
        untils = {row["benefit"].code: row["until"] for row in self.anna._bank_benefits()}
        self.assertIsNone(untils["lounge"])
        self.assertEqual(untils["health_check"], datetime.date(2026, 8, 1), "six months, from the day above")

    def test_losing_the_tier_altogether_runs_off_too(self):
        self.set_tier(self.anna, None, "2026-03-01")
        self.assertEqual(self.left(), 6)

    def test_by_the_tier_of_the_day_of_use(self):
        self.assertEqual(self.left(day=datetime.date(2025, 1, 14)), "not entitled")
        with self.assertRaisesRegex(UserError, "benefit_not_entitled"):
            self.use(on=datetime.date(2025, 1, 14))
        self.assertTrue(self.use(on=datetime.date(2025, 1, 15)))

    def test_benefits_have_a_time(self):
        self.lounge.valid_to = "2026-03-30"
        self.assertEqual(self.left(), "not entitled")
        self.assertEqual(self.left(day=datetime.date(2026, 3, 30)), 6)


class TestQuota(BenefitCase):
    def test_quota_of_the_year(self):
        for left in (5, 4, 3, 2, 1, 0):
            self.use()
            self.assertEqual(self.left(), left)
        with self.assertRaisesRegex(UserError, r"^\[benefit_quota\].*6 of 6 uses of 2026"):
            self.use()
        self.assertEqual(len(self.uses.search([])), 6)

    def test_more_at_once(self):
        self.use(quantity=4)
        with self.assertRaisesRegex(UserError, r"^\[benefit_quota\]"):
            self.use(quantity=3)
        self.use(quantity=2)
        with self.assertRaisesRegex(UserError, r"^\[benefit_quota\]"):
            self.use(partner=self.anna, quantity=7)

    def test_calendar_years_in_the_bank_s_time_zone(self):
        with freeze_time("2026-12-31 15:59:00"):  # 23:59 in Shanghai
            self.uses._record_use(self.anna, self.lounge, "old year", quantity=6)
            with self.assertRaises(UserError):
                self.uses._record_use(self.anna, self.lounge, "one more")
        with freeze_time("2026-12-31 16:00:00"):  # midnight in Shanghai
            use, created = self.uses._record_use(self.anna, self.lounge, "new year")
        self.assertEqual((str(use.used_on), created), ("2027-01-01", True))
        self.assertEqual(self.left(day=datetime.date(2026, 12, 31)), 0)
        self.assertEqual(self.left(day=datetime.date(2027, 1, 1)), 5)

    def test_a_late_record_counts_in_its_year(self):
        self.use(on=datetime.date(2025, 12, 31), quantity=6)
        self.assertEqual(self.left(), 6)

    def test_no_limit(self):
        self.lounge.quota_per_year = 0
        self.use(quantity=100)
        self.assertIsNone(self.left())

    def test_taking_back_frees_the_quota_once(self):
        use = self.use(quantity=6)
        use.action_cancel()
        self.assertEqual(self.left(), 6)
        use.action_cancel()
        self.assertEqual(self.left(), 6)
        back = use.cancelled_by_ids
        self.assertEqual((back.quantity, back.cost, back.cancels_id), (-6, -900, use))
        self.assertTrue(use.is_cancelled)
        with self.assertRaisesRegex(UserError, r"^\[benefit_cancel\]"):
            back.action_cancel()
        self.assertEqual(sum(self.uses.search([]).mapped("quantity")), 0)

    def test_after_a_smaller_quota_uses_can_be_taken_back(self):
        use = self.use(quantity=4)
        self.lounge.quota_per_year = 2
        self.assertEqual(self.left(), 0)
        use.action_cancel()
        self.assertEqual(self.left(), 2)

    def test_cost_is_that_of_the_day(self):
        use = self.use(quantity=2)
        self.lounge.unit_cost = 999
        self.assertEqual((use.unit_cost, use.cost), (150, 300))

    def test_the_count_is_the_sum_of_the_uses(self):
        self.use(quantity=3)
        self.use().action_cancel()
        self.use(on=datetime.date(2025, 6, 1))
        counts = {row.year: row.used for row in self.env["bank.benefit.year"].search([])}
        self.assertEqual(counts, {2026: 3, 2025: 1})

    def test_wrong_values(self):
        for values in (
            {"quantity": 0},
            {"quantity": -1},
            {"quantity": True},
            {"on": datetime.date(2026, 4, 1)},
            {"on": datetime.date(2024, 12, 31)},
            {"reference": "cancel:1"},
            {"reference": "x" * 129},
            {"partner": self.contact},
        ):
            with self.assertRaisesRegex(ValidationError, r"^\[invalid_value\]"):
                self.use(**values)

    def test_two_at_the_same_time(self):
        """The second one is held until the first one is over, and Odoo repeats it; so the quota cannot be passed."""
        self.lounge.quota_per_year = 1
        self.env.flush_all()
        partner_id, benefit_id = self.anna.id, self.lounge.id
        # Committed for both cursors: a customer and a count of their own, deleted in the end.
        with self.registry.cursor() as cr:
            cr.execute(
                "INSERT INTO bank_benefit (name, code, quota_per_year, run_off_months, currency_id) "
                "VALUES ('{\"en_US\": \"T\"}', 'test_two', 1, 0, %s) RETURNING id",
                [self.cny.id],
            )
            (benefit_id,) = cr.fetchone()
            cr.execute("SELECT min(id) FROM res_partner")
            (partner_id,) = cr.fetchone()
        # leaving the block commits
        self.addCleanup(self.forget, benefit_id)
        with self.registry.cursor() as first, self.registry.cursor() as second:
            counts = [env["bank.benefit.year"] for env in (self.env(cr=first), self.env(cr=second))]
            second.execute("SELECT 1")  # its snapshot is older than the first one's use
            self.assertEqual(self.count_one(counts[0], partner_id, benefit_id), 1)
            first.commit()
            with self.assertRaises(psycopg2.errors.SerializationFailure), mute_logger("odoo.sql_db"):
                self.count_one(counts[1], partner_id, benefit_id)
            second.rollback()
            self.assertIsNone(self.count_one(counts[1], partner_id, benefit_id))

    def count_one(self, counts, partner_id, benefit_id):
        env = counts.env
        return counts._count(env["res.partner"].browse(partner_id), env["bank.benefit"].browse(benefit_id), 2026, 1)

    def forget(self, benefit_id):
        with self.registry.cursor() as cr:
            cr.execute("DELETE FROM bank_benefit_year WHERE benefit_id = %s", [benefit_id])
            cr.execute("DELETE FROM bank_benefit WHERE id = %s", [benefit_id])


class TestDoor(BenefitCase):
    def register(self, role="operations", **values):
        values = {
            "reference": "PVG-1",
            "customer_number": self.anna.customer_number,
            "benefit_code": "lounge",
            **values,
        }
        return self.uses.with_user(self.users[role]).register(values)

    def test_register(self):
        answer = self.register(used_on="2026-03-30", quantity=2, note="two guests")
        use = self.uses.browse(answer.pop("id"))
        self.assertEqual(
            answer,
            {
                "reference": "PVG-1",
                "created": True,
                "used_on": "2026-03-30",
                "quantity": 2,
                "used": 2,
                "quota": 6,
                "remaining": 4,
            },
        )
        self.assertEqual((use.partner_id, use.user_id, use.note), (self.anna, self.users["operations"], "two guests"))
        self.assertEqual((use.branch_id, use.company_id), (self.north_vip, self.company))

    def test_once_for_each_reference(self):
        first = self.register()
        again = self.register()
        self.assertEqual((again["created"], again["id"], again["used"]), (False, first["id"], 1))
        for values in ({"quantity": 2}, {"used_on": "2026-03-01"}, {"benefit_code": "fee_waiver"}):
            with self.assertRaisesRegex(ValidationError, r"^\[reference_conflict\]"):
                self.register(**values)

    def test_cancel(self):
        self.register()
        door = self.uses.with_user(self.users["operations"])
        for _twice in range(2):
            answer = door.cancel({"reference": "PVG-1", "note": "did not come"})
            self.assertEqual((answer["cancelled"], answer["used"], answer["remaining"]), (True, 0, 6))
        self.assertEqual(self.uses.search([("cancels_id", "!=", False)]).note, "did not come")
        with self.assertRaisesRegex(ValidationError, r"^\[unknown_reference\]"):
            door.cancel({"reference": "PVG-2"})

    def test_wrong_calls(self):
        wrong = {
            "unknown_field": {"partner_id": 1},
            "required_field": {"reference": ""},
            "unknown_customer": {"customer_number": "no such"},
            "unknown_benefit": {"benefit_code": "no such"},
            "invalid_value": {"used_on": "31.03.2026"},
        }
        for code, values in wrong.items():
            with self.assertRaisesRegex(ValidationError, rf"^\[{code}\]"):
                self.register(**values)
        for values in ({"quantity": "2"}, {"quantity": 1.5}, {"note": 5}, {"reference": 5}, {"customer_number": [1]}):
            with self.assertRaisesRegex(ValidationError, r"^\[invalid_value\]"):
                self.register(**values)
        with self.assertRaisesRegex(ValidationError, r"^\[invalid_value\]"):
            self.uses.register([])

    def test_who_may(self):
        for role in ("compliance", "auditor", "bank_admin", "employee", "portal"):
            with self.assertRaisesRegex(AccessError, r"^\[access_denied\]"):
                self.register(role)
        self.register("rm_north")
        self.register("agent", reference="PVG-2")
        with self.assertRaisesRegex(ValidationError, r"^\[unknown_customer\]"):
            self.register("rm_south", reference="PVG-3")
        with self.assertRaisesRegex(ValidationError, r"^\[unknown_reference\]"):
            self.uses.with_user(self.users["rm_south"]).cancel({"reference": "PVG-1"})

    def test_a_reference_of_a_customer_whom_one_may_not_see_tells_nothing(self):
        self.register("rm_north")
        self.set_tier(self.carl, "premier", "2026-01-01")
        with self.assertRaisesRegex(ValidationError, r"^\[reference_conflict\]"):
            self.register("rm_south", customer_number=self.carl.customer_number)

    def test_no_forgeries(self):
        use = self.uses.browse(self.register()["id"])
        for role in ("rm_north", "manager_north", "operations", "bank_admin", "agent"):
            mine = use.with_user(self.users[role])
            with self.assertRaises(AccessError):
                mine.write({"quantity": 5})
            with self.assertRaises(AccessError):
                mine.unlink()
            with self.assertRaises(AccessError):
                mine.create(
                    {
                        "partner_id": self.anna.id,
                        "benefit_id": self.lounge.id,
                        "used_on": TODAY,
                        "reference": "x",
                        "company_id": self.company.id,
                        "currency_id": self.cny.id,
                    }
                )
            with self.assertRaises(AccessError):
                self.env["bank.benefit.year"].search([]).with_user(self.users[role]).write({"used": 0})
        with self.assertRaises(AccessError):
            use.write({"quantity": 5})
        for role in ("auditor", "compliance"):
            with self.assertRaises(AccessError):
                use.with_user(self.users[role]).action_cancel()
        with self.assertRaises(AccessError):
            self.as_user("rm_south", use).action_cancel()


class TestScreens(BenefitCase):
    def test_the_wizard(self):
        anna = self.as_user("rm_north", self.anna)
        action = anna.action_use_benefit()
        wizards = self.env["bank.benefit.use.new"].with_user(self.users["rm_north"])
        form = Form(wizards.with_context(**action["context"]))
        self.assertIn(self.lounge.id, form.entitled_ids.ids)
        form.benefit_id = self.lounge
        self.assertEqual(form.left, "6 of 6")
        wizard = form.save()
        wizard.action_confirm()
        wizard.action_confirm()
        self.assertEqual(self.left(), 5, "a second press records nothing more")

    def test_the_wizard_is_no_way_around(self):
        wizards = self.env["bank.benefit.use.new"].with_user(self.users["rm_south"])
        with self.assertRaises(AccessError):
            wizards.create({"partner_id": self.anna.id, "benefit_id": self.lounge.id}).action_confirm()
        self.assertFalse(self.uses.search([]))

    def test_the_page_shows_what_is_left(self):
        self.use(quantity=2)
        page = self.as_user("rm_north", self.anna).benefit_standing
        self.assertIn("4 of 6", page)
        self.assertIn("Airport Lounge", page)

    def test_names_are_escaped(self):
        self.lounge.name = "<script>x</script>"
        self.assertNotIn("<script>", self.anna.benefit_standing)

    def test_nobody_to_use_anything(self):
        with self.assertRaises(UserError):
            self.olga.action_use_benefit()


class TestMergedBenefits(BenefitCase):
    def test_counts_add_up(self):
        self.set_tier(self.carl, "premier", "2026-01-01")
        self.use(quantity=2)
        self.use(partner=self.carl, quantity=3)
        self.use(partner=self.carl, benefit=self.env.ref("bank_crm.bank_benefit_fee_waiver"))
        self.env["base.partner.merge.automatic.wizard"]._merge((self.anna | self.carl).ids, dst_partner=self.anna)
        self.env.invalidate_all()
        self.assertEqual(self.left(), 1)
        self.assertEqual(sum(self.anna.benefit_use_ids.mapped("quantity")), 6)
