"""Emergency access: for some minutes, for reading, with a reason, and compliance is told."""

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError

from ..common import BankCase

REASON = "the customer stands at our counter"
START, DURING, END = "2026-03-31 10:00:00", "2026-03-31 10:29:59", "2026-03-31 10:30:00"


class TestAccessGrant(BankCase):
    def request(self, role="rm_north", number=None, reason=REASON):
        wizard = self.as_user(role, self.env["bank.access.request"])
        values = {"customer_number": number or self.carl.customer_number, "reason": reason}
        return wizard.create(values).action_grant()

    def sees(self, role="rm_north"):
        carl = self.as_user(role, self.carl)
        return carl.has_access("read") and carl in carl.search([("name", "=", "Carl")])

    def grants(self):
        return self.env["bank.access.grant"].search([("partner_id", "=", self.carl.id)])

    def test_before_during_after(self):
        with freeze_time(START) as clock:
            self.assertFalse(self.sees())
            action = self.request()
            self.assertEqual(action["res_id"], self.carl.id)
            clock.move_to(DURING)
            self.assertTrue(self.sees())
            self.assertEqual(self.as_user("rm_north", self.carl).aum, 300000)
            self.assertEqual(self.as_user("rm_north", self.carl_account).balance, 300000)
            self.assertFalse(self.sees("employee"))
            clock.move_to(END)
            self.assertFalse(self.sees())
            self.assertFalse(self.as_user("rm_north", self.carl_account).has_access("read"))

    def test_minutes_are_a_setting(self):
        self.env["ir.config_parameter"].set_param("bank_crm.break_glass_minutes", "5")
        with freeze_time(START) as clock:
            self.request()
            clock.move_to("2026-03-31 10:04:59")
            self.assertTrue(self.sees())
            clock.move_to("2026-03-31 10:05:00")
            self.assertFalse(self.sees())

    def test_for_reading_only(self):
        self.request()
        carl = self.as_user("rm_north", self.carl)
        self.assertTrue(carl.has_access("read"))
        for record in (carl, carl.financial_profile_id, carl.assignment_ids):
            for operation in ("write", "create", "unlink"):
                self.assertFalse(record.has_access(operation), f"{record._name} {operation}")
        with self.assertRaises(AccessError):
            carl.write({"relationship_manager_id": self.users["rm_north"].id})
        with self.assertRaises(AccessError):
            carl.env["bank.assignment"].create(
                {"partner_id": carl.id, "user_id": carl.env.uid, "role": "backup"}
            )

    def test_compliance_is_told(self):
        self.request()
        grant = self.grants()
        self.assertEqual((grant.user_id, grant.reason), (self.users["rm_north"], REASON))
        self.assertEqual(grant.activity_ids.user_id, self.users["compliance"])
        self.assertIn(grant, self.as_user("compliance", grant).search([]))
        self.assertFalse(self.as_user("rm_south", grant).search([]))
        event = self.events(self.carl, "access.granted")
        self.assertEqual((event.user_id, event.source_id), (self.users["rm_north"], grant.id))
        self.assertEqual(event.kind_label, "Opened in an emergency")

    def test_openings_are_counted(self):
        self.request()
        specification = {"display_name": {}}
        self.as_user("rm_north", self.carl).web_read(specification)
        self.as_user("rm_north", self.carl).web_read(specification)
        self.as_user("rm_south", self.carl).web_read(specification)
        self.as_user("rm_north", self.anna).web_read(specification)
        self.assertEqual(self.grants().open_count, 2)
        self.assertTrue(self.grants().last_opened_at)

    def test_who_may_ask(self):
        for role in ("employee", "bank_admin", "agent", "auditor", "portal"):
            with self.subTest(role=role):
                with self.assertRaises(AccessError):
                    self.request(role)
                with self.assertRaises(AccessError):
                    self.env["bank.access.grant"].with_user(self.users[role])._grant(self.carl, REASON)
        self.request("manager_north")
        self.assertTrue(self.sees("manager_north"))

    def test_reason_and_number(self):
        for reason in ("x", "         .         "):
            with self.assertRaises(ValidationError):
                self.request(reason=reason)
        with self.assertRaisesRegex(UserError, r"\[unknown_customer\]"):
            self.request(number="C-NONE")
        self.assertFalse(self.grants())

    def test_an_open_customer_is_not_opened_twice(self):
        self.request()
        self.request()
        self.assertEqual(len(self.grants()), 1)

    def test_budget(self):
        self.env["ir.config_parameter"].set_param("bank_crm.break_glass_daily_budget", "2")
        with freeze_time(START) as clock:
            self.request()
            self.request(number=self.pia.customer_number)
            with self.assertRaisesRegex(UserError, r"\[emergency_budget\]"):
                self.request(number=self.olga.customer_number)
            clock.move_to("2026-04-01 10:00:01")
            self.request(number=self.olga.customer_number)

    def test_forgery(self):
        values = {
            "partner_id": self.carl.id,
            "user_id": self.users["rm_north"].id,
            "reason": REASON,
            "granted_at": START,
            "expires_at": "2099-01-01 00:00:00",
        }
        grants = self.env["bank.access.grant"]
        for role in (*self.users, None):
            mine = grants.with_user(self.users[role]) if role else grants.sudo()
            with self.assertRaises(AccessError):
                mine.with_context(bank_seal_key=True).create(values)
        self.request()
        for role in (*self.users, None):
            mine = self.grants().with_user(self.users[role]) if role else self.grants().sudo()
            with self.assertRaises(AccessError):
                mine.with_context(bank_seal_key=True).write({"expires_at": "2099-01-01 00:00:00"})
            with self.assertRaises(AccessError):
                mine.with_context(bank_seal_key=True).unlink()
