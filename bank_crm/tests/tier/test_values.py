"""Value classes: ABC of bank, branch and book, RFM, history; the statement against plain Python."""

import datetime
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL, mute_logger

from .value_common import ValueCase, reference_classes, reference_fifths

MARCH = datetime.date(2026, 3, 1)
FEBRUARY = datetime.date(2026, 2, 1)


class TestClasses(ValueCase):
    def setUp(self):
        super().setUp()
        self.many = self.env["res.partner"].browse()
        for number in range(6):
            self.many |= self.make_customer(f"Customer {number}")
        self.env.flush_all()

    def compute(self, *amounts, month=MARCH):
        self.set_months([(partner, month, amount) for partner, amount in zip(self.many, amounts, strict=False)])
        return self.env["bank.customer.value"]._compute_values(month)

    def test_shares_of_the_whole(self):
        self.compute(40, 30, 10, 14, 5, 1)
        self.assertEqual(self.classes(self.many), "aabacc")
        value = self.value(self.many[2])
        self.assertEqual((value.rank_bank, value.cumulative_bank), (4, 94.0))

    def test_the_customer_who_crosses_the_line_is_a(self):
        self.compute(70, 20, 10)
        self.assertEqual(self.classes(self.many[:3]), "aac")
        self.assertIn("crosses the line is A", self.value(self.many[1]).reason)

    def test_who_reaches_the_line_exactly_is_the_last_a(self):
        self.compute(80, 15, 5)
        self.assertEqual(self.classes(self.many[:3]), "abc")
        self.assertEqual(self.value(self.many[1]).cumulative_bank, 95)

    def test_who_crosses_the_second_line_is_c(self):
        self.compute(80, "15.01", "4.99")
        self.assertEqual(self.classes(self.many[:3]), "acc")

    def test_one_customer_alone_is_a(self):
        self.compute(5)
        self.assertEqual(self.classes(self.many[:1]), "a")

    def test_nothing_or_less_is_c(self):
        self.compute(0, -10, 100)
        self.assertEqual(self.classes(self.many[:3]), "cca")
        self.assertEqual(self.value(self.many[2]).cumulative_bank, 100, "losses take nothing from the whole")
        self.assertIn("brings nothing is C", self.value(self.many[0]).reason)

    def test_nobody_brings_anything(self):
        self.compute(0, -10, 0)
        self.assertEqual(self.classes(self.many[:3]), "ccc")
        self.assertFalse(self.value(self.many[0]).cumulative_bank)

    def test_equals_in_the_order_of_their_ids(self):
        self.compute(25, 25, 25, 25)
        self.assertEqual([self.value(partner).rank_bank for partner in self.many[:4]], [1, 2, 3, 4])
        self.assertEqual(self.classes(self.many[:4]), "aaaa", "the fourth one begins at 75 % and crosses the line")

    def test_twelve_closed_months_count(self):
        first = self.many[0]
        self.set_months([(first, "2025-03-01", 1000), (first, "2025-04-01", 1), (first, FEBRUARY, 2)])
        self.set_months([(first, "2026-04-01", 500)])
        self.set_months([(self.many[1], MARCH, 7)])
        self.set_months([(first, MARCH, 900)], state="open")
        self.env["bank.customer.value"]._compute_values(MARCH)
        self.assertEqual(self.value(first).contribution, 3)

    def test_amounts_in_another_currency_at_the_month_s_end(self):
        self.env["res.currency.rate"].search([("currency_id", "in", (self.cny | self.eur).ids)]).unlink()
        self.set_rate(self.eur, "2020-01-01", 0.125)  # 1 EUR = 8 CNY
        self.set_rate(self.eur, "2026-03-31", 0.25)
        self.set_months(
            [
                (self.many[0], FEBRUARY, 100, {"currency": self.eur}),
                (self.many[0], MARCH, 100, {"currency": self.eur}),
                (self.many[1], MARCH, 100),
            ]
        )
        self.env["bank.customer.value"]._compute_values(MARCH)
        self.assertEqual(self.value(self.many[0]).contribution, 1200)
        self.assertEqual(self.value(self.many[0]).currency_id, self.cny)

    def test_scopes(self):
        """The same customer may be C of the bank and A of his branch and of his manager's book."""
        self.set_months(
            [(self.carl, MARCH, 1000), (self.anna, MARCH, 30), (self.ben, MARCH, 4), (self.olga, MARCH, 1)]
        )
        self.env["bank.customer.value"]._compute_values(MARCH)
        who = self.carl | self.anna | self.ben | self.olga
        self.assertEqual(self.classes(who), "accc")
        self.assertEqual(self.classes(who, "abc_branch"), "aac-")
        self.assertEqual(self.classes(who, "abc_book"), "aac-")
        anna = self.value(self.anna)
        self.assertEqual((anna.rank_bank, anna.rank_branch, anna.rank_book), (2, 1, 1))
        self.assertEqual((anna.branch_id, anna.relationship_manager_id), (self.north_vip, self.users["rm_north"]))

    def test_the_class_of_the_contact_follows(self):
        self.many[0].value_class = "c"
        self.compute(100, 1)
        self.assertEqual(self.many[:2].mapped("value_class"), ["a", "c"])

    def test_a_second_time_changes_nothing(self):
        self.assertEqual(self.compute(40, 30, 10, 14, 5, 1), 6)
        before = self.env["bank.customer.value"].search([]).read()
        self.assertEqual(self.env["bank.customer.value"]._compute_values(MARCH), 0)
        self.assertEqual(self.env["bank.customer.value"].search([]).read(), before)

    def test_a_correction_rewrites_who_is_touched(self):
        self.compute(40, 30, 10, 14, 5, 1)
        self.set_months([(self.many[5], MARCH, 2)])
        changed = self.env["bank.customer.value"]._compute_values(MARCH)
        self.assertGreaterEqual(changed, 1)
        self.assertEqual(self.value(self.many[5]).contribution, 2)
        self.assertEqual(len(self.history(self.many[0])), 1, "a class that stays has no second row")

    def test_classes_before_and_history(self):
        self.compute(100, 1, month=FEBRUARY)
        self.set_months([(self.many[1], MARCH, 10000)])
        self.env["bank.customer.value"]._compute_values(MARCH)
        loser, winner = self.value(self.many[0]), self.value(self.many[1])
        self.assertEqual((loser.previous_class, loser.abc_bank), ("a", "c"))
        self.assertEqual((winner.previous_class, winner.abc_bank), ("c", "a"))
        rows = self.history(self.many[1])
        self.assertEqual(
            [(row.month, row.from_class, row.to_class) for row in rows], [(FEBRUARY, False, "c"), (MARCH, "c", "a")]
        )
        # The month again, with a correction: the class before stays the one of February.
        self.set_months([(self.many[1], MARCH, 0)])
        self.env["bank.customer.value"]._compute_values(MARCH)
        self.assertEqual(self.value(self.many[1]).previous_class, "c")

    def test_events_of_those_who_become_or_were_a(self):
        self.compute(100, 1, month=FEBRUARY)
        self.assertFalse(self.events(self.many[0], "value.changed"), "the first class is no change")
        self.set_months([(self.many[1], MARCH, 10000)])
        self.env["bank.customer.value"]._compute_values(MARCH)
        event = self.events(self.many[1], "value.changed")
        self.assertEqual((event.payload["from"], event.payload["to"]), ("C", "A"))
        self.assertEqual(event.summary, "C → A")
        self.assertTrue(self.events(self.many[0], "value.changed"))

    def test_without_figures_no_value(self):
        self.compute(100, 1)
        self.env.cr.execute(SQL("DELETE FROM bank_customer_month WHERE partner_id = %s", self.many[1].id))
        self.env["bank.customer.value"]._compute_values(MARCH)
        self.assertFalse(self.value(self.many[1]))
        self.assertFalse(self.many[1].value_class)
        self.assertEqual(self.history(self.many[1])[-1].to_class, False)

    def test_other_companies_have_their_own_classes(self):
        other = self.env["res.company"].create({"name": "Other Bank", "currency_id": self.cny.id})
        theirs = self.make_customer("Theirs", company_id=other.id)
        self.set_months([(theirs, MARCH, 5, {"company": other})])
        self.compute(100, 1)
        self.assertFalse(self.value(theirs))
        self.env["bank.customer.value"].with_company(other)._compute_values(MARCH)
        self.assertEqual(self.classes(theirs), "a")
        self.assertEqual(self.classes(self.many[:2]), "ac")

    def test_shares_are_configuration(self):
        policy = self.env.ref("bank_crm.bank_value_policy_default")
        self.compute(50, 30, 20)
        with self.assertRaises(UserError):
            policy.class_a_pct = 50
        action = policy.action_new_version()
        self.env["bank.value.policy"].browse(action["res_id"]).write(
            {"class_a_pct": 50, "class_b_pct": 80, "valid_from": "2026-03-01"}
        )
        self.env["bank.customer.value"]._compute_values(MARCH)
        self.assertEqual(self.classes(self.many[:3]), "abc")
        self.assertEqual(self.value(self.many[0]).policy_id.version, 2)
        self.assertEqual(policy._active_for(self.company, FEBRUARY), policy)

    def test_the_company_s_own_policy_comes_first(self):
        own = self.env["bank.value.policy"].create(
            {"name": "Own", "company_id": self.company.id, "valid_from": "2010-01-01"}
        )
        self.assertEqual(own._active_for(self.company, MARCH), own)
        own.valid_to = "2026-02-28"
        self.assertNotEqual(own._active_for(self.company, MARCH), own)

    @given(st.lists(st.integers(-500, 500), min_size=6, max_size=6), st.integers(0, 5))
    @settings(max_examples=60)
    def test_the_statement_gives_what_plain_python_gives(self, cents, tied):
        amounts = [Decimal(value) / 100 for value in cents]
        amounts[tied] = amounts[0]
        with self.env.cr.savepoint() as savepoint:
            self.compute(*amounts)
            expected = reference_classes(
                {partner.id: amount for partner, amount in zip(self.many, amounts, strict=True)}
            )
            found = {value.partner_id.id: value.abc_bank for value in self.env["bank.customer.value"].search([])}
            self.assertEqual(found, expected)
            self.assertEqual(self.env["bank.customer.value"]._compute_values(MARCH), 0)
            savepoint.rollback()
        self.env.invalidate_all()


