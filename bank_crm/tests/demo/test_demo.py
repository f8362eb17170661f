import os
from datetime import timedelta
from itertools import pairwise
from unittest.mock import patch

from odoo.tests import TransactionCase, tagged
from odoo.tools import SQL

from ...demo.plan.world import PASSWORD


@tagged("post_install", "-at_install")
class TestDemoWorld(TransactionCase):
    """The invented bank, built in a database without demonstration data (or found in one that has it).

    The tests look at the bank's own customers only: the database may have others.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(patch.dict(os.environ, {"BANK_CRM_KEYS": "", "BANK_CRM_HASH_KEY": ""}))
        cls.startClassPatcher(patch("odoo.addons.bank_crm.tools.sealing.is_configured", lambda: False))
        cls.env["bank.demo"]._build()
        cls.today = cls.env["bank.run"]._today()
        cls.head = cls.env.ref("bank_crm.demo_branch_head_office")
        cls.branches = cls.env["bank.branch"].search([("id", "child_of", cls.head.id)])
        cls.customers = cls.env["res.partner"].search(
            [("is_bank_customer", "=", True), ("email", "=like", "customer___@mail_.example.com")]
        )
        cls.holdings = cls.env["bank.holding"].search([("source", "=", "demo-core")])
        cls.profiles = cls.customers.financial_profile_id

    def _values_used(self, records, field):
        return {value for value in records.mapped(field) if value}

    def _assert_all_values_used(self, records, *names):
        for name in names:
            allowed = {value for value, _label in records._fields[name]._description_selection(self.env)}
            self.assertEqual(self._values_used(records, name), allowed, name)

    def test_branches_and_staff(self):
        self.assertEqual(len(self.branches), 6)
        self.assertEqual(
            set(self.branches.mapped("branch_class")), {"full_service", "vip_centre", "self_service", "community"}
        )
        self.assertEqual(self.head.child_ids.mapped("code"), ["1200", "1100"])
        self.assertEqual(max(branch.parent_path.count("/") for branch in self.branches), 3)
        managers = self.env["res.users"].search(
            [("login", "=like", "rm%"), ("bank_branch_id", "in", self.branches.ids)]
        )
        self.assertEqual(len(managers), 12)
        self.assertGreaterEqual(len(self.branches.manager_id), 2)
        for user in managers | self.branches.manager_id:
            self.assertTrue(user.has_group("bank_crm.group_relationship_manager"), user.login)
            self.assertEqual(user.notification_type, "inbox")

    def test_staff_can_log_in(self):
        user = self.env["res.users"].search([("login", "=", "rm")])
        credential = {"login": "rm", "password": PASSWORD, "type": "password"}
        answer = user.with_user(user)._check_credentials(credential, {"interactive": False})
        self.assertEqual(answer["uid"], user.id)

    def test_roles_see_what_they_should(self):
        def count(login):
            user = self.env["res.users"].search([("login", "=", login)])
            return self.env["res.partner"].with_user(user).search_count([("id", "in", self.customers.ids)])

        self.assertEqual(count("agent"), 300)
        self.assertEqual(count("administrator"), 0)
        self.assertTrue(0 < count("rm") < count("manager") < count("manager3") < 300)

    def test_customers(self):
        self.assertEqual(len(self.customers), 300)
        self.assertEqual(len(self.profiles), 300)
        self._assert_all_values_used(
            self.customers,
            "customer_type",
            "value_class",
            "lifecycle_stage",
            "risk_class",
            "kyc_state",
            "preferred_channel",
        )
        self._assert_all_values_used(
            self.profiles, "gender", "marital_status", "education", "investor_class", "investment_experience",
            "investment_objective",
        )  # fmt: skip
        self.assertEqual(self.profiles.income_band_id, self.env["bank.income.band"].search([]))
        self.assertTrue(
            self.customers.filtered(lambda customer: (customer.next_contact_on or self.today) < self.today)
        )

    def test_some_customers_are_served_by_several_branches_without_an_owner(self):
        conflicts = self.env["bank.ownership.conflict"].search([("partner_id", "in", self.customers.ids)])
        self.assertGreater(len(conflicts.partner_id), 2)
        self.assertEqual(set(conflicts.mapped("kind")), {"unowned"})

    def test_owners(self):
        nobody = self.customers.filtered(lambda customer: not customer.branch_id)
        pool = self.customers.filtered(lambda customer: customer.branch_id and not customer.relationship_manager_id)
        self.assertTrue(5 <= len(nobody) <= 30, len(nobody))
        self.assertTrue(10 <= len(pool) <= 70, len(pool))
        self.assertFalse((nobody | pool).filtered(lambda customer: customer.tier_id.code == "private"))
        for customer in self.customers:
            primaries = customer.assignment_ids.filtered(lambda line: line.role == "primary").sorted("date_from")
            active = primaries.filtered(lambda line: not line.date_to)
            self.assertEqual(active.user_id, customer.relationship_manager_id)
            self.assertEqual(active.branch_id, customer.branch_id)
            for line, successor in pairwise(primaries):
                self.assertEqual(line.date_to, successor.date_from)
        self.assertGreater(len(self.customers.assignment_ids.filtered("date_to")), 50)
        self.assertEqual(self._values_used(self.customers.assignment_ids, "role"), {"primary", "backup", "specialist"})

    def test_every_tier_has_customers(self):
        tiers = self.env["bank.tier"].search([])
        counts = [len(self.customers.filtered(lambda customer, tier=tier: customer.tier_id == tier)) for tier in tiers]
        self.assertEqual(counts, sorted(counts, reverse=True), "the higher the tier, the fewer customers")
        self.assertGreater(counts[-1], 5)
        self.assertEqual(sum(counts), 300)

    def test_tiers_follow_from_assets(self):
        """The real job finds nothing to change, and the history ends with the present tier."""
        self.assertEqual(self.env["bank.tier.standing"]._catch_up(self.customers.ids), 0)
        for customer in self.customers:
            history = customer.tier_history_ids.sorted(lambda line: (line.changed_on, line.id))
            self.assertEqual(history[-1:].to_tier_id, customer.tier_id)
            self.assertEqual(history[:1].reason, "initial")
            for line, successor in pairwise(history):
                self.assertEqual(line.to_tier_id, successor.from_tier_id)

    def test_tiers_have_changed_over_the_year(self):
        changes = self.customers.tier_history_ids.filtered(lambda line: line.reason in ("upgrade", "downgrade"))
        self.assertGreaterEqual(len({line.changed_on.replace(day=1) for line in changes}), 9)
        self.assertEqual(set(changes.mapped("reason")), {"upgrade", "downgrade"})

    def test_value_classes_follow_from_the_contribution(self):
        values = self.env["bank.customer.value"].search([("partner_id", "in", self.customers.ids)])
        self.assertEqual(self._values_used(values, "abc_bank"), {"a", "b", "c"})
        least = {
            code: min(values.filtered(lambda value, c=code: value.abc_bank == c).mapped("contribution"))
            for code in "abc"
        }
        self.assertTrue(least["a"] >= least["b"] >= least["c"], least)
        self.assertTrue(values.filtered("previous_class"))

    def test_every_screen_of_money_has_something_to_show(self):
        for login in ("rm4", "manager", "auditor"):
            user = self.env["res.users"].search([("login", "=", login)])
            board = self.env["bank.money.board"].with_user(user).overview({})
            self.assertEqual(len(board["trend"]), 24, login)
            for name in ("gains", "losses", "tiers", "by_branch", "concentration", "maturities"):
                self.assertTrue(board[name], (login, name))
            self.assertTrue(board["moves"]["known"])
        self.assertTrue(board["risks"])
        self.assertTrue(board["moves"]["up"]["customers"])
        self.assertTrue(all(row["holdings"] for row in board["maturities"]))
        for model in ("bank.transaction", "bank.group.month", "bank.benefit.use", "bank.lifecycle.history"):
            self.assertTrue(self.env[model].search_count([], limit=1), model)
        self.assertGreaterEqual(
            set(self.env["bank.tier.override"].search([]).mapped("state")), {"approved", "requested"}
        )

    def test_boards_are_up_to_date(self):
        months = self.env["bank.money.month"]
        self.assertFalse(months.search([("is_stale", "=", True)]))
        self.assertEqual(months._rebuild_today(), 0)
        self.assertEqual(months.search([], limit=1)._rebuild(), 0)

    def test_postings_add_up_to_balances(self):
        """What an account moved between two balances is the sum of its postings of those days."""
        rows = self.env.execute_query(
            SQL(
                """SELECT count(*), max(abs(later.amount - earlier.amount - posted.amount))
                     FROM bank_balance later
                     JOIN LATERAL (SELECT date, amount FROM bank_balance WHERE holding_id = later.holding_id
                                    AND date < later.date ORDER BY date DESC LIMIT 1) AS earlier ON TRUE
                     JOIN LATERAL (SELECT sum(amount) AS amount FROM bank_transaction
                                    WHERE holding_id = later.holding_id AND booked_on > earlier.date
                                      AND booked_on <= later.date) AS posted ON posted.amount IS NOT NULL
                    WHERE later.date > %s""",
                self.today - timedelta(days=300),
            )
        )
        self.assertGreater(rows[0][0], 500)
        self.assertLess(rows[0][1], 0.01)

    def test_holdings(self):
        self._assert_all_values_used(self.holdings, "product_class", "state")
        self._assert_all_values_used(self.holdings.party_ids, "role")
        self.assertTrue(self.holdings.filtered("is_held_away"))
        for holding in self.holdings:
            owners = holding.party_ids.filtered(lambda party: party.role in ("owner", "joint"))
            self.assertAlmostEqual(sum(owners.mapped("share_pct")), 100, places=2)
        closed = self.holdings.filtered(lambda holding: holding.state == "closed")
        self.assertFalse(any(closed.mapped("balance")))

    def test_maturing_soon(self):
        counts = [
            self.env["bank.holding"].search_count(
                [*self.env["bank.holding"]._domain_maturing(days), ("id", "in", self.holdings.ids)]
            )
            for days in (30, 60, 90)
        ]
        self.assertTrue(10 < counts[0] < counts[1] < counts[2], counts)

    def test_products(self):
        products = self.holdings.product_id
        self._assert_all_values_used(products, "product_class", "effective_rating")
        self.assertTrue(products.tier_ids)
        exclusive = products.filtered(lambda product: product.code == "W212").holding_ids
        self.assertTrue(exclusive)

    def test_totals_are_the_sum_of_the_parts(self):
        self.assertEqual(self.env["bank.financial.profile"]._refresh_totals(self.customers.ids), 0)
        names = ("deposit", "fund", "wealth", "insurance", "metal", "other")
        for profile in self.profiles:
            self.assertAlmostEqual(profile.aum, sum(profile[f"total_{name}"] for name in names), places=2)
            net = profile.aum + profile.held_away_total - profile.total_loan - profile.total_card
            self.assertAlmostEqual(profile.net_assets, net, delta=0.05)
        for name in (*names, "loan", "card"):
            self.assertGreater(sum(self.profiles.mapped(f"total_{name}")), 0, name)
        parties = self.holdings.party_ids.filtered(
            lambda party: (
                party.role in ("owner", "joint")
                and party.currency_id == self.env.ref("base.CNY")
                and party.product_class == "fund"
                and party.holding_state != "closed"
            )
        )
        total = sum(party.balance * party.share_pct / 100 for party in parties)
        self.assertAlmostEqual(sum(self.profiles.mapped("total_fund")), total, delta=1)

    def test_balances_cover_two_years(self):
        rows = self.env.execute_query(
            SQL(
                """SELECT count(DISTINCT date_trunc('month', date)), min(date), max(date)
                     FROM bank_balance WHERE holding_id IN %s""",
                tuple(self.holdings.ids),
            )
        )
        months, first, last = rows[0]
        self.assertGreaterEqual(months, 25)
        self.assertLessEqual(first, self.today - timedelta(days=720))
        self.assertEqual(last, self.today - timedelta(days=1))
        self.assertEqual(max(self.profiles.filtered("figures_as_of").mapped("figures_as_of")), last)
        averages = self.profiles.filtered(lambda profile: profile.aum > 50_000).mapped("aum_month_average")
        self.assertTrue(all(average > 0 for average in averages))

    def test_events(self):
        events = self.customers.bank_event_ids
        self.assertGreaterEqual(
            {kind for kind in events.mapped("kind") if kind != "customer.merged"},
            {
                "customer.created", "customer.updated", "document.added", "owner.changed", "tier.changed",
                "holding.opened", "holding.closed",
            },
        )  # fmt: skip
        now = self.env.cr.now()
        self.assertLessEqual(max(events.mapped("occurred_at")), now + timedelta(minutes=5))
        recent = [moment for moment in events.mapped("occurred_at") if moment > now - timedelta(days=365)]
        self.assertEqual(len({(moment.year, moment.month) for moment in recent}) >= 12, True)
        today = [moment for moment in recent if moment > now - timedelta(days=1)]
        self.assertLess(len(today), len(events) / 20, "the timeline does not begin today")
        for customer in self.customers:
            first = min(customer.bank_event_ids.mapped("occurred_at"))
            created = customer.bank_event_ids.filtered(lambda event: event.kind == "customer.created")
            self.assertEqual(created.occurred_at, first, "nothing happens before the customer comes")

    def test_documents_without_keys(self):
        """Without encryption keys there are documents, and no number of any kind."""
        documents = self.customers.identity_document_ids
        self.assertEqual({"verified", "expiring", "expired", "draft"}, set(documents.mapped("state")))
        if self.env.ref("base.module_bank_crm").demo:
            return  # built by the installation, maybe with keys
        self.assertFalse(any(documents.mapped("number_masked")))
        self.assertFalse(any(self.holdings.mapped("number_masked")))

    def test_exchange_batches(self):
        batches = self.env["bank.exchange.batch"].search([("source", "=", "demo-core")])
        self.assertEqual(set(batches.mapped("state")), {"done", "partial", "rejected"})

    def test_runs(self):
        runs = self.env["bank.run"].search([("period_on", "=", self.today), ("state", "=", "done")])
        self.assertTrue({"totals", "tiers"} <= set(runs.mapped("job")))

    def test_nobody_is_written_to(self):
        users = self.env["res.users"].search([("bank_branch_id", "in", self.branches.ids)])
        partners = self.customers | users.partner_id
        self.assertFalse(self.env["mail.mail"].search([("recipient_ids", "in", partners.ids)]))
        self.assertFalse(self.customers.message_ids)

    def test_second_build_changes_nothing(self):
        def count():
            names = (
                "res.partner",
                "res.users",
                "bank.holding",
                "bank.balance",
                "bank.customer.event",
                "bank.assignment",
            )
            return [self.env[name].with_context(active_test=False).search_count([]) for name in names]

        before = count()
        self.assertFalse(self.env["bank.demo"]._build())
        self.assertEqual(count(), before)
