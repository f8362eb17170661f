"""Seeing a number in full: who may, why, how often, and what stays of it."""

import time
from contextlib import contextmanager
from types import SimpleNamespace
from unittest.mock import patch

import psycopg2

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from .test_identity_document import NUMBER, DocumentCase

REASON = "The customer asks which card we know"
REQUESTS = (
    "odoo.addons.bank_crm.wizard.bank_reveal.request",
    "odoo.addons.bank_crm.models.customer.bank_reveal_log.request",
    "odoo.addons.base.models.res_users.request",
)


class Session(dict):
    debug = ""


class RevealCase(DocumentCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for role in ("rm_north", "rm_south", "compliance", "bank_admin", "operations"):
            cls.users[role].group_ids |= cls.env.ref("bank_crm.group_privacy_reveal")
        cls.anna_account.number = "6222021234567890"
        cls.env.flush_all()

    @contextmanager
    def session(self, checked_ago=0):
        """A browser's session whose password was checked ``checked_ago`` seconds ago; None: never."""
        session = Session() if checked_ago is None else Session({"identity-check-last": time.time() - checked_ago})
        request = SimpleNamespace(session=session, httprequest=SimpleNamespace(remote_addr="192.0.2.7"))
        with patch(REQUESTS[0], request), patch(REQUESTS[1], request), patch(REQUESTS[2], request):
            yield

    def reveal(self, role="rm_north", record=None, reason=REASON):
        """Press the button, give the reason; return the answer."""
        record = self.as_user(role, record or self.document)
        with self.session():
            action = record.action_reveal()
            return record.env[action["res_model"]].browse(action["res_id"]).show_number(reason)

    def logs(self):
        return self.env["bank.reveal.log"].search([], order="id")

    def set_budget(self, budget):
        self.env["ir.config_parameter"].set_param("bank_crm.reveal_daily_budget", str(budget))


class TestWho(RevealCase):
    def test_an_owner_with_the_right(self):
        answer = self.reveal()
        self.assertEqual(answer, {"number": NUMBER, "seconds": 60, "remaining": 19})

    def test_a_holding_s_number(self):
        self.assertEqual(self.reveal(record=self.anna_account)["number"], "6222021234567890")
        self.assertEqual(self.logs().partner_id, self.anna)
        self.assertEqual(self.logs().res_model, "bank.holding")

    def test_without_the_right(self):
        for role in ("manager_north", "agent", "auditor", "employee", "portal"):
            with self.assertRaises(AccessError):
                self.reveal(role)
        self.assertFalse(self.logs())

    def test_the_right_opens_no_other_customer(self):
        for role in ("rm_south", "bank_admin"):
            for record in (self.document, self.anna_account):
                with self.assertRaises(AccessError):
                    self.reveal(role, record)
        self.assertFalse(self.logs())

    def test_a_dialog_made_by_hand_is_checked_too(self):
        reveals = self.as_user("rm_south", self.env["bank.reveal"])
        values = {"res_model": self.document._name, "res_id": self.document.id, "field_name": "number"}
        with self.session(), self.assertRaises(AccessError):
            reveals.create(values).show_number(REASON)
        for forged in (
            {**values, "field_name": "number_encrypted"},
            {**values, "res_model": "res.users", "field_name": "password"},
            {**values, "res_model": "no.model"},
        ):
            with self.session(), self.assertRaisesRegex(UserError, r"^\[unknown_field\]"):
                reveals.create(forged).show_number(REASON)

    def test_another_user_s_dialog(self):
        record = self.as_user("rm_north", self.document)
        with self.session():
            action = record.action_reveal()
            other = self.as_user("operations", self.env["bank.reveal"]).browse(action["res_id"])
            with self.assertRaises(AccessError):
                other.show_number(REASON)


class TestIdentity(RevealCase):
    def test_the_button_asks_for_the_password(self):
        for ago in (None, 11 * 60):
            with self.session(ago):
                action = self.as_user("rm_north", self.document).action_reveal()
            self.assertEqual(action["res_model"], "res.users.identitycheck")
        with self.session(9 * 60):
            self.assertEqual(self.as_user("rm_north", self.document).action_reveal()["res_model"], "bank.reveal")

    def test_the_number_is_behind_the_same_check(self):
        with self.session():
            action = self.as_user("rm_north", self.document).action_reveal()
        dialog = self.as_user("rm_north", self.env["bank.reveal"]).browse(action["res_id"])
        for ago in (None, 11 * 60):
            with self.session(ago), self.assertRaisesRegex(AccessError, r"^\[identity_check_required\]"):
                dialog.show_number(REASON)
        with self.assertRaisesRegex(AccessError, r"^\[identity_check_required\]"):
            dialog.show_number(REASON)  # server code without a request
        self.assertFalse(self.logs())


class TestReason(RevealCase):
    def test_it_is_mandatory(self):
        for reason in (None, False, "", "     ", "......", "why", 123456789, ["customer asks"]):
            with self.assertRaisesRegex(UserError, r"^\[reveal_reason_missing\]"):
                self.reveal(reason=reason)
        self.assertFalse(self.logs())
        self.assertTrue(self.reveal(reason="客户要求核对"))

    def test_it_may_not_have_the_number_in_it(self):
        for reason in (f"check {NUMBER} please", "compare 110101-19900307-0011 with card", "call 13800138000 back"):
            with self.assertRaisesRegex(UserError, r"^\[reveal_reason_missing\]") as caught:
                self.reveal(reason=reason)
            self.assertNotIn(NUMBER, str(caught.exception))


class TestLog(RevealCase):
    def test_row(self):
        self.reveal(reason="  The customer \n asks ")
        self.assertRecordValues(
            self.logs(),
            [
                {
                    "user_id": self.users["rm_north"].id,
                    "partner_id": self.anna.id,
                    "res_model": "bank.identity.document",
                    "res_id": self.document.id,
                    "field_name": "number",
                    "reason": "The customer asks",
                    "ip_address": "192.0.2.7",
                    "shown_seconds": 60,
                    "day_number": 1,
                    "outcome": "shown",
                }
            ],
        )

    def test_no_row_no_number(self):
        logs = self.env.registry["bank.reveal.log"]
        with patch.object(logs, "_log_shown", side_effect=RuntimeError), self.assertRaises(RuntimeError):
            self.reveal()

    def test_it_is_written_before_the_number_is_decrypted_for_the_answer(self):
        self.env.flush_all()
        self.reveal()
        self.env.cr.execute("SELECT count(*) FROM bank_reveal_log")  # no flush: it is in the database already
        self.assertEqual(self.env.cr.fetchone(), (1,))

    def test_who_reads_it(self):
        self.reveal()
        for role in ("compliance", "auditor"):
            self.assertEqual(self.as_user(role, self.logs()).reason, REASON)
            self.assertEqual(self.as_user(role, self.anna).reveal_log_ids, self.logs())
            groups = self.as_user(role, self.logs()).formatted_read_group([], ["user_id", "day_on:day"], ["__count"])
            self.assertEqual(groups[0]["__count"], 1)
        for role in ("rm_north", "manager_north", "agent", "operations", "bank_admin", "employee", "portal"):
            with self.assertRaises(AccessError):
                self.as_user(role, self.logs()).read(["reason"])
            with self.assertRaises(AccessError):
                self.as_user(role, self.anna).read(["reveal_log_ids"])

    def test_it_is_sealed(self):
        self.reveal()
        for log in (self.logs(), self.logs().sudo(), self.as_user("compliance", self.logs())):
            with self.assertRaises(AccessError):
                log.write({"reason": "forged reason"})
            with self.assertRaises(AccessError):
                log.unlink()
        for role in ("compliance", "auditor", "bank_admin", "rm_north"):
            with self.assertRaises(AccessError):
                self.as_user(role, self.logs()).copy()

    def test_two_looks_at_one_moment(self):
        self.reveal()
        row = {**self.logs().copy_data()[0], "day_on": self.logs().day_on, "day_number": 1}
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.errors.UniqueViolation):
            self.logs().sudo().create(row)

    def test_nothing_stored_nothing_logged(self):
        empty = self.make_document(self.anna, False)
        with self.assertRaisesRegex(UserError, r"^\[reveal_nothing_stored\]"):
            self.reveal(record=empty)
        self.assertFalse(self.logs())

    def test_a_missing_key_is_told(self):
        self.startPatcher(patch.dict("os.environ", {"BANK_CRM_KEYS": ""}))
        with self.assertRaisesRegex(UserError, r"^\[encryption_key_missing\]"):
            self.reveal()
        self.assertFalse(self.logs())


