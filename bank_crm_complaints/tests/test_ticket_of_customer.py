from odoo.tests import tagged, users, warmup

from .common import TicketCase


@tagged("post_install", "-at_install")
class TestTicketOfCustomer(TicketCase):
    """What the customer's form shows of tickets, and that nothing is sold while a complaint is open."""

    def counts(self, role, partner=None):
        partner = self.as_user(role, partner or self.anna)
        return partner.ticket_count, partner.open_ticket_count, partner.open_complaint_count

    def test_only_what_the_user_sees_is_counted(self):
        self.make_ticket()
        self.make_ticket(kind="inquiry")
        self.make_ticket(kind="inquiry")._set_state("withdrawn")
        self.make_ticket(confidentiality="restricted")
        self.make_ticket(confidentiality="whistle")
        self.make_ticket(self.carl)
        for role, expected in {
            "agent": (3, 2, 1),
            "lead": (4, 3, 2),
            "rm_north": (3, 2, 1),
            "compliance": (5, 4, 3),
        }.items():
            with self.subTest(role=role):
                self.assertEqual(self.counts(role), expected)
        self.assertEqual(self.counts("agent", self.olga), (0, 0, 0))

    def test_whoever_reads_no_tickets_counts_none(self):
        self.make_ticket()
        self.assertEqual(self.counts("employee", self.contact), (0, 0, 0))

    def test_counts_follow_tickets(self):
        ticket = self.make_ticket()
        partner = self.anna
        self.assertEqual(partner.open_ticket_count, 1)
        ticket._set_state("withdrawn")
        self.assertEqual((partner.ticket_count, partner.open_ticket_count), (1, 0))

    def test_the_button_opens_what_was_counted(self):
        self.make_ticket()
        self.make_ticket(confidentiality="whistle")
        action = self.as_user("agent", self.anna).action_view_tickets()
        tickets = self.env["bank.ticket"].with_user(self.users["agent"]).search(action["domain"])
        self.assertEqual(len(tickets), self.counts("agent")[0])
        self.assertEqual(action["context"]["default_partner_id"], self.anna.id)

    def test_the_form(self):
        view = self.env.ref("bank_crm.bank_customer_view_form")
        for role, may_open, may_register in (
            ("agent", True, True),
            ("rm_north", True, True),
            ("auditor", True, False),
            ("bank_admin", False, False),
        ):
            with self.subTest(role=role):
                arch = self.env["res.partner"].with_user(self.users[role]).get_view(view.id, "form")["arch"]
                self.assertEqual("action_view_tickets" in arch, may_open)
                self.assertEqual("action_new_ticket" in arch, may_register)
                self.assertEqual("A complaint of this customer is open" in arch, may_open)

    def test_a_new_ticket_begins_with_the_customer(self):
        action = self.as_user("agent", self.anna).action_new_ticket()
        intake = (
            self.env["bank.ticket.intake"].with_user(self.users["agent"]).with_context(**action["context"]).new({})
        )
        self.assertEqual(intake.partner_id._origin, self.anna)

    # ------------------------------------------------------------------
    # Selling
    # ------------------------------------------------------------------

    def verdicts(self, purpose="marketing"):
        self.env.flush_all()
        self.env.invalidate_all()
        found = (self.anna | self.ben)._bank_may_contact(purpose, "email", self.at("2026-03-03 10:00:00"))
        return found[self.anna.id], found[self.ben.id]

    def agree(self):
        self.ben.email = "ben@example.com"
        for partner in (self.anna, self.ben):
            self.env["bank.consent"].create(
                {"partner_id": partner.id, "purpose": "marketing", "channel": "any", "state": "given"}
            )
        self.assertEqual(self.verdicts(), ((True, "ok"), (True, "ok")))

    def test_no_marketing_while_a_complaint_is_open(self):
        self.agree()
        ticket = self.make_ticket()
        self.assertEqual(self.verdicts(), ((False, "open_complaint"), (True, "ok")))
        self.assertEqual(self.verdicts("service"), ((True, "ok"), (True, "ok")))
        ticket._set_state("withdrawn")
        self.assertEqual(self.verdicts(), ((True, "ok"), (True, "ok")))

    def test_questions_are_no_complaints(self):
        self.agree()
        self.make_ticket(kind="inquiry")
        self.assertEqual(self.verdicts()[0], (True, "ok"))

    def test_no_hint_of_confidential_complaints(self):
        self.agree()
        for confidentiality in ("restricted", "conduct", "whistle"):
            self.make_ticket(confidentiality=confidentiality)
        self.assertEqual(self.verdicts()[0], (True, "ok"))

    def test_other_reasons_come_first(self):
        self.make_ticket()
        self.assertEqual(self.verdicts()[0], (False, "no_consent"))

    def test_the_badge_says_why(self):
        self.agree()
        self.make_ticket()
        said = self.as_user("rm_north", self.anna).may_contact_email
        self.assertEqual(said, "A complaint is open: no marketing, no survey")

    @users("bank_agent")
    @warmup
    def test_one_query_for_any_number_of_customers(self):
        customers = (self.anna | self.ben | self.carl | self.pia | self.olga).with_env(self.env)
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(1):
            customers.mapped("open_ticket_count")
        facts = self.env["res.partner"].browse(customers.ids).sudo()
        with self.assertQueryCount(1):
            facts._with_open_complaints()
