"""The Money Board and the Tier Board: each role its own totals, forged scopes refused, every number has its list."""

from odoo.exceptions import AccessError, ValidationError

from .money_common import MONTH, MoneyCase

MODELS = ("total", "move", "concentration", "maturity")


class TestMoneyBoard(MoneyCase):
    def test_each_role_sees_the_sum_of_the_months_that_it_may_read(self):
        for role, customers, aum in (
            ("rm_north", 2, 70_000),
            ("rm_south", 1, 300_000),
            ("manager_north", 3, 71_000),
            ("compliance", 4, 371_000),
            ("auditor", 4, 371_000),
            ("operations", 4, 371_000),
        ):
            board = self.board(role)
            self.assertEqual(self.figure(board)["value"], aum, role)
            self.assertEqual(self.figure(board, "customers")["value"], customers, role)
            for group in ("tiers", "by_branch", "by_manager"):
                self.assertEqual(sum(row["eop_aum"] for row in board[group]), aum, (role, group))

    def test_others_are_refused(self):
        for role in ("bank_admin", "agent", "employee", "portal"):
            for method in ("overview", "tiers", "drill"):
                with self.assertRaises(AccessError, msg=role):
                    self.board(role, method)
            for model in (*MODELS, "mover"):
                self.assertFalse(self.env[f"bank.money.{model}"].with_user(self.users[role]).has_access("read"))

    def test_change_against_the_month_before(self):
        figure = self.figure(self.board("manager_north"))
        self.assertEqual((figure["value"], figure["month_before"], figure["year_before"]), (71_000, 70_000, False))
        self.assertEqual([row["month"] for row in self.board("auditor")["trend"]], ["2026-02", "2026-03"])
        past = self.board("auditor", month="2026-02")
        self.assertEqual((self.figure(past)["value"], self.figure(past)["month_before"]), (320_000, False))

    def test_moves_and_movers(self):
        board = self.board("auditor")
        self.assertEqual(board["moves"]["up"], {"customers": 1, "amount": 300_000})
        self.assertEqual(board["moves"]["down"]["customers"], 1)
        self.assertEqual([row["name"] for row in board["gains"]], ["Carl", "Anna"])
        self.assertEqual([row["name"] for row in board["losses"]], ["Ben"])
        self.assertEqual([row["name"] for row in board["risks"]], ["Pia"])
        self.assertEqual([row["name"] for row in self.board("rm_north")["gains"]], ["Anna"])
        self.assertFalse(self.board("rm_south")["losses"])

    def test_concentration_follows_the_scope(self):
        def counts(board):
            return {row["class"]: row["customers"] for row in board["concentration"]}

        self.assertEqual(counts(self.board("auditor")), {"a": 1, "b": 1, "c": 0})
        self.assertEqual(counts(self.board("manager_north")), {"a": 1, "b": 0, "c": 0})  # of the branch

    def test_a_scope_narrows(self):
        board = self.board("manager_north", branch_id=self.north_vip.id)
        self.assertEqual(self.figure(board)["value"], 70_000)
        board = self.board("auditor", manager_id=self.users["rm_south"].id)
        self.assertEqual(self.figure(board)["value"], 300_000)
        self.assertEqual(board["manager_id"], self.users["rm_south"].id)
        self.assertIn(self.users["rm_north"].id, [choice["id"] for choice in board["managers"]])
        self.assertEqual(self.figure(self.board("auditor", branch_id=self.head.id))["value"], 371_000)

    def test_forged_scopes_are_refused(self):
        south, rm_south = self.south.id, self.users["rm_south"].id
        for role, values, code in (
            ("rm_north", {"branch_id": self.north_vip.id}, "unknown_branch"),
            ("rm_north", {"manager_id": rm_south}, "unknown_manager"),
            ("manager_north", {"branch_id": south}, "unknown_branch"),
            ("manager_north", {"manager_id": rm_south}, "unknown_manager"),
            ("manager_north", {"branch_id": [south]}, "unknown_branch"),
            ("auditor", {"manager_id": True}, "unknown_manager"),
            ("auditor", {"manager_id": "1"}, "unknown_manager"),
            ("auditor", {"month": "2026-13"}, "invalid_month"),
            ("auditor", {"month": "2020-01"}, "invalid_month"),
            ("auditor", {"month": 7}, "invalid_month"),
            ("auditor", {"company_id": 1}, "unknown_field"),
        ):
            for method in ("overview", "tiers"):
                with self.assertRaisesRegex(ValidationError, code, msg=(role, values)):
                    self.board(role, method, **values)
        with self.assertRaisesRegex(ValidationError, "wrong_type"):
            self.as_user("auditor", self.env["bank.money.board"]).overview([1])

    def test_no_way_round_to_other_books(self):
        """Search, grouping and reading by id show a relationship manager the totals of his own book only."""
        self.make_holding(self.account, {self.carl: 100}, 9, matures_on="2026-04-10")
        self.make_holding(self.account, {self.anna: 100}, 8, matures_on="2026-04-10")
        self.rebuild()
        mine = self.users["rm_north"]
        for name in MODELS:
            model = self.as_user("rm_north", self.env[f"bank.money.{name}"])
            self.assertEqual(model.search([]).relationship_manager_id, mine, name)
            groups = model._read_group([], ["relationship_manager_id"], ["__count"])
            self.assertEqual([group[0] for group in groups], [mine], name)
            others = model.sudo().search([("relationship_manager_id", "!=", mine.id)]).sudo(False)
            self.assertTrue(others, name)
            with self.assertRaises(AccessError):
                others.read(["branch_id"])
            for values in ({"branch_id": False}, {"relationship_manager_id": mine.id}):
                with self.assertRaises(AccessError):
                    model.search([], limit=1).write(values)
        movers = self.as_user("rm_north", self.env["bank.money.mover"])
        self.assertEqual(movers.search([]).partner_id, self.anna | self.ben)

    def test_nothing_computed_yet(self):
        self.env["bank.money.month"].search([]).computed_at = False
        self.assertEqual(self.board("auditor"), {"months": []})
        self.assertEqual(self.board("auditor", "tiers"), {"months": []})

    def test_another_company_sees_nothing(self):
        other = self.env["res.company"].create({"name": "Another Bank"})
        boards = self.as_user("auditor", self.env["bank.money.board"])
        self.users["auditor"].company_ids |= other
        self.assertEqual(boards.with_company(other).overview({}), {"months": []})

    def test_query_counts(self):
        """The number of queries does not grow with customers, branches or months."""
        boards = self.as_user("auditor", self.env["bank.money.board"])
        self.env.invalidate_all()
        boards.overview({})
        self.env.invalidate_all()
        with self.assertQueryCount(26):
            boards.overview({})
        for index in range(8):
            branch = self.make_branch(f"B{index}", f"Branch {index}", parent=self.north)
            customer = self.make_customer(f"More {index}", user=self.users["rm_north"], branch=branch)
            self.add_month(customer, 500 + index)
        self.rebuild(MONTH)
        self.env.invalidate_all()
        boards.overview({})  # new branches have emptied the cache of the rules
        self.env.invalidate_all()
        with self.assertQueryCount(26):
            boards.overview({})


