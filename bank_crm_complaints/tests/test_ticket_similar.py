from odoo.exceptions import AccessError

from .common import TicketCase

STORY = "The bank charged a monthly fee on my savings account which was promised to be free of charge"


class TestTicketSimilar(TicketCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.fees = cls.env.ref("bank_crm_complaints.taxon_c07")
        cls.below = cls.env.ref("bank_crm_complaints.taxon_c0701")
        cls.service = cls.env.ref("bank_crm_complaints.taxon_c01")
        cls.savings = cls.env.ref("bank_crm_complaints.taxon_b01")
        cls.question = cls.make_ticket(
            subject="Monthly fee", description=STORY, cause_taxon_id=cls.fees.id, product_taxon_id=cls.savings.id
        )

    def setUp(self):
        super().setUp()
        if not self.env.registry.has_trigram:
            self.skipTest("this PostgreSQL has no pg_trgm")

    def decided(self, partner=None, outcome="upheld", **values):
        ticket = self.make_ticket(
            partner, **{"subject": "Monthly fee", "description": STORY, "cause_taxon_id": self.fees.id, **values}
        )
        ticket._unguarded().write({"outcome": outcome})
        ticket._set_state("responded")
        ticket._set_state("closed")
        return ticket

    def similar(self, role, ticket=None):
        ticket = self.as_user(role, ticket or self.question)
        return ticket.similar_ticket_ids.sudo()

    def test_likest_first_and_what_was_decided(self):
        far = self.decided(description="The monthly fee of the safe was raised without a letter", outcome="not_upheld")
        near = self.decided(cause_taxon_id=self.below.id)
        found = self.as_user("agent", self.question).similar_ticket_ids
        self.assertEqual(found.ids, [near.id, far.id])
        self.assertEqual(found.mapped("outcome"), ["upheld", "not_upheld"])
        self.assertEqual(self.as_user("agent", self.question).similar_ticket_count, 2)

    def test_other_causes_open_and_undecided_ones_are_no_precedents(self):
        self.decided(cause_taxon_id=self.service.id)
        self.make_ticket(subject="Monthly fee", description=STORY, cause_taxon_id=self.fees.id)
        self.decided(outcome="duplicate")
        self.decided(description="Zebra umbrella", subject="Quixotic journey")
        self.assertFalse(self.similar("agent"))

    def test_without_a_cause_by_product_and_without_both_nothing(self):
        near = self.decided(product_taxon_id=self.savings.id)
        asked = self.make_ticket(subject="Monthly fee", description=STORY, product_taxon_id=self.savings.id)
        self.assertEqual(self.similar("agent", asked), near)
        self.assertFalse(self.similar("agent", self.make_ticket(subject="Monthly fee", description=STORY)))

    def test_nobody_finds_what_he_may_not_see(self):
        ordinary = self.decided()
        of_carl = self.decided(self.carl)
        hidden = {
            name: self.decided(confidentiality=name) for name in ("restricted", "conduct", "whistle")
        }
        about_agent = self.decided()
        about_agent.complained_user_ids = self.users["agent"]
        everything = ordinary | of_carl | about_agent
        for role, expected in {
            "agent": ordinary | of_carl,
            "agent_two": everything,
            "lead": everything | hidden["restricted"],
            "conduct": everything | hidden["conduct"] | hidden["whistle"],
            "rm_north": ordinary | about_agent,
            "operations": everything,
            "compliance": everything.union(*hidden.values()),
            "auditor": everything.union(*hidden.values()),
        }.items():
            question = self.as_user(role, self.question)
            self.assertEqual(set(question.similar_ticket_ids.ids), set(expected.ids), role)
            self.assertEqual(question.similar_ticket_count, len(expected), role)
            action = question.action_view_similar_tickets()
            self.assertEqual(set(action["domain"][0][2]), set(expected.ids), role)
            question.similar_ticket_ids.mapped("subject")  # and may read each of them
        for role in ("bank_admin", "employee"):
            with self.assertRaises(AccessError):
                self.as_user(role, self.question).action_view_similar_tickets()

    def test_not_even_by_way_of_anothers_cache(self):
        self.decided(confidentiality="whistle")
        self.assertEqual(len(self.similar("compliance")), 1)
        self.assertFalse(self.similar("agent"))

    def test_the_portal_has_no_door_to_it(self):
        self.decided()
        own = self.make_ticket(self.make_customer("Portal"), cause_taxon_id=self.fees.id)
        own._unguarded().partner_id = self.users["portal"].partner_id
        own = self.as_user("portal", own)
        with self.assertRaises(AccessError):
            own.read(["similar_ticket_ids"])
        with self.assertRaises(AccessError):
            own.read(["similar_ticket_count"])
        with self.assertRaises(AccessError):
            own.read(["taxon_suggestions"])
        with self.assertRaises(AccessError):
            own.action_view_similar_tickets()

    def test_other_companies_are_no_precedents(self):
        other = self.env["res.company"].create({"name": "Other Bank"})
        ticket = self.env["bank.ticket"].create(
            {
                "kind": "complaint",
                "subject": "Monthly fee",
                "description": STORY,
                "company_id": other.id,
                "cause_taxon_id": self.fees.id,
            }
        )
        ticket._unguarded().write({"outcome": "upheld"})
        ticket._set_state("responded")
        ticket._set_state("closed")
        user = self.users["compliance"]
        user.company_ids += other
        question = self.question.with_user(user).with_context(allowed_company_ids=[self.env.company.id, other.id])
        self.assertFalse(question.similar_ticket_ids)

    def test_number_of_queries_does_not_grow(self):
        for _index in range(3):
            self.decided()
        question = self.as_user("agent", self.question)
        question._similar_decided()
        with self.assertQueryCount(2):
            self.assertEqual(len(question._similar_decided()), 3)
