"""Assignments: one active primary, sensible rows, events."""

import psycopg2

from odoo.exceptions import ValidationError
from odoo.tests import freeze_time
from odoo.tools import SQL, mute_logger

from ..common import BankCase


class TestAssignment(BankCase):
    def assign(self, partner, **vals):
        return self.env["bank.assignment"].create({"partner_id": partner.id, **vals})

    def test_one_active_primary(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.errors.UniqueViolation):
            self.assign(self.anna, user_id=self.users["rm_south"].id)

    def test_the_database_itself_refuses_a_second_one(self):
        """Two sessions that assign at the same time cannot both win."""
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.errors.UniqueViolation):
            self.env.cr.execute(
                SQL(
                    """INSERT INTO bank_assignment (partner_id, user_id, role, date_from, source)
                       VALUES (%s, %s, 'primary', CURRENT_DATE, 'manual')""",
                    self.anna.id,
                    self.users["rm_south"].id,
                )
            )

    def test_ended_ones_and_other_roles_may_be_many(self):
        for _turn in range(2):
            self.assign(self.anna, user_id=self.users["rm_south"].id, date_from="2020-01-01", date_to="2020-12-31")
            self.assign(self.anna, user_id=self.users["rm_south"].id, role="backup")
        self.assertEqual(len(self.anna.assignment_ids), 5)

    def test_a_primary_needs_a_user_or_a_branch(self):
        with self.assertRaises(ValidationError):
            self.assign(self.olga)
        self.assertTrue(self.assign(self.olga, branch_id=self.north.id))

    def test_backup_and_specialist_are_persons(self):
        for role in ("backup", "specialist"):
            with self.assertRaises(ValidationError):
                self.assign(self.olga, role=role, branch_id=self.north.id)

    def test_only_customers_are_assigned(self):
        with self.assertRaises(ValidationError):
            self.assign(self.contact, user_id=self.users["rm_north"].id)

    def test_it_does_not_end_before_it_begins(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.errors.CheckViolation):
            self.assign(self.olga, branch_id=self.north.id, date_from="2026-01-02", date_to="2026-01-01")

    def test_one_that_begins_later_ends_on_its_first_day(self):
        later = self.assign(self.olga, branch_id=self.north.id, date_from="2999-01-01")
        self.olga.relationship_manager_id = self.users["rm_south"]
        self.assertEqual(later.date_to, later.date_from)

    def test_it_does_not_change_hands(self):
        with self.assertRaises(ValidationError):
            self.anna.assignment_ids.partner_id = self.olga


@freeze_time("2026-04-01 12:00:00")
class TestOwnerEvents(BankCase):
    def changes(self, partner):
        return [(event.payload["from"], event.payload["to"]) for event in self.events(partner, "owner.changed")]

    def label(self, role, branch):
        return f"{self.users[role].name} ({branch.name})"

    def test_from_and_to(self):
        first = self.label("rm_north", self.north_vip)
        self.assertEqual(self.changes(self.anna), [(None, first)])
        self.anna.write({"relationship_manager_id": self.users["rm_south"].id, "branch_id": self.south.id})
        second = self.label("rm_south", self.south)
        self.assertEqual(self.changes(self.anna), [(None, first), (first, second)])
        self.assertEqual(self.events(self.anna, "owner.changed")[-1].summary, f"{first} → {second}")

    def test_to_nobody_and_back(self):
        first = self.label("rm_north", self.north_vip)
        self.anna.write({"relationship_manager_id": False, "branch_id": False})
        self.assertEqual(self.changes(self.anna)[1:], [(first, None)])
        with freeze_time("2026-05-01 12:00:00"):
            self.anna.write({"relationship_manager_id": self.users["rm_south"].id})
        self.assertEqual(self.changes(self.anna)[2:], [(None, self.label("rm_south", self.south))])

    def test_an_assignment_ended_by_hand_is_an_event(self):
        self.anna.assignment_ids.date_to = "2026-04-01"
        self.assertEqual(self.changes(self.anna)[1:], [(self.label("rm_north", self.north_vip), None)])

    def test_many_at_once(self):
        (self.anna | self.carl).write({"relationship_manager_id": self.users["manager_north"].id})
        self.assertEqual(len(self.changes(self.anna)), 2)
        self.assertEqual(len(self.changes(self.carl)), 2)
        self.assertEqual(self.changes(self.carl)[1][0], self.label("rm_south", self.south))

    def test_a_backup_is_no_change_of_owner(self):
        self.env["bank.assignment"].create(
            {"partner_id": self.anna.id, "user_id": self.users["rm_south"].id, "role": "backup"}
        )
        self.assertEqual(len(self.changes(self.anna)), 1)
