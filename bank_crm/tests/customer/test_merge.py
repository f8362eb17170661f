"""Odoo's contact merge of customers: one profile remains and no row of the bank is lost (trap 2)."""

from odoo import Command
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..common import BankCase

# Consents: test_consent; hand-overs and claims: ownership/test_merging_owners; months, corrections, groups, standings:
# finance/test_month_explanation, tier/test_policy_life; values, lifecycle, benefits: tier/test_lifecycle and
# tier/test_benefits; the rest Odoo moves as any column.
MOVED_IN_OTHER_TESTS = {
    "bank_access_grant",
    "bank_assignment_proposal_line",
    "bank_benefit_use",
    "bank_benefit_use_new",
    "bank_benefit_year",
    "bank_customer_month",
    "bank_customer_value",
    "bank_customer_value_history",
    "bank_consent",
    "bank_duplicate_check",
    "bank_duplicate_check_line",
    "bank_figure_correction",
    "bank_group",
    "bank_group_member",
    "bank_handover_line",
    "bank_legal_hold",
    "bank_lifecycle_history",
    "bank_lifecycle_override",
    "bank_merge_request",
    "bank_merge_request_res_partner_rel",
    "bank_money_mover",
    "bank_month_stale",
    "bank_ownership_claim",
    "bank_privacy_request",
    "bank_reveal_log",
    "bank_statement_request",
    "bank_tier_override",
    "bank_tier_simulation_line",
    "bank_tier_standing",
}


class MergeCase(BankCase):
    def merge(self, partners, target):
        self.env.flush_all()
        self.env["base.partner.merge.automatic.wizard"]._merge(partners.ids, dst_partner=target)
        self.env.flush_all()
        self.env.invalidate_all()

    def bank_columns(self):
        """Every foreign key to contacts in a table of this addon; other addons test their own."""
        tables = [model._table for model in self.env.values() if model._original_module == "bank_crm"]
        return self.env.execute_query(
            SQL(
                """SELECT con.conrelid::regclass::text, att.attname FROM pg_constraint con
                     JOIN pg_attribute att ON att.attrelid = con.conrelid AND att.attnum = con.conkey[1]
                    WHERE con.contype = 'f' AND con.confrelid = 'res_partner'::regclass
                      AND con.conrelid::regclass::text = ANY(%s) AND con.conrelid::regclass::text LIKE 'bank_%%'
                    ORDER BY 1, 2""",
                tables,
            )
        )

    def rows(self, partners):
        """Return ``{(table, column): number of rows}`` that point to ``partners``."""
        self.env.flush_all()
        return {
            (table, column): self.env.execute_query(
                SQL(
                    "SELECT count(*) FROM %s WHERE %s = ANY(%s)",
                    SQL.identifier(table),
                    SQL.identifier(column),
                    partners.ids,
                )
            )[0][0]
            for table, column in self.bank_columns()
        }

    def add_everything(self, partner, number):
        """Give a customer a row in every table that points to customers."""
        partner.tier_id = self.env.ref("bank_crm.bank_tier_gold")
        self.env["bank.identity.document"].create(
            {"partner_id": partner.id, "type": "passport", "number": f"P{number:010}"}
        )
        self.env["bank.assignment"].create(
            {"partner_id": partner.id, "user_id": self.users["manager_north"].id, "role": "backup"}
        )
        self.env["bank.exchange.key"].create({"source": "core", "external_id": str(number), "partner_id": partner.id})

    def assert_one_customer(self, target, gone):
        self.assertFalse(gone.exists())
        profiles = self.env["bank.financial.profile"].search([("partner_id", "=", target.id)])
        self.assertEqual(len(profiles), 1)
        self.assertEqual(target.financial_profile_id, profiles)
        self.assertTrue(target.is_bank_customer and target.customer_number)
        active = target.assignment_ids.filtered(lambda a: a.role == "primary" and not a.date_to)
        self.assertLessEqual(len(active), 1)
        self.assertEqual((target.relationship_manager_id, target.branch_id), (active.user_id, active.branch_id))


