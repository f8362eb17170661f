"""Privacy requests: due dates, who answers, restriction, answer files, retention and holds."""

import io
import json
import zipfile

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Date
from odoo.tests import Form, freeze_time, new_test_user
from odoo.tools import mute_logger

from ..common import BankCase

RULE_LOG = "odoo.addons.base.models.ir_rule"
NUMBER = "110101199003070011"


class PrivacyCase(BankCase):
    @classmethod
    def request(cls, kind="access", partner=None, env=None, **values):
        return (env or cls.env)["bank.privacy.request"].create(
            {"partner_id": (partner or cls.anna).id, "kind": kind, **values}
        )


class TestRequest(PrivacyCase):
    def test_due_after_working_days(self):
        request = self.request(received_on="2026-03-02")  # a Monday
        self.assertEqual(request.due_on, Date.to_date("2026-03-23"), "15 working days after it")
        self.assertTrue(request.name.startswith("PR/"))
        self.env["ir.config_parameter"].set_param("bank_crm.privacy_answer_days", "5")
        self.assertEqual(self.request(received_on="2026-03-06").due_on, Date.to_date("2026-03-13"))

    def test_overdue(self):
        with freeze_time("2026-03-24"):
            request = self.request(received_on="2026-03-02")
            self.assertTrue(request.is_overdue)
            self.assertIn(request, request.search([("is_overdue", "=", True)]))
            self.assertNotIn(request, request.search([("is_overdue", "=", False)]))
        with freeze_time("2026-03-23"):
            request.invalidate_recordset()
            self.assertFalse(request.is_overdue)

    def test_an_activity_for_compliance(self):
        request = self.request(handler_id=self.users["compliance"].id, received_on="2026-03-02")
        activity = request.activity_ids
        self.assertEqual((activity.user_id, activity.date_deadline), (self.users["compliance"], request.due_on))
        second = new_test_user(self.env, "second", groups="bank_crm.group_compliance")
        request.with_user(self.users["compliance"]).handler_id = second
        self.assertEqual(request.activity_ids, activity)
        self.assertEqual(activity.user_id, second)
        request.with_user(self.users["compliance"]).action_done()
        self.assertFalse(request.activity_ids)

    def test_who_registers_and_who_answers(self):
        for role, partner, may in (
            ("rm_north", self.anna, True),
            ("rm_north", self.carl, False),
            ("agent", self.carl, True),
            ("compliance", self.anna, True),
            ("auditor", self.anna, False),
            ("operations", self.anna, False),
            ("bank_admin", self.anna, False),
            ("employee", self.anna, False),
            ("portal", self.anna, False),
        ):
            env = self.as_user(role, self.anna).env
            if may:
                self.assertTrue(self.request(partner=partner, env=env))
                continue
            with self.assertRaises(AccessError, msg=role), mute_logger(RULE_LOG):
                self.request(partner=partner, env=env)
        request = self.request()
        for role in ("rm_north", "manager_north", "agent", "auditor", "operations", "bank_admin"):
            for action in (
                "action_start",
                "action_answer",
                "action_restrict",
                "action_erase",
                "action_done",
                "action_refuse",
                "action_release",
            ):
                with self.assertRaises(AccessError, msg=(role, action)):
                    getattr(self.as_user(role, request), action)()

    def test_registering_on_the_screen(self):
        with Form(self.as_user("rm_north", self.env["bank.privacy.request"])) as form:
            form.partner_id = self.anna
            form.kind = "port"
            form.note = "I change my bank."
        self.assertEqual(form.record.handler_id, self.env.ref("bank_crm.group_compliance").all_user_ids[:1])

    def test_states_follow_buttons(self):
        request = self.as_user("compliance", self.request())
        for values in ({"state": "done"}, {"answered_on": "2026-01-01"}, {"keep_until": "2026-01-01"}):
            with self.assertRaises(AccessError):
                request.write(values)
            with self.assertRaises(AccessError):
                self.request(env=request.env, **values)
        request.action_start()
        with self.assertRaisesRegex(UserError, "Decision"):
            request.action_refuse()
        request.decision_note = "Not his data."
        request.action_refuse()
        self.assertEqual(request.state, "refused")
        with self.assertRaisesRegex(UserError, "closed"):
            request.action_done()
        with self.assertRaises(ValidationError):
            request.partner_id = self.carl

    def test_nobody_deletes_it(self):
        request = self.request()
        for role in ("rm_north", "compliance", "bank_admin"):
            with self.assertRaises(AccessError):
                self.as_user(role, request).unlink()


