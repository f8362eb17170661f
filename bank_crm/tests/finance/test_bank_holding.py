"""Holdings: balance, closing, maturity, owner, number, events."""

import psycopg2

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import freeze_time
from odoo.tools import mute_logger

from ..common import TODAY, BankCase


class TestBalance(BankCase):
    def history(self, holding):
        return [(str(balance.date), balance.amount) for balance in holding.balance_ids.sorted("date")]

    def stored(self, holding):
        self.env.flush_all()
        self.env.invalidate_all()
        return str(holding.balance_on), holding.balance

    def test_it_follows_the_newest(self):
        holding = self.anna_account
        holding.balance_ids = [Command.create({"date": "2026-04-30", "amount": 5})]
        self.assertEqual(self.stored(holding), ("2026-04-30", 5))
        holding.balance_ids = [Command.create({"date": "2026-01-31", "amount": 7})]
        self.assertEqual(self.stored(holding), ("2026-04-30", 5))
        holding.balance_ids.filtered(lambda balance: str(balance.date) == "2026-04-30").unlink()
        self.assertEqual(self.stored(holding), (TODAY, 60000))

    @freeze_time("2026-05-05 12:00:00")
    def test_set_by_hand_it_is_today_s(self):
        self.anna_account.balance = 61000
        self.assertEqual(self.stored(self.anna_account), ("2026-05-05", 61000))
        self.assertEqual(self.history(self.anna_account), [(TODAY, 60000), ("2026-05-05", 61000)])
        self.anna_account.balance = 62000
        self.assertEqual(self.history(self.anna_account), [(TODAY, 60000), ("2026-05-05", 62000)])

    def test_set_by_hand_for_a_day(self):
        self.anna_account.write({"balance": 1, "balance_on": "2026-04-02"})
        self.assertEqual(self.stored(self.anna_account), ("2026-04-02", 1))
        self.anna_account.write({"balance": 2, "balance_on": "2026-01-02"})
        self.assertEqual(self.stored(self.anna_account), ("2026-04-02", 1), "the newest holds")
        self.assertEqual(self.history(self.anna_account), [("2026-01-02", 2), (TODAY, 60000), ("2026-04-02", 1)])

    @freeze_time("2026-05-05 12:00:00")
    def test_created_with_a_balance(self):
        for values, expected in (
            ({"balance": 9}, ("2026-05-05", 9)),
            ({"balance": 9, "balance_on": "2026-02-28"}, ("2026-02-28", 9)),
        ):
            holding = self.env["bank.holding"].create(
                {"product_id": self.account.id, "party_ids": [Command.create({"partner_id": self.olga.id})], **values}
            )
            self.assertEqual(self.stored(holding), expected)
            self.assertEqual(self.history(holding), [expected])

    def test_none_yet(self):
        holding = self.make_holding(self.account, {self.olga: 100})
        self.assertEqual((holding.balance, holding.balance_on, len(holding.balance_ids)), (0, False, 0))

    def test_one_a_day(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.errors.UniqueViolation):
            self.anna_account.balance_ids = [Command.create({"date": TODAY, "amount": 1})]

    def test_the_totals_follow(self):
        self.anna_account.balance_ids = [Command.create({"date": "2026-04-30", "amount": 5})]
        self.assertEqual(self.anna.aum, 6005)
        self.anna_account.write({"balance": 10, "balance_on": "2026-05-31"})
        self.assertEqual(self.anna.aum, 6010)


