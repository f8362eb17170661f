"""What tickets may cost in queries, by role, with warm caches and clocks running: figures that only reasons may raise.

The peer (OCA helpdesk with two SLA policies) takes 38 queries for one ticket, 1,932 for a hundred, 3,722 for a hundred
with a handler each, some 500 for fifty changes of a stage and 242 for the counters of 80 customers
(``./dev bench tickets``).
"""

from odoo.tests import new_test_user, users, warmup

from .common import TicketCase

CREATE_ONE = 25
CREATE_HUNDRED = 150
CREATE_HUNDRED_ASSIGNED = 400
NEXT_STATE_OF_FIFTY = 60
COUNTERS_OF_EIGHTY = 2
COUNTERS_OF_A_TEAM = 2
HANDLERS = 20


class TestTicketQueryBudget(TicketCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # As in production: nothing is switched off that costs queries.
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": False})
        cls.company.country_id = cls.env.ref("base.cn")
        cls.handlers = cls.env["res.users"].union(
            *[
                new_test_user(cls.env, f"budget_handler_{number}", groups="bank_crm.group_service_agent")
                for number in range(HANDLERS)
            ]
        )
        cls.customers = cls.env["res.partner"].create(
            [
                {
                    "name": f"Customer {number:03}",
                    "is_bank_customer": True,
                    "branch_id": cls.north.id,
                    "email": f"customer{number}@example.com",
                }
                for number in range(100)
            ]
        )
        cls.env.flush_all()

    def values(self, number, **more):
        return [
            {
                "kind": "complaint",
                "subject": f"Fee {index}",
                "description": "The fee is not what was agreed.",
                "partner_id": self.customers[index].id,
                "team_id": self.office.id,
                **{name: options[index % len(options)] for name, options in more.items()},
            }
            for index in range(number)
        ]

    def register(self, vals_list):
        """Create tickets with all that the end of the transaction has the server do before it commits."""
        tickets = self.env["bank.ticket"].create(vals_list)
        self.settle()
        return tickets

    def settle(self):
        self.env.flush_all()
        self.env.cr.precommit.run()

    @users("bank_agent", "bank_lead", "bank_operations")
    @warmup
    def test_create_one(self):
        with self.assertQueryCount(CREATE_ONE):
            self.register(self.values(1))

    @users("bank_agent", "bank_lead", "bank_operations")
    @warmup
    def test_create_hundred(self):
        with self.assertQueryCount(CREATE_HUNDRED):
            tickets = self.register(self.values(100))
        self.assertEqual(len(set(tickets.mapped("number"))), 100)

    @users("bank_agent", "bank_lead", "bank_operations")
    @warmup
    def test_create_hundred_for_others(self):
        with self.assertQueryCount(CREATE_HUNDRED_ASSIGNED):
            tickets = self.register(self.values(100, user_id=self.handlers.ids))
        self.assertEqual(tickets.user_id, self.handlers)

    @users("bank_agent", "bank_lead", "bank_compliance")
    @warmup
    def test_next_state_of_fifty(self):
        tickets = self.register(self.values(50))
        self.env.invalidate_all()
        with self.assertQueryCount(NEXT_STATE_OF_FIFTY):
            tickets.action_investigate()
            self.settle()
        self.assertEqual(set(tickets.mapped("state")), {"investigating"})

    @users("bank_agent", "bank_lead", "bank_compliance", "bank_manager_north")
    @warmup
    def test_counters_of_eighty(self):
        customers = self.customers[:80].with_env(self.env)
        self.env["bank.ticket"].sudo().create(self.values(80))
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(
            bank_agent=COUNTERS_OF_EIGHTY,
            bank_lead=COUNTERS_OF_EIGHTY,
            bank_compliance=COUNTERS_OF_EIGHTY,
            bank_manager_north=COUNTERS_OF_EIGHTY + 1,  # the tree of his branches
        ):
            opened = customers.mapped("open_ticket_count")
            total = customers.mapped("ticket_count")
        self.assertEqual(len(opened), 80)
        self.assertTrue(all(opened))
        self.assertEqual(opened, total)

    @users("bank_agent", "bank_lead")
    @warmup
    def test_counters_of_a_team(self):
        tickets = self.env["bank.ticket"].sudo().create(self.values(3, user_id=[self.handlers[0].id, False, False]))
        tickets[2]._set_state("withdrawn")
        team = self.office.with_env(self.env)
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(COUNTERS_OF_A_TEAM):
            opened, waiting = team.open_ticket_count, team.waiting_count
        backlog = self.env["bank.ticket"].search([("team_id", "=", team.id), ("is_open", "=", True)])
        self.assertEqual((opened, waiting), (len(backlog), len(backlog.filtered(lambda ticket: not ticket.user_id))))
        self.assertTrue(opened > waiting > 0)