class TestAnswer(PrivacyCase):
    def test_everything_and_no_secret(self):
        self.anna.write({"street": "1 Marker Road", "comment": "likes tea"})
        self.env["bank.identity.document"].create(
            {"partner_id": self.anna.id, "type": "passport", "number": NUMBER, "issuer": "Marker Office"}
        )
        self.anna_account.number = "6222001234567890"
        if "bank.merge.request" in self.env:
            self.env["bank.merge.request"].create(
                {"partner_ids": (self.anna | self.ben).ids, "target_id": self.anna.id, "reason": "Marker Merge"}
            )
        self.env["crm.lead"].create({"name": "Marker Lead", "partner_id": self.anna.id})
        body = "Marker Message"
        self.anna.message_post(body=body)
        self.env["ir.attachment"].create(
            {"name": "letter.txt", "raw": b"Marker File", "res_model": "res.partner", "res_id": self.anna.id}
        )
        request = self.as_user("compliance", self.request())
        request.action_answer()
        self.assertEqual(request.state, "done")
        archive = zipfile.ZipFile(io.BytesIO(request.answer_attachment_id.raw))
        text = archive.read("data.json").decode()
        for marker in ("1 Marker Road", "likes tea", "Marker Office", "Marker Lead", "Marker Message"):
            self.assertIn(marker, text)
        self.assertIn(b"Marker File", [archive.read(name) for name in archive.namelist()])
        documents = json.loads(text)["records"]["bank.identity.document"]
        self.assertTrue(documents[0]["number_masked"])
        for secret in (NUMBER, "6222001234567890", "number_encrypted", "number_hash", "signup_token"):
            self.assertNotIn(secret, text)
        self.assertNotIn("Carl", text)

    def test_nobody_else_s_name(self):
        self.anna.name = "Somebody Else"
        request = self.as_user("compliance", self.request("port", partner=self.ben))
        request.action_answer()
        text = zipfile.ZipFile(io.BytesIO(request.answer_attachment_id.raw)).read("data.json").decode()
        self.assertEqual(len(json.loads(text)["records"]["bank.holding"]), 1, "the joint fund is his too")
        self.assertNotIn("Somebody Else", text)

    def test_only_who_sees_the_request_reads_the_file(self):
        request = self.as_user("compliance", self.request())
        request.action_answer()
        attachment = request.answer_attachment_id
        for role in ("rm_south", "employee", "portal"):
            with self.assertRaises(AccessError):
                self.as_user(role, attachment).read(["raw"])


class TestRestriction(PrivacyCase):
    def test_only_compliance_sees_him(self):
        document = self.env["bank.identity.document"].create({"partner_id": self.anna.id, "type": "passport"})
        request = self.as_user("compliance", self.request("restrict"))
        request.action_restrict()
        self.assertTrue(self.events(self.anna, "privacy.restricted"))
        number = self.anna.customer_number
        for role in ("rm_north", "manager_north", "agent", "auditor", "operations", "employee", "portal"):
            partners = self.as_user(role, self.env["res.partner"])
            self.assertFalse(partners.search([("id", "=", self.anna.id)]), role)
            self.assertFalse(partners.name_search("Anna"), role)
            with self.assertRaises(AccessError, msg=role), mute_logger(RULE_LOG):
                self.as_user(role, self.anna).read(["name"])
        for role in ("rm_north", "agent", "auditor", "operations"):
            for model, domain in (
                ("bank.identity.document", [("id", "=", document.id)]),
                ("bank.financial.profile", [("partner_id", "=", self.anna.id)]),
                ("bank.customer.event", [("partner_id", "=", self.anna.id)]),
                ("bank.holding", [("id", "=", self.anna_account.id)]),
                ("bank.balance", [("holding_id", "=", self.anna_account.id)]),
                ("bank.privacy.request", [("partner_id", "=", self.anna.id)]),
            ):
                if self.env[model].with_user(self.users[role]).has_access("read"):
                    self.assertFalse(self.as_user(role, self.env[model]).search(domain), (role, model))
            with self.assertRaises(ValidationError):
                self.as_user(role, self.env["res.partner"]).bank_customer_overview({"customer_number": number})
        self.assertEqual(self.as_user("compliance", self.anna).name, "Anna")
        self.assertEqual(self.as_user("rm_north", self.ben).name, "Ben", "others stay")

    def test_a_joint_account_stays_for_the_other_owner(self):
        self.as_user("compliance", self.request("restrict")).action_restrict()
        for role in ("rm_north", "agent"):
            holdings = self.as_user(role, self.env["bank.holding"])
            self.assertTrue(holdings.search([("id", "=", self.joint_fund.id)]), role)
            self.assertFalse(holdings.search([("id", "=", self.anna_account.id)]), role)

    def test_the_end_of_it(self):
        request = self.as_user("compliance", self.request("restrict"))
        request.action_restrict()
        request.action_release()
        self.assertEqual(self.as_user("rm_north", self.anna).name, "Anna")

    def test_nobody_sets_the_mark_himself(self):
        self.assertTrue(self.anna._fields["is_restricted"].readonly)


