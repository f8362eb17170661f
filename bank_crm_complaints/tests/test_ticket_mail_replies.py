from .mail_common import MailCase


class TestMailReplies(MailCase):
    """Messages on tickets: whose they are, and what they may change."""

    def test_replies_of_all_programs_are_threaded(self):
        for name, words in (
            ("reply_gmail", "The refund is still missing"),
            ("reply_outlook", "I have not received the letter"),
            ("reply_qq", "钱还没有退回来"),
        ):
            with self.subTest(name):
                ticket, message = self.answered_ticket()
                before = self.kinds_of(ticket).count("customer_message")
                self.assertFalse(self.receive(name, message_id=message.message_id), "no new ticket")
                reply = self.messages(ticket)[-1]
                self.assertIn(words, reply.body)
                self.assertEqual(reply.author_id, self.anna)
                self.assertFalse(reply.is_internal)
                self.assertEqual(self.kinds_of(ticket).count("customer_message"), before + 1)
                self.assertTrue(ticket.last_customer_message_at)
                self.env["mail.message"].browse(reply.id).unlink()

    def test_number_in_the_subject(self):
        ticket = self.make_ticket(contact_email="anna@example.com", team_id=self.office.id)
        self.assertFalse(self.receive("reply_number", number=ticket.number))
        self.assertIn("customer_message", self.kinds_of(ticket))
        # Anybody can write a number: it leads nobody else into the ticket, and tells him nothing.
        new = self.receive("foreign_number", number=ticket.number)
        self.assertEqual(len(new), 1)
        self.assertFalse(new.partner_id)
        self.assertEqual(len(self.messages(ticket)), 1)

    def test_number_of_another_company_s_ticket(self):
        other = self.env["res.company"].create({"name": "Other Bank"})
        ticket = self.make_ticket(partner=False, contact_email="anna@example.com", company_id=other.id)
        new = self.receive("reply_number", number=ticket.number)
        self.assertEqual((len(new), new.company_id), (1, self.company))

    def test_somebody_else_on_the_ticket(self):
        ticket, message = self.answered_ticket()
        events = self.kinds_of(ticket)
        self.assertFalse(self.receive("foreign_reply", message_id=message.message_id))
        self.assert_note_only(ticket, events, "neighbour", "foreign")

    def test_forged_reply_withdraws_nothing(self):
        ticket, message = self.answered_ticket()
        events = self.kinds_of(ticket)
        self.assertFalse(self.receive("forged_reply", message_id=message.message_id))
        self.assert_note_only(ticket, events, "withdraw", "failed")

    def test_an_employee_s_mail_is_a_note(self):
        employee = self.users["agent"].partner_id
        employee.email = "agent@example.com"
        ticket, message = self.answered_ticket()
        events = self.kinds_of(ticket)
        sent = self.env["mail.mail"].sudo().search_count([])
        self.receive("employee_reply", message_id=message.message_id, employee="agent@example.com")
        self.assert_note_only(ticket, events, "Legal", "employee")
        self.assertEqual(self.env["mail.mail"].sudo().search_count([]), sent, "the customer gets nothing")

    def test_a_forged_employee_goes_nowhere(self):
        self.users["agent"].partner_id.email = "agent@example.com"
        ticket, message = self.answered_ticket()
        count = len(self.messages(ticket))
        self.receive("forged_employee", message_id=message.message_id, employee="agent@example.com")
        self.assertEqual(len(self.messages(ticket)), count)
        held = self.quarantined(reason="forged")
        self.assertEqual((held.ticket_id, held.email_from), (ticket, "agent@example.com"))
        # … and without a ticket, too
        raw = self.raw("forged_employee", message_id="<nobody@example.net>", employee="agent@example.com")
        self.assertFalse(self.deliver(raw.replace(b"forged_employee-1@", b"forged_employee-2@")))
        self.assertEqual(len(self.quarantined(reason="forged")), 2)

    def assert_note_only(self, ticket, events, words, reason):
        """The message is a note of nobody's that changed nothing, and the handler was asked to look."""
        note = self.messages(ticket)[-1]
        self.assertIn(words, note.body)
        self.assertTrue(note.is_internal)
        self.assertTrue(note.subtype_id.internal)
        self.assertFalse(note.author_id)
        self.assertFalse(note.notification_ids)
        self.assertEqual(self.kinds_of(ticket), [*events, "mail_note"])
        self.assertEqual(ticket.event_ids.sorted("seq")[-1].data, {"reason": reason})
        self.assertEqual(ticket.activity_ids.user_id, self.users["lead"])
        self.assertNotIn(note, ticket._customer_visible_messages())
        # The same again asks no second time.
        self.receive_again(note)
        self.assertEqual(len(ticket.activity_ids), 1)

    def receive_again(self, note):
        raw = self.raw("foreign_reply", message_id=note.parent_id.message_id or "<none@example.org>")
        self.deliver(raw)


