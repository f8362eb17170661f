"""Figures of programmes: right, within what the caller may see, and silent about small groups."""

from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command

from .common import SurveyCase


class FiguresCase(SurveyCase):
    """Writes scores directly: ``scores(program, "nps", [10, 0], branch_id=…)``, one answer each."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ces = cls.env["survey.question"].create(
            {
                "survey_id": cls.questionnaire.id,
                **cls.question_vals("How easy was it?", "ces", 1, 7),
                "sequence": 50,
            }
        )
        cls.env["bank.survey.score"].search([("program_id", "=", cls.program.id)]).unlink()

    @classmethod
    def scores(cls, program, metric, values, on="2026-03-10", **dimensions):
        question = {"nps": cls.nps, "csat": cls.csat, "ces": cls.ces, "driver": cls.about_manager}[metric]
        answers = cls.env["survey.user_input"].create(
            [{"survey_id": cls.questionnaire.id, "test_entry": True} for _value in values]
        )
        groups = {"nps": cls.group_of_nps, "csat": lambda score: cls.group_of(score, 4, 2)}
        group = groups.get(metric, lambda score: cls.group_of(score, 5, 2))
        return cls.env["bank.survey.score"].create(
            [
                {
                    "user_input_id": answer.id,
                    "question_id": question.id,
                    "program_id": program.id,
                    "company_id": program.company_id.id,
                    "metric": metric,
                    "metric_code": question.bank_metric_code,
                    "score": value,
                    "bucket": group(value),
                    "is_counted": True,
                    "answered_on": on,
                    **dimensions,
                }
                for answer, value in zip(answers, values, strict=True)
            ]
        )

    @staticmethod
    def group_of_nps(score):
        return "promoter" if score >= 9 else "detractor" if score <= 6 else "passive"

    @staticmethod
    def group_of(score, satisfied_from, dissatisfied_to):
        return "satisfied" if score >= satisfied_from else "dissatisfied" if score <= dissatisfied_to else "neutral"

    def kpi(self, role="satisfaction", **values):
        return self.as_user(role, self.env["bank.survey.program"]).kpi({"program_code": "REL", **values})


class TestKpi(FiguresCase):
    def test_worked_examples(self):
        self.scores(self.program, "nps", [10] * 50 + [8] * 30 + [3] * 20)
        self.scores(self.program, "csat", [5] * 8 + [1] * 2)
        (row,) = self.kpi()
        self.assertEqual((row["n"], row["promoters"], row["passives"], row["detractors"]), (100, 50, 30, 20))
        self.assertEqual([round(row[name], 1) for name in ("nps", "nps_low", "nps_high")], [30, 14.1, 44.2])
        self.assertEqual([round(row[name], 1) for name in ("csat", "csat_low", "csat_high")], [80, 49.0, 94.3])
        self.assertEqual((row["csat_n"], row["satisfied"], row["hidden"]), (10, 8, False))
        self.assertNotIn("nps_weighted", row)

    def test_seven_answers(self):
        self.scores(self.program, "nps", [10, 10, 9, 8, 7, 6, 0])
        self.assertAlmostEqual(self.kpi()[0]["nps"], 100 / 7)

    def test_effort(self):
        self.scores(self.program, "ces", [3, 4, 5, 6, 7])
        (row,) = self.kpi()
        self.assertEqual((row["n"], row["ces_n"], row["ces"], row["ces_easy"]), (5, 5, 5, 60))
        self.assertAlmostEqual(row["ces_low"], 5 - 2.7764451 * 0.5**0.5, places=5)

    def test_nobody_answered_is_not_zero(self):
        (row,) = self.kpi()
        self.assertEqual((row["n"], row["nps"], row["promoters"], row["hidden"]), (0, False, False, False))
        self.assertIs(row["nps"], False)
        self.assertEqual(self.kpi(group_by=["branch"]), [])

    def test_all_passive_is_zero(self):
        self.scores(self.program, "nps", [7, 8, 8])
        (row,) = self.kpi()
        self.assertIsInstance(row["nps"], float)
        self.assertEqual(row["nps"], 0)
        self.assertLess(row["nps_low"], 0)

    def test_what_does_not_count(self):
        self.scores(self.program, "nps", [10, 10])
        self.scores(self.program, "nps", [0], is_counted=False)
        self.scores(self.make_program("OTHER", "Other"), "nps", [0])
        self.assertEqual(self.kpi()[0]["nps"], 100)

    def test_weights(self):
        """900 customers of one stratum, 100 of the other, 50 answers each."""
        self.scores(self.program, "nps", [10] * 50, weight=1.8)
        self.scores(self.program, "nps", [0] * 50, weight=0.2)
        (row,) = self.kpi()
        self.assertEqual(row["nps"], 0)
        self.assertAlmostEqual(row["nps_weighted"], 80)
        self.assertAlmostEqual(row["nps_n_eff"], 100**2 / (50 * 1.8**2 + 50 * 0.2**2))

    def test_groups(self):
        self.scores(self.program, "nps", [10, 10], on="2026-01-31", branch_id=self.north.id, channel="email")
        self.scores(self.program, "nps", [0], on="2026-02-01", branch_id=self.south.id, channel="sms")
        self.scores(self.program, "nps", [0], on="2026-02-28")
        rows = self.kpi(group_by=["branch", "month"])
        self.assertEqual(
            [(row["group"]["branch"], row["group"]["month"], row["n"], row["nps"]) for row in rows],
            [(False, "2026-02", 1, -100), ("NORTH", "2026-01", 2, 100), ("SOUTH", "2026-02", 1, -100)],
        )
        self.assertEqual(self.kpi(date_from="2026-02-01", date_to="2026-02-01")[0]["n"], 1)
        every = ["tier", "branch", "manager", "channel", "wave", "month", "value_class", "product", "lang"]
        self.assertEqual(sum(row["n"] for row in self.kpi(group_by=every)), 4)

    def test_drivers_by_their_code(self):
        self.scores(self.program, "driver", [4, 5])
        self.scores(self.program, "nps", [9])
        rows = {row["group"]["metric_code"]: row for row in self.kpi(group_by=["metric_code"])}
        self.assertEqual((rows["manager"]["score"], rows["manager"]["score_n"]), (4.5, 2))
        self.assertEqual(self.kpi()[0]["n"], 1)

    def test_one_query_for_all_figures(self):
        self.scores(self.program, "nps", [10, 0])
        self.scores(self.program, "csat", [5])
        self.kpi()
        stats = self.env["bank.survey.stat"].with_user(self.users["satisfaction"])
        with self.assertQueryCount(1):
            stats._tallies(self.program._kpi_domain(), [(), ("branch",), ("branch", "month")])

    def test_small_groups_are_hidden(self):
        self.program.min_cell = 10
        self.scores(self.program, "nps", [10] * 30, branch_id=self.north.id)
        self.scores(self.program, "nps", [10] * 12, branch_id=self.head.id)
        self.scores(self.program, "nps", [0] * 3, branch_id=self.south.id)
        rows = {row["group"]["branch"]: row for row in self.kpi(group_by=["branch"])}
        self.assertEqual([rows[code]["hidden"] for code in ("NORTH", "HEAD", "SOUTH")], [False, True, True])
        self.assertEqual((rows["SOUTH"]["n"], rows["SOUTH"]["nps"], rows["SOUTH"]["detractors"]), (3, False, False))
        self.assertIs(rows["HEAD"]["nps_low"], False)
        self.assertEqual(rows["NORTH"]["nps"], 100)

    def test_everybody_sees_his_part(self):
        self.scores(self.program, "nps", [10], branch_id=self.north_vip.id, manager_id=self.users["rm_north"].id)
        self.scores(self.program, "nps", [8, 8], branch_id=self.north.id)
        self.scores(self.program, "nps", [0] * 4, branch_id=self.south.id, manager_id=self.users["rm_south"].id)
        seen = {"rm_north": 1, "manager_north": 3, "rm_south": 4, "auditor": 7, "compliance": 7, "agent": 0}
        for role, count in seen.items():
            self.assertEqual(self.kpi(role)[0]["n"], count, role)
        for role in ("employee", "portal", "survey_user"):
            with self.assertRaises(AccessError):
                self.kpi(role)

    def test_figures_of_another_company(self):
        other = self.env["res.company"].create({"name": "Other Bank"})
        self.make_program("ELSEWHERE", "Elsewhere", company_id=other.id)
        with self.assertRaisesRegex(ValidationError, "unknown_program"):
            self.kpi(program_code="ELSEWHERE")

    def test_wrong_values(self):
        for code, values in {
            "unknown_field": {"programme": "REL"},
            "unknown_program": {"program_code": "NONE"},
            "required_field": {"program_code": ""},
            "invalid_date": {"date_from": "31.01.2026"},
            "unknown_group": {"group_by": ["partner"]},
            "wrong_type": {"group_by": "branch"},
        }.items():
            with self.assertRaisesRegex(ValidationError, rf"^\[{code}\]"):
                self.kpi(**values)
        with self.assertRaisesRegex(ValidationError, r"^\[wrong_type\]"):
            self.env["bank.survey.program"].kpi([])


class TestStat(FiguresCase):
    """Pivots, and whoever wants to know more than they tell."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.program.min_cell = 10
        cls.scores(cls.program, "nps", [10] * 20 + [0] * 10, on="2026-01-15", branch_id=cls.north.id, channel="email")
        cls.scores(cls.program, "nps", [9] * 15, on="2026-02-15", branch_id=cls.head.id, channel="email")
        cls.scores(cls.program, "nps", [3], on="2026-02-16", branch_id=cls.south.id, channel="sms")
        cls.scores(cls.program, "csat", [5] * 12, on="2026-02-15", branch_id=cls.south.id, channel="sms")

    def stats(self, role="satisfaction"):
        return self.as_user(role, self.env["bank.survey.stat"])

    def groups(self, groupby, aggregates, domain=(), role="satisfaction", **options):
        return self.stats(role).formatted_read_group(list(domain), groupby, aggregates, **options)

    def test_figures(self):
        (row,) = self.groups([], ["nps:avg", "csat:avg", "promoters:sum", "detractors:sum", "n:sum", "__count"])
        self.assertAlmostEqual(row["nps:avg"], 100 * (35 - 11) / 46)
        self.assertEqual((row["csat:avg"], row["promoters:sum"], row["detractors:sum"]), (100, 35, 11))
        self.assertEqual((row["n:sum"], row["__count"]), (58, 58))

    def test_the_same_as_kpi(self):
        self.program.min_cell = 1
        rows = {row["channel"]: row["nps:avg"] for row in self.groups(["channel"], ["nps:avg"])}
        for row in self.kpi(group_by=["channel"]):
            self.assertAlmostEqual(rows[row["group"]["channel"]], row["nps"])

    def test_small_groups_and_what_gives_them_away(self):
        rows = {row["branch_id"][1]: row for row in self.groups(["branch_id"], ["nps:avg", "csat:avg", "__count"])}
        north, head, south = (rows[branch.display_name] for branch in (self.north, self.head, self.south))
        self.assertAlmostEqual(north["nps:avg"], 100 / 3)
        self.assertIs(south["nps:avg"], False)  # one answer
        self.assertIs(head["nps:avg"], False)  # or it would follow from the total
        self.assertEqual(south["csat:avg"], 100)  # twelve answers
        self.assertEqual(south["__count"], 13)

    def test_pages_do_not_change_what_is_hidden(self):
        for offset in range(3):
            (row,) = self.groups(["branch_id"], ["nps:avg"], offset=offset, limit=1)
            self.assertEqual(row["nps:avg"] is False, row["branch_id"][1] != self.north.display_name)

    def test_pivots_of_two_dimensions(self):
        sets = [[], ["branch_id"], ["channel"], ["branch_id", "channel"]]
        result = self.stats().formatted_read_grouping_sets([], sets, ["nps:avg", "detractors:sum"])
        self.assertAlmostEqual(result[0][0]["nps:avg"], 100 * 24 / 46)
        self.assertEqual([row["nps:avg"] for row in result[2]], [False, False])  # email is total minus one answer
        shown = [row for row in result[3] if row["detractors:sum"] is not False]
        self.assertEqual([row["branch_id"][1] for row in shown], [self.north.display_name])

    def test_narrow_filters(self):
        for domain in (
            [("branch_id", "=", self.south.id), ("metric", "=", "nps")],
            [("answered_on", "=", "2026-02-16"), ("metric", "=", "nps")],
            [("branch_id.code", "=", "SOUTH")],
        ):
            (row,) = self.groups([], ["nps:avg", "score:avg", "detractors:sum"], domain)
            self.assertEqual((row["nps:avg"], row["detractors:sum"]), (False, False))
        days = self.groups(["answered_on:day"], ["nps:avg"], [("metric", "=", "nps")])
        self.assertEqual(sum(row["nps:avg"] is not False for row in days), 1)

    def assertFiguresOnly(self, function):
        with self.assertRaisesRegex(AccessError, r"^\[figures_only\]"):
            function()

    def test_rows_are_closed(self):
        row = self.env["bank.survey.stat"].sudo().search([], limit=1)
        for role in ("satisfaction", "compliance", "auditor", "manager_north"):
            self.users[role].group_ids += self.env.ref("base.group_allow_export")
            stats = self.stats(role)
            self.assertFiguresOnly(lambda stats=stats: stats.browse(row.id).read(["score"]))
            self.assertFiguresOnly(lambda stats=stats: stats.browse(row.id).export_data(["score", "branch_id"]))
            self.assertFiguresOnly(lambda stats=stats: stats.search_read([("id", "=", row.id)], ["nps"]))
        stats = self.stats()
        self.assertFiguresOnly(lambda: stats.search_read([], ["branch_id"]))
        self.assertFiguresOnly(lambda: stats.web_search_read([], {"score": {}}))
        self.assertFiguresOnly(lambda: stats.browse(row.id).score)

    def test_answers_are_no_filter(self):
        stats = self.stats()
        for domain in (
            [("nps", "=", -100)],
            [("score", "<", 7)],
            [("id", "<", 5)],
            ["|", ("branch_id", "=", self.south.id), ("detractors", "=", 1)],
            [("channel", "=", "sms"), "!", ("promoters", "=", 1)],
        ):
            self.assertFiguresOnly(lambda domain=domain: stats.search_count(domain))
            self.assertFiguresOnly(lambda domain=domain: stats.formatted_read_group(domain, [], ["__count"]))
        self.assertFiguresOnly(lambda: stats.search([], order="score"))

    def test_answers_are_no_group(self):
        stats = self.stats()
        for groupby in (["nps"], ["score"], ["id"], ["detractors", "branch_id"]):
            self.assertFiguresOnly(lambda groupby=groupby: stats.formatted_read_group([], groupby, ["__count"]))
        self.assertFiguresOnly(
            lambda: stats.read_progress_bar([], "branch_id", {"field": "nps", "colors": {"100": "success"}})
        )

    def test_no_other_aggregates(self):
        stats = self.stats()
        specs = ("score:max", "score:min", "score:sum", "nps:min", "score:array_agg", "id:recordset", "id:array_agg")
        specs += ("score:array_agg_distinct", "branch_id:recordset", "nps:count", "score:count_distinct")
        for spec in specs:
            self.assertFiguresOnly(lambda spec=spec: stats.formatted_read_group([], ["branch_id"], [spec]))
            self.assertFiguresOnly(lambda spec=spec: stats.formatted_read_grouping_sets([], [["channel"]], [spec]))
        having = [("nps:avg", "<", 0)]
        self.assertFiguresOnly(lambda: stats.formatted_read_group([], ["branch_id"], ["nps:avg"], having=having))
        self.assertFiguresOnly(
            lambda: stats.formatted_read_group([], ["branch_id"], ["nps:avg"], order="nps:avg desc")
        )

    def test_rules(self):
        self.program.min_cell = 1
        for role, count in {"manager_north": 30, "rm_north": 0, "auditor": 58, "agent": 0}.items():
            self.assertEqual(self.groups([], ["__count"], role=role)[0]["__count"], count, role)
        with self.assertRaises(AccessError):
            self.groups([], ["__count"], role="employee")
        other = self.env["res.company"].create({"name": "Other Bank"})
        self.users["satisfaction"].company_ids = [Command.link(other.id)]
        self.scores(self.make_program("ELSEWHERE", "Elsewhere", company_id=other.id), "nps", [10] * 20)
        stats = self.stats()
        for companies, count in ((self.company, 58), (other, 20), (self.company + other, 78)):
            (row,) = stats.with_context(allowed_company_ids=companies.ids).formatted_read_group([], [], ["__count"])
            self.assertEqual(row["__count"], count)

    def test_nobody_writes(self):
        with self.assertRaises(AccessError):
            self.stats("bank_admin").create({})