class TestTierBoard(MoneyCase):
    def test_tiers_and_matrix(self):
        board = self.board("auditor", "tiers")
        tiers = {row["name"]: row for row in board["tiers"]}
        self.assertEqual([row["name"] for row in board["tiers"]][-1], self.tiers["ordinary"].name)
        vip, gold = tiers[self.tiers["vip"].name], tiers[self.tiers["gold"].name]
        self.assertEqual((vip["customers"], vip["up"], vip["eop_aum"]), (1, 1, 300_000))
        self.assertEqual((gold["left_up"], gold["left_down"], gold["watch"]), (1, 1, 0))
        cells = {(cell["from_id"], cell["to_id"]): cell["customers"] for cell in board["matrix"]}
        ordinary, gold, vip = (self.tiers[code].id for code in ("ordinary", "gold", "vip"))
        self.assertEqual(cells, {(gold, gold): 1, (gold, ordinary): 1, (gold, vip): 1, (ordinary, ordinary): 1})

    def test_a_manager_sees_his_branches(self):
        board = self.board("manager_north", "tiers")
        self.assertEqual(board["moves"]["up"]["customers"], 0)
        self.assertEqual(sum(cell["customers"] for cell in board["matrix"]), 3)


class TestDrill(MoneyCase):
    """Each number of a board is the number of the records behind it."""

    def open(self, role, **values):
        action = self.board(role, "drill", **values)
        return self.as_user(role, self.env[action["res_model"]]).search(action["domain"])

    def test_months_behind_the_total(self):
        for role in ("rm_north", "manager_north", "auditor"):
            months = self.open(role, figure="months")
            self.assertEqual(sum(months.mapped("eop_aum")), self.figure(self.board(role))["value"])
            self.assertEqual(set(months.mapped("month")), {MONTH})

    def test_months_behind_each_group(self):
        board = self.board("auditor")
        for key, group in (("tier_id", "tiers"), ("group_branch_id", "by_branch"), ("group_manager_id", "by_manager")):
            for row in board[group]:
                months = self.open("auditor", figure="months", **{key: row["id"]})
                self.assertEqual((len(months), sum(months.mapped("eop_aum"))), (row["customers"], row["eop_aum"]))

    def test_whoever_stands_in_for_a_colleague_sees_no_customer_of_his_in_his_own_total(self):
        self.env["bank.assignment"].create(
            {"partner_id": self.carl.id, "user_id": self.users["rm_north"].id, "role": "backup"}
        )
        self.assertEqual(self.figure(self.board("rm_north"))["value"], 70_000)
        self.assertEqual(self.open("rm_north", figure="months").partner_id, self.anna | self.ben)

    def test_standings(self):
        self.assertEqual(self.open("auditor", figure="standings", move="up").partner_id, self.carl)
        self.assertEqual(self.open("manager_north", figure="standings", move="at_risk").partner_id, self.pia)
        self.assertFalse(self.open("rm_north", figure="standings", move="up"))
        ids = {"from_tier_id": self.tiers["gold"].id, "to_tier_id": self.tiers["ordinary"].id}
        self.assertEqual(self.open("auditor", figure="standings", **ids).partner_id, self.ben)
        self.assertFalse(self.open("auditor", figure="standings", branch_id=self.south.id, **ids))

    def test_values_and_maturities(self):
        self.assertEqual(self.open("auditor", figure="values", value_class="a").partner_id, self.carl)
        self.assertEqual(self.open("manager_north", figure="values", value_class="a").partner_id, self.anna)
        due = self.make_holding(self.account, {self.anna: 100}, 8, matures_on="2026-05-10")
        self.make_holding(self.mortgage, {self.anna: 100}, 8, matures_on="2026-05-10")
        self.rebuild()
        self.assertEqual(self.open("manager_north", figure="maturities", days=60), due)
        self.assertFalse(self.open("manager_north", figure="maturities", days=30))
        windows = {row["days"]: (row["holdings"], row["amount"]) for row in self.board("auditor")["maturities"]}
        self.assertEqual(windows, {30: (0, 0), 60: (1, 8), 90: (0, 0)})

    def test_one_customer(self):
        self.assertEqual(len(self.open("rm_north", figure="customer", partner_id=self.anna.id)), 2)
        with self.assertRaises(AccessError):
            self.board("rm_north", "drill", figure="customer", partner_id=self.carl.id)

    def test_what_cannot_be_opened(self):
        for values in (
            {"figure": "res.users"},
            {"figure": "standings", "move": "sideways"},
            {"figure": "values", "value_class": "d"},
            {"figure": "maturities", "days": 45},
            {"figure": "months", "tier_id": "x"},
            {"figure": "months", "branch_id": 10**6},
            {"figure": "customer", "partner_id": 10**8},
            {"figure": "months", "domain": []},
        ):
            with self.assertRaises(ValidationError, msg=values):
                self.board("auditor", "drill", **values)