class TestMailAfterTheEnd(MailCase):
    """Closed tickets: what opens the question again, and what does not."""

    def test_in_time(self):
        ticket, message = self.closed_ticket(days=3)
        self.assertFalse(self.receive("reply_gmail", message_id=message.message_id))
        self.assertIn("refund is still missing", self.messages(ticket)[-1].body)
        self.assertIn("customer_message", self.kinds_of(ticket))
        self.assertIn("reopen_asked", self.kinds_of(ticket))
        self.assertTrue(ticket.reopen_asked_at)
        self.assertEqual(ticket.activity_ids.user_id, self.users["lead"])
        self.assertEqual(ticket.state, "closed", "a person decides")

    def test_too_late_becomes_a_ticket_that_follows(self):
        ticket, message = self.closed_ticket(days=400)
        count = len(self.messages(ticket))
        new = self.receive("reply_gmail", message_id=message.message_id)
        self.assertEqual(len(new), 1)
        self.assertEqual(new.partner_id, self.anna)
        self.assertEqual(new.team_id, self.office)
        self.assertIn("refund is still missing", self.messages(new).body)
        self.assertEqual(len(self.messages(ticket)), count)
        self.assertEqual(ticket.state, "closed")
        self.assertIn("followed_up", self.kinds_of(ticket))
        self.assertEqual(new.followup_of_id, ticket)

    def test_what_follows_a_secret_ticket_is_secret(self):
        ticket, message = self.closed_ticket(days=400)
        ticket.write({"confidentiality": "conduct", "complained_user_ids": self.users["agent"].ids})
        new = self.receive("reply_gmail", message_id=message.message_id)
        self.assertEqual(new.confidentiality, "conduct")
        self.assertEqual(new.complained_user_ids, self.users["agent"])
        self.assertFalse(self.as_user("agent", new).has_access("read"))

    def test_a_merged_ticket_lives_on_in_the_other_one(self):
        ticket, message = self.answered_ticket()
        target = self.make_ticket(contact_email="anna@example.com")
        ticket._unguarded().write({"state": "closed", "closed_at": self.days_ago(1), "merged_into_id": target.id})
        self.assertFalse(self.receive("reply_gmail", message_id=message.message_id))
        self.assertIn("refund is still missing", self.messages(target)[-1].body)
        self.assertIn("customer_message", self.kinds_of(target))

    def test_thanks_change_nothing(self):
        for days in (3, 400):
            with self.subTest(days):
                ticket, message = self.closed_ticket(days=days)
                events = self.kinds_of(ticket)
                self.assertFalse(self.receive("thanks", message_id=message.message_id))
                last = self.messages(ticket)[-1]
                self.assertIn("Thank you very much", last.body)
                self.assertEqual(self.kinds_of(ticket), events)
                self.assertEqual(ticket.state, "closed")
                self.assertFalse(ticket.activity_ids)
                self.assertFalse(ticket.reopen_asked_at)
                last.unlink()

    def test_programs_change_nothing(self):
        ticket, message = self.closed_ticket(days=3)
        for name in ("auto_exchange", "auto_gmail"):
            self.assertFalse(self.receive(name, message_id=message.message_id))
        self.assertEqual(ticket.state, "closed")
        self.assertNotIn("customer_message", self.kinds_of(ticket))
        self.assertFalse(ticket.reopen_asked_at)
