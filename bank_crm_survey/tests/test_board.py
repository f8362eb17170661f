"""The Satisfaction Board: one call, honest arrows and ranks."""

from datetime import timedelta

from odoo.exceptions import AccessError, ValidationError

from .test_figures import FiguresCase


class TestBoard(FiguresCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = cls.env["bank.run"]._today()
        cls.now, cls.before = cls.today - timedelta(days=5), cls.today - timedelta(days=35)
        north, south = cls.north.id, cls.south.id
        cls.scores(cls.program, "nps", [10] * 40 + [0] * 10, on=cls.before, branch_id=north)
        cls.scores(cls.program, "nps", [10] * 50, on=cls.now, branch_id=north)
        cls.scores(cls.program, "nps", [0] * 20, on=cls.now, branch_id=south)
        cls.scores(cls.program, "nps", [10] * 2 + [0], on=cls.now, branch_id=cls.head.id)
        cls.scores(cls.program, "csat", [4] * 9 + [1], on=cls.before)
        cls.scores(cls.program, "csat", [4] * 10, on=cls.now)

    def board(self, role="satisfaction", **values):
        programs = self.as_user(role, self.env["bank.survey.program"])
        return programs.board({"program_id": self.program.id, "days": 30, **values})

    def test_figures_and_arrows(self):
        figures = self.board()["figures"]
        nps, csat, ces = figures["nps"], figures["csat"], figures["ces"]
        self.assertEqual((nps["n"], nps["upper"], nps["lower"]), (73, 52, 21))
        self.assertAlmostEqual(nps["value"], 100 * 31 / 73)
        self.assertEqual((csat["value"], csat["change"], csat["direction"]), (100, 10, False))  # chance
        self.assertEqual((ces["n"], ces["has_value"], ces["change"]), (0, False, False))

    def test_a_change_that_is_more_than_chance(self):
        self.scores(self.program, "nps", [0] * 200, on=self.now)
        self.assertEqual(self.board()["figures"]["nps"]["direction"], "down")

    def test_ranks_only_where_intervals_separate(self):
        def places():
            return [(row["label"], row["rank"]) for row in self.board()["groups"]]

        north, head, south, vip = (
            branch.display_name for branch in (self.north, self.head, self.south, self.north_vip)
        )
        self.assertEqual(places(), [(north, 1), (head, 2), (south, 3)])
        self.scores(self.program, "nps", [10] * 3, on=self.now, branch_id=self.north_vip.id)
        self.assertEqual(sorted(places()[:2]), sorted([(north, False), (vip, False)]))
        self.assertEqual(places()[3], (south, 4))

    def test_small_groups(self):
        self.program.min_cell = 10
        groups = {row["label"]: row for row in self.board()["groups"]}
        self.assertEqual([row["hidden"] for row in groups.values()], [False, True, True])
        head = groups[self.head.display_name]
        self.assertEqual((head["n"], head["nps"]["value"], "upper" in head["nps"]), (3, False, False))
        self.assertTrue(groups[self.south.display_name]["hidden"])
        self.program.min_cell = 100
        board = self.board()
        self.assertTrue(board["figures"]["nps"]["hidden"])
        self.assertFalse(any(month["has_value"] for month in board["months"]))

    def test_months(self):
        self.scores(self.program, "nps", [10] * 5, on=self.today - timedelta(days=300))
        self.scores(self.program, "nps", [10] * 7, on=self.today - timedelta(days=500))
        months = self.board()["months"]
        self.assertEqual(sum(month["n"] for month in months), 73 + 50 + 5)
        self.assertEqual([month["month"] for month in months], sorted(month["month"] for month in months))

    def test_rates(self):
        sent = {"sent_at": f"{self.now} 08:00:00"}
        for index, (state, values) in enumerate(
            [
                ("completed", sent),
                ("completed", sent),
                ("started", {**sent, "started_at": f"{self.now} 09:00:00"}),
                ("sent", {**sent, "opened_at": f"{self.now} 09:00:00"}),
                ("sent", sent),
                ("bounced", sent),
                ("sent", {"sent_at": f"{self.before} 08:00:00"}),
                ("suppressed", {"suppress_reason": "too_often"}),
            ]
        ):
            self.make_invitation(state=state, touchpoint_ref=str(index), **values)
        board = self.board()
        rates = board["rates"]
        self.assertEqual(
            [rates[name] for name in ("sent", "bounced", "delivered", "opened", "started", "completed")],
            [6, 1, 5, 4, 3, 2],
        )
        self.assertEqual((rates["rr1"], rates["open"], rates["completion"]), (40, 80, 200 / 3))
        self.assertEqual([(row["reason"], row["count"]) for row in board["suppressed"]], [("too_often", 1)])
        self.assertEqual(self.board("rm_south")["rates"]["sent"], 0)

    def test_everybody_sees_his_part(self):
        for role, count in {"manager_north": 50, "rm_north": 0, "auditor": 73, "agent": 0}.items():
            self.assertEqual(self.board(role)["figures"]["nps"]["n"], count, role)
        with self.assertRaises(AccessError):
            self.board("employee")

    def test_every_grouping(self):
        for name in ("branch", "manager", "tier", "channel", "product", "value_class", "wave", "lang"):
            self.assertEqual(sum(row["n"] for row in self.board(group_by=name)["groups"]), 73, name)

    def test_nothing_yet(self):
        empty = self.make_program("EMPTY", "Empty")
        board = self.board(program_id=empty.id)
        self.assertEqual((board["figures"]["nps"]["n"], board["months"], board["groups"]), (0, [], []))
        self.env["bank.survey.program"].search([]).active = False
        self.assertEqual(self.as_user("satisfaction", empty).board({}), {"programs": []})

    def test_wrong_values(self):
        for code, values in {
            "unknown_field": {"programme": 1},
            "unknown_program": {"program_id": -1},
            "unknown_group": {"group_by": "partner"},
            "wrong_type": {"days": -3},
            "invalid_date": {"date_from": "2026-03-02", "date_to": "2026-03-01"},
        }.items():
            with self.assertRaisesRegex(ValidationError, rf"^\[{code}\]"):
                self.board(**values)

    def test_queries(self):
        self.board()
        programs = self.env["bank.survey.program"].with_user(self.users["satisfaction"])
        values = {"program_id": self.program.id, "days": 30}
        with self.assertQueryCount(12):
            programs.board(values)