class TestBudget(RevealCase):
    def setUp(self):
        super().setUp()
        self.set_budget(2)
        self.officer = new_test_user(self.env, "second_officer", groups="bank_crm.group_compliance")

    def refused(self, role="rm_north"):
        exceeded = r"^\[reveal_budget_exceeded\]"
        with self.enter_registry_test_mode(), self.assertRaisesRegex(UserError, exceeded) as caught:
            self.reveal(role)
        self.env.invalidate_all()
        return str(caught.exception)

    def test_beyond_it(self):
        self.assertEqual([self.reveal()["remaining"] for _time in range(2)], [1, 0])
        self.assertNotIn(NUMBER, self.refused())
        self.assertEqual(self.logs().mapped("outcome"), ["shown", "shown", "refused"])

    def test_it_is_per_user(self):
        self.reveal()
        self.reveal()
        self.assertEqual(self.reveal("operations")["remaining"], 1)

    def test_it_is_per_day(self):
        self.reveal()
        self.reveal()
        self.logs()._unsealed().write({"day_on": "2020-01-01"})
        self.assertEqual(self.reveal()["remaining"], 1)

    def test_compliance_is_told_once_a_day(self):
        self.reveal()
        self.reveal()
        self.refused()
        self.refused()
        activities = self.env["mail.activity"].search([("res_model", "=", "bank.reveal.log")])
        self.assertLessEqual(self.users["compliance"] | self.officer, activities.user_id)
        self.assertEqual(len(activities), len(activities.user_id))
        self.assertNotIn(self.users["rm_north"], activities.user_id)
        activity = activities.filtered(lambda one: one.user_id == self.officer)
        self.assertIn("bank_rm_north", activity.summary)
        log = self.env["bank.reveal.log"].with_user(self.officer).browse(activity.res_id)
        self.assertEqual(log.outcome, "refused")
        activity.with_user(self.officer).action_feedback(feedback="seen")

    def test_none_at_all(self):
        self.set_budget(0)
        self.refused()
