"""Consent: who records it, that it is sealed, that Odoo's blacklists follow it and it follows them."""

import psycopg2

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time
from odoo.tools import mute_logger

from ..common import BankCase


class ConsentCase(BankCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.anna.write({"phone": "+86 10 1234 5678", "email": "anna@example.com", "street": "1 Road", "tz": "UTC"})
        cls.env["bank.contact.policy"].search([]).active = False

    @classmethod
    def consent(cls, partner=None, env=None, **values):
        partner = partner or cls.anna
        ledger = (env or cls.env)["bank.consent"]
        return ledger.create({"partner_id": partner.id, "purpose": "marketing", "channel": "email", **values})

    def verdict(self, purpose="marketing", channel="email", partner=None, at=None):
        partner = partner or self.anna
        return partner._bank_may_contact(purpose, channel, at=at)[partner.id]

    def blacklisted(self, email="anna@example.com"):
        return self.env["mail.blacklist"].search_count([("email", "=", email)])


class TestLedger(ConsentCase):
    def test_each_decision_is_a_row(self):
        given = self.consent()
        self.assertTrue(given.is_current and given.given_at and given.text_id.purpose == "marketing")
        withdrawn = given._withdraw()
        self.assertFalse(given.is_current)
        self.assertEqual(given.state, "given", "a fact stays what it was")
        self.assertTrue(withdrawn.is_current and withdrawn.withdrawn_at)
        self.assertEqual(withdrawn.given_at, given.given_at)
        again = self.consent()
        self.assertEqual(self.anna.consent_ids.filtered("is_current"), again)
        self.assertEqual(len(self.anna.consent_ids), 3)

    def test_events(self):
        self.consent()._withdraw()
        given, withdrawn = self.events(self.anna, "consent.given"), self.events(self.anna, "consent.withdrawn")
        self.assertEqual(given.summary, "Marketing · Email · Given")
        self.assertEqual(withdrawn.kind_label, "Consent withdrawn")

    def test_sealed(self):
        consent = self.consent()
        for env in (self.env, consent.with_user(self.users["rm_north"]).env):
            with self.assertRaises(AccessError):
                consent.with_env(env).write({"state": "withdrawn"})
            with self.assertRaises(AccessError):
                consent.with_env(env).unlink()
            with self.assertRaises(AccessError):
                consent.with_env(env).write({"is_current": False})

    def test_two_current_rows_are_impossible(self):
        first = self.consent()
        first._withdraw()
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.errors.UniqueViolation):
            first._unsealed().write({"is_current": True})
            self.env.flush_all()

    def test_forged_values(self):
        env = self.as_user("rm_north", self.anna).env
        for values in (
            {"is_current": False},
            {"decided_at": "2020-01-01"},
            {"user_id": 1},
            {"state": "expired"},
            {"source": "blacklist"},
        ):
            with self.assertRaises(AccessError, msg=values):
                self.consent(env=env, **values)

    def test_times(self):
        with self.assertRaisesRegex(ValidationError, "future"):
            self.consent(given_at="2999-01-01 00:00:00")
        self.consent(given_at="2024-05-01 10:00:00")
        self.consent(state="withdrawn", withdrawn_at="2024-06-01 10:00:00")
        with self.assertRaisesRegex(ValidationError, "later"):
            self.consent(given_at="2024-05-15 10:00:00")
        with self.assertRaisesRegex(ValidationError, "Expires On"):
            self.consent(given_at="2024-07-01 10:00:00", expires_on="2024-06-30")

    def test_a_contact_is_no_customer(self):
        with self.assertRaises(ValidationError):
            self.consent(partner=self.contact)

    def test_evidence_files(self):
        attachment = self.env["ir.attachment"].with_user(self.users["rm_north"]).create({"name": "form", "raw": b"x"})
        consent = self.consent(env=attachment.env, attachment_ids=attachment.ids)
        self.assertEqual((attachment.res_model, attachment.res_id), ("bank.consent", consent.id))
        self.assertEqual(self.as_user("agent", consent.attachment_ids).raw, b"x")
        with self.assertRaises(AccessError):
            self.as_user("rm_south", attachment.browse(attachment.id)).read(["raw"])


