"""Outbound silence: each way out is tried for a customer, and nobody even begins to call.

Odoo's own tests refuse the call inside ``iap_jsonrpc``; here that function and ``requests`` count their callers, so a
call that begins is seen although it would be refused.
"""

from unittest.mock import patch

import requests

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, HttpCase, tagged
from odoo.tools import mute_logger

from ..common import BankCase, BankWorld


class SilenceCase(BankCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.silence = cls.env["bank.outbound.silence"]
        cls.anna.write(
            {
                "phone": "+8613900001111",
                "street": "1 Road",
                "city": "Beijing",
                "zip": "1",
                "country_id": cls.env.ref("base.cn").id,
                "vat": "12345",
            }
        )

    def setUp(self):
        super().setUp()
        self.calls = []

        def count(*args, **kwargs):
            self.calls.append((args, kwargs))
            raise AccessError("a call left")  # pylint: disable=translation-required

        if "iap.account" in self.env:
            self.startPatcher(patch("odoo.addons.iap.tools.iap_tools.iap_jsonrpc", count))
        self.startPatcher(patch.object(requests.sessions.Session, "request", count))

    def need(self, model):
        if model not in self.env:
            self.skipTest(f"the module of {model} is not installed")
        return self.env[model]

    def allow(self, service):
        self.env["ir.config_parameter"].set_param(f"bank_crm.outbound_{service}", "True")


class TestExits(SilenceCase):
    def test_partner_autocomplete(self):
        self.need("iap.autocomplete.api")
        partners = self.as_user("rm_north", self.env["res.partner"])
        with patch("odoo.addons.partner_autocomplete.models.res_partner.check_vies") as vies:
            self.assertFalse(partners.autocomplete_by_name("Anna", False))
            self.assertFalse(partners.autocomplete_by_vat("BE0477472701", False))
            partners.enrich_by_duns("12345")
            partners.enrich_by_domain("example.com")
            self.company.iap_enrich_auto()
        vies.assert_not_called()
        with self.assertRaisesRegex(UserError, "outbound_silence"):
            self.env["iap.autocomplete.api"]._contact_iap("/x", "y", {})
        self.assertEqual(self.calls, [])

    def test_lead_enrichment(self):
        self.need("iap.enrich.api")
        lead = self.env["crm.lead"].create(
            {"name": "L", "partner_id": self.anna.id, "email_from": "anna@private-bank-customer.example"}
        )
        with self.assertRaisesRegex(UserError, "outbound_silence"):
            lead.iap_enrich()
        lead.with_context(cron_id=1)._iap_enrich_leads_cron()
        with self.assertRaisesRegex(UserError, "outbound_silence"):
            self.env["iap.enrich.api"]._request_enrich({lead.id: lead.email_from})
        self.assertEqual(self.calls, [])

    def test_lead_mining(self):
        request = self.need("crm.iap.lead.mining.request").create({"lead_number": 1})
        with self.assertRaisesRegex(UserError, "outbound_silence"):
            request._perform_request()
        self.assertEqual(self.calls, [])

    def test_letters(self):
        body = "letter"
        message = self.anna.message_post(body=body)
        letter = self.need("snailmail.letter").create(
            {
                "partner_id": self.anna.id,
                "model": "res.partner",
                "res_id": self.anna.id,
                "user_id": self.env.uid,
                "message_id": message.id,
                "company_id": self.company.id,
            }
        )
        letter.snailmail_print()
        self.assertEqual(letter.state, "canceled")
        self.assertIn("outbound_silence", letter.info_msg)
        with self.assertRaisesRegex(UserError, "outbound_silence"):
            letter._snailmail_print_valid_address()
        letter.state = "pending"
        letter._snailmail_cron(autocommit=False)
        self.assertEqual(letter.state, "canceled")
        self.assertEqual(self.calls, [])

    def test_text_messages(self):
        sms = self.need("sms.sms").create({"partner_id": self.anna.id, "number": self.anna.phone, "body": "hello"})
        sms.send(unlink_failed=False)
        self.assertEqual(sms.state, "error")
        self.assertEqual(self.calls, [])
        with self.assertRaisesRegex(AccessError, "outbound_silence"):
            sms.write({"state": "outgoing"})
            sms.send(raise_exception=True)
        self.assertEqual(self.calls, [])

    def test_another_provider_of_text_messages_is_not_concerned(self):
        self.need("sms.sms")

        class OtherApi:
            pass

        self.assertIs(
            self.silence._silent_res_company__get_sms_api_class(self.company, lambda company: OtherApi), OtherApi
        )

    def test_the_tests_above_can_fail(self):
        """With leave of an administrator the same steps do begin to call."""
        if "iap.account" not in self.env:
            self.skipTest("the module iap is not installed")
        for service in ("sms", "snailmail", "crm_iap_enrich", "crm_iap_mine"):
            self.allow(service)
        sms = self.need("sms.sms").create({"partner_id": self.anna.id, "number": self.anna.phone, "body": "hello"})
        sms.send(unlink_failed=False)
        self.assertEqual(len(self.calls), 1)
        with self.assertRaisesRegex(AccessError, "a call left"):
            self.need("iap.enrich.api")._request_enrich({1: "anna@example.com"})
        self.assertEqual(len(self.calls), 2)
        with self.assertRaisesRegex(AccessError, "a call left"):
            self.need("crm.iap.lead.mining.request")._iap_contact_mining({})
        self.assertEqual(len(self.calls), 3)


class TestState(SilenceCase):
    def test_installed_modules_are_silent(self):
        states = self.silence._check_silence()
        self.assertTrue(states)
        for service, state in states.items():
            self.assertIn(state, ("silent", "absent"), service)
        self.assertEqual(states["html_editor"], "silent")

    def test_the_registry_is_wrapped_once(self):
        self.silence._register_hook()
        method = self.env.registry["res.company"].__dict__.get("_get_sms_api_class")
        if method is not None:
            self.assertFalse(hasattr(method.bank_silence_origin, "bank_silence_origin"))

    def test_allowed_and_silenced_again(self):
        self.allow("sms")
        state = "allowed" if self.silence._is_installed("sms") else "absent"
        self.assertEqual(self.silence._check_silence()["sms"], state)
        self.silence._silence()
        self.assertNotEqual(self.silence._check_silence()["sms"], "allowed")

    def test_a_way_out_that_is_not_wrapped_shows(self):
        self.need("iap.enrich.api")
        self.patch(self.env.registry["iap.enrich.api"], "_contact_iap", lambda *args: None)
        self.assertEqual(self.silence._check_silence()["crm_iap_enrich"], "leaking")

    def test_jobs_rest(self):
        self.need("snailmail.letter")
        cron = self.env.ref("snailmail.snailmail_print")
        self.silence._silence()
        self.assertFalse(cron.active)
        self.allow("snailmail")
        self.silence._switch_crons()
        self.assertTrue(cron.active)
        if self.silence._is_installed("crm_iap_enrich"):
            mode = self.env["ir.config_parameter"].get_param("crm.iap.lead.enrich.setting")
            self.assertEqual(mode, "manual")


class TestSettings(SilenceCase):
    def test_the_page(self):
        with Form(self.env["res.config.settings"]) as form:
            self.assertEqual(form.bank_silence_html_editor, "Installed, silent")
            self.assertFalse(form.bank_outbound_sms)
            self.assertEqual(form.bank_privacy_answer_days, 15)
            form.bank_privacy_answer_days = 10
        form.record.execute()
        self.assertEqual(self.env["res.config.settings"]._bank_parameter("privacy_answer_days"), 10)

    def test_silence_now(self):
        self.allow("html_editor")
        settings = self.env["res.config.settings"].create({})
        self.assertTrue(settings.bank_outbound_html_editor)
        self.assertEqual(settings.bank_silence_html_editor, "Installed, sends data to Odoo")
        settings.action_bank_silence()
        self.assertEqual(self.silence._check_silence()["html_editor"], "silent")

    def test_only_system_administrators(self):
        for role in ("bank_admin", "rm_north", "compliance", "employee"):
            with self.assertRaises(AccessError, msg=role):
                self.as_user(role, self.env["res.config.settings"]).create({"bank_outbound_sms": True})

    def test_a_parameter_that_is_no_number(self):
        self.env["ir.config_parameter"].set_param("bank_crm.privacy_answer_days", "soon")
        self.assertEqual(self.env["res.config.settings"]._bank_parameter("privacy_answer_days"), 15)


@tagged("post_install", "-at_install")
class TestEditor(BankWorld, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_world()

    def test_nothing_is_sent_to_the_ai(self):
        self.authenticate("bank_rm_north", "bank_rm_north")
        for path in ("/html_editor/generate_text", "/web_editor/generate_text"):
            with patch("odoo.addons.iap.tools.iap_tools.iap_jsonrpc") as call, mute_logger("odoo.http"):
                answer = self.url_open(
                    path, json={"params": {"prompt": "write to Anna", "conversation_history": []}}
                ).json()
            self.assertIn("outbound_silence", answer["error"]["data"]["message"])
            call.assert_not_called()
