"""Roles in holdings: the owners' shares sum to 100."""

import psycopg2

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tools import mute_logger

from ..common import BankCase


class TestShares(BankCase):
    def shares(self, *shares):
        partners = [self.anna, self.ben, self.carl, self.pia, self.olga]
        return self.make_holding(self.fund, dict(zip(partners, shares, strict=False)))

    def test_sums_of_100(self):
        for shares in ((100,), (50, 50), (33.33, 33.33, 33.34), (99.99, 0.01), (100, 0)):
            self.assertEqual(len(self.shares(*shares).party_ids), len(shares))

    def test_other_sums_are_refused(self):
        for shares in ((99.99,), (50, 49.99), (33.33, 33.33, 33.33), (60, 60), (0,)):
            with self.assertRaisesRegex(ValidationError, "^Share"):
                self.shares(*shares)

    def test_a_share_lies_between_0_and_100(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.errors.CheckViolation):
            self.shares(150, -50)

    def test_the_only_owner_needs_no_share(self):
        holding = self.env["bank.holding"].create(
            {"product_id": self.fund.id, "party_ids": [Command.create({"partner_id": self.olga.id})]}
        )
        self.assertEqual((holding.party_ids.role, holding.party_ids.share_pct), ("owner", 100))

    def test_other_roles_have_no_share(self):
        self.joint_fund.party_ids = [
            Command.create({"partner_id": self.carl.id, "role": role, "share_pct": 10})
            for role in ("beneficiary", "signatory", "guarantor")
        ]
        others = self.joint_fund.party_ids.filtered(lambda party: party.partner_id == self.carl)
        self.assertEqual(others.mapped("share_pct"), [0, 0, 0])

    def test_shares_are_shifted_in_one_write(self):
        anna, ben = self.joint_fund.party_ids.sorted("share_pct", reverse=True)
        self.joint_fund.party_ids = [
            Command.update(anna.id, {"share_pct": 10}),
            Command.update(ben.id, {"share_pct": 90}),
        ]
        self.assertEqual((anna.share_pct, ben.share_pct), (10, 90))
        self.assertEqual((self.anna.aum, self.ben.aum), (61000, 9000))

    def test_owners_are_exchanged_in_one_write(self):
        anna, ben = self.joint_fund.party_ids.sorted("share_pct", reverse=True)
        self.joint_fund.party_ids = [
            Command.delete(ben.id),
            Command.update(anna.id, {"share_pct": 50}),
            Command.create({"partner_id": self.carl.id, "role": "joint", "share_pct": 50}),
        ]
        self.assertEqual((self.anna.aum, self.ben.aum, self.carl.aum), (65000, 0, 305000))

    def test_a_write_that_leaves_a_wrong_sum_is_refused(self):
        anna, ben = self.joint_fund.party_ids.sorted("share_pct", reverse=True)
        for commands in (
            [Command.update(anna.id, {"share_pct": 10})],
            [Command.delete(ben.id)],
            [Command.create({"partner_id": self.carl.id, "role": "joint", "share_pct": 1})],
        ):
            self.env.invalidate_all()
            with self.subTest(commands=commands), self.assertRaisesRegex(ValidationError, "^Share"):
                self.joint_fund.write({"party_ids": commands})

    def test_an_owner_who_becomes_a_signatory_leaves_a_wrong_sum(self):
        anna = self.joint_fund.party_ids.filtered(lambda party: party.role == "owner")
        with self.assertRaisesRegex(ValidationError, "^Share"):
            self.joint_fund.party_ids = [Command.update(anna.id, {"role": "signatory"})]

    def test_a_single_owner_is_not_taken_out_of_a_joint_holding(self):
        with self.assertRaisesRegex(ValidationError, "^Share"):
            self.joint_fund.party_ids[0].unlink()

    def test_a_forged_context_does_not_help(self):
        party = self.joint_fund.party_ids[0]
        for key in ("bank_shares_later", "bank_defer_shares"):
            with self.assertRaisesRegex(ValidationError, "^Share"):
                party.with_context(**{key: True}).share_pct = 1

    def test_one_role_once(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.errors.UniqueViolation):
            self.joint_fund.party_ids = [
                Command.create({"partner_id": self.carl.id, "role": "signatory"}) for _turn in range(2)
            ]

    def test_a_customer_knows_his_holdings(self):
        self.assertEqual(self.anna.holding_ids, self.anna_account | self.joint_fund)
        self.assertEqual(self.anna.holding_count, 2)
        found = self.env["res.partner"].search([("holding_ids", "in", self.joint_fund.ids)])
        self.assertEqual(found, self.anna | self.ben)

    def test_rights(self):
        """Operations keep the books; managers and agents only look."""
        for role in ("rm_north", "manager_north", "agent", "compliance", "auditor"):
            with self.assertRaises(AccessError):
                self.as_user(role, self.joint_fund.party_ids[0]).share_pct = 1
            with self.assertRaises(AccessError):
                self.as_user(role, self.anna_account).balance = 1
        self.as_user("operations", self.anna_account).balance = 1
        self.assertEqual(self.anna_account.balance, 1)
