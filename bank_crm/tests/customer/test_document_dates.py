"""Identity documents over time: states, reminders, grace, renewal."""

from datetime import date, timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError, ValidationError

from ..common import BankCase
from .test_identity_document import NUMBER, DocumentCase

TODAY = date(2026, 3, 31)


class DatesCase(DocumentCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(patch.object(cls.env.registry["bank.run"], "_today", lambda self: TODAY))
        cls.customers = cls.anna | cls.ben | cls.carl | cls.pia | cls.olga

    def age(self, today=TODAY):
        self.env.flush_all()
        changed = self.env["bank.identity.document"]._age(today, self.customers.ids)
        self.env.invalidate_all()
        return changed

    def expire(self, days, document=None, state="verified"):
        """Let the document expire ``days`` after today."""
        (document or self.document).write({"expires_on": TODAY + timedelta(days=days), "state": state})

    def reminders(self):
        return self.document.activity_ids.sorted("id")


class TestStates(DatesCase):
    def test_by_date(self):
        for days, expected in ((-1, "expired"), (0, "expiring"), (90, "expiring"), (91, "verified")):
            for before in ("verified", "expiring", "expired"):
                self.expire(days, state=before)
                self.age()
                self.assertEqual(self.document.state, expected, (days, before))

    def test_permanent_documents_and_unverified_ones_do_not_age(self):
        self.document.write({"is_permanent": True, "state": "verified"})
        draft = self.make_document(self.ben, False, expires_on=TODAY - timedelta(days=400))
        former = self.make_document(self.carl, False, expires_on=TODAY - timedelta(days=400), state="superseded")
        self.age()
        self.assertEqual((self.document | draft | former).mapped("state"), ["verified", "draft", "superseded"])
        self.assertFalse(self.ben.kyc_state == "restricted" or self.carl.kyc_state == "restricted")

    def test_twice_gives_the_same(self):
        self.expire(-1)
        self.assertTrue(self.age())
        self.assertEqual(self.age(), 0)
        self.assertEqual(len(self.events(self.anna, "document.expired")), 1)

    def test_days_are_configuration(self):
        self.env["ir.config_parameter"].set_param("bank_crm.document_reminder_days", "10, 5")
        self.expire(11)
        self.age()
        self.assertEqual(self.document.state, "verified")

    def test_other_customers_are_left_alone(self):
        self.expire(-1)
        self.env["bank.identity.document"]._age(TODAY, self.ben.ids)
        self.assertEqual(self.document.state, "verified")

    def test_the_night_does_it(self):
        self.expire(-1)
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            run = self.env(cr=cr)["bank.run"]._run_job("documents")
            self.assertEqual(run.state, "done", run.error)
        self.env.invalidate_all()
        self.assertEqual(self.document.state, "expired")


class TestGrace(DatesCase):
    def setUp(self):
        super().setUp()
        self.customers.kyc_state = "verified"

    def test_due_then_restricted(self):
        for days, expected in ((0, "verified"), (-1, "due"), (-90, "due"), (-91, "restricted")):
            self.expire(days)
            self.age()
            self.assertEqual(self.anna.kyc_state, expected, days)
        self.assertEqual(len(self.events(self.anna, "kyc.changed")), 2)
        self.assertEqual(self.ben.kyc_state, "verified")

    def test_another_valid_document_is_enough(self):
        self.expire(-400)
        self.make_document(self.anna, "E12345678", type="passport", state="verified", is_permanent=True)
        self.age()
        self.assertEqual(self.anna.kyc_state, "verified")

    def test_an_unverified_one_is_not(self):
        self.expire(-400)
        self.make_document(self.anna, "E12345678", type="passport", is_permanent=True)
        self.age()
        self.assertEqual(self.anna.kyc_state, "restricted")

    def test_grace_is_configuration(self):
        self.env["ir.config_parameter"].set_param("bank_crm.document_grace_days", "10")
        self.expire(-11)
        self.age()
        self.assertEqual(self.anna.kyc_state, "restricted")

    def test_a_renewal_lifts_the_restriction(self):
        self.expire(-91)
        self.age()
        renewed = self.make_document(
            self.anna, NUMBER, supersedes_id=self.document.id, expires_on=TODAY + timedelta(days=3650)
        )
        self.assertEqual(self.anna.kyc_state, "restricted", "nobody has checked the new document")
        renewed.with_user(self.users["rm_north"]).action_verify()
        self.assertEqual(self.anna.kyc_state, "verified")

    def test_a_restriction_for_another_reason_stays(self):
        self.expire(-91)
        self.age()
        self.anna.kyc_state = "due"  # compliance asks for more
        renewed = self.make_document(self.anna, NUMBER, supersedes_id=self.document.id, is_permanent=True)
        renewed.action_verify()
        self.assertEqual(self.anna.kyc_state, "due")


class TestReminders(DatesCase):
    def test_90_60_30_once_each(self):
        counts = []
        for left in (91, 90, 89, 60, 59, 31, 30, 1, 0):
            self.expire(left, state=self.document.state if self.document.state != "draft" else "verified")
            self.age()
            self.age()
            counts.append(len(self.reminders()))
        self.assertEqual(counts, [0, 1, 1, 2, 2, 2, 3, 3, 3])
        self.assertEqual(self.reminders().user_id, self.users["rm_north"])
        self.assertIn("30 days", self.reminders()[-1].summary)
        self.assertNotIn("0011", str(self.reminders().mapped("summary")))

    def test_late_ones_are_reminded_of_once(self):
        self.expire(20)
        self.age()
        self.assertEqual(len(self.reminders()), 1)

    def test_a_later_date_is_reminded_of_anew(self):
        self.expire(20)
        self.age()
        self.expire(2000)
        self.age()
        self.expire(80)
        self.age()
        self.assertEqual(len(self.reminders()), 2)

    def test_without_a_manager_it_waits_for_one(self):
        document = self.make_document(self.pia, "E12345678", type="passport")
        self.expire(20, document)
        self.age()
        self.assertFalse(document.activity_ids)
        self.pia.relationship_manager_id = self.users["rm_north"]
        self.age()
        self.assertEqual(document.activity_ids.user_id, self.users["rm_north"])

    def test_the_number_of_queries_does_not_grow(self):
        def documents(count, prefix):
            for number in range(count):
                partner = self.make_customer(f"{prefix}{number}", user=self.users["rm_north"], branch=self.north_vip)
                self.customers |= partner
                document = self.make_document(partner, f"{prefix}{number:08}", type="passport")
                self.expire(20, document)

        def queries():
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.age()
            return self.env.cr.sql_log_count - before

        documents(1, "A")
        queries()  # fills the caches
        documents(2, "B")
        few = queries()
        documents(12, "C")
        self.assertLessEqual(queries(), few + 5)


class TestRenewal(DatesCase):
    def renew(self, **values):
        action = self.document.with_user(self.users["rm_north"]).action_renew()
        documents = self.env["bank.identity.document"].with_user(self.users["rm_north"])
        return documents.with_context(**action["context"]).create({"number": NUMBER, "is_permanent": True, **values})

    def test_it_supersedes_and_overwrites_nothing(self):
        self.expire(-1)
        self.age()
        names = ["number_encrypted", "number_masked", "expires_on", "issued_on"]
        before = self.document.sudo().read(names)
        renewed = self.renew()
        self.assertEqual((renewed.type, renewed.country_id), (self.document.type, self.document.country_id))
        self.assertEqual((self.document.state, self.document.superseded_by_id), ("superseded", renewed))
        self.assertEqual(self.document.sudo().read(names), before)
        self.assertEqual(renewed.state, "draft")
        self.assertEqual(len(self.events(self.anna, "document.renewed")), 1)

    def test_reminders_end(self):
        self.expire(20)
        self.age()
        self.renew()
        self.assertFalse(self.env["mail.activity"].search([("res_model", "=", self.document._name)]))

    def test_only_once(self):
        self.renew()
        with self.assertRaisesRegex(UserError, r"^\[document_superseded\]"):
            self.renew()

    def test_of_the_same_customer_only(self):
        with self.assertRaisesRegex(ValidationError, "^Renewal of: "):
            self.make_document(self.ben, False, supersedes_id=self.document.id)

    def test_not_by_others(self):
        for role in ("rm_south", "agent", "compliance", "auditor", "bank_admin"):
            with self.assertRaises(AccessError):
                self.as_user(role, self.document).action_renew()


class TestVerification(DatesCase):
    def test_who_and_when(self):
        self.document.expires_on = TODAY + timedelta(days=30)
        self.as_user("rm_north", self.document).action_verify()
        self.assertEqual((self.document.state, self.document.verified_on), ("expiring", TODAY))
        self.assertEqual(self.document.verified_by_id, self.users["rm_north"])

    def test_what_cannot_be_verified(self):
        for values in (
            {"expires_on": False},
            {"expires_on": TODAY - timedelta(days=1)},
            {"expires_on": TODAY + timedelta(days=1), "state": "expired"},
        ):
            self.document.write(values)
            with self.assertRaisesRegex(UserError, r"^\[document_not_verifiable\]"):
                self.document.action_verify()
        with self.assertRaisesRegex(UserError, r"^\[document_not_verifiable\]"):
            self.make_document(self.anna, False, is_permanent=True).action_verify()

    def test_the_profile_may_have_changed_since(self):
        self.document.is_permanent = True
        self.anna.profile_birthdate = "1980-01-01"
        with self.assertRaisesRegex(ValidationError, r"^\[invalid_document_number\] Number: .*birth"):
            self.document.action_verify()

    def test_not_by_others(self):
        self.document.is_permanent = True
        for role in ("rm_south", "agent", "compliance", "auditor", "bank_admin"):
            with self.assertRaises(AccessError):
                self.as_user(role, self.document).action_verify()


class TestMigration(BankCase):
    def test_documents_without_country_get_china(self):
        from odoo.modules.module import load_script

        script = load_script(self._script(), "document_country")
        document = self.env["bank.identity.document"].create(
            {"partner_id": self.anna.id, "type": "cn_resident_id", "number": NUMBER}
        )
        passport = self.env["bank.identity.document"].create({"partner_id": self.anna.id, "type": "passport"})
        self.env.flush_all()
        self.env.cr.execute("UPDATE bank_identity_document SET country_id = NULL WHERE id = %s", [document.id])
        script.migrate(self.env.cr, "19.0.1.0.0")
        self.env.invalidate_all()
        self.assertEqual(document.country_id, self.env.ref("base.cn"))
        self.assertFalse(passport.country_id)

    @staticmethod
    def _script():
        from odoo.tools import file_path

        return file_path("bank_crm/migrations/19.0.1.1.0/post-document_country.py")
