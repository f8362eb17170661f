"""Letters from the draft to the customer, as the roles write, check, send and keep them."""

import ast
import hashlib
from unittest.mock import patch

from markupsafe import Markup

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, users
from odoo.tools import mute_logger

from odoo.addons.base.models.ir_mail_server import MailDeliveryException
from odoo.addons.mail.tests.common import MockEmail

from ..tools import letter_text
from .letter_common import LetterCase

SENDERS = ("agent", "lead", "compliance", "conduct")
READERS = ("rm_north", "auditor", "operations")


class TestTicketLetter(LetterCase, MockEmail):
    def text_of(self, letter):
        return letter_text.plain_text(letter.body)

    # ------------------------------------------------------------------
    # Writing
    # ------------------------------------------------------------------

    def test_the_button_on_the_ticket_opens_the_letter_that_comes_next(self):
        ticket = self.make_complaint("UK-DISP").with_user(self.users["agent"])
        action = ticket.action_write_letter()
        form = Form(self.env["bank.ticket.letter"].with_user(self.users["agent"]).with_context(**action["context"]))
        self.assertEqual(form.kind_id, self.kinds["acknowledgement"])
        form.kind_id = self.kinds["progress"]
        self.assertEqual(form.template_id, self.env.ref("bank_crm_complaints.letter_template_uk_disp_progress_en"))
        form.facts = "We asked the branch for its records."
        letter = form.save()
        self.assertIn("We asked the branch for its records.", self.text_of(letter))
        self.assertEqual(
            (letter.recipient_name, letter.email_to, letter.channel), ("Anna", "anna@example.com", "email")
        )
        self.assertFalse(letter.is_hand_written)
        self.assertEqual(ticket.letter_count, 1)

    def test_what_comes_next(self):
        for regimes, outcome, kind in (
            (["CN-NFRA"], "upheld", "decision"),
            (["UK-DISP"], "upheld", "final"),
            (["US-REGE"], "not_upheld", "result"),
        ):
            ticket = self.make_complaint(*regimes)
            ticket.action_investigate()
            self.assertEqual(ticket._next_letter_kind().code, "progress")
            ticket.outcome = outcome
            self.assertEqual(ticket._next_letter_kind().code, kind)

    def test_the_text_follows_its_inputs_until_somebody_writes_in_it(self):
        ticket = self.make_complaint("UK-DISP")
        letter = self.write_letter("final", ticket)
        letter.reasons = "Another reason."
        self.assertIn("Another reason.", self.text_of(letter))
        self.assertIn("We accept your complaint.", self.text_of(letter))
        ticket.outcome = "not_upheld"
        self.assertIn("We do not accept your complaint", self.text_of(letter))
        with Form(letter) as form:
            form.body = letter.body.replace("Another reason.", "My own words.")
        self.assertTrue(letter.is_hand_written)
        letter.reasons = "A third reason."
        self.assertIn("My own words.", self.text_of(letter))
        self.assertNotIn("A third reason.", self.text_of(letter))
        letter.action_restore_text()
        self.assertIn("A third reason.", self.text_of(letter))
        self.assertFalse(letter.is_hand_written)

    def test_a_form_that_sends_the_rendered_text_is_no_hand(self):
        letter = self.write_letter("final", self.make_complaint("UK-DISP"))
        with Form(letter) as form:
            form.facts = "New facts."
        self.assertIn("New facts.", self.text_of(letter))
        self.assertFalse(letter.is_hand_written)

    def test_the_language_is_the_one_agreed_with_the_customer(self):
        ticket = self.make_complaint("CN-NFRA", lang="zh_CN")
        letter = self.write_letter("decision", ticket)
        self.assertEqual((letter.lang, letter.template_id.lang), ("zh_CN", "zh_CN"))
        self.assertIn("救济途径", self.text_of(letter))
        self.company.partner_id.lang = "zh_CN"
        other = self.write_letter("decision", self.make_complaint("CN-NFRA", lang=False), lang="zh_CN")
        self.assertEqual(other.lang, "zh_CN")

    def test_dates_are_those_of_the_branch(self):
        calendar = self.env["resource.calendar"].create({"name": "Shanghai", "tz": "Asia/Shanghai"})
        self.north_vip.calendar_id = calendar
        ticket = self.make_complaint("UK-DISP", received_at="2026-03-31 17:30:00", lang="zh_CN")
        letter = self.write_letter("acknowledgement", ticket)
        self.assertIn("2026年4月1日", self.text_of(letter))

    def test_card_numbers_do_not_stand_in_letters(self):
        ticket = self.make_complaint("UK-DISP")
        letter = self.write_letter("final", ticket, facts="Card 4111 1111 1111 1111 was charged.")
        self.assertIn("****1111", letter.facts)
        self.assertNotIn("4111 1111", letter.body)

    # ------------------------------------------------------------------
    # The check
    # ------------------------------------------------------------------

    def test_sending_names_each_missing_clause(self):
        letter = self.write_letter("final", self.make_complaint("UK-DISP"))
        letter.body = Markup("<p>Dear Anna,</p><p>this is our final response: we accept your complaint.</p>")
        self.assertFalse(letter.is_ready)
        with self.assertRaises(ValidationError) as caught:
            letter.action_send()
        text = str(caught.exception)
        self.assertTrue(text.startswith("[letter_lint] "), text)
        for clause in ("leaflet", "Website of the Financial Ombudsman Service", "Six months", "waives"):
            self.assertIn(clause, text)
            self.assertIn(clause, letter.checklist)
        self.assertEqual(letter.state, "draft")

    def test_what_is_refused(self):
        ticket = self.make_complaint("UK-DISP")
        ticket.outcome = "upheld"
        for code, values in (
            ("unresolved", {"reasons": False}),
            ("unresolved", {"reasons": "Because [reason to be added]"}),
            ("no_points", {"point_ids": []}),
            ("empty_point", {"point_ids": [Command.create({"raised": "The fee", "answer": False})]}),
            ("other_number", {"facts": f"See {self.make_ticket(self.carl).number}."}),
        ):
            with self.subTest(code=code, values=values):
                letter = self.write_letter("final", ticket, **values)
                self.assertIn(code, self.codes(letter))
                with self.assertRaisesRegex(ValidationError, r"^\[letter_lint\]"):
                    letter.action_send()

    def test_missing_values_are_named_as_the_form_names_them(self):
        self.company.ticket_adr_name = False
        letter = self.write_letter("final", self.make_complaint("EU-PSD2"), reasons=False)
        self.assertIn("Fill in or remove: “Basis and Reasons”.", letter.checklist)
        self.assertIn("Fill in or remove: “ADR Entity”.", letter.checklist)

    def test_an_outcome_and_a_date_are_needed(self):
        ticket = self.make_complaint("UK-DISP", "UK-PSR")
        letters = self.env["bank.ticket.letter"]
        final = letters.create(self.complete("final", ticket))
        self.assertIn("no_outcome", self.codes(final))
        holding = letters.create(self.complete("holding", ticket, expected_on=False))
        self.assertIn("no_expected_on", self.codes(holding))
        holding.expected_on = "2020-01-01"
        self.assertIn("past_expected_on", self.codes(holding))

    def test_names_and_numbers_of_other_customers(self):
        self.carl.write({"name": "Carl Carter", "customer_number": "C0009876"})
        self.make_ticket(self.carl, user_id=self.users["agent"].id)
        letter = self.write_letter(
            "final", self.make_complaint("UK-DISP"), facts="Carl Carter, C0009876, was charged."
        )
        self.assertEqual(self.codes(letter), ["other_customer", "other_number"])
        letter.facts = "Carl Carter, joint holder, was charged."
        self.assertEqual(self.codes(letter), ["other_customer"])
        self.assertFalse(letter.is_ready)
        letter.is_name_confirmed = True
        self.assertTrue(letter.is_ready)

    def test_a_salutation_copied_from_another_letter(self):
        letter = self.write_letter("final", self.make_complaint("UK-DISP"))
        letter.body = letter.body.replace("Dear Anna", "Dear Peter")
        self.assertEqual(self.codes(letter), ["other_addressee"])

    def test_the_wrong_language(self):
        chinese = self.env.ref("bank_crm_complaints.letter_template_uk_disp_final_zh")
        letter = self.write_letter("final", self.make_complaint("UK-DISP"), template_id=chinese.id)
        self.assertIn("wrong_language", self.codes(letter))

    # ------------------------------------------------------------------
    # Sending
    # ------------------------------------------------------------------

    def test_senders_send(self):
        for role in SENDERS:
            with self.subTest(role=role):
                ticket = self.make_complaint("UK-DISP")
                letter = self.write_letter("final", ticket, role)
                with self.mock_mail_gateway():
                    letter.action_send()
                self.assertEqual((letter.state, letter.sent_by_id), ("sent", self.users[role]))
                self.assertEqual(ticket.state, "responded")
                self.assertIn("letter_sealed", self.kinds_of(ticket))

    def test_others_do_not(self):
        letter = self.write_letter("final", self.make_complaint("UK-DISP"))
        for role in (*READERS, "manager_north"):
            with self.subTest(role=role):
                with self.assertRaises(AccessError):
                    self.as_user(role, letter).action_send()
                with self.assertRaises(AccessError):
                    self.write_letter("progress", letter.ticket_id, role)
        for role in ("rm_south", "bank_admin", "employee", "portal"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.as_user(role, letter).read(["subject"])

    def test_the_mail(self):
        ticket = self.make_complaint("UK-DISP", contact_email='"Anna" <anna@example.com>')
        ticket.message_post(
            body="Please answer", message_type="email", author_id=self.anna.id, message_id="<first@example.com>"
        )
        letter = self.write_letter("final", ticket)
        with self.mock_mail_gateway():
            letter.action_send()
        self.assertEqual(len(self._mails), 1)
        mail = self._mails[0]
        self.assertEqual(mail["email_to"], ['"Anna" <anna@example.com>'])
        self.assertIn("service@bank.example.com", mail["email_from"])
        self.assertIn("<first@example.com>", mail["references"])
        self.assertEqual(mail["headers"]["In-Reply-To"], "<first@example.com>")
        self.assertEqual(mail["headers"]["X-Bank-Ticket-Letter"], str(letter.id))
        self.assertNotIn("Auto-Submitted", mail["headers"])
        self.assertIn("Financial Ombudsman Service", mail["body"])
        self.assertEqual([attachment[0] for attachment in mail["attachments"]], [letter.attachment_id.name])
        message = letter.message_id.sudo()
        self.assertEqual((message.model, message.res_id, message.is_internal), ("bank.ticket", ticket.id, False))
        self.assertEqual(message.message_type, "email_outgoing")
        self.assertEqual(message.notification_ids.notification_status, "sent")
        self.assertEqual(message.author_id, self.users["agent"].partner_id)

    def test_answers_go_to_the_team(self):
        domain = self.env["mail.alias.domain"].create({"name": "bank.example.com"})
        self.office.write({"alias_domain_id": domain.id, "alias_name": "complaints"})
        letter = self.write_letter("final", self.make_complaint("UK-DISP", team_id=self.office.id))
        with self.mock_mail_gateway():
            letter.action_send()
        self.assertIn("complaints@bank.example.com", self._mails[0]["reply_to"])

    def test_the_file_is_a_pdf_with_its_hash(self):
        ticket = self.make_complaint("CN-NFRA", lang="zh_CN")
        letter = self.write_letter("decision", ticket).with_context(force_report_rendering=True)
        with self.mock_mail_gateway():
            letter.action_send()
        content = letter.attachment_id.raw
        self.assertTrue(content.startswith(b"%PDF"))
        self.assertEqual(letter.sha256, hashlib.sha256(content).hexdigest())
        self.assertEqual(letter.attachment_id.mimetype, "application/pdf")
        event = ticket.sudo().event_ids.filtered(lambda event: event.kind == "letter_sealed")
        self.assertEqual(event.data["sha256"], letter.sha256)
        self.assertEqual(self.as_user("auditor", letter).action_verify()["params"]["type"], "success")
        # Somebody who changes the file in the store is found out.
        letter.attachment_id.sudo().with_context(
            bank_seal_key=self.env["bank.sealed.mixin"].SEAL_KEY
        ).raw = b"%PDF-1.4 other"
        self.assertEqual(self.as_user("auditor", letter).action_verify()["params"]["type"], "danger")

    def test_what_is_sent_stops_the_deadline_and_what_comes_back_opens_it_again(self):
        ticket = self.make_complaint("UK-DISP")
        eight_weeks = ticket.clock_ids.filtered(
            lambda clock: self.kinds["eight_week"] in clock.rule_id.stop_letter_kind_ids
        )
        self.assertTrue(eight_weeks.is_open)
        letter = self.write_letter("final", ticket)
        with self.mock_mail_gateway():
            letter.action_send()
        self.assertFalse(eight_weeks.is_open)
        self.assertEqual(eight_weeks.stop_letter_id, letter)
        letter._mark_bounced("550 no such user")
        self.assertTrue(eight_weeks.is_open)
        self.assertEqual((letter.state, ticket.state), ("bounced", "investigating"))
        self.assertEqual(letter.bounce_reason, "550 no such user")

    def test_printing(self):
        """What was sent is shown as it was sent; a draft is printed as it stands."""
        letter = self.write_letter("final", self.make_complaint("UK-DISP"))
        self.assertEqual(letter.action_print()["report_name"], "bank_crm_complaints.report_bank_ticket_letter")
        with self.mock_mail_gateway():
            letter.action_send()
        self.assertEqual(letter.action_print()["type"], "ir.actions.act_url")
        with self.assertRaises(AccessError):
            self.as_user("rm_south", letter).action_print()

    def test_a_customer_without_an_address(self):
        partner = self.make_customer("Nobody", branch=self.north)
        ticket = self.make_complaint("UK-DISP", partner=partner)
        letter = self.write_letter("final", ticket)
        self.assertFalse(letter.channel)
        with self.assertRaisesRegex(UserError, r"^\[letter_no_address\] .*email address or a postal address"):
            letter.action_send()
        for values in ({"channel": "email", "email_to": "no address"}, {"channel": "post"}, {"channel": "portal"}):
            letter.write(values)
            with self.subTest(values=values), self.assertRaisesRegex(UserError, r"^\[letter_no_address\]"):
                letter.action_send()
        letter.write({"channel": "post", "address": "Nobody\n1 Street\nTown"})
        letter.action_send()
        self.assertEqual(letter.state, "sent")

    def test_a_bank_without_an_address(self):
        self.company.email = False
        self.company.alias_domain_id = False
        letter = self.write_letter("final", self.make_complaint("UK-DISP"))
        with self.assertRaisesRegex(UserError, r"^\[no_sender\] Email: .*settings"):
            letter.action_send()
        letter.channel = "post"
        letter.action_send()
        self.assertEqual(letter.state, "sent")

    def test_by_post(self):
        letter = self.write_letter("final", self.make_complaint("UK-DISP"), channel="post")
        self.assertIn("1 Long Street", letter.address)
        with self.mock_mail_gateway():
            action = letter.action_send()
        self.assertFalse(self._new_mails)
        self.assertEqual(action["url"], f"/web/content/{letter.attachment_id.id}")
        self.assertEqual(letter.state, "sent")
        self.assertTrue(letter.message_id)
        letter.action_mark_returned()
        self.assertEqual(letter.state, "bounced")

    def test_by_the_portal(self):
        self.users["portal"].partner_id.write({"is_bank_customer": True, "branch_id": self.north.id})
        ticket = self.make_complaint("UK-DISP", partner=self.users["portal"].partner_id)
        letter = self.write_letter("final", ticket, channel="portal")
        with self.mock_mail_gateway():
            letter.action_send()
        [mail] = self._mails
        self.assertNotIn("Ombudsman", mail["body"])
        self.assertIn(ticket.number, mail["subject"])
        self.assertIn(f"/my/tickets/{ticket.id}", mail["body"])
        mine = self.as_user("portal", letter)
        self.assertIn("Ombudsman", mine.body)
        with self.assertRaises(AccessError):
            mine.read(["reasons"])
        draft = self.write_letter("progress", ticket)
        with self.assertRaises(AccessError):
            self.as_user("portal", draft).read(["body"])

    def test_whose_file_it_is(self):
        self.users["portal"].partner_id.write({"is_bank_customer": True, "branch_id": self.north.id})
        mine = self.write_letter("final", self.make_complaint("UK-DISP", partner=self.users["portal"].partner_id))
        others = self.write_letter("final", self.make_complaint("UK-DISP"))
        with self.mock_mail_gateway():
            (mine | others).action_send()
        # Customers get files from the pages of the portal, never by Odoo's own routes.
        visible = self.as_user("portal", mine.ticket_id)._customer_visible_attachments()
        self.assertEqual(visible.ids, mine.attachment_id.ids)
        for role, letter in (("portal", others), ("rm_south", others), ("employee", others), ("bank_admin", others)):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.as_user(role, letter.attachment_id).read(["raw"])
        self.assertTrue(self.as_user("rm_north", others.attachment_id).raw)
        self.assertFalse(others.attachment_id.access_token)

    # ------------------------------------------------------------------
    # Sealed
    # ------------------------------------------------------------------

    def test_what_was_sent_is_sealed(self):
        letter = self.write_letter("final", self.make_complaint("UK-DISP"))
        with self.mock_mail_gateway():
            letter.action_send()
        sent = self.as_user("lead", letter)
        for values in ({"body": "<p>other</p>"}, {"facts": "other"}, {"email_to": "x@example.com"}, {"waives": True}):
            with self.subTest(values=values), self.assertRaisesRegex(AccessError, r"\[sealed_record\]"):
                sent.write(values)
            with self.subTest(values=values, su=True), self.assertRaisesRegex(AccessError, r"\[sealed_record\]"):
                letter.sudo().write(values)
        for act in (
            sent.unlink,
            sent.point_ids.unlink,
            lambda: sent.point_ids.write({"answer": "x"}),
            lambda: self.env["bank.ticket.letter.point"].create({"letter_id": letter.id, "raised": "x"}),
            letter.attachment_id.sudo().unlink,
            lambda: letter.attachment_id.sudo().write({"raw": b"x"}),
        ):
            with self.assertRaisesRegex(AccessError, r"\[sealed_record\]"):
                act()
        with self.assertRaisesRegex(UserError, r"\[letter_state\]"):
            sent.action_send()
        body = letter.body
        letter.ticket_id.outcome = "not_upheld"
        self.env.flush_all()
        letter.invalidate_recordset()
        self.assertEqual(letter.body, body)

    def test_the_state_changes_by_methods_only(self):
        letter = self.write_letter("final", self.make_complaint("UK-DISP"))
        for values in ({"state": "sent"}, {"sent_at": "2026-01-01 00:00:00"}, {"sha256": "0"}, {"is_automatic": True}):
            with self.subTest(values=values), self.assertRaisesRegex(AccessError, r"\[guarded_field\]"):
                self.as_user("lead", letter).write(values)
        with self.assertRaisesRegex(AccessError, r"\[guarded_field\]"):
            self.env["bank.ticket.letter"].create({**self.complete("final", letter.ticket_id), "state": "sent"})
        letter.action_cancel()
        self.assertEqual(letter.state, "cancelled")
        with self.assertRaisesRegex(AccessError, r"\[sealed_record\]"):
            letter.unlink()

    def test_a_draft_may_be_deleted(self):
        letter = self.write_letter("final", self.make_complaint("UK-DISP"))
        letter.with_user(self.users["agent"]).unlink()
        self.assertFalse(letter.exists())

    def test_a_letter_stays_with_its_ticket(self):
        letter = self.write_letter("final", self.make_complaint("UK-DISP"))
        with self.assertRaises(ValidationError):
            letter.ticket_id = self.make_complaint("UK-DISP")

    @mute_logger("odoo.addons.mail.models.mail_mail")
    def test_a_failed_file_sends_nothing(self):
        letter = self.write_letter("final", self.make_complaint("UK-DISP"))
        report = type(self.env["ir.actions.report"])
        with (
            self.mock_mail_gateway(),
            patch.object(report, "_pre_render_qweb_pdf", side_effect=UserError("no printer")),
            self.assertRaisesRegex(UserError, "no printer"),
            self.env.cr.savepoint(),
        ):
            letter.action_send()
        letter.invalidate_recordset()
        self.assertEqual(letter.state, "draft")
        self.assertFalse(self._mails)


class TestTicketLetterBounce(LetterCase, MockEmail):
    def send(self, ticket, kind="final"):
        letter = self.write_letter(kind, ticket)
        with self.mock_mail_gateway():
            letter.action_send()
        return letter

    def test_a_mail_server_that_refuses(self):
        ticket = self.make_complaint("UK-DISP", user_id=self.users["agent_two"].id)
        letter = self.write_letter("final", ticket)
        server = type(self.env["ir.mail_server"])
        with (
            self.mock_mail_gateway(),
            patch.object(server, "send_email", side_effect=MailDeliveryException("refused")),
            mute_logger("odoo.addons.mail.models.mail_mail"),
        ):
            letter.action_send()
        self.assertEqual(letter.state, "bounced")
        self.assertIn("refused", letter.bounce_reason)
        mail = self.env["mail.mail"].sudo().search([("mail_message_id", "=", letter.message_id.id)])
        self.assertEqual(mail.state, "cancel")
        self.assertTrue(ticket.next_statutory_due_at)
        self.assertEqual(self.activities(ticket).user_id, self.users["agent_two"])

    def activities(self, ticket):
        kind = self.env.ref("bank_crm_complaints.mail_activity_type_letter_returned")
        return ticket.activity_ids.filtered(lambda activity: activity.activity_type_id == kind)

    def test_a_report_that_the_customer_was_not_reached(self):
        """A real report on a delivery, parsed by Odoo's gateway."""
        ticket = self.make_complaint("UK-DISP", user_id=self.users["agent"].id)
        letter = self.send(ticket)
        self.assertFalse(ticket.next_statutory_due_at and ticket.state != "responded")
        report = REPORT % {"message_id": letter.message_id.sudo().message_id, "number": ticket.number}
        with self.mock_mail_gateway(), mute_logger("odoo.addons.mail.models.mail_thread"):
            self.env["mail.thread"].message_process("bank.ticket", report)
        self.assertEqual(letter.state, "bounced")
        self.assertEqual(ticket.state, "investigating")
        self.assertEqual(len(self.activities(ticket)), 1)
        self.assertIn("letter_bounced", self.kinds_of(ticket))
        self.assertEqual(self.env["bank.ticket"].search_count([("subject", "ilike", "undeliver")]), 0)

    def test_only_once(self):
        ticket = self.make_complaint("UK-DISP", user_id=self.users["agent"].id)
        letter = self.send(ticket)
        self.assertTrue(letter._mark_bounced("a"))
        self.assertFalse(letter._mark_bounced("b"))
        self.assertEqual(letter.bounce_reason, "a")
        self.assertEqual(self.kinds_of(ticket).count("letter_bounced"), 1)

    def test_written_again(self):
        ticket = self.make_complaint("UK-DISP")
        letter = self.send(ticket)
        with self.assertRaisesRegex(UserError, r"\[letter_state\]"):
            letter.action_send_again()
        letter._mark_bounced("a")
        action = letter.action_send_again()
        again = self.env["bank.ticket.letter"].browse(action["res_id"])
        self.assertEqual((again.state, again.previous_id), ("draft", letter))
        self.assertEqual(again.point_ids.mapped("answer"), letter.point_ids.mapped("answer"))
        again.email_to = "new@example.com"
        with self.mock_mail_gateway():
            again.action_send()
        self.assertEqual((again.state, ticket.state), ("sent", "responded"))

    @users("bank_auditor")
    def test_auditors_do_not_say_that_a_letter_came_back(self):
        letter = self.send(self.make_complaint("UK-DISP"))
        with self.assertRaises(AccessError):
            letter.with_user(self.env.user).action_mark_returned()

    def test_headers_are_a_dictionary_that_odoo_reads(self):
        letter = self.write_letter("final", self.make_complaint("UK-DISP"))
        headers = ast.literal_eval(repr(letter._headers(["<a@b>"])))
        self.assertEqual(headers["In-Reply-To"], "<a@b>")


REPORT = """\
Return-Path: <>
From: MAILER-DAEMON@mx.example.com
To: bounce@bank.example.com
Subject: Undelivered Mail Returned to Sender
Message-Id: <report@mx.example.com>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain; charset=us-ascii

Your message about %(number)s could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.com

Final-Recipient: rfc822; anna@example.com
Original-Recipient: rfc822; anna@example.com
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such user

--b
Content-Type: text/rfc822-headers

From: service@bank.example.com
To: anna@example.com
Subject: Our letter
Message-Id: %(message_id)s

--b--
"""