class TestScoresOfOneAnswer(FiguresCase):
    """Few people with many scores each are still few people."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.program.min_cell = 10
        cls.staff = cls.env["survey.question"].create(
            {
                "survey_id": cls.questionnaire.id,
                **cls.question_vals("Our staff?", "csat", 1, 5, bank_metric_code="staff"),
                "sequence": 60,
            }
        )
        cls.rooms = cls.staff.copy({"survey_id": cls.questionnaire.id, "bank_metric_code": "rooms"})
        cls.few = cls.scores(cls.program, "csat", [5] * 4, branch_id=cls.south.id).user_input_id
        cls.many = cls.scores(cls.program, "csat", [4] * 12, branch_id=cls.north.id).user_input_id
        for question in (cls.staff, cls.rooms):
            cls.again(cls.few, question, branch_id=cls.south.id)
            cls.again(cls.many, question, branch_id=cls.north.id)

    @classmethod
    def again(cls, answers, question, **dimensions):
        """Give answers one more score."""
        scores = cls.scores(cls.program, question.bank_metric, [3] * len(answers), **dimensions)
        for score, answer in zip(scores, answers, strict=True):
            score.write(
                {
                    "user_input_id": answer.id,
                    "question_id": question.id,
                    "metric_code": question.bank_metric_code,
                }
            )

    def stats(self, groupby, aggregates, domain=()):
        stats = self.as_user("satisfaction", self.env["bank.survey.stat"])
        return stats.formatted_read_group(list(domain), groupby, aggregates)

    def test_pivot(self):
        at_south = [("branch_id", "=", self.south.id)]
        for name in ("score:avg", "csat:avg", "satisfied:sum"):
            (row,) = self.stats([], [name, "n:sum"], at_south)
            self.assertEqual((row[name], row["n:sum"]), (False, 12), name)
        for row in self.stats(["metric_code"], ["csat:avg"], at_south):
            self.assertIs(row["csat:avg"], False)
        (row,) = self.stats([], ["csat:avg"], [("branch_id", "=", self.north.id)])
        self.assertIsNot(row["csat:avg"], False)

    def test_questions_of_the_same_people_do_not_add_up(self):
        """Three hidden columns of the same four people are four people: another column is hidden with them."""
        self.env["bank.survey.score"].search([("user_input_id", "in", self.many.ids)]).unlink()
        self.scores(self.program, "nps", [9] * 30, branch_id=self.south.id)
        (row,) = self.stats([], ["score:avg"])
        self.assertIsNot(row["score:avg"], False)
        rows = self.stats(["metric_code"], ["score:avg"])
        self.assertEqual([row["score:avg"] for row in rows], [False] * 4)

    def test_kpi(self):
        rows = {row["group"]["branch"]: row for row in self.kpi(group_by=["branch"])}
        self.assertEqual((rows["SOUTH"]["csat_n"], rows["SOUTH"]["csat"], rows["SOUTH"]["hidden"]), (12, False, True))
        rows = self.kpi(group_by=["branch", "metric_code"])
        self.assertEqual({row["csat"] for row in rows if row["group"]["branch"] == "SOUTH"}, {False})
        self.assertIsNot(self.kpi()[0]["csat"], False)

    def test_board(self):
        values = {"date_from": "2026-03-01", "date_to": "2026-03-31", "program_id": self.program.id}
        board = self.as_user("satisfaction", self.env["bank.survey.program"]).board(values)
        self.assertFalse(board["figures"]["csat"]["hidden"])
        self.assertTrue({row["label"] for row in board["groups"] if row["hidden"]} >= {self.south.display_name})
        self.many.unlink()
        board = self.as_user("satisfaction", self.env["bank.survey.program"]).board(values)
        self.assertTrue(board["figures"]["csat"]["hidden"])
        self.assertEqual({month["hidden"] for month in board["months"] if month["n"]}, {True})

    def test_drivers_and_topics(self):
        self.again(self.few, self.nps)
        for code in ("more", "most"):
            nps = self.nps.copy({"survey_id": self.questionnaire.id, "bank_metric_code": code})
            self.again(self.few, nps)
        self.again(self.few, self.about_manager)
        topic = self.env["bank.survey.topic"].search([], limit=1)
        self.few.bank_topic_ids = topic
        days = ("2026-03-01", "2026-03-31")
        self.assertEqual(self.program._driver_figures(*days), [])
        self.assertEqual(self.program._topic_figures(*days), [])
        self.program.min_cell = 4
        self.assertEqual([row["n"] for row in self.program._topic_figures(*days)], [4])
        self.assertEqual([row["code"] for row in self.program._driver_figures(*days)], ["manager"])