class TestRfm(ValueCase):
    def setUp(self):
        super().setUp()
        self.many = self.env["res.partner"].browse()
        for number in range(7):
            self.many |= self.make_customer(f"Customer {number}")
        self.policy = self.env.ref("bank_crm.bank_value_policy_default")

    def set_counts(self, counts, amounts=None):
        amounts = amounts or range(1, len(counts) + 1)
        self.set_months(
            [
                (partner, MARCH, amount, {"transaction_count": count, "adb_aum": 1000 - amount})
                for partner, count, amount in zip(self.many, counts, amounts, strict=True)
            ]
        )

    def fifths(self, field):
        return [self.value(partner)[field] for partner in self.many]

    def test_too_few_customers(self):
        self.set_counts(range(7))
        self.env["bank.customer.value"]._compute_values(MARCH)
        self.assertEqual(self.fifths("rfm_money"), [0] * 7)
        self.assertIn("fewer than 500", self.value(self.many[0]).rfm_reason)

    def test_fifths(self):
        self.policy.rfm_min_customers = 5
        self.set_counts([0, 0, 3, 9, 9, 20, 400])
        self.env["bank.customer.value"]._compute_values(MARCH)
        self.assertEqual(self.fifths("rfm_money"), [1, 1, 2, 3, 3, 4, 5])
        self.assertEqual(self.fifths("rfm_frequency"), [1, 1, 2, 3, 3, 4, 5], "equals are in one fifth")

    def test_money_may_be_assets(self):
        self.policy.write({"rfm_min_customers": 5, "money": "aum"})
        self.set_counts(range(7))
        self.env["bank.customer.value"]._compute_values(MARCH)
        self.assertEqual(self.fifths("rfm_money"), [5, 4, 3, 3, 2, 1, 1])

    def test_no_postings_no_frequency(self):
        self.policy.rfm_min_customers = 5
        self.set_counts([0] * 7)
        self.env["bank.customer.value"]._compute_values(MARCH)
        self.assertEqual(self.fifths("rfm_frequency"), [0] * 7)
        self.assertFalse(self.value(self.many[0]).rfm_cell)

    @given(st.lists(st.integers(0, 9), min_size=7, max_size=7))
    @settings(max_examples=30)
    def test_fifths_as_in_plain_python(self, counts):
        with self.env.cr.savepoint() as savepoint:
            self.policy.rfm_min_customers = 5
            self.set_counts(counts)
            self.env["bank.customer.value"]._compute_values(MARCH)
            expected = reference_fifths(dict(zip(self.many.ids, counts, strict=True)))
            found = {value.partner_id.id: value.rfm_frequency for value in self.env["bank.customer.value"].search([])}
            self.assertEqual(found, expected if any(counts) else dict.fromkeys(expected, 0))
            savepoint.rollback()
        self.env.invalidate_all()

    def test_every_cell_has_a_segment(self):
        owners = self.env["bank.rfm.segment"]._cell_owners()
        codes = {cell: self.env["bank.rfm.segment"].browse(id_).code for cell, id_ in owners.items()}
        self.assertEqual(len(codes), 125)
        for cell in ("555", "554", "545"):
            self.assertEqual(codes[cell], "champions")
        for cell in ("155", "154", "144"):
            self.assertEqual(codes[cell], "at_risk")
        for cell in ("111", "112"):
            self.assertEqual(codes[cell], "hibernating")

    def test_cells_are_checked(self):
        segment = self.env["bank.rfm.segment"]
        for cells in ("556", "55", "5a5", " "):
            with self.assertRaises(ValidationError), mute_logger("odoo.sql_db"):
                segment.create({"name": "X", "code": "x", "cells": cells})
