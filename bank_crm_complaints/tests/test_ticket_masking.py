from markupsafe import Markup

from odoo.tests import tagged

from .common import TicketCase

CARD = "6222 0212 3456 7894"
ID_NUMBER = "11010519491231002X"


@tagged("post_install", "-at_install")
class TestTicketMasking(TicketCase):
    """Nothing that is stored of a ticket holds a number, whatever way it came in."""

    def assertNoNumbers(self):
        """No table that holds what people write has the numbers of these tests."""
        self.env.flush_all()
        for table, columns in (
            ("bank_ticket", "concat(subject, description, requested_remedy, outcome_reason)"),
            ("mail_message", "concat(subject, body)"),
        ):
            digits = f"regexp_replace({columns}, '[^0-9X]', '', 'g')"
            for number in ("6222021234567894", ID_NUMBER, "7700112233"):
                self.env.cr.execute(f"SELECT count(*) FROM {table} WHERE {digits} LIKE %s", [f"%{number}%"])
                self.assertEqual(self.env.cr.fetchone()[0], 0, (table, number))

    def test_registration_and_changes(self):
        ticket = self.make_ticket(
            subject=f"Card {CARD}",
            description=f"My ID is {ID_NUMBER}.\nCard: {CARD}",
            requested_remedy=f"A new {CARD}",
        )
        self.assertEqual(ticket.subject, "Card ****7894")
        self.assertEqual(ticket.description, "My ID is ****002X.\nCard: ****7894")
        self.assertEqual(ticket.requested_remedy, "A new ****7894")
        ticket.with_user(self.users["agent"]).write({"description": f"Again {CARD}", "outcome_reason": CARD})
        self.assertEqual(ticket.description, "Again ****7894")
        self.assertNoNumbers()

    def test_defaults_from_the_context(self):
        tickets = self.env["bank.ticket"].with_context(default_description=f"Card {CARD}")
        self.assertEqual(tickets.create({"subject": "x", "partner_id": self.anna.id}).description, "Card ****7894")

    def test_a_hundred_take_no_more_queries_than_one(self):
        def create(count):
            start = self.env.cr.sql_log_count
            self.env["bank.ticket"]._mask_values(
                [{"description": f"{CARD} and {index}1234567"} for index in range(count)]
            )
            return self.env.cr.sql_log_count - start

        create(1)
        self.assertEqual((create(1), create(100)), (1, 1))

    def test_accounts_of_the_bank(self):
        """A number without check digits is hidden when a holding has it."""
        holding = self.make_holding(self.account, {self.anna: 100}, number="7700-1122-33")
        ticket = self.make_ticket(description="Transfer from 77001122-33 to 7700112244")
        self.assertEqual(ticket.description, "Transfer from ****2233 to 7700112244")
        holding.unlink()

    def test_messages_notes_and_their_changes(self):
        ticket = self.make_ticket().with_user(self.users["agent"])
        comment = ticket.message_post(
            body=f"Your card {CARD}", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.assertEqual(comment.body, "<p>Your card ****7894</p>")
        note = ticket.message_post(body=Markup("<p>6222<b>0212</b>34567894</p>"), subject=f"ID {ID_NUMBER}")
        self.assertNotIn("0212", note.body)
        self.assertEqual(note.subject, "ID ****002X")
        ticket._message_update_content(comment, body=Markup("<p>%s</p>") % CARD)
        self.assertIn("****7894", comment.body)
        ticket._message_log(body=f"Log {CARD}")
        self.env["mail.message"].create(
            {"model": "bank.ticket", "res_id": ticket.id, "body": CARD, "message_type": "comment"}
        ).write({"body": f"<p>{ID_NUMBER}</p>"})
        self.assertNoNumbers()

    def test_mail_to_the_customer(self):
        """What is sent is what is stored."""
        ticket = self.make_ticket().with_user(self.users["agent"])
        message = ticket.message_post(
            body=f"Your card {CARD}",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=self.anna.ids,
        )
        [mail] = self.env["mail.mail"].sudo().search([("mail_message_id", "=", message.id)])
        self.assertIn("****7894", mail.body_html)
        self.assertNotIn("6222", mail.body_html)

    def test_messages_elsewhere_stay(self):
        message = self.anna.message_post(body=f"Card {CARD}")
        self.assertIn(CARD, message.body)