class TestText(ConsentCase):
    def test_sealed_once_used(self):
        text = self.consent().text_id
        self.assertTrue(text.is_sealed)
        with self.assertRaises(AccessError):
            text.body = "other"
        with self.assertRaises(UserError):
            text.unlink()
        text.active = False

    def test_free_before(self):
        text = self.env["bank.consent.text"].create({"purpose": "marketing", "version": "9", "body": "a"})
        text.body = "b"
        text.unlink()

    def test_the_customer_s_language_and_the_day(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        texts = self.env["bank.consent.text"].create(
            [
                {"purpose": "marketing", "version": "2", "lang": "zh_CN", "body": "z", "valid_from": "2021-01-01"},
                {"purpose": "marketing", "version": "3", "body": "later", "valid_from": "2999-01-01"},
            ]
        )
        self.anna.lang = "zh_CN"
        self.assertEqual(self.consent().text_id, texts[0])
        self.assertEqual(self.consent(partner=self.ben).text_id.version, "1.0")

    def test_none_in_force(self):
        self.env["bank.consent.text"].search([]).active = False
        with self.assertRaisesRegex(ValidationError, "Text Version"):
            self.consent()

    def test_another_purpose(self):
        other = self.env.ref("bank_crm.bank_consent_text_sharing")
        with self.assertRaises(ValidationError):
            self.consent(text_id=other.id)


class TestRoles(ConsentCase):
    def test_who_records(self):
        for role, partner, may in (
            ("rm_north", self.anna, True),
            ("rm_north", self.carl, False),
            ("manager_north", self.anna, True),
            ("manager_north", self.carl, False),
            ("agent", self.carl, True),
            ("compliance", self.anna, False),
            ("auditor", self.anna, False),
            ("operations", self.anna, False),
            ("bank_admin", self.anna, False),
            ("employee", self.anna, False),
            ("portal", self.anna, False),
        ):
            env = self.as_user(role, self.anna).env
            if may:
                self.assertTrue(self.consent(partner=partner, env=env), role)
                continue
            with self.assertRaises(AccessError, msg=role), mute_logger("odoo.addons.base.models.ir_rule"):
                self.consent(partner=partner, env=env)

    def test_recording_on_the_screens(self):
        anna = self.as_user("rm_north", self.anna)
        with Form(anna.env["bank.consent"]) as form:
            form.partner_id = anna
            form.channel = "email"
            form.evidence = "Signed form"
        self.assertEqual((form.record.state, form.record.user_id), ("given", self.users["rm_north"]))
        with Form(anna, view="bank_crm.bank_customer_view_form") as form, form.consent_ids.new() as row:
            row.purpose = "recording"
            row.channel = "any"
        self.assertEqual(len(anna.consent_ids.filtered("is_current")), 2)

    def test_who_withdraws(self):
        consent = self.consent()
        with self.assertRaises(AccessError):
            self.as_user("compliance", consent).action_withdraw()
        action = self.as_user("rm_north", consent).action_withdraw()
        self.assertEqual(self.env["bank.consent"].browse(action["res_id"]).state, "withdrawn")
        with self.assertRaises(ValidationError):
            self.as_user("rm_north", consent).action_withdraw()

    def test_who_reads(self):
        consent = self.consent()
        for role in ("rm_north", "manager_north", "agent", "compliance", "auditor", "operations"):
            self.assertTrue(self.as_user(role, consent).search([("partner_id", "=", self.anna.id)]), role)
        self.assertFalse(self.as_user("rm_south", consent).search([("partner_id", "=", self.anna.id)]))
        self.assertFalse(self.as_user("bank_admin", consent).search([("partner_id", "=", self.anna.id)]))
        for role in ("employee", "portal"):
            with self.assertRaises(AccessError):
                self.as_user(role, consent).search([])


class TestBlacklists(ConsentCase):
    def test_withdrawing_lists_the_address(self):
        self.consent()._withdraw()
        self.assertTrue(self.blacklisted())
        self.consent()
        self.assertFalse(self.blacklisted())

    def test_as_a_relationship_manager(self):
        consent = self.consent(env=self.as_user("rm_north", self.anna).env)
        consent.action_withdraw()
        self.assertTrue(self.blacklisted())

    def test_numbers(self):
        self.consent(channel="sms")._withdraw()
        number = self.anna.phone_sanitized
        self.assertTrue(number)
        self.assertTrue(self.env["phone.blacklist"].search([("number", "=", number)]))
        self.consent(channel="phone", state="withdrawn")
        self.consent(channel="sms")
        self.assertTrue(self.env["phone.blacklist"].search([("number", "=", number)]), "he still wants no calls")
        self.consent(channel="phone")
        self.assertFalse(self.env["phone.blacklist"].search([("number", "=", number)]))

    def test_any_channel(self):
        self.consent(channel="any")._withdraw()
        self.assertTrue(self.blacklisted())
        self.consent(channel="any")
        self.assertFalse(self.blacklisted())

    def test_another_reason_keeps_it(self):
        self.ben.email = "anna@example.com"
        self.consent()._withdraw()
        self.consent(partner=self.ben, state="withdrawn")
        self.consent()
        self.assertTrue(self.blacklisted(), "the other customer with this address does not want mails")

    def test_other_purposes_do_not_touch_it(self):
        self.consent(purpose="profiling")._withdraw()
        self.assertFalse(self.blacklisted())

    def test_an_entry_made_elsewhere_withdraws(self):
        given = self.consent()
        self.env["mail.blacklist"]._add("Anna@Example.com", message="unsubscribe link")
        self.assertEqual(self.verdict(), (False, "withdrawn"))
        current = self.anna.consent_ids.filtered("is_current")
        self.assertEqual((current.state, current.source), ("withdrawn", "blacklist"))
        self.assertFalse(given.is_current)

    def test_also_when_an_old_entry_comes_back(self):
        self.env["mail.blacklist"]._add("anna@example.com")
        self.consent()
        self.assertFalse(self.blacklisted())
        self.env["mail.blacklist"]._add("anna@example.com")
        self.assertEqual(self.verdict(), (False, "withdrawn"))

    def test_numbers_made_elsewhere(self):
        self.consent(channel="any")
        self.env["phone.blacklist"].add(self.anna.phone)
        self.assertEqual(self.verdict(channel="sms"), (False, "withdrawn"))
        self.assertEqual(self.verdict(channel="phone"), (False, "withdrawn"))
        self.assertEqual(self.verdict(channel="email"), (True, "ok"))

    def test_a_listing_does_not_write_rows_twice(self):
        self.env["mail.blacklist"]._add("anna@example.com")
        self.env["mail.blacklist"]._add("anna@example.com")
        self.assertEqual(len(self.anna.consent_ids), 1)


class TestExpiry(ConsentCase):
    def test_it_counts_at_once_and_is_written_down_at_night(self):
        with freeze_time("2024-01-01 12:00:00"):
            self.consent(expires_on="2024-01-10", given_at="2024-01-01 10:00:00")
            self.assertEqual(self.verdict(), (True, "ok"))
        with freeze_time("2024-01-11 12:00:00"):
            self.assertEqual(self.verdict(), (False, "expired"))
        with self.enter_registry_test_mode():
            self.env.ref("bank_crm.ir_cron_consent_expiry").method_direct_trigger()
        current = self.anna.consent_ids.filtered("is_current")
        self.assertEqual((current.state, current.source), ("expired", "expiry"))


class TestMerge(ConsentCase):
    def merge(self, sources, target):
        wizard = self.env["base.partner.merge.automatic.wizard"].create({"state": "selection"})
        wizard._merge((sources | target).ids, target)

    def test_the_latest_decision_of_one_person_counts(self):
        self.ben.email = "ben@example.com"
        self.consent(given_at="2024-01-01 00:00:00")
        self.consent(partner=self.ben, state="withdrawn", withdrawn_at="2024-02-01 00:00:00")
        self.merge(self.ben, self.anna)
        self.assertEqual(len(self.anna.consent_ids), 2)
        self.assertEqual(self.verdict(), (False, "withdrawn"))

    def test_restricted_stays_restricted(self):
        self.ben.is_restricted = True
        self.merge(self.ben, self.anna)
        self.assertTrue(self.anna.is_restricted)
