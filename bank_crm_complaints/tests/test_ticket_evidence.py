from odoo.exceptions import AccessError
from odoo.tests import Form

from .common import TicketCase

FEES = (
    "A monthly fee was charged on my account",
    "The annual fee of the card was charged twice",
    "You charged an overdraft fee although I paid",
    "Again a fee was charged, please refund the fee",
)
ATTITUDE = (
    "The clerk at the counter was rude to my mother",
    "A rude clerk refused to listen",
    "The manager was rude and laughed at me",
    "Rude staff at the counter",
)
FEES_ZH = ("信用卡年费被重复收取", "账户被收取了手续费", "为什么收取年费，请退还手续费", "重复收取手续费")
ATTITUDE_ZH = ("柜员态度恶劣", "柜台工作人员态度很差", "客服态度恶劣，不耐烦", "大堂经理态度恶劣")


class TestTicketEvidence(TicketCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.evidence = cls.env["bank.ticket.taxon.evidence"]
        cls.fees = cls.env.ref("bank_crm_complaints.taxon_c0701")
        cls.attitude = cls.env.ref("bank_crm_complaints.taxon_c0101")
        cls.cards = cls.env.ref("bank_crm_complaints.taxon_b0302")

    def close(self, texts, cause, **values):
        tickets = self.env["bank.ticket"].create(
            [
                {
                    "kind": "inquiry",
                    "subject": text,
                    "cause_taxon_id": cause.id,
                    "product_taxon_id": self.cards.id,
                    **values,
                }
                for text in texts
            ]
        )
        tickets.action_respond()
        tickets.action_close()
        return tickets

    def learn(self):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("bank_crm_complaints.ir_cron_ticket_evidence").method_direct_trigger()
        self.env.invalidate_all()
        run = self.env["bank.run"].search(
            [("job", "=", "ticket_evidence"), ("company_id", "=", self.env.company.id)], order="id desc", limit=1
        )
        self.assertEqual(run.state, "done")
        return run

    def learn_again(self):
        self.env["bank.run"].search([("job", "=", "ticket_evidence")]).period_on = "2026-01-01"
        return self.learn()

    def suggested(self, text, axis="cause"):
        return self.evidence._suggest(text, self.env.company)[axis]

    def test_learns_from_closed_tickets_and_says_why(self):
        self.close(FEES, self.fees)
        self.close(ATTITUDE, self.attitude)
        run = self.learn()
        self.assertEqual(run.total, run.processed)
        first = self.suggested("I was charged a strange fee")[0]
        self.assertEqual(first["id"], self.fees.id)
        self.assertEqual(first["name"], "C0701 Fees")
        self.assertLessEqual({"fee", "charged"}, set(first["reasons"]))
        self.assertNotIn("strange", first["reasons"])
        self.assertGreater(first["share"], 0.5)
        self.assertEqual(self.suggested("What a rude person at the counter!")[0]["id"], self.attitude.id)
        self.assertEqual(self.suggested("fee", "product")[0]["id"], self.cards.id)
        self.assertEqual(self.suggested("quite another matter altogether"), [])
        self.assertEqual(self.suggested(""), [])

    def test_chinese_is_learned_by_pairs_of_characters(self):
        self.close(FEES_ZH, self.fees)
        self.close(ATTITUDE_ZH, self.attitude)
        self.learn()
        first = self.suggested("我的卡被收取年费和手续费")[0]
        self.assertEqual(first["id"], self.fees.id)
        self.assertIn("手续", first["reasons"])
        self.assertEqual(self.suggested("态度太恶劣了")[0]["id"], self.attitude.id)

    def test_restricted_open_and_duplicate_tickets_teach_nothing(self):
        self.close(FEES, self.fees)
        self.close(("secretword one", "secretword two", "secretword three"), self.fees, confidentiality="restricted")
        open_tickets = self.env["bank.ticket"].create(
            [{"kind": "inquiry", "subject": "openword", "cause_taxon_id": self.fees.id} for _index in range(4)]
        )
        self.assertTrue(open_tickets.mapped("is_open"))
        self.learn()
        words = self.evidence.search([("taxon_id", "=", self.fees.id)]).mapped("token")
        self.assertIn("fee", words)
        self.assertFalse([word for word in words if "secretword" in word or "openword" in word])

    def test_words_of_few_tickets_and_numbers_are_forgotten(self):
        self.close(("Zyxgorod bank fee", "Zyxgorod again 4711 fee", "a fee 4711"), self.fees)
        self.learn()
        words = self.evidence.search([("taxon_id", "=", self.fees.id)]).mapped("token")
        self.assertIn("fee", words)
        self.assertFalse([word for word in words if "zyxgorod" in word or "4711" in word])

    def test_a_correction_is_learned_anew(self):
        tickets = self.close(FEES, self.attitude)
        self.close(ATTITUDE, self.attitude)
        first = self.learn()
        self.assertEqual(self.suggested("charged fee")[0]["id"], self.attitude.id)
        tickets._unguarded().cause_taxon_id = self.fees
        second = self.learn_again()
        self.assertEqual(self.suggested("charged fee")[0]["id"], self.fees.id)
        self.assertEqual(
            set(self.evidence.search([("company_id", "=", self.env.company.id)]).mapped("generation")), {second.id}
        )
        self.assertNotEqual(first, second)

    def test_a_half_finished_run_does_not_show(self):
        self.close(FEES, self.fees)
        self.close(ATTITUDE, self.attitude)
        self.learn()
        before = self.suggested("charged fee")
        half = self.env["bank.run"].create({"job": "ticket_evidence"})
        batch = half._next_batch()
        half._work_on(batch)
        self.assertEqual(self.suggested("charged fee"), before)
        half.last_id = batch[-1]
        self.assertEqual(self.learn(), half)  # goes on behind the batch that was done, which is not counted again
        self.assertEqual(self.suggested("charged fee"), before)

    def test_each_company_learns_by_itself(self):
        self.close(FEES, self.fees)
        self.learn()
        other = self.env["res.company"].create({"name": "Other Bank"})
        self.assertTrue(self.suggested("charged fee"))
        self.assertEqual(self.evidence._suggest("charged fee", other)["cause"], [])

    def test_one_question_whatever_the_number_of_places(self):
        self.close(FEES, self.fees)
        self.close(ATTITUDE, self.attitude)
        self.learn()
        self.suggested("charged fee")
        with self.assertQueryCount(1):
            self.suggested("charged fee rude clerk")

    def test_shown_on_the_ticket_and_never_set(self):
        self.close(FEES, self.fees)
        self.close(ATTITUDE, self.attitude)
        self.learn()
        ticket = self.as_user("agent", self.make_ticket(subject="A fee was charged", description="My own words"))
        self.assertEqual(ticket.taxon_suggestions["cause"][0]["id"], self.fees.id)
        self.assertLessEqual(len(ticket.taxon_suggestions["cause"]), 3)
        self.assertFalse(ticket.cause_taxon_id)
        self.assertFalse(ticket.product_taxon_id)
        ticket.cause_taxon_id = self.attitude  # a person decides, also against it
        self.assertNotIn("cause", ticket.taxon_suggestions)
        ticket.product_taxon_id = self.cards
        self.assertFalse(ticket.taxon_suggestions)
        with Form(self.env["bank.ticket"].with_user(self.users["agent"])) as form:
            form.subject = "The clerk was rude"
            self.assertEqual(form.taxon_suggestions["cause"][0]["id"], self.attitude.id)
            self.assertFalse(form.cause_taxon_id)

    def test_shown_at_intake(self):
        self.close(FEES, self.fees)
        self.close(ATTITUDE, self.attitude)
        self.learn()
        intake = self.env["bank.ticket.intake"].with_user(self.users["agent"]).new({"subject": "Charged a fee"})
        self.assertEqual(intake.taxon_suggestions["cause"][0]["short"], "Fees")
        self.assertFalse(intake.cause_taxon_id)
        intake.description = "The clerk was rude, the rude clerk at the counter"
        intake.subject = "Rude clerk"
        self.assertEqual(intake.taxon_suggestions["cause"][0]["id"], self.attitude.id)

    def test_who_reads_what_was_learned(self):
        self.close(FEES, self.fees)
        self.learn()
        line = self.evidence.search([("token", "=", "fee")], limit=1)
        for role in ("compliance", "auditor"):
            self.assertEqual(self.as_user(role, line).token, "fee")
            with self.assertRaises(AccessError):
                self.as_user(role, line).write({"tickets": 99})
        for role in ("agent", "rm_north", "bank_admin", "employee"):
            with self.assertRaises(AccessError):
                self.as_user(role, line).read(["token"])
