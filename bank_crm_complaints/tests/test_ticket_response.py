"""Canned answers and templates: refused at save when they could not be rendered, offered where they fit."""

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form

from ..tools import letter_text
from .letter_common import LetterCase


class TestTicketResponse(LetterCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        causes = cls.env["bank.ticket.taxon"].search([("axis", "=", "cause"), ("parent_id", "!=", False)], limit=2)
        cls.cause, cls.other_cause = causes
        cls.general = cls.make_response("General")
        cls.of_cause = cls.make_response("Of the cause", cause_taxon_ids=[Command.set(cls.cause.parent_id.ids)])
        cls.of_other = cls.make_response("Upheld only", outcome="upheld")
        cls.chinese = cls.make_response("Chinese", lang="zh_CN", body="<p>尊敬的{{ customer_name }}：</p>")

    @classmethod
    def make_response(cls, name, **values):
        return cls.env["bank.ticket.response"].create(
            {
                "name": name,
                "lang": "en_US",
                "body": "<p>Dear {{ customer_name }}, about {{ ticket_number }}.</p>",
                **values,
            }
        )

    def test_unknown_values_are_named_when_saved(self):
        admin = self.users["bank_admin"]
        for model, values in (
            ("bank.ticket.response", {"name": "x", "lang": "en_US", "body": "<p>Dear {{ custmer_name }}</p>"}),
            (
                "bank.ticket.letter.template",
                {"name": "x", "kind_id": self.kinds["final"].id, "subject": "x", "body": "<p>{{ custmer_name }}</p>"},
            ),
            (
                "bank.ticket.letter.template",
                {"name": "x", "kind_id": self.kinds["final"].id, "subject": "{{ custmer_name }}", "body": "<p>x</p>"},
            ),
        ):
            with self.subTest(model=model), self.assertRaises(ValidationError) as caught:
                self.env[model].with_user(admin).create(values)
            self.assertIn("[unknown_variable]", str(caught.exception))
            self.assertIn("“custmer_name”", str(caught.exception))
            self.assertIn("customer_name", str(caught.exception))

    def test_nothing_but_values(self):
        templates = self.env["bank.ticket.letter.template"].with_user(self.users["bank_admin"])
        for body, code in (
            ("<p>{{ customer_name.upper() }}</p>", "forbidden_expression"),
            ("<p>{{ object.partner_id }}</p>", "unknown_variable"),
            ("<p>{{ env }}</p>", "unknown_variable"),
            ("<p>{{ customer_name.__class__ }}</p>", "unknown_variable"),
            ("<t t-call='web.external_layout'/>", "forbidden_markup"),
            ("<script>x</script>", "forbidden_markup"),
            ("<t t-foreach='customer_name' t-as='x'>x</t>", "not_a_list"),
        ):
            with self.subTest(body=body), self.assertRaisesRegex(ValidationError, rf"\[{code}\]"):
                templates.create({"name": "x", "kind_id": self.kinds["final"].id, "subject": "x", "body": body})

    def test_a_change_is_checked_too(self):
        with self.assertRaisesRegex(ValidationError, r"\[unknown_variable\]"):
            self.general.with_user(self.users["bank_admin"]).body = "<p>{{ nobody }}</p>"

    def test_letters_have_values_that_answers_have_not(self):
        with self.assertRaisesRegex(ValidationError, r"\[unknown_variable\].*“reasons”"):
            self.general.body = "<p>{{ reasons }}</p>"

    def test_languages_must_exist(self):
        with self.assertRaisesRegex(ValidationError, "Language: “xx_XX”"):
            self.env.ref("bank_crm_complaints.letter_template_uk_disp_final_en").lang = "xx_XX"
        with self.assertRaisesRegex(ValidationError, "Language: “xx_XX”"):
            self.env.ref("bank_crm_complaints.letter_clause_uk_disp_deadline_en").lang = "xx_XX"

    def test_a_clause_that_every_letter_meets_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "Recognised By"):
            self.env.ref("bank_crm_complaints.letter_clause_uk_disp_deadline_en").pattern = "8 weeks|"

    def test_offered_by_cause_outcome_and_language(self):
        responses = self.env["bank.ticket.response"]
        ticket = self.make_complaint("UK-DISP", cause_taxon_id=self.cause.id)
        mine = self.general | self.of_cause | self.of_other | self.chinese
        self.assertEqual(responses._for_ticket(ticket) & mine, self.of_cause | self.general)
        self.assertEqual((responses._for_ticket(ticket) & mine)[0], self.of_cause)
        ticket.outcome = "upheld"
        self.assertEqual(responses._for_ticket(ticket) & mine, self.of_cause | self.of_other | self.general)
        ticket.lang = "zh_CN"
        self.assertEqual(responses._for_ticket(ticket) & mine, self.chinese)

    def wizard(self, action):
        return Form(self.env[action["res_model"]].with_user(self.users["agent"]).with_context(**action["context"]))

    def test_into_a_letter(self):
        ticket = self.make_complaint("UK-DISP", cause_taxon_id=self.cause.id)
        letter = self.write_letter("progress", ticket)
        form = self.wizard(letter.action_insert_response())
        self.assertEqual(form.response_id, self.of_cause)
        self.assertIn(f"about {ticket.number}", form.body)
        form.save().action_insert()
        text = letter_text.plain_text(letter.body)
        self.assertIn(f"Dear Anna, about {ticket.number}.", text)
        self.assertIn("We are still investigating", text)
        self.assertTrue(letter.is_hand_written)

    def test_into_a_message(self):
        ticket = self.make_complaint("UK-DISP").with_user(self.users["agent"])
        wizard = self.wizard(ticket.action_insert_response()).save()
        action = wizard.action_message()
        self.assertEqual(action["res_model"], "mail.compose.message")
        self.assertIn(ticket.number, action["context"]["default_body"])
        composer = (
            self.env["mail.compose.message"]
            .with_user(self.users["agent"])
            .with_context(**action["context"])
            .create({})
        )
        self.assertIn(ticket.number, composer.body)

    def test_values_are_escaped(self):
        ticket = self.make_complaint("UK-DISP", contact_name="<b>Anna</b>")
        self.assertIn("&lt;b&gt;Anna&lt;/b&gt;", self.general._render_for(ticket))

    def test_who_may_configure(self):
        for model in (
            "bank.ticket.response",
            "bank.ticket.letter.kind",
            "bank.ticket.letter.clause",
            "bank.ticket.letter.template",
        ):
            record = self.env[model].search([], limit=1)
            for role in ("agent", "lead", "compliance", "auditor", "rm_north"):
                with self.subTest(model=model, role=role):
                    self.assertTrue(self.as_user(role, record).has_access("read"))
                    self.assertFalse(self.as_user(role, record).has_access("write"))
            self.assertTrue(self.as_user("bank_admin", record).has_access("write"))
            with self.assertRaises(AccessError):
                self.as_user("employee", record).check_access("read")
