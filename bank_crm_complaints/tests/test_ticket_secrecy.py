from odoo.exceptions import AccessError

from .common import TicketCase

NAME = {"fields": {"display_name": {}}}


class TestTicketSecrecy(TicketCase):
    """What Odoo shows beside the access rules: names of records, related fields, messages to followers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.subject = "The teller reads my letters"
        cls.hidden = cls.make_ticket(confidentiality="whistle", subject=cls.subject)
        cls.employee = cls.users["agent_two"]

    def as_agent(self, model):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env[model].with_user(self.users["agent"])

    def test_name_shows_no_subject_to_who_may_not_see_the_ticket(self):
        step = self.as_agent("bank.ticket.merge.undo").create({"ticket_id": self.hidden.id, "reason": "Wrong"})
        step.env.flush_all()
        step.invalidate_recordset()
        [row] = step.read(["ticket_id"])
        self.assertEqual(row["ticket_id"], (self.hidden.id, self.hidden.number))
        seen = self.hidden.with_user(self.users["conduct"])
        self.assertEqual(seen.display_name, f"{self.hidden.number} {self.subject}")

    def test_name_of_a_ticket_without_number(self):
        self.assertEqual(self.env["bank.ticket"].new({"subject": "New one"}).display_name, "New one")

    def test_letter_begun_by_hand_tells_no_customer(self):
        kind = self.env.ref("bank_crm_complaints.letter_kind_forwarding")
        values = {"ticket_id": self.hidden.id, "kind_id": kind.id}
        for name, spec in {"partner_id": NAME, "outcome": {}, "recipient_name": {}, "body": {}}.items():
            with self.subTest(name):
                letters = self.as_agent("bank.ticket.letter").with_context(
                    **{f"default_{key}": value for key, value in values.items()}
                )
                try:
                    answer = str(letters.onchange({}, [], {"ticket_id": {}, "kind_id": {}, name: spec}))
                except (AccessError, ValueError):
                    # Or Odoo empties the Many2one of a form before it computes the rest: there is no ticket at all.
                    answer = ""
                for secret in (self.anna.name, self.subject):
                    self.assertNotIn(secret, answer)

    def test_letter_to_a_person_of_a_hidden_ticket_tells_no_name(self):
        party = self.env["bank.ticket.party"].create(
            {"ticket_id": self.hidden.id, "role": "third_party", "name": "Witness", "phone": "+44 20 7946 0000"}
        )
        own = self.make_ticket()
        letters = self.as_agent("bank.ticket.letter").with_context(default_ticket_id=own.id, default_party_id=party.id)
        with self.assertRaises(AccessError):
            letters.onchange({}, [], {"ticket_id": {}, "party_id": {}, "recipient_name": {}})

    def test_canned_answer_for_a_hidden_ticket_is_not_filled_in(self):
        response = self.env["bank.ticket.response"].create(
            {"name": "Hello", "lang": "en_US", "body": "<p>Dear {{ customer_name }}</p>"}
        )
        steps = self.as_agent("bank.ticket.response.insert")
        with self.assertRaises(AccessError):
            steps.create({"ticket_id": self.hidden.id, "response_id": response.id}).read(["body"])

    def test_extension_begun_by_hand_tells_no_deadline(self):
        clock = self.hidden.clock_ids[:1]
        for name in ("due_at", "clock_rule_id"):
            with self.assertRaises(AccessError):
                self.as_agent("bank.ticket.clock.extend").onchange({"clock_id": clock.id}, ["clock_id"], {name: {}})

    def test_complained_employee_loses_what_he_had(self):
        ticket = self.make_ticket()
        ticket.message_subscribe(partner_ids=self.employee.partner_id.ids)
        activity = ticket.activity_schedule("mail.mail_activity_data_todo", user_id=self.employee.id)
        before = self.tell(ticket, "Look at this", self.employee.partner_id.ids)
        self.assertTrue(self.reads(before))
        ticket.complained_user_ids = self.employee
        self.assertNotIn(self.employee.partner_id, ticket.message_partner_ids)
        self.assertNotEqual(activity.user_id, self.employee)
        self.assertFalse(self.reads(before))

    def test_complained_employee_is_not_notified(self):
        ticket = self.make_ticket(complained_user_ids=[(6, 0, self.employee.ids)])
        ticket.message_subscribe(partner_ids=self.employee.partner_id.ids)
        for partner_ids in ([], self.employee.partner_id.ids):
            with self.subTest(named=bool(partner_ids)):
                message = self.tell(ticket, "He was at the counter", partner_ids)
                self.assertNotIn(self.employee.partner_id, message.notification_ids.res_partner_id)
                self.assertFalse(self.reads(message))

    def tell(self, ticket, body, partner_ids):
        return ticket.with_user(self.users["lead"]).message_post(
            body=body, message_type="comment", subtype_xmlid="mail.mt_comment", partner_ids=partner_ids
        ).sudo()

    def reads(self, message):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env["mail.message"].with_user(self.employee).search([("id", "=", message.id)])