class TestLife(BankCase):
    def test_a_date_of_closing_closes(self):
        self.anna_account.closed_on = TODAY
        self.assertEqual(self.anna_account.state, "closed")
        self.assertEqual(self.anna.aum, 6000)
        self.anna_account.closed_on = False
        self.assertEqual(self.anna_account.state, "active")
        self.assertEqual(self.anna.aum, 66000)

    def test_created_closed(self):
        holding = self.make_holding(self.account, {self.olga: 100}, 100, closed_on=TODAY)
        self.assertEqual(holding.state, "closed")
        self.assertEqual(self.olga.aum, 0)

    def test_closed_needs_its_date_and_a_date_needs_closed(self):
        with self.assertRaisesRegex(ValidationError, "^Closed On"):
            self.anna_account.state = "closed"
        self.anna_account.closed_on = TODAY
        with self.assertRaisesRegex(ValidationError, "^Closed On"):
            self.anna_account.state = "active"

    def test_dormant_stays_dormant(self):
        self.anna_account.state = "dormant"
        self.anna_account.balance = 3
        self.assertEqual(self.anna_account.state, "dormant")
        self.assertEqual(self.make_holding(self.account, {self.olga: 100}, state="dormant").state, "dormant")

    def test_it_does_not_end_before_it_begins(self):
        for name in ("matures_on", "closed_on"):
            with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.errors.CheckViolation):
                self.anna_account.write({"opened_on": "2026-02-01", name: "2026-01-31"})
                self.env.flush_all()

    def test_days_to_maturity(self):
        for today, matures, days in (
            ("2026-03-31", "2026-03-31", 0),
            ("2026-01-31", "2026-02-28", 28),
            ("2024-02-28", "2024-03-01", 2),
            ("2023-02-28", "2023-03-01", 1),
            ("2024-02-29", "2025-02-28", 365),
            ("2026-04-02", "2026-04-01", -1),
        ):
            with freeze_time(f"{today} 12:00:00"):
                self.anna_account.invalidate_recordset()
                self.anna_account.matures_on = matures
                self.assertEqual(self.anna_account.days_to_maturity, days)

    def test_maturing_soon(self):
        Holding = self.env["bank.holding"]
        for today, days, matures, found in (
            ("2024-01-30", 30, "2024-02-29", True),
            ("2024-01-30", 30, "2024-03-01", False),
            ("2023-01-30", 30, "2023-03-01", True),
            ("2026-03-31", 30, "2026-03-31", True),
            ("2026-04-01", 30, "2026-03-31", False),
            ("2026-03-31", 90, "2026-06-29", True),
        ):
            with freeze_time(f"{today} 12:00:00"):
                self.anna_account.matures_on = matures
                self.env.flush_all()
                domain = Holding._domain_maturing(days)
                self.assertEqual(self.anna_account in Holding.search(domain), found, (today, days, matures))

    def test_what_is_closed_does_not_mature(self):
        with freeze_time(f"{TODAY} 12:00:00"):
            self.anna_account.write({"matures_on": "2026-04-10", "closed_on": TODAY})
            found = self.env["bank.holding"].search(self.env["bank.holding"]._domain_maturing(30))
        self.assertNotIn(self.anna_account, found)

    def test_the_main_owner(self):
        self.assertEqual(self.joint_fund.owner_id, self.anna)
        holding = self.make_holding(self.fund, {self.ben: 30, self.anna: 70})
        self.assertEqual(holding.owner_id, self.ben, "the owner comes before the joint owners")
        holding.party_ids = [Command.clear(), Command.create({"partner_id": self.carl.id, "role": "beneficiary"})]
        self.assertFalse(holding.owner_id)

    def test_keys_are_unique_in_their_source(self):
        self.anna_account.write({"source": "core", "external_id": "1"})
        self.carl_account.write({"source": "cards", "external_id": "1"})
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.errors.UniqueViolation):
            self.carl_account.source = "core"
            self.env.flush_all()

    def test_events(self):
        self.assertEqual(len(self.events(self.anna, "holding.opened")), 2)
        self.assertEqual(len(self.events(self.ben, "holding.opened")), 1)
        event = self.events(self.ben, "holding.opened")
        self.assertEqual((event.source_model, event.source_id), ("bank.holding", self.joint_fund.id))
        self.assertEqual(event.summary, self.fund.name)
        self.joint_fund.closed_on = TODAY
        self.joint_fund.closed_on = TODAY
        for partner in self.anna | self.ben:
            self.assertEqual(len(self.events(partner, "holding.closed")), 1)


class TestNumber(BankCase):
    def test_it_goes_in_and_never_comes_out(self):
        self.anna_account.number = "6222 0212 3456 7890"
        self.env.flush_all()
        self.env.cr.execute("SELECT row_to_json(h)::text FROM bank_holding h WHERE id = %s", [self.anna_account.id])
        self.assertNotIn("34567890", self.env.cr.fetchone()[0])
        self.assertEqual(self.anna_account.number_masked, "****7890")
        holding = self.as_user("rm_north", self.anna_account)
        self.assertFalse(holding.number)
        self.assertNotIn("34567890", str(holding.read()))
        for name in ("number_encrypted", "number_hash"):
            with self.assertRaises(AccessError):
                holding.read([name])
        self.assertEqual(holding.search([("number", "=", "6222021234567890")]), holding)
        self.assertFalse(self.as_user("rm_south", holding).search([("number", "=", "6222021234567890")]))
        self.assertIn("****7890", holding.display_name)
