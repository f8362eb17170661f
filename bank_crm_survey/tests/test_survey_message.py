"""Words of invitations: placeholders are checked when they are saved, and filled in without harm."""

from hypothesis import given
from hypothesis import strategies as st

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import TransactionCase, tagged

from ..tools import placeholders
from .sending_common import SendingCase

VALUES = dict.fromkeys(placeholders.NAMES, "x")


@tagged("post_install", "-at_install")
class TestPlaceholders(TransactionCase):
    def fill(self, text, **values):
        return placeholders.Template(placeholders.marked(text)).fill({**VALUES, **values})

    def test_a_value_is_never_looked_at_again(self):
        self.assertEqual(self.fill("Dear {name}: {link}", name="{link}", link="L"), "Dear {link}: L")
        mark = placeholders.mark("link")
        self.assertEqual(self.fill("{name}", name=mark), mark)

    def test_unknown(self):
        self.assertEqual(placeholders.unknown("{name} {nmae} {} {nmae}"), ["nmae", ""])
        self.assertFalse(placeholders.unknown("{name}{stop} { } }{".replace("{ }", "")))
        self.assertFalse(placeholders.unknown(None))

    def test_html_is_escaped_in_text_and_values(self):
        html = placeholders.as_html("<b>{name}</b>\n\nsecond {link}\nline")
        self.assertEqual(html.count("<p>"), 2)
        filled = placeholders.Template(html).fill_html({**VALUES, "name": "<script>", "link": "https://x/?a=1&b"})
        self.assertNotIn("<script>", filled)
        self.assertIn("&lt;b&gt;&lt;script&gt;&lt;/b&gt;", filled)
        self.assertIn('<a href="https://x/?a=1&amp;b">https://x/?a=1&amp;b</a><br/>line', filled)

    def test_a_subject_is_one_line(self):
        template = placeholders.Template(placeholders.marked("For {name}"))
        self.assertEqual(
            template.fill_line({**VALUES, "name": "A\r\nBcc: all@example.com"}), "For A Bcc: all@example.com"
        )

    @given(st.text(), st.text())
    def test_any_text_and_any_name(self, text, name):
        filled = placeholders.Template(placeholders.as_html(text)).fill_html({**VALUES, "name": name})
        self.assertNotIn("<script", filled)
        self.assertNotIn("\ue000name\ue001", placeholders.Template(placeholders.marked(text)).fill(VALUES))


class TestSurveyMessage(SendingCase):
    def make(self, **values):
        return self.env["bank.survey.message"].create(
            {"name": "M", "kind": "invitation", "channel": "email", "subject": "S", "body": "Dear {name}", **values}
        )

    def test_unknown_placeholders_are_named(self):
        for field in ("subject", "body"):
            with self.assertRaisesRegex(ValidationError, r"\{nmae\}"):
                self.make(**{field: "Dear {nmae} {link}"})

    def test_a_subject_has_no_line_breaks(self):
        with self.assertRaisesRegex(ValidationError, "Subject"):
            self.make(subject="Hello\nBcc: all@example.com")

    def test_a_text_message_needs_its_link(self):
        with self.assertRaisesRegex(ValidationError, "link"):
            self.make(channel="sms", body="Hello {name}")
        with self.assertRaisesRegex(ValidationError, "500"):
            self.make(channel="sms", body="{link}" + "x" * 500)
        self.assertTrue(self.make(channel="sms", body="{link}"))

    def test_translations_are_checked_too(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        message = self.make()
        with self.assertRaisesRegex(ValidationError, "名字"):
            message.with_context(lang="zh_CN").body = "{名字} 您好"

    def test_the_programme_chooses_or_takes_the_first(self):
        default = self.env.ref("bank_crm_survey.message_invitation")
        self.assertEqual(self.program._message_for("invitation", "email"), default)
        own = self.make()
        self.program.invitation_message_id = own
        self.assertEqual(self.program._message_for("invitation", "email"), own)
        self.assertEqual(
            self.program._message_for("recovery", "email"), self.env.ref("bank_crm_survey.message_recovery")
        )
        self.env.ref("bank_crm_survey.message_partial").active = False
        self.assertEqual(self.program._message_for("partial", "email").kind, "reminder")
        other = self.env["res.company"].create({"name": "Other Bank"})
        self.make(sequence=1, company_id=other.id)
        self.program.invitation_message_id = False
        self.assertEqual(self.program._message_for("invitation", "email"), default)

    def test_a_programme_without_a_message_does_not_start(self):
        self.env["bank.survey.message"].search([]).active = False
        with self.assertRaisesRegex(ValidationError, "Invitation"):
            self.program.action_start()

    def test_sender_addresses(self):
        with self.assertRaisesRegex(ValidationError, "Sent From"):
            self.program.email_from = "nobody"
        self.program.email_from = False
        self.env.flush_all()
        with self.assertRaisesRegex(ValidationError, "Answers To"):
            self.program.reply_to = "a@example.com\nBcc: b@example.com"

    def test_preview(self):
        message = self.env.ref("bank_crm_survey.message_invitation").with_user(self.users["satisfaction"])
        preview = self.env["bank.survey.message.preview"].browse(message.action_preview()["res_id"])
        preview.program_id = self.program
        self.assertIn("score=10", preview.body)
        self.assertIn("Anna Example", preview.body)
        for role in ("rm_north", "auditor", "employee", "portal"):
            with self.assertRaises(AccessError):
                message.with_user(self.users[role]).action_preview()

    def test_roles(self):
        message = self.env.ref("bank_crm_survey.message_invitation")
        for role in ("satisfaction", "bank_admin"):
            message.with_user(self.users[role]).name = role
        for role in (
            "rm_north",
            "manager_north",
            "agent",
            "compliance",
            "auditor",
            "operations",
            "employee",
            "portal",
        ):
            with self.assertRaises(AccessError):
                message.with_user(self.users[role]).name = role
