from odoo.tests import tagged

from .common import ExchangeCase


def party(customer, role="owner", **values):
    return {"customer_external_id": customer, "role": role, **values}


def row(external_id="h1", parties=None, **values):
    return {"external_id": external_id, "product_code": "XCUR", "parties": parties or [party("1")], **values}


@tagged("post_install", "-at_install")
class TestPushHoldings(ExchangeCase):
    def setUp(self):
        super().setUp()
        self.push_customers([{"external_id": key, "name": f"Customer {key}"} for key in "123"])

    def test_every_key_arrives(self):
        answer = self.push_holdings(
            [
                row(
                    number="6222 0212 3456 7890",
                    currency="CZK",
                    opened_on="2019-03-01",
                    matures_on="2030-03-01",
                    branch_code="XT1",
                    balance="1250.555",
                    balance_on="2026-01-31",
                    is_held_away=False,
                    parties=[party("1", share_pct=60), party("2", "joint", share_pct="40"), party("3", "signatory")],
                )
            ]
        )
        self.assertCounts(answer, created=1)
        holding = self.holding("h1")
        self.assertRecordValues(
            holding,
            [
                {
                    "product_id": self.product.id,
                    "product_class": "deposit",
                    "company_id": self.product.company_id.id,
                    "currency_id": self.env.ref("base.CZK").id,
                    "branch_id": self.branch.id,
                    "state": "active",
                    "number_masked": "****7890",
                    "balance": 1250.56,
                    "owner_id": self.customer("1").id,
                    "source": "core",
                }
            ],
        )
        self.assertEqual(
            [(p.partner_id, p.role, p.share_pct) for p in holding.party_ids.sorted("id")],
            [
                (self.customer("1"), "owner", 60),
                (self.customer("2"), "joint", 40),
                (self.customer("3"), "signatory", 0),
            ],
        )
        self.assertEqual(str(holding.balance_on), "2026-01-31")
        self.assertEqual(holding.balance_ids.mapped("amount"), [1250.56])
        self.assertEqual(self.env["bank.holding"].search([("number", "=", "6222021234567890")]), holding)
        for key, count in (("1", 1), ("2", 1), ("3", 0)):
            self.assertEqual(len(self.events(self.customer(key), "holding.opened")), count)

    def test_stored_computed_fields_are_those_of_the_orm(self):
        self.push_holdings([row(closed_on="2020-01-01", balance=5, balance_on="2020-01-01"), row("h2")])
        holdings = self.holding("h1") | self.holding("h2")
        computed = [f.name for f in holdings._fields.values() if f.store and f.compute]
        before = holdings.read(computed)
        for name in computed:
            self.env.add_to_compute(holdings._fields[name], holdings)
        holdings.invalidate_recordset(flush=True)
        self.assertEqual(holdings.read(computed), before)

    def test_totals_follow(self):
        parties = [party("1", share_pct=75), party("2", "joint", share_pct=25)]
        self.push_holdings([row(parties=parties, balance=1000, balance_on="2026-01-31")])
        self.assertEqual([self.customer(key).aum for key in "123"], [750, 250, 0])
        self.push_holdings([row(parties=[party("3")])], key="2")
        self.assertEqual([self.customer(key).aum for key in "123"], [0, 0, 1000])
        self.push_holdings([row(parties=[party("3")], closed_on="2026-02-01")], key="3")
        self.assertEqual([self.customer(key).aum for key in "123"], [0, 0, 0])

    def test_the_same_again_changes_nothing(self):
        rows = [row(number="123456789", balance=10, balance_on="2026-01-31", opened_on="2019-01-01")]
        self.push_holdings(rows)
        holding = self.holding("h1")
        self.env.cr.execute("SELECT number_encrypted, xmin FROM bank_holding WHERE id = %s", [holding.id])
        before = self.env.cr.fetchone()
        parties = holding.party_ids.ids
        self.assertCounts(self.push_holdings(rows, key="2"), unchanged=1)
        self.env.cr.execute("SELECT number_encrypted, xmin FROM bank_holding WHERE id = %s", [holding.id])
        self.assertEqual(self.env.cr.fetchone(), before)
        self.assertEqual(holding.party_ids.ids, parties)
        self.assertFalse(self.events(self.customer("1"), "holding.changed"))

    def test_closing_and_opening_again(self):
        self.push_holdings([row(opened_on="2019-01-01")])
        self.assertCounts(self.push_holdings([row(closed_on="2024-01-01")], key="2"), updated=1)
        holding = self.holding("h1")
        self.assertEqual(holding.state, "closed")
        self.assertEqual(len(self.events(self.customer("1"), "holding.closed")), 1)
        self.push_holdings([row(closed_on=None)], key="3")
        self.assertEqual((holding.state, holding.closed_on), ("active", False))

    def test_a_new_number_replaces_the_former(self):
        self.push_holdings([row(number="111122223333")])
        self.assertCounts(self.push_holdings([row(number="444455556666")], key="2"), updated=1)
        self.assertEqual(self.holding("h1").number_masked, "****6666")
        event = self.events(self.customer("1"), "holding.changed")
        self.assertEqual(event.payload["fields"], ["number_masked"])
        self.push_holdings([row(number=None)], key="3")
        self.assertFalse(self.holding("h1").number_masked)

    def test_an_older_balance_does_not_become_the_newest(self):
        self.push_holdings([row(balance=10, balance_on="2026-01-31")])
        self.push_holdings([row(balance=5, balance_on="2026-01-01")], key="2")
        holding = self.holding("h1")
        self.assertEqual((holding.balance, str(holding.balance_on)), (10, "2026-01-31"))
        self.assertEqual(len(holding.balance_ids), 2)

    def test_wrong_rows_are_told_apart(self):
        rows = [
            {"external_id": "1", "product_code": "XCUR"},
            row("2", product_code="NOPE"),
            row("3", [party("99")]),
            row("4", [party("1", "boss")]),
            row("5", [party("1", share_pct=50), party("2", "joint", share_pct=49.98)]),
            row("6", [party("1", "guarantor")]),
            row("7", [party("1"), party("1")]),
            row("8", [party("1", share_pct=101)]),
            row("9", opened_on="2020-01-02", closed_on="2020-01-01"),
            row("10", balance=5),
            row("11", balance_on="2020-01-01"),
            row("12", balance=1, balance_on="2200-01-01"),
            row("13", is_held_away="yes"),
            row("14", currency="XXX"),
            row("15", [party("1", colour="red")]),
            row("16", ["1"]),
            row("17", balance=float("inf"), balance_on="2020-01-01"),
            row("18"),
            row("18"),
            row("19", number="- / -"),
        ]
        answer = self.push_holdings(rows, on_error="skip_row")
        self.assertRefused(
            answer,
            (1, "parties", "required_field"),
            (2, "product_code", "unknown_product"),
            (3, "parties[1].customer_external_id", "unknown_customer"),
            (4, "parties[1].role", "invalid_value"),
            (5, "parties", "shares_not_100"),
            (6, "parties", "no_owner"),
            (7, "parties", "shares_not_100"),
            (7, "parties[2]", "duplicate_key"),
            (8, "parties[1].share_pct", "invalid_amount"),
            (9, "closed_on", "invalid_date"),
            (10, "balance_on", "missing_balance_date"),
            (11, "balance", "missing_balance_date"),
            (12, "balance_on", "invalid_date"),
            (13, "is_held_away", "wrong_type"),
            (14, "currency", "unknown_currency"),
            (15, "parties[1].colour", "unknown_field"),
            (16, "parties[1]", "wrong_type"),
            (17, "balance", "invalid_amount"),
            (19, "external_id", "duplicate_key"),
            (20, "number", "invalid_text"),
        )
        self.assertCounts(answer, created=1, rejected=19)

    def test_the_currency_stays_once_there_are_balances(self):
        self.push_holdings([row(currency="CZK", balance=1, balance_on="2026-01-01"), row("h2", currency="CZK")])
        answer = self.push_holdings([row(currency="USD"), row("h2", currency="USD")], key="2", on_error="skip_row")
        self.assertRefused(answer, (1, "currency", "currency_mismatch"))
        self.assertEqual(self.holding("h2").currency_id, self.env.ref("base.USD"))

    def test_customers_of_another_source_are_unknown(self):
        answer = self.push_holdings([row()], source="cards")
        self.assertRefused(answer, (1, "parties[1].customer_external_id", "unknown_customer"))
