"""Customers sorted by figures of their profile: the order is right, nobody is lost, no contact slips in."""

from odoo.exceptions import AccessError

from ..common import BankCase


class TestOrderByProfile(BankCase):
    CUSTOMERS = [("is_bank_customer", "=", True)]

    def search(self, domain, order, **options):
        mine = self.anna + self.ben + self.carl + self.pia + self.olga + self.contact
        return self.env["res.partner"].search([("id", "in", mine.ids), *domain], order=order, **options)

    def uses_inner_join(self, domain, order):
        query = self.env["res.partner"]._search(domain, order=order)
        return "LEFT JOIN" not in str(query.select().code)

    def test_best_assets_first(self):
        found = self.search(self.CUSTOMERS, "aum DESC, id")
        self.assertEqual(found, self.carl + self.anna + self.ben + self.pia + self.olga)
        self.assertTrue(self.uses_inner_join(self.CUSTOMERS, "aum DESC, id"))

    def test_ascending_and_by_two_figures(self):
        found = self.search(self.CUSTOMERS, "aum, net_assets desc, id desc")
        self.assertEqual(found, self.olga + self.pia + self.ben + self.anna + self.carl)

    def test_a_page(self):
        self.assertEqual(self.search(self.CUSTOMERS, "aum DESC, id", offset=1, limit=2), self.anna + self.ben)

    def test_by_date_with_nulls(self):
        self.ben.financial_profile_id.relationship_start_on = "2020-01-01"
        self.carl.financial_profile_id.relationship_start_on = "2010-01-01"
        found = self.search(self.CUSTOMERS, "profile_relationship_start_on, id")
        self.assertEqual(found, self.carl + self.ben + self.anna + self.pia + self.olga)

    def test_other_contacts_are_not_lost(self):
        either = ["|", *self.CUSTOMERS, ("name", "like", "No")]
        for domain in ([], either, [("is_bank_customer", "in", [True, False])]):
            self.assertIn(self.contact, self.search(domain, "aum DESC, id"), domain)
            self.assertEqual(len(self.search(domain, "aum DESC, id")), 6, domain)
            self.assertFalse(self.uses_inner_join(domain, "aum DESC, id"), domain)

    def test_other_orders_are_left_alone(self):
        found = self.search(self.CUSTOMERS, "name desc")
        self.assertEqual(found, self.pia + self.olga + self.carl + self.ben + self.anna)

    def test_a_relationship_manager_sees_his_own_in_order(self):
        found = self.as_user("rm_north", self.env["res.partner"]).search(self.CUSTOMERS, order="aum DESC")
        self.assertEqual(found & (self.anna + self.ben + self.carl), self.anna + self.ben)

    def test_who_may_not_read_a_figure_may_not_sort_by_it(self):
        self.patch(self.env["res.partner"]._fields["aum"], "groups", "base.group_system")
        partners = self.as_user("rm_north", self.env["res.partner"])
        with self.assertRaises(AccessError):
            partners.search(self.CUSTOMERS, order="aum DESC")

    def test_every_customer_has_a_profile(self):
        self.assertFalse(self.env["res.partner"].search([*self.CUSTOMERS, ("financial_profile_id", "=", False)]))


class TestIndexes(BankCase):
    def definition(self, index):
        self.env.cr.execute("SELECT indexdef FROM pg_indexes WHERE indexname = %s", [index])
        return self.env.cr.fetchone()[0]

    @staticmethod
    def bare(condition):
        return condition.replace("(", "").replace(")", "")

    def condition_of_the_orm(self):
        """How the ORM writes "a customer of the bank": an index with another condition is not used by its queries."""
        query = self.env["res.partner"]._search([("is_bank_customer", "=", True)])
        return str(query.select().code).partition(" WHERE ")[2].replace('"res_partner".', "").replace('"', "")

    def test_index_of_the_first_page(self):
        condition = self.definition("res_partner_bank_customer_idx").partition(" WHERE ")[2]
        self.assertEqual(self.bare(condition), self.bare(self.condition_of_the_orm()))

    def test_indexes_by_parts_of_texts(self):
        if not self.registry.has_trigram:
            self.skipTest("this PostgreSQL has no pg_trgm")
        for name in ("name", "city"):
            definition, condition = self.definition(f"res_partner_bank_customer_{name}_idx").split(" WHERE ")
            self.assertIn("gin_trgm_ops", definition)
            self.assertIn(self.bare(condition), self.condition_of_the_orm())
