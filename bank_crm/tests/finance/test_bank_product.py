"""Products: class, rating, sale, limits."""

import psycopg2

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import freeze_time
from odoo.tools import mute_logger

from ..common import BankCase


class TestProduct(BankCase):
    def family(self, product_class):
        return self.env["bank.product.family"].create(
            {"name": product_class, "code": product_class, "product_class": product_class}
        )

    def test_the_class_comes_from_the_family(self):
        family = self.family("fund")
        product = self.env["bank.product"].create({"code": "F1", "name": "Fund", "family_id": family.id})
        self.assertEqual(product.product_class, "fund")
        product.family_id = self.family("loan")
        self.assertEqual(product.product_class, "loan")
        self.assertFalse(product.is_aum)
        product.family_id = False
        self.assertEqual(product.product_class, "loan", "it keeps what it was")

    def test_without_a_family_it_is_a_deposit_or_what_is_said(self):
        self.assertEqual(self.env["bank.product"].create({"code": "D1", "name": "D"}).product_class, "deposit")
        self.assertEqual(self.make_product("C1", "card").product_class, "card")

    def test_debts_are_no_assets(self):
        for product_class, is_aum in (("loan", False), ("card", False), ("deposit", True), ("insurance", True)):
            self.assertEqual(self.make_product(f"X-{product_class}", product_class).is_aum, is_aum)

    def test_the_higher_rating_holds(self):
        for issuer, seller, effective in (
            ("r2", "r4", "r4"),
            ("r5", "r1", "r5"),
            (False, "r3", "r3"),
            ("r1", False, "r1"),
            (False, False, False),
        ):
            self.account.write({"issuer_rating": issuer, "seller_rating": seller})
            self.assertEqual(self.account.effective_rating, effective)

    @freeze_time("2026-03-31 12:00:00")
    def test_on_sale(self):
        for start, end, active, on_sale in (
            (False, False, True, True),
            ("2026-03-31", "2026-03-31", True, True),
            ("2026-04-01", False, True, False),
            (False, "2026-03-30", True, False),
            (False, False, False, False),
        ):
            self.fund.write({"sale_start_on": start, "sale_end_on": end, "active": active})
            self.env.flush_all()
            self.env.invalidate_all()
            self.assertIs(self.fund.is_on_sale, on_sale)
            products = self.env["bank.product"].with_context(active_test=False)
            self.assertEqual(self.fund in products.search([("is_on_sale", "=", True)]), on_sale)
            self.assertEqual(self.fund in products.search([("is_on_sale", "=", False)]), not on_sale)

    def test_limits(self):
        for low, high in ((-1, 0), (0, -1), (10, 9)):
            with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.errors.CheckViolation):
                self.fund.write({"min_amount": low, "max_amount": high})
                self.env.flush_all()
        self.fund.write({"min_amount": 10, "max_amount": 0})
        self.env.flush_all()

    def test_a_sale_does_not_end_before_it_begins(self):
        with self.assertRaises(ValidationError):
            self.fund.write({"sale_start_on": "2026-02-01", "sale_end_on": "2026-01-31"})

    def test_codes_are_unique_in_a_company(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.errors.UniqueViolation):
            self.make_product("ACC", "deposit")

    def test_only_open_holdings_are_counted(self):
        self.assertEqual(self.account.holding_count, 2)
        self.anna_account.closed_on = "2026-03-31"
        self.account.invalidate_recordset()
        self.assertEqual(self.account.holding_count, 1)

    def test_only_administrators_change_products(self):
        for role in ("rm_north", "manager_north", "agent", "operations", "auditor"):
            with self.assertRaises(AccessError):
                self.as_user(role, self.fund).name = "Mine"
        self.as_user("bank_admin", self.fund).name = "Renamed"
