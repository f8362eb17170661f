"""Households: each holding once, and who may see the totals."""

import psycopg2

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from .test_customer_month import day
from .test_months_night import NightCase


class GroupCase(NightCase):
    def setUp(self):
        super().setUp()
        self.GroupMonth = self.env["bank.group.month"]
        self.spouse = self.make_customer("Yan", user=self.users["rm_south"], branch=self.south)
        self.zoe.relationship_manager_id = self.users["rm_north"]  # and by that in branch North VIP
        self.users["stranger"] = new_test_user(self.env, "bank_x", groups="bank_crm.group_relationship_manager")
        self.group = self.household(self.zoe, self.spouse)

    def household(self, *partners, **values):
        return self.env["bank.group"].create(
            {
                "name": "Household",
                "member_ids": [
                    Command.create(
                        {"partner_id": partner.id, "is_head": not number, "date_from": "2026-01-01", **values}
                    )
                    for number, partner in enumerate(partners)
                ],
            }
        )

    def member(self, partner):
        return self.group.member_ids.filtered(lambda member: member.partner_id == partner)

    def compute_group(self, month="2026-04"):
        self.compute(month, self.zoe, self.spouse)
        written = self.GroupMonth._compute_groups(self.group.ids)
        self.env.invalidate_all()
        return written

    def total(self, month="2026-04"):
        self.compute_group(month)
        return self.GroupMonth.search([("group_id", "=", self.group.id), ("month", "=", f"{month}-01")])


class TestTotals(GroupCase):
    def setUp(self):
        super().setUp()
        self.hold({"2026-03-31": 1000})
        self.hold({"2026-03-31": 500}, shares={self.spouse: 100})

    def test_a_joint_holding_counts_once_whatever_the_policy(self):
        self.hold({"2026-03-31": 300}, shares={self.zoe: 50, self.spouse: 50})
        for policy in ("share", "full", "first"):
            self.company.bank_joint_policy = policy
            self.group._figures_changed()
            self.assertEqual(self.total().adb_aum, 1800, policy)

    def test_with_a_stranger_it_counts_at_most_once(self):
        self.hold({"2026-03-31": 300}, shares={self.olga: 50, self.spouse: 50})
        for policy, expected in (("share", 1650), ("full", 1800), ("first", 1500)):
            self.company.bank_joint_policy = policy
            self.group._figures_changed()
            self.assertEqual(self.total().adb_aum, expected, policy)

    def test_debts_net_assets_and_members(self):
        self.hold({"2026-03-31": 700}, product=self.mortgage)
        april = self.total()
        self.assertEqual((april.adb_loan, april.eop_net_assets, april.member_count), (700, 800, 2))
        self.assertEqual((april.days, april.coverage_days), (30, 30))

    def test_assets_that_are_left_out_and_members_who_left(self):
        self.member(self.spouse).include_assets = False
        self.assertEqual(self.total().adb_aum, 1000)
        self.member(self.spouse).write({"include_assets": True, "date_to": "2026-04-15"})
        april = self.total()
        self.assertEqual((april.adb_aum, april.member_count), (1000, 1))
        self.member(self.spouse).date_to = "2026-04-30"
        self.assertEqual(self.total().adb_aum, 1500)

    def test_the_second_time_nothing_is_written(self):
        self.assertEqual(self.compute_group(), 1)
        self.assertEqual(self.compute_group(), 0)
        self.member(self.spouse).has_consented = True
        self.assertEqual(self.compute_group(), 0)

    def test_a_corrected_month_reaches_the_group(self):
        self.total()
        self.hold({"2026-03-31": 5})
        self.assertEqual(self.total().adb_aum, 1505)

    def test_the_night_computes_groups_after_their_members(self):
        self.night()
        self.assertEqual(self.GroupMonth.search([("month", "=", "2026-05-01")]).adb_aum, 1500)
        before = len(self.runs("group_months"))
        self.night()
        self.assertEqual(len(self.runs("group_months")), before)

    def test_in_the_currency_of_the_group(self):
        self.set_rate(self.eur, "2026-01-01", 0.125)
        self.group.currency_id = self.eur
        self.assertEqual(self.total().adb_aum, 187.5)


class TestMembers(GroupCase):
    def test_one_head_and_one_primary_group(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.errors.UniqueViolation):
            self.member(self.spouse).is_head = True
            self.env.flush_all()

    def test_one_primary_group(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.errors.UniqueViolation):
            self.household(self.zoe)

    def test_several_groups_are_fine_when_one_is_primary(self):
        other = self.household(self.zoe, is_primary_group=False)
        self.assertEqual(self.zoe.primary_group_id, self.group)
        self.assertEqual(other.head_id, self.zoe)

    def test_only_customers_of_the_company_are_members(self):
        with self.assertRaises(ValidationError):
            self.household(self.contact)
        other = self.env["res.company"].create({"name": "Other Bank"})
        with self.assertRaises(ValidationError):
            self.household(self.make_customer("Far", company_id=other.id))

    def test_a_member_stays_who_he_is(self):
        with self.assertRaises(ValidationError):
            self.member(self.zoe).partner_id = self.carl

    def test_merging_members_keeps_one(self):
        self.member(self.spouse).write({"objects_to_totals": True, "date_from": "2025-01-01"})
        self.env["base.partner.merge.automatic.wizard"]._merge((self.zoe | self.spouse).ids, self.zoe)
        self.assertEqual(self.group.member_ids.partner_id, self.zoe)
        member = self.group.member_ids
        self.assertEqual((member.is_head, member.objects_to_totals, str(member.date_from)), (True, True, "2025-01-01"))

    def test_merging_customers_of_two_households(self):
        other = self.household(self.carl, self.anna)
        self.env["base.partner.merge.automatic.wizard"]._merge((self.zoe | self.carl).ids, self.zoe)
        members = self.zoe.group_member_ids
        self.assertEqual(members.group_id, self.group | other)
        self.assertEqual(members.filtered("is_primary_group").group_id, self.group)


