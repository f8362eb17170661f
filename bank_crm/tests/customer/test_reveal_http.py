"""Seeing a number in full over the network: the browser's session, and callers without one."""

import json
import logging
import xmlrpc.client

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..common import BankWorld
from .test_identity_document import NUMBER

REASON = "The customer asks which card we know"


@tagged("post_install", "-at_install")
class TestRevealOverHttp(BankWorld, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_world()
        cls.user = cls.users["rm_north"]
        cls.user.group_ids |= cls.env.ref("bank_crm.group_privacy_reveal")
        cls.document = cls.env["bank.identity.document"].create(
            {"partner_id": cls.anna.id, "type": "cn_resident_id", "number": NUMBER}
        )
        cls.dialog = cls.env["bank.reveal"].with_user(cls.user).create(
            {"res_model": "bank.identity.document", "res_id": cls.document.id, "field_name": "number"}
        )
        cls.key = cls.env["res.users.apikeys"].with_user(cls.user).sudo()._generate("rpc", "integration", False)
        cls.env.flush_all()

    # ------------------------------------------------------------------
    # Browser
    # ------------------------------------------------------------------

    def call_kw(self, model, method, *args, **kwargs):
        """Return the answer of a call as the web client makes it; an error is a text."""
        answer = self.url_open(
            f"/web/dataset/call_kw/{model}/{method}",
            data=json.dumps({"params": {"model": model, "method": method, "args": args, "kwargs": kwargs}}),
            headers={"Content-Type": "application/json"},
        ).json()
        return answer["error"]["data"]["message"] if "error" in answer else answer["result"]

    def check_identity(self, action, password):
        return self.call_kw(
            "res.users.identitycheck", "run_check", [action["res_id"]], context={"password": password}
        )

    def test_password_reason_number(self):
        self.authenticate("bank_rm_north", "bank_rm_north")
        action = self.call_kw("bank.identity.document", "action_reveal", [self.document.id])
        self.assertEqual(action["res_model"], "res.users.identitycheck")
        with mute_logger("odoo.http"):
            self.assertIn("Incorrect Password", self.check_identity(action, "wrong"))
            refusal = self.call_kw("bank.reveal", "show_number", [self.dialog.id], REASON)
        self.assertIn("[identity_check_required]", refusal)
        action = self.check_identity(action, "bank_rm_north")
        self.assertEqual(action["res_model"], "bank.reveal")
        shown = {"number_masked": {}, "remaining": {}}
        form = self.call_kw("bank.reveal", "web_read", [action["res_id"]], specification=shown)
        self.assertEqual(form, [{"id": action["res_id"], "number_masked": "110****0011", "remaining": 20}])
        answer = self.call_kw("bank.reveal", "show_number", [action["res_id"]], REASON)
        self.assertEqual(answer["number"], NUMBER)
        log = self.env["bank.reveal.log"].search([])
        self.assertEqual((log.user_id, log.ip_address, log.reason), (self.user, "127.0.0.1", REASON))

    def test_the_log_file_does_not_tell_it(self):
        self.authenticate("bank_rm_north", "bank_rm_north")
        with self.assertLogs(level=logging.DEBUG) as logs:
            action = self.call_kw("bank.identity.document", "action_reveal", [self.document.id])
            action = self.check_identity(action, "bank_rm_north")
            answer = self.call_kw("bank.reveal", "show_number", [action["res_id"]], REASON)
            refusal = self.call_kw("bank.reveal", "show_number", [action["res_id"]], f"compare {NUMBER} with it")
        self.assertEqual(answer["number"], NUMBER)
        self.assertIn("[reveal_reason_missing]", refusal)
        lines = "\n".join(line for line in logs.output if not line.startswith("DEBUG"))
        self.assertTrue(lines)
        self.assertNotIn(NUMBER, lines)

    def test_users_without_the_right(self):
        for role in ("manager_north", "compliance", "employee"):
            self.authenticate(f"bank_{role}", f"bank_{role}")
            with mute_logger("odoo.http"):
                action = self.call_kw("bank.identity.document", "action_reveal", [self.document.id])
                if isinstance(action, dict):  # the check of the password comes first
                    action = self.check_identity(action, f"bank_{role}")
                self.assertIsInstance(action, str, role)
                refusal = self.call_kw("bank.reveal", "show_number", [self.dialog.id], REASON)
            self.assertIsInstance(refusal, str, role)
            self.assertNotIn(NUMBER, action + refusal)
        self.assertFalse(self.env["bank.reveal.log"].search([]))

    # ------------------------------------------------------------------
    # Other systems
    # ------------------------------------------------------------------

    def xmlrpc(self, secret, model, method, *args):
        proxy = xmlrpc.client.ServerProxy(f"{self.base_url()}/xmlrpc/2/object", allow_none=True)
        with self.allow_requests(all_requests=True), mute_logger("odoo.addons.rpc.controllers.xmlrpc", "odoo.http"):
            return proxy.execute_kw(self.env.cr.dbname, self.user.id, secret, model, method, list(args))

    def assert_closed(self, *call):
        with self.assertRaises(xmlrpc.client.Fault) as caught:
            self.xmlrpc(*call)
        self.assertNotIn(NUMBER, caught.exception.faultString)
        return caught.exception.faultString

    def test_xmlrpc_has_no_session_that_could_be_checked(self):
        for secret in (self.key, "bank_rm_north"):
            self.assert_closed(secret, "bank.identity.document", "action_reveal", [self.document.id])
            fault = self.assert_closed(secret, "bank.reveal", "show_number", [self.dialog.id], REASON)
            self.assertIn("[identity_check_required]", fault)
        self.assertFalse(self.env["bank.reveal.log"].search([]))

    def test_private_methods(self):
        for model, method, args in (
            ("bank.identity.document", "_decrypt_secret", ("number",)),
            ("bank.reveal", "_target", ()),
            ("bank.reveal.log", "_log_shown", ()),
            ("bank.reveal.log", "_unsealed", ()),
        ):
            self.assert_closed(self.key, model, method, [self.document.id], *args)

    def json_2(self, model, method, **values):
        with mute_logger("odoo.http"):
            return self.url_open(
                f"/json/2/{model}/{method}",
                data=json.dumps(values),
                headers={"Content-Type": "application/json", "Authorization": f"bearer {self.key}"},
            )

    def test_json_2_with_an_api_key(self):
        answer = self.json_2("bank.reveal", "show_number", ids=[self.dialog.id], reason=REASON)
        self.assertEqual(answer.status_code, 403, answer.text)
        self.assertIn("[identity_check_required]", answer.text)
        self.assertNotIn(NUMBER, answer.text)

    def test_json_2_an_api_key_is_no_password(self):
        action = self.json_2("bank.identity.document", "action_reveal", ids=[self.document.id]).json()
        self.assertEqual(action["res_model"], "res.users.identitycheck")
        answer = self.json_2(
            "res.users.identitycheck", "run_check", ids=[action["res_id"]], context={"password": self.key}
        )
        self.assertIn("Incorrect Password", answer.text)

    def test_json_2_a_password_checks_no_session(self):
        """The password is right, but nothing keeps it: the number stays behind the check."""
        action = self.json_2("bank.identity.document", "action_reveal", ids=[self.document.id]).json()
        action = self.json_2(
            "res.users.identitycheck", "run_check", ids=[action["res_id"]], context={"password": "bank_rm_north"}
        ).json()
        self.assertEqual(action["res_model"], "bank.reveal")
        answer = self.json_2("bank.reveal", "show_number", ids=[action["res_id"]], reason=REASON)
        self.assertIn("[identity_check_required]", answer.text)
        self.assertFalse(self.env["bank.reveal.log"].search([]))

    def test_the_log_is_sealed_against_an_administrator_over_rpc(self):
        log = self.env["bank.reveal.log"].sudo()._log_shown(self.document, "number", REASON, 1, 60)
        self.user.group_ids |= self.env.ref("base.group_system") | self.env.ref("bank_crm.group_compliance")
        self.env.flush_all()
        for method, args in (
            ("write", ([log.id], {"reason": "forged"})),
            ("unlink", ([log.id],)),
            ("create", ({"reason": "forged", "user_id": self.user.id},)),
            ("web_save", ([log.id], {"reason": "forged"}, {})),
            ("copy", ([log.id],)),
        ):
            self.assert_closed("bank_rm_north", "bank.reveal.log", method, *args)
        self.env.invalidate_all()
        self.assertEqual(self.env["bank.reveal.log"].search([]).mapped("reason"), [REASON])
