"""The first assignment of tiers from the present assets."""

import psycopg2

from odoo.tests import freeze_time
from odoo.tools import mute_logger

from ..common import BankCase


class TierCase(BankCase):
    def assign(self, partners, company=None):
        self.env.flush_all()
        tiers = self.env["bank.tier"].with_company(company or self.company)
        changed = tiers._assign_from_aum(partners.ids)
        self.env.invalidate_all()
        return changed

    def customer_with(self, aum, currency=None, **values):
        partner = self.make_customer("Somebody", **values)
        partner.financial_profile_id.currency_id = currency or self.cny
        self.make_holding(self.account, {partner: 100}, aum, currency=currency or self.cny)
        return partner

    def tier(self, code):
        return self.env.ref(f"bank_crm.bank_tier_{code}")


class TestFirstAssignment(TierCase):
    def test_thresholds(self):
        for aum, code in (
            (0, "ordinary"),
            (49_999.99, "ordinary"),
            (50_000, "gold"),
            (199_999.99, "gold"),
            (200_000, "vip"),
            (500_000, "premier"),
            (5_999_999.99, "premier"),
            (6_000_000, "private"),
            (9e9, "private"),
        ):
            partner = self.customer_with(aum)
            self.assertEqual(self.assign(partner), 1)
            self.assertEqual(partner.tier_id.code, code, aum)

    def test_an_overdrawn_customer_is_an_ordinary_one(self):
        partner = self.customer_with(-100)
        self.assign(partner)
        self.assertEqual(partner.tier_id.code, "ordinary")

    def test_debts_do_not_lower_the_tier(self):
        self.assign(self.carl)
        self.assertEqual(self.carl.tier_id.code, "vip")

    def test_another_currency(self):
        self.env["res.currency.rate"].search([]).unlink()
        self.set_rate(self.eur, "2020-01-01", 0.125)  # 1 EUR = 8 CNY, gold begins at 6,250 EUR
        for aum, code in ((6_249.99, "ordinary"), (6_250, "gold")):
            partner = self.customer_with(aum, self.eur)
            self.assign(partner)
            self.assertEqual(partner.tier_id.code, code, aum)

    def test_up_and_down(self):
        self.assign(self.anna)
        self.anna_account.write({"balance": 600_000, "balance_on": "2026-04-30"})
        self.assign(self.anna)
        self.anna_account.write({"balance": 10, "balance_on": "2026-05-31"})
        self.assign(self.anna)
        history = self.anna.tier_history_ids.sorted("id")
        self.assertEqual(history.mapped("reason"), ["initial", "upgrade", "downgrade"])
        self.assertEqual(history.mapped("to_tier_id.code"), ["gold", "premier", "ordinary"])
        self.assertEqual(history.mapped("from_tier_id.code"), ["gold", "premier"])
        self.assertEqual(self.anna.tier_id.code, "ordinary")

    def test_twice_changes_nothing(self):
        everybody = self.anna | self.ben | self.carl | self.olga
        self.assertEqual(self.assign(everybody), 4)
        events = len(self.events(self.anna))
        self.assertEqual(self.assign(everybody), 0)
        self.assertEqual(len(self.anna.tier_history_ids), 1)
        self.assertEqual(len(self.events(self.anna)), events)

    @freeze_time("2026-04-01 12:00:00")
    def test_the_history_says_why(self):
        self.assign(self.anna)
        history = self.anna.tier_history_ids
        self.assertEqual(
            (history.metric_amount, history.currency_id, str(history.changed_on)), (66_000, self.cny, "2026-04-01")
        )
        self.assertEqual(history.rule_version, "first-assignment-1")
        self.assertEqual(history.inputs, {"aum": 66_000, "figures_as_of": "2026-03-31", "min_amount": 50_000})
        self.assertEqual(history.user_id, self.env.user)

    def test_the_timeline_tells_it(self):
        self.assign(self.anna)
        event = self.events(self.anna, "tier.changed")
        self.assertEqual((event.source_model, event.source_id), ("bank.tier.history", self.anna.tier_history_ids.id))
        self.assertEqual((event.payload["from"], event.payload["reason"]), (None, "initial"))
        self.assertEqual(event.payload["to"]["en_US"], "Gold")
        self.assertEqual(event.summary, "none → Gold")

    def test_contacts_and_nobody(self):
        self.assertEqual(self.assign(self.contact), 0)
        self.assertEqual(self.assign(self.contact.browse()), 0)
        self.assertFalse(self.contact.tier_id)

    def test_archived_tiers_are_not_given(self):
        self.tier("gold").active = False
        self.assign(self.anna)
        self.assertEqual(self.anna.tier_id.code, "ordinary")

    def test_a_tier_of_another_company_is_not_given(self):
        other = self.env["res.company"].create({"name": "Other Bank"})
        own = self.env["bank.tier"].create(
            {
                "name": "Own",
                "code": "own",
                "sequence": 99,
                "min_amount": 1,
                "currency_id": self.cny.id,
                "company_id": other.id,
            }
        )
        theirs = self.customer_with(100, company_id=other.id)
        self.assign(self.anna)
        self.assign(theirs, other)
        self.assertEqual(self.anna.tier_id.code, "gold")
        self.assertEqual(theirs.tier_id, own)

    def test_the_number_of_queries_is_constant(self):
        def queries(count):
            partners = self.env["res.partner"].create(
                [{"name": f"Q{index}", "is_bank_customer": True} for index in range(count)]
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(self.env["bank.tier"]._assign_from_aum(partners.ids), count)
            return self.env.cr.sql_log_count - before

        queries(1)
        self.assertEqual(queries(1000), queries(1))


class TestByHand(TierCase):
    def test_a_change_by_hand_is_history_and_event(self):
        partner = self.as_user("manager_north", self.anna)
        partner.tier_id = self.tier("vip")
        history = self.anna.tier_history_ids
        self.assertEqual((history.reason, history.to_tier_id.code, history.metric_amount), ("manual", "vip", 66_000))
        self.assertEqual(history.user_id, self.users["manager_north"])
        self.assertEqual(self.events(self.anna, "tier.changed").payload["to"]["en_US"], "VIP")

    def test_the_same_tier_is_no_change(self):
        self.anna.tier_id = self.tier("vip")
        self.anna.tier_id = self.tier("vip")
        self.assertEqual(len(self.anna.tier_history_ids), 1)

    def test_given_when_created_and_by_import(self):
        partner = self.make_customer("New", tier_id=self.tier("gold").id)
        self.assertEqual(partner.tier_history_ids.mapped("reason"), ["manual"])
        result = self.env["res.partner"].load(["name", "is_bank_customer", "tier_id"], [["Imported", "1", "VIP"]])
        self.assertFalse(result["messages"])
        self.assertEqual(self.env["res.partner"].browse(result["ids"]).tier_history_ids.to_tier_id.code, "vip")

    def test_many_at_once(self):
        (self.anna | self.carl).tier_id = self.tier("vip")
        for partner in self.anna | self.carl:
            self.assertEqual(len(partner.tier_history_ids), 1)

    def test_a_tier_in_use_stays(self):
        self.anna.tier_id = self.tier("vip")
        self.env.flush_all()
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.errors.ForeignKeyViolation):
            self.tier("vip").unlink()

    def test_codes_are_unique_in_a_company(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.errors.UniqueViolation):
            self.env["bank.tier"].create({"name": "X", "code": "gold", "min_amount": 1})

    def test_customers_are_counted(self):
        (self.anna | self.carl).tier_id = self.tier("vip")
        self.assertEqual(self.tier("vip").customer_count, 2)
