"""The scope of a user: what his roles open to him, asked in a way that indexes answer."""

from ..common import BankCase


class TestScope(BankCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.world = cls.anna + cls.ben + cls.carl + cls.pia + cls.olga + cls.contact
        cls.rm_north, cls.rm_south = cls.users["rm_north"], cls.users["rm_south"]

    def give(self, partner, user, role="backup", **values):
        return self.env["bank.assignment"].create(
            {"partner_id": partner.id, "user_id": user.id, "role": role, **values}
        )

    def found_by(self, role, domain):
        return self.as_user(role, self.env["res.partner"]).search(domain) & self.world

    def test_looked_after_by(self):
        self.give(self.carl, self.rm_north)
        self.give(self.olga, self.rm_north, date_from="2020-01-01", date_to="2021-01-01")
        self.assertEqual(self.carl.looked_after_by_ids, self.rm_south + self.rm_north)
        self.assertFalse(self.olga.looked_after_by_ids)
        partners = self.env["res.partner"]
        domain = [("looked_after_by_ids", "in", self.rm_north.ids)]
        self.assertEqual(partners.search(domain) & self.world, self.anna + self.ben + self.carl)
        self.assertEqual(self.world.filtered_domain(domain), self.anna + self.ben + self.carl)
        others = partners.search([("looked_after_by_ids", "not in", self.rm_north.ids)])
        self.assertEqual(others & self.world, self.pia + self.olga + self.contact)

    def test_pending_assignments_are_flushed(self):
        assignment = self.give(self.carl, self.rm_north)
        domain = [("looked_after_by_ids", "in", self.rm_north.ids)]
        self.assertIn(self.carl, self.env["res.partner"].search(domain))
        assignment.date_to = assignment.date_from
        self.assertNotIn(self.carl, self.env["res.partner"].search(domain))

    def test_a_backup_sees_the_customer_while_it_lasts(self):
        self.assertNotIn(self.carl, self.found_by("rm_north", []))
        assignment = self.give(self.carl, self.rm_north, role="specialist")
        self.assertIn(self.carl, self.found_by("rm_north", []))
        self.assertEqual(self.as_user("rm_north", self.carl).aum, 300000)
        self.assertEqual(self.as_user("rm_north", self.carl_account).balance, 300000)
        assignment.date_to = assignment.date_from
        self.assertNotIn(self.carl, self.found_by("rm_north", []))

    def test_the_list_of_customers_is_what_the_rules_open(self):
        """The action's condition only helps the database: it hides nothing that the rules open."""
        customers = [("is_bank_customer", "=", True)]
        self.give(self.carl, self.rm_north)
        colleague = self.users["rm_north"].partner_id
        colleague.is_bank_customer = True
        self.world = self.world + colleague
        for role in ("rm_north", "rm_south", "manager_north", "agent", "auditor", "operations", "bank_admin"):
            with self.subTest(role=role):
                expected = self.found_by(role, customers)
                self.assertEqual(self.found_by(role, [*customers, ("is_in_my_scope", "=", True)]), expected)
                self.assertFalse(self.found_by(role, [*customers, ("is_in_my_scope", "=", False)]))
                seen = self.as_user(role, expected)
                self.assertEqual(set(seen.mapped("is_in_my_scope")), {True} if expected else set())

    def test_the_action_asks_for_the_scope(self):
        domain = self.env["ir.actions.act_window"]._for_xml_id("bank_crm.bank_customer_action")["domain"]
        self.assertIn("is_in_my_scope", domain)

    def test_every_alternative_can_be_looked_up_in_an_index(self):
        """A single sub-query among the alternatives would make the database read all contacts."""
        self.env.flush_all()
        env = self.env(user=self.rm_north)
        query = env["res.partner"]._search([("is_bank_customer", "=", True), ("is_in_my_scope", "=", True)])
        self.env.cr.execute("EXPLAIN " + self.env.cr.mogrify(query.select()).decode())
        plan = "\n".join(row[0] for row in self.env.cr.fetchall())
        self.assertIn("InitPlan", plan)  # the ids of assignments are read once and before
        self.assertNotIn("SubPlan", plan)
