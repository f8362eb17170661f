"""Every column holds what the ORM would have stored: the feed writes SQL, nobody may be able to tell."""

import datetime
from unittest.mock import patch

from odoo import api
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from ...models.exchange.bank_exchange import BankExchange
from .common import ExchangeCase

# Values that exercise core's computed fields: blanks, capitals, several addresses, numbers without prefix, nonsense.
ROWS = [
    {"name": "Anna Berg"},
    {"name": "  Blanks Around  ", "email": "  Anna.BERG@Example.COM ", "phone": "601 123 456", "country_code": "CZ"},
    {"name": "张伟", "email": "张伟 <zhang.wei@example.cn>", "phone": "138 0013 8000", "country_code": "CN"},
    {"name": "Two Addresses", "email": "a@example.com, b@example.com", "phone": "00420601123456"},
    {"name": "Nonsense", "email": "no address", "phone": "call me", "zip": "?", "city": "\\N", "street": "a\\tb"},
    {"name": "Berg & Söhne GmbH", "type": "company", "email": "INFO@BERG.DE", "phone": "+49 30 123456"},
    {"name": "Trader", "type": "sole_trader", "lang": "en_US", "preferred_channel": "email"},
    {
        "name": "Full",
        "birthdate": "1984-02-29",
        "gender": "female",
        "nationality": "CZ",
        "street": "Main 1",
        "city": "Praha",
        "zip": "11000",
        "country_code": "CZ",
        "relationship_start_on": "2010-05-01",
        "occupation": "Engineer",
        "annual_income": "480000.505",
        "currency": "CZK",
        "branch_code": "XT1",
        "manager_login": "xch.manager",
    },
    {"name": "Income at Home", "annual_income": 150000, "branch_code": "XT1"},
    {"name": "", "type": "individual", "lang": None, "email": None},
]
ROWS[-1]["name"] = "Nulls"
UPDATES = [
    {"name": "Anna Nová", "email": "NEW@example.com", "phone": "+1 202 555 0123", "type": "company"},
    {"name": "  Blanks Around  ", "email": None, "phone": None, "country_code": None},
    {"name": "张伟", "phone": "139 0013 8000", "country_code": "CN", "city": "上海"},
    {"name": "One Address", "email": "b@example.com"},
    {"name": "Sense", "email": "an@address.example", "phone": "+420 601 123 456"},
    {"name": "Berg", "type": "individual"},
    {"name": "Trader", "preferred_channel": None},
    {"name": "Full", "annual_income": 12.345, "currency": None, "gender": None, "birthdate": "1985-01-01"},
    {"name": "Income at Home", "annual_income": 0},
    {"name": "Nulls", "lang": "en_US", "occupation": "Clerk"},
]
TOLD_APART = {"id", "customer_number", "commercial_partner_id", "financial_profile_id", "partner_id"}
CLOCKS = {"calendar_last_notif_ack", "totals_computed_at"}
PARTNER_FIELDS = {
    "type": "customer_type",
    "country_code": "country_id",
    "branch_code": "branch_id",
    "manager_login": "relationship_manager_id",
}
PROFILE_FIELDS = {
    "birthdate": "birthdate",
    "gender": "gender",
    "nationality": "nationality_id",
    "relationship_start_on": "relationship_start_on",
    "occupation": "occupation",
    "annual_income": "annual_income",
    "currency": "currency_id",
}


