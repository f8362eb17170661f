"""Other systems have customers invited: over XML-RPC and JSON-2, by role, each once."""

import json
import xmlrpc.client
from datetime import datetime, timedelta

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import HttpCase, tagged

from .common import SurveyWorld
from .sending_common import SendingCase


class TestInviteApi(SendingCase):
    def setUp(self):
        super().setUp()
        self.numbers = [partner.customer_number for partner in (self.anna, self.ben, self.carl)]

    def invite(self, role="operations", numbers=None, **values):
        programs = self.env["bank.survey.program"].with_user(self.users[role])
        return programs.invite({"program_code": "REL", "customer_numbers": numbers or self.numbers[:1], **values})

    def invitations(self, **values):
        return self.env["bank.survey.invitation"].search([("program_id", "=", self.program.id)])

    def test_customers_are_queued(self):
        answer = self.invite(numbers=[*self.numbers, "none"], touchpoint_ref="visit/1")
        self.assertEqual(
            answer, {"created": 3, "suppressed": [{"customer_number": "none", "reason": "unknown_customer"}]}
        )
        made = self.invitations()
        self.assertEqual(set(made.mapped("state")), {"queued"})
        self.assertEqual(set(made.mapped("touchpoint_ref")), {"visit/1"})
        self.run_cron("send")
        self.assertEqual(len(self.mails(made)), 3)

    def test_twice_for_an_occasion(self):
        self.invite(touchpoint_ref="visit/1")
        answer = self.invite(numbers=[self.numbers[0]] * 2, touchpoint_ref="visit/1")
        self.assertEqual(answer["created"], 0)
        self.assertEqual(answer["suppressed"], [{"customer_number": self.numbers[0], "reason": "already_invited"}])
        self.assertEqual(self.invite(touchpoint_ref="visit/2")["created"], 1)
        self.assertEqual(len(self.invitations()), 2)

    def test_reasons_are_told(self):
        self.env["bank.consent"].create(
            {"partner_id": self.anna.id, "purpose": "survey", "channel": "any", "state": "withdrawn"}
        )
        answer = self.invite()
        self.assertEqual(answer["suppressed"], [{"customer_number": self.numbers[0], "reason": "withdrawn"}])
        self.assertEqual(answer["created"], 0)

    def test_channel_and_language(self):
        self.invite(channel="phone", lang="en_US")
        self.assertEqual((self.invitations().channel, self.invitations().lang), ("phone", "en_US"))

    def test_links(self):
        answer = self.invite(numbers=self.numbers[:2], channel="link", touchpoint_ref="app/1")
        self.assertEqual(answer["created"], 2)
        self.assertEqual(set(answer["links"]), set(self.numbers[:2]))
        made = self.invitations()
        for invitation in made:
            self.assertEqual(answer["links"][invitation.partner_id.customer_number], invitation._url())
            self.assertState(invitation, "sent")
            self.assertTrue(invitation.sent_at and invitation.expires_at)
        again = self.invite(numbers=self.numbers[:2], channel="link", touchpoint_ref="app/1")
        self.assertEqual((again["created"], again["links"]), (0, answer["links"]))
        made[0].state = "completed"
        left = self.invite(numbers=self.numbers[:2], channel="link", touchpoint_ref="app/1")["links"]
        self.assertEqual(list(left), [made[1].partner_id.customer_number])
        self.assertEqual(
            set(self.invite("satisfaction", channel="link", touchpoint_ref="app/2")),
            {"created", "suppressed", "links"},
        )
        self.assertFalse(self.mails(self.invitations()))

    def test_no_links_of_what_was_sent_otherwise(self):
        self.invite(touchpoint_ref="app/1")
        self.assertEqual(self.invite(channel="link", touchpoint_ref="app/1")["links"], {})

    def test_links_are_for_few(self):
        for role in ("agent", "rm_north", "manager_north"):
            with self.assertRaisesRegex(AccessError, r"^\[access_denied\] channel"):
                self.invite(role, channel="link")
        self.assertFalse(self.invitations())

    def test_roles(self):
        for role in ("compliance", "auditor", "bank_admin", "employee", "portal", "survey_user"):
            with self.assertRaises(AccessError, msg=role):
                self.invite(role)
        self.assertFalse(self.invitations())

    def test_customers_of_others_are_unknown(self):
        unknown = [{"customer_number": self.numbers[2], "reason": "unknown_customer"}]
        for role, ref in (("rm_north", "1"), ("manager_north", "2")):
            answer = self.invite(role, numbers=self.numbers, touchpoint_ref=ref)
            self.assertEqual((answer["created"], answer["suppressed"]), (2, unknown), role)
        for role, ref in (("agent", "3"), ("satisfaction", "4"), ("operations", "5")):
            self.assertEqual(self.invite(role, numbers=self.numbers, touchpoint_ref=ref)["created"], 3, role)

    def test_restricted_customers_are_unknown(self):
        self.anna.is_restricted = True
        for role in ("operations", "satisfaction", "agent", "rm_north"):
            answer = self.invite(role)
            self.assertEqual(answer["suppressed"][0]["reason"], "unknown_customer", role)

    def test_programmes_of_other_companies_are_unknown(self):
        other = self.env["res.company"].create({"name": "Other Bank"})
        self.make_program("ELSE", "Elsewhere", company_id=other.id)
        with self.assertRaisesRegex(ValidationError, r"^\[unknown_program\]"):
            self.invite(program_code="ELSE")

    def test_a_programme_that_is_not_running(self):
        self.program._unguarded().state = "paused"
        self.assertEqual(self.invite()["suppressed"][0]["reason"], "not_running")

    def test_bad_values(self):
        for values, code in (
            ({"program_code": "NONE"}, "unknown_program"),
            ({"program_code": 5}, "wrong_type"),
            ({"program_code": None}, "required_field"),
            ({"program_code": "\x00"}, "unknown_program"),
            ({"customer_numbers": "10004711"}, "wrong_type"),
            ({"customer_numbers": [5]}, "wrong_type"),
            ({"customer_numbers": [""]}, "wrong_type"),
            ({"customer_numbers": ["\x00"]}, "invalid_text"),
            ({"customer_numbers": ["1"] * 5001}, "wrong_type"),
            ({"touchpoint_ref": "x" * 129}, "too_long"),
            ({"touchpoint_ref": " x"}, "invalid_text"),
            ({"channel": "qr"}, "invalid_value"),
            ({"lang": "xx_XX"}, "unknown_language"),
            ({"touchpoint": "x"}, "unknown_field"),
        ):
            with self.assertRaisesRegex(ValidationError, rf"^\[{code}\]", msg=values):
                self.invite(**values)
        with self.assertRaisesRegex(ValidationError, r"^\[wrong_type\]"):
            self.env["bank.survey.program"].with_user(self.users["operations"]).invite([])

    def test_queries_do_not_depend_on_the_number(self):
        partners = self.env["res.partner"].create(
            [{"name": f"C{i}", "is_bank_customer": True, "email": f"c{i}@example.com"} for i in range(70)]
        )
        numbers = partners.mapped("customer_number")

        def count(chosen, ref):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(self.invite(numbers=chosen, touchpoint_ref=ref)["created"], len(chosen))
            return self.env.cr.sql_log_count - before

        count(numbers[:10], "warm")
        self.assertLessEqual(count(numbers[10:], "many"), count(numbers[:10], "few") + 5)


@tagged("post_install", "-at_install")
class TestInviteOverHttp(SurveyWorld, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_world()
        user = cls.users["operations"]
        cls.key = (
            cls.env["res.users.apikeys"].with_user(user)._generate(None, "test", datetime.now() + timedelta(days=1))
        )

    def test_both_protocols(self):
        values = {"program_code": "REL", "customer_numbers": [self.anna.customer_number], "touchpoint_ref": "x"}
        response = self.url_open(
            "/json/2/bank.survey.program/invite",
            data=json.dumps({"values": values}),
            headers={"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"},
        )
        self.assertEqual((response.status_code, response.json()), (200, {"created": 1, "suppressed": []}))
        models = xmlrpc.client.ServerProxy(f"{self.base_url()}/xmlrpc/2/object")
        call = (self.env.cr.dbname, self.users["operations"].id, self.key, "bank.survey.program", "invite")
        with self.allow_requests(all_requests=True):
            answer = models.execute_kw(*call, [{**values, "channel": False}])
        again = [{"customer_number": self.anna.customer_number, "reason": "already_invited"}]
        self.assertEqual(answer, {"created": 0, "suppressed": again})