class TestWhoSees(GroupCase):
    """Zoe is a customer of rm_north, her spouse one of rm_south."""

    def setUp(self):
        super().setUp()
        self.hold({"2026-03-31": 1000})
        self.total()

    def sees(self, role, record):
        return bool(self.as_user(role, record).search([("id", "in", record.ids)]))

    def who_sees_totals(self):
        months = self.GroupMonth.search([("group_id", "=", self.group.id)])
        roles = ("rm_north", "rm_south", "manager_north", "stranger", "agent", "operations", "compliance", "auditor")
        return {role for role in roles if self.sees(role, months)}

    def test_who_sees_a_member_sees_the_group(self):
        for role in ("rm_north", "rm_south", "agent", "operations", "compliance", "auditor"):
            self.assertTrue(self.sees(role, self.group), role)
        self.assertFalse(self.sees("stranger", self.group))
        with self.assertRaises(AccessError):
            self.as_user("bank_admin", self.group).read(["name"])

    def test_a_manager_of_one_sees_the_other_only_when_he_agrees(self):
        other = self.member(self.spouse)
        self.assertFalse(self.sees("rm_north", other))
        other.has_consented = True
        self.assertTrue(self.sees("rm_north", other))
        self.assertFalse(self.sees("stranger", other))  # who sees no member sees none
        with self.assertRaises(AccessError):
            self.as_user("rm_north", other).objects_to_totals = True

    def test_totals_need_the_consent_of_those_whom_one_does_not_look_after(self):
        everywhere = {"agent", "operations", "compliance", "auditor"}
        self.assertEqual(self.who_sees_totals(), everywhere)
        self.member(self.spouse).has_consented = True
        self.assertEqual(self.who_sees_totals(), everywhere | {"rm_north", "manager_north"})
        self.member(self.zoe).has_consented = True
        self.assertEqual(self.who_sees_totals(), everywhere | {"rm_north", "manager_north", "rm_south"})

    def test_nobody_need_agree_whose_assets_do_not_count(self):
        self.member(self.spouse).include_assets = False
        self.assertIn("rm_north", self.who_sees_totals())

    def test_an_objection_hides_them_from_all_but_compliance_and_auditors(self):
        self.group.member_ids.has_consented = True
        self.member(self.spouse).objects_to_totals = True
        self.assertEqual(self.who_sees_totals(), {"compliance", "auditor"})
        group = self.as_user("rm_north", self.group)
        self.assertEqual((group.last_adb_aum, group.are_totals_hidden), (0, True))
        self.assertFalse(self.as_user("rm_north", self.zoe).primary_group_has_aum)
        self.member(self.spouse).write({"date_to": "2026-05-01"})
        self.assertIn("rm_north", self.who_sees_totals())

    def test_the_customer_s_page_shows_the_household(self):
        self.group.member_ids.has_consented = True
        zoe = self.as_user("rm_north", self.zoe)
        self.assertEqual((zoe.primary_group_id.id, zoe.primary_group_aum), (self.group.id, 1000))
        self.assertEqual(zoe.action_view_group()["res_id"], self.group.id)
        self.assertEqual(self.as_user("rm_north", self.anna).action_view_group()["res_model"], "bank.group")

    def test_a_relationship_manager_makes_a_household_of_his_customers(self):
        groups = self.as_user("rm_north", self.env["bank.group"])
        values = {"name": "Family", "member_ids": [Command.create({"partner_id": self.anna.id})]}
        self.assertEqual(groups.create(values).member_count, 1)
        with self.assertRaises(AccessError):
            groups.create({"name": "Family", "member_ids": [Command.create({"partner_id": self.carl.id})]})
        for role in ("agent", "auditor", "compliance"):
            with self.assertRaises(AccessError):
                self.as_user(role, groups).create(values)

    def test_figures_are_nobody_s_to_write(self):
        for role in ("rm_north", "operations", "auditor"):
            with self.assertRaises(AccessError):
                self.as_user(role, self.GroupMonth.search([], limit=1)).write({"adb_aum": 1})
            with self.assertRaises(AccessError):
                self.as_user(role, self.figures("2026-04")).write({"adb_aum": 1})
        self.assertEqual(self.figures("2026-04").month, day("2026-04-01"))