@tagged("post_install", "-at_install")
class TestCustomerColumns(ExchangeCase):
    def setUp(self):
        super().setUp()
        self.env.company.country_id = self.env.ref("base.cz")

    # ------------------------------------------------------------------
    # The same through the ORM
    # ------------------------------------------------------------------

    def _resolve(self, key, value):
        if value in (None, ""):
            return False
        if key in ("country_code", "nationality"):
            return self.env["res.country"].search([("code", "=", value)]).id
        if key == "branch_code":
            return self.branch.id
        if key == "manager_login":
            return self.manager.id
        if key == "currency":
            return self.env["res.currency"].search([("name", "=", value)]).id
        return float(value) if key == "annual_income" else value

    def _values(self, row, number=None):
        partner, profile = {}, {}
        for key, value in row.items():
            if key in PROFILE_FIELDS:
                profile[PROFILE_FIELDS[key]] = self._resolve(key, value)
            else:
                partner[PARTNER_FIELDS.get(key, key)] = self._resolve(key, value)
        if "customer_type" in partner:
            partner["is_company"] = partner["customer_type"] == "company"
        if number:
            partner.update(is_bank_customer=True, customer_number=number)
        if "currency_id" in profile and not profile["currency_id"]:
            profile["currency_id"] = self.env.company.currency_id.id
        return partner, profile

    def _orm(self):
        context = {"bank_assignment_source": "feed", "tracking_disable": True}
        return self.env["res.partner"].with_user(self.operator).sudo().with_context(**context)

    def _create_by_orm(self):
        partners = self._orm()
        for index, row in enumerate(ROWS):
            values, profile = self._values(row, f"ORM-{index}")
            partner = partners.create(values)
            partner.financial_profile_id.write(profile)
            partners |= partner
        partners.env.flush_all()
        return partners

    def _create_by_feed(self, update=None):
        rows = [{**row, "external_id": str(i), "customer_number": f"FEED-{i}"} for i, row in enumerate(ROWS)]
        self.assertCounts(self.push_customers(rows), created=len(rows))
        return self._orm().concat(*[self.customer(str(index)) for index in range(len(ROWS))])

    # ------------------------------------------------------------------
    # Compare
    # ------------------------------------------------------------------

    def _stored(self, table, column, ids):
        self.env.flush_all()
        self.env.cr.execute(f"SELECT * FROM {table} WHERE {column} = ANY(%s)", [list(ids)])  # pylint: disable=sql-injection
        rows = {row[column]: row for row in self.env.cr.dictfetchall()}
        return [rows[record_id] for record_id in ids]

    def assertSameColumns(self, table, column, orm, feed):
        for row, expected, actual in zip(
            ROWS, self._stored(table, column, orm.ids), self._stored(table, column, feed.ids), strict=True
        ):
            for name in expected.keys() - TOLD_APART - CLOCKS:
                with self.subTest(table=table, column=name, name=row["name"]):
                    self.assertEqual(actual[name], expected[name])
            for name in CLOCKS & expected.keys():
                with self.subTest(table=table, column=name, name=row["name"]):
                    self.assertLess(abs(actual[name] - expected[name]), datetime.timedelta(minutes=5))

    def assertSameCustomers(self, orm, feed):
        self.assertSameColumns("res_partner", "id", orm, feed)
        self.assertSameColumns("bank_financial_profile", "partner_id", orm, feed)
        for partner in feed:
            self.assertEqual(partner.commercial_partner_id, partner)
            self.assertEqual(partner.financial_profile_id.partner_id, partner)

    def test_created_customers_have_the_columns_that_the_orm_stores(self):
        self.assertSameCustomers(self._create_by_orm(), self._create_by_feed())

    def test_updated_customers_have_the_columns_that_the_orm_stores(self):
        orm, feed = self._create_by_orm(), self._create_by_feed()
        for partner, row in zip(orm, UPDATES, strict=True):
            values, profile = self._values(row)
            partner.write(values)
            partner.financial_profile_id.write(profile)
        orm.env.flush_all()
        rows = [{**row, "external_id": str(index)} for index, row in enumerate(UPDATES)]
        self.assertCounts(self.push_customers(rows, key="2"), updated=len(rows))
        self.assertSameCustomers(orm, feed)

    def test_assignments_have_the_columns_that_the_orm_stores(self):
        orm, feed = self._create_by_orm(), self._create_by_feed()
        owned = [index for index, row in enumerate(ROWS) if "branch_code" in row]
        for index in owned:
            expected = self._stored("bank_assignment", "partner_id", orm[index].ids)[0]
            actual = self._stored("bank_assignment", "partner_id", feed[index].ids)[0]
            for name in expected.keys() - TOLD_APART:
                with self.subTest(column=name, index=index):
                    self.assertEqual(actual[name], expected[name])

    def test_events_are_those_of_the_orm(self):
        orm, feed = self._create_by_orm(), self._create_by_feed()
        for expected, actual in zip(orm, feed, strict=True):
            self.assertEqual(
                sorted(expected.bank_event_ids.mapped("kind")), sorted(actual.bank_event_ids.mapped("kind"))
            )
            created = self.events(actual, "customer.created")
            self.assertEqual(created.payload, {"label": actual.customer_number})
            self.assertEqual(created.user_id, self.operator)

    def test_a_computed_field_of_another_addon_is_computed(self):
        """An addon that overrides a compute method gets its method called on records."""
        model = type(self.env["res.partner"])

        def compute(partners):
            for partner in partners:
                partner.complete_name = f"{partner.name}!"

        with patch.object(model, "_compute_complete_name", compute):
            self.push_customers([{"external_id": "1", "name": "Anna"}])
            self.assertEqual(self.customer("1").complete_name, "Anna!")
            self.push_customers([{"external_id": "1", "name": "Bela"}], key="2")
            self.assertEqual(self.customer("1").complete_name, "Bela!")

    def test_a_constraint_of_another_addon_is_checked(self):
        message = "There is no such city."

        @api.constrains("city")
        def check(partners):
            if any(partner.city == "Atlantis" for partner in partners):
                raise ValidationError(message)

        check.__module__ = "odoo.addons.somewhere.models.res_partner"
        model = type(self.env["res.partner"])
        methods = [*self.env["res.partner"]._constraint_methods, check]
        with (
            patch.object(model, "_constraint_methods", methods),
            patch.object(BankExchange, "_log_failure", lambda *args: None),
        ):
            self.push_customers([{"external_id": "1", "name": "Anna", "city": "Praha"}])
            with self.assertRaises(ValidationError):
                self.push_customers([{"external_id": "2", "name": "Bela", "city": "Atlantis"}], key="2")
            with self.assertRaises(ValidationError):
                self.push_customers([{"external_id": "1", "name": "Anna", "city": "Atlantis"}], key="3")
        self.assertFalse(self.customer("2"))
