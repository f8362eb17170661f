"""What registering through the door for other systems may cost in queries: no more per ticket than through the ORM."""

from odoo.tests import users, warmup

from .common import TicketCase
from .test_ticket_query_budget import CREATE_HUNDRED, CREATE_ONE

# Beside the creation itself: the customer, codes, the time zone, accounts in the text, what is registered and what is
# open already, the answer.
LOOKING_UP = 11


class TestTicketRegisterBudget(TicketCase):
    """`register` and `register_batch`, as other systems call them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # As in production: nothing is switched off that costs queries.
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": False})
        cls.company.country_id = cls.env.ref("base.cn")
        cls.customers = cls.env["res.partner"].create(
            [{"name": f"Customer {number:03}", "is_bank_customer": True} for number in range(100)]
        )
        cls.env.flush_all()

    def rows(self, count, start=0):
        return [
            {
                "kind": "complaint",
                "subject": f"Fee {number}",
                "description": f"The fee of account 1234567{number:03} is not what was agreed.",
                "customer_number": self.customers[number % len(self.customers)].customer_number,
                "external_ref": f"BUDGET-{self.env.uid}-{number}",
                "branch_code": "NORTH",
                "received_at": "2026-03-02T10:00:00",
            }
            for number in range(start, start + count)
        ]

    def call(self, method, values):
        """Call as the server does: up to and with what is written when the transaction ends."""
        answer = getattr(self.env["bank.ticket"], method)(values)
        self.env.flush_all()
        self.env.cr.precommit.run()
        return answer

    @users("bank_operations", "bank_agent")
    @warmup
    def test_register_one(self):
        with self.assertQueryCount(CREATE_ONE + LOOKING_UP):
            self.call("register", self.rows(1)[0])

    @users("bank_operations", "bank_agent")
    @warmup
    def test_register_a_hundred(self):
        rows = self.rows(100)
        with self.assertQueryCount(CREATE_HUNDRED):
            answer = self.call("register_batch", {"rows": rows})
        self.assertEqual(answer["created"], 100)

    @users("bank_operations")
    @warmup
    def test_four_times_as_many_take_few_more(self):
        """What grows are portions: values of many2many fields and rows that the ORM inserts by the hundred."""
        counts = []
        for start, count in ((0, 100), (100, 400)):
            rows = self.rows(count, start)
            before = self.env.cr.sql_log_count
            self.call("register_batch", {"rows": rows})
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLess(counts[1], counts[0] * 2, counts)

    @users("bank_operations")
    @warmup
    def test_replaying_a_hundred(self):
        rows = self.rows(100)
        self.call("register_batch", {"rows": rows})
        self.env.invalidate_all()
        with self.assertQueryCount(12):
            answer = self.call("register_batch", {"rows": rows})
        self.assertEqual((answer["created"], answer["existing"]), (0, 100))