class TestRetention(PrivacyCase):
    def test_open_contracts_keep_it_waiting(self):
        request = self.as_user("compliance", self.request("erase"))
        request.action_erase()
        self.assertEqual(request.state, "waiting_retention")
        self.assertTrue(self.anna.is_restricted, "restricted first")
        self.assertIn("still open", request.blocking_reason)
        self.assertFalse(request.sudo()._erase_if_allowed())

    def test_then_the_years(self):
        (self.anna_account | self.joint_fund).write({"state": "closed", "closed_on": "2020-06-30"})
        request = self.as_user("compliance", self.request("erase"))
        with freeze_time("2026-03-31"):
            request.action_erase()
            self.assertEqual(request.keep_until, Date.to_date("2030-06-30"))
            self.assertFalse(request.sudo()._erase_if_allowed())
        with freeze_time("2030-06-30"):
            self.assertFalse(request.sudo()._erase_if_allowed())
        with freeze_time("2030-07-01"):
            self.assertTrue(request.sudo()._erase_if_allowed())
        self.assertEqual(request.state, "done")
        self.assertTrue(self.anna.is_anonymized)

    def test_a_legal_hold_stands_against_it(self):
        self.env["bank.legal.hold"].create({"partner_id": self.olga.id, "reference": "Court 1", "reason": "Claim"})
        request = self.as_user("compliance", self.request("erase", partner=self.olga))
        request.action_erase()
        self.assertIn("hold", request.blocking_reason)
        self.assertFalse(request.sudo()._erase_if_allowed())
        self.env["bank.legal.hold"].search([]).write({"date_from": "2020-01-01", "date_to": "2020-02-01"})
        self.assertTrue(request.sudo()._erase_if_allowed())

    def test_the_scheduler_does_it(self):
        request = self.as_user("compliance", self.request("erase", partner=self.olga))
        request.action_erase()
        with self.enter_registry_test_mode():
            self.env.ref("bank_crm.ir_cron_privacy_erasure").method_direct_trigger()
        self.assertEqual(request.state, "done")

    def test_holds_are_for_compliance(self):
        for role in ("rm_north", "agent", "operations", "bank_admin", "auditor"):
            with self.assertRaises(AccessError, msg=role):
                self.as_user(role, self.env["bank.legal.hold"]).create(
                    {"partner_id": self.anna.id, "reference": "x", "reason": "x"}
                )

    def test_colleagues_are_not_erased(self):
        colleague = new_test_user(self.env, "colleague", groups="base.group_user").partner_id
        colleague.is_bank_customer = True
        with self.assertRaisesRegex(UserError, "colleague"):
            self.as_user("compliance", self.request("erase", partner=colleague)).action_erase()

    def test_rules_name_a_date(self):
        with self.assertRaisesRegex(ValidationError, "Start Field"):
            self.env["bank.retention.rule"].create(
                {"model_id": self.env["ir.model"]._get_id("bank.holding"), "basis": "x", "start_field": "number_hash"}
            )


class TestPrivacyLookup(PrivacyCase):
    def test_it_is_for_system_administrators(self):
        if "privacy.lookup.wizard" not in self.env:
            self.skipTest("the module privacy_lookup is not installed")
        for role in ("rm_north", "agent", "compliance", "bank_admin", "employee", "portal"):
            for model in ("privacy.lookup.wizard", "privacy.lookup.wizard.line", "privacy.log"):
                records = self.as_user(role, self.env[model])
                for operation in ("read", "create", "write", "unlink"):
                    self.assertFalse(records.has_access(operation), (role, model, operation))
            with self.assertRaises(AccessError):
                self.as_user(role, self.env["privacy.lookup.wizard"]).create(
                    {"name": "Anna", "email": "anna@example.com"}
                )