class TestMerge(MergeCase):
    def test_the_picture_of_the_tables_is_complete(self):
        tables = {table for table, _column in self.bank_columns()}
        self.assertLessEqual(
            {
                "bank_assignment",
                "bank_customer_event",
                "bank_exchange_key",
                "bank_financial_profile",
                "bank_holding",
                "bank_holding_party",
                "bank_identity_document",
                "bank_tier_history",
            },
            tables,
        )

    def test_two_customers_lose_nothing(self):
        for number, partner in enumerate(self.anna | self.carl, 1):
            self.add_everything(partner, number)
        before = self.rows(self.anna | self.carl)
        empty = {table for (table, _column), count in before.items() if not count}
        self.assertEqual(empty - MOVED_IN_OTHER_TESTS, set(), "the test wants a row everywhere")
        self.merge(self.anna | self.carl, self.anna)
        self.assert_one_customer(self.anna, self.carl)
        after = self.rows(self.anna)
        before["bank_financial_profile", "partner_id"] -= 1
        before["bank_customer_event", "partner_id"] += 1  # customer.merged
        self.assertEqual(after, before)

    def test_the_owner_of_the_target_stays(self):
        self.merge(self.anna | self.carl, self.anna)
        self.assertEqual(
            (self.anna.relationship_manager_id, self.anna.branch_id), (self.users["rm_north"], self.north_vip)
        )
        ended = self.anna.assignment_ids.filtered("date_to")
        self.assertEqual(ended.user_id, self.users["rm_south"])

    def test_the_owner_of_the_source_is_taken_when_there_was_none(self):
        count = len(self.carl.assignment_ids)
        self.users["rm_south"].bank_branch_id = self.north  # not the branch of the assignment
        self.merge(self.olga | self.carl, self.olga)
        self.assert_one_customer(self.olga, self.carl)
        self.assertEqual(
            (self.olga.relationship_manager_id, self.olga.branch_id), (self.users["rm_south"], self.south)
        )
        self.assertEqual(len(self.olga.assignment_ids), count)

    def test_totals_are_those_of_all_holdings(self):
        self.merge(self.anna | self.carl, self.anna)
        profile = self.anna.financial_profile_id
        self.assertEqual((profile.aum, profile.total_loan, profile.net_assets), (366000, 120000, 246000))
        self.assertEqual((profile.total_deposit, profile.total_fund, profile.product_count), (360000, 6000, 3))
        self.assertEqual(self.carl_account.owner_id, self.anna)

    def test_two_roles_in_one_holding_become_one(self):
        self.merge(self.anna | self.ben, self.anna)
        parties = self.joint_fund.party_ids
        self.assertEqual({party.role: party.share_pct for party in parties}, {"owner": 60, "joint": 40})
        self.assertEqual(self.anna.financial_profile_id.aum, 70000)
        holding = self.make_holding(self.account, {self.anna: 100})
        holding.party_ids = [
            Command.create({"partner_id": self.anna.id, "role": "signatory"}),
            Command.create({"partner_id": self.carl.id, "role": "signatory"}),
        ]
        self.merge(self.anna | self.carl, self.anna)
        self.assertEqual(sorted(holding.party_ids.mapped("role")), ["owner", "signatory"])
        self.assertEqual(holding.party_ids.partner_id, self.anna)

    def test_equal_roles_sum_their_shares(self):
        holding = self.make_holding(self.fund, {self.olga: 20, self.anna: 30, self.ben: 50}, 1000)
        self.merge(self.anna | self.ben, self.ben)
        self.assertEqual(sorted(holding.party_ids.mapped("share_pct")), [20, 80])
        self.assertEqual(self.ben.financial_profile_id.aum, 70800)

    def test_a_customer_into_a_contact(self):
        number, profile = self.anna.customer_number, self.anna.financial_profile_id
        before = self.rows(self.anna)
        self.merge(self.anna | self.contact, self.contact)
        self.assert_one_customer(self.contact, self.anna)
        self.assertEqual((self.contact.customer_number, self.contact.financial_profile_id), (number, profile))
        self.assertEqual(self.contact.relationship_manager_id, self.users["rm_north"])
        self.assertEqual(self.contact.aum, 66000)
        after = self.rows(self.contact)
        before["bank_customer_event", "partner_id"] += 1
        self.assertEqual(after, before)
        self.assertEqual(self.events(self.contact).mapped("kind").count("customer.created"), 1)

    def test_a_contact_into_a_customer(self):
        self.contact.phone = "+86 512 0000"
        before = self.rows(self.anna)
        self.merge(self.anna | self.contact, self.anna)
        self.assert_one_customer(self.anna, self.contact)
        self.assertEqual(self.anna.phone, "+86 512 0000")
        after = self.rows(self.anna)
        before["bank_customer_event", "partner_id"] += 1
        self.assertEqual(after, before)

    def test_a_contact_with_a_role_in_the_customer_s_holding(self):
        self.anna_account.party_ids = [
            Command.create({"partner_id": partner.id, "role": "guarantor"}) for partner in self.contact | self.anna
        ]
        self.merge(self.anna | self.contact, self.anna)
        self.assertEqual(sorted(self.anna_account.party_ids.mapped("role")), ["guarantor", "owner"])

    def test_three_customers(self):
        three = self.anna | self.ben | self.carl
        for number, partner in enumerate(three, 1):
            self.add_everything(partner, number)
        numbers = set(three.mapped("customer_number")) - {self.ben.customer_number}
        before = self.rows(three)
        self.merge(three, self.ben)
        self.assert_one_customer(self.ben, self.anna | self.carl)
        after = self.rows(self.ben)
        before["bank_financial_profile", "partner_id"] -= 2
        before["bank_customer_event", "partner_id"] += 1
        self.assertEqual(after, before)
        event = self.events(self.ben, "customer.merged")
        self.assertEqual(set(event.payload["numbers"]), numbers)

    def test_keys_of_other_systems_point_to_the_survivor(self):
        keys = self.env["bank.exchange.key"].create(
            [{"source": "core", "external_id": f"k{p.id}", "partner_id": p.id} for p in self.anna | self.carl]
        )
        self.merge(self.anna | self.carl, self.carl)
        self.assertEqual(keys.exists(), keys)
        self.assertEqual(keys.partner_id, self.carl)

    def test_the_number_of_the_target_stays(self):
        number = self.anna.customer_number
        self.merge(self.anna | self.carl, self.anna)
        self.assertEqual(self.anna.customer_number, number)

    def test_the_profile_is_completed_from_the_source(self):
        usd = self.env.ref("base.USD")
        usd.active = True
        self.env["res.currency.rate"].search([("currency_id", "in", (self.cny | usd).ids)]).unlink()
        self.set_rate(usd, "2020-01-01", 0.125)  # 1 USD = 8 CNY
        self.anna.financial_profile_id.write({"occupation": "Baker"})
        self.carl.financial_profile_id.write(
            {
                "occupation": "Smith",
                "employer": "Forge",
                "birthdate": "1980-02-29",
                "annual_income": 1000,
                "currency_id": usd.id,
            }
        )
        self.merge(self.anna | self.carl, self.anna)
        profile = self.anna.financial_profile_id
        self.assertEqual(
            (profile.occupation, profile.employer, str(profile.birthdate)), ("Baker", "Forge", "1980-02-29")
        )
        self.assertEqual((profile.currency_id, profile.annual_income), (self.cny, 8000), "in the target's currency")

    def test_the_tier_of_the_source_is_taken_with_its_reason(self):
        self.carl.tier_id = self.env.ref("bank_crm.bank_tier_vip")
        self.merge(self.anna | self.carl, self.anna)
        self.assertEqual(self.anna.tier_id.code, "vip")
        self.assertEqual(self.anna.tier_history_ids.sorted("id")[-1].reason, "merge")

    def test_events_about_the_contact_lead_to_the_survivor(self):
        self.merge(self.anna | self.carl, self.anna)
        about = self.events(self.anna).filtered(lambda event: event.source_model == "res.partner")
        self.assertEqual(set(about.mapped("source_id")), {self.anna.id})

    def test_contacts_merge_as_ever(self):
        other = self.env["res.partner"].create({"name": "Other", "phone": "1"})
        self.merge(self.contact | other, self.contact)
        self.assertEqual((self.contact.phone, other.exists()), ("1", other.browse()))
        self.assertFalse(self.contact.is_bank_customer)

    def test_a_merge_that_fails_changes_nothing(self):
        four = self.anna | self.ben | self.carl | self.olga  # Odoo refuses more than three
        before = {partner: self.rows(partner) for partner in four}
        numbers = four.mapped("customer_number")
        with self.assertRaises(UserError):
            self.merge(four, self.anna)
        self.env.invalidate_all()
        self.assertEqual({partner: self.rows(partner) for partner in four}, before)
        self.assertEqual(four.mapped("customer_number"), numbers)

    def test_by_the_wizard_on_screen(self):
        wizard = (
            self.env["base.partner.merge.automatic.wizard"]
            .with_context(active_model="res.partner", active_ids=(self.anna | self.carl).ids)
            .create({})
        )
        wizard.dst_partner_id = self.carl
        wizard.action_merge()
        # Customers are merged by a second person: the wizard asks for it (see ownership/test_merge_request).
        self.assertTrue(self.anna.exists())
        request = self.env["bank.merge.request"].search([("target_id", "=", self.carl.id)])
        self.assertEqual(request.state, "requested")
