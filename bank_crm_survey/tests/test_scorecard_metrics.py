"""What surveys contribute to the scorecards of relationship managers."""

from .test_figures import FiguresCase


class TestScorecardMetrics(FiguresCase):
    def figure(self, code, role="rm_north", on="2026-03-10"):
        metrics = self.as_user("auditor", self.env["bank.scorecard.metric"])
        rows = metrics.figures(
            {"date_from": on, "date_to": on, "codes": [code], "user_logins": [self.users[role].login]}
        )
        self.assertEqual(len(rows), 1)
        return rows[0]

    def test_nps_and_satisfaction(self):
        mine = {"manager_id": self.users["rm_north"].id}
        self.scores(self.program, "nps", [10] * 50 + [8] * 30 + [3] * 20, **mine)
        self.scores(self.program, "csat", [5] * 8 + [1] * 2, **mine)
        self.scores(self.program, "nps", [0] * 40, manager_id=self.users["rm_south"].id)
        row = self.figure("survey_nps")
        self.assertEqual([round(row[name], 1) for name in ("value", "low", "high", "n")], [30, 14.1, 44.2, 100])
        self.assertEqual((row["peers_worse"], row["peers_better"]), (1, 0))
        row = self.figure("survey_csat")
        self.assertEqual([round(row[name], 1) for name in ("value", "low", "high")], [80, 49, 94.3])
        self.assertEqual(self.figure("survey_nps", on="2026-03-11")["n"], 0)

    def test_as_small_as_the_strictest_programme_allows(self):
        self.program.min_cell = 20
        self.scores(self.program, "nps", [10] * 15, manager_id=self.users["rm_north"].id)
        row = self.figure("survey_nps")
        self.assertEqual((row["value"], row["n"], row["hidden"]), (False, 15, True))

    def test_response_rate(self):
        sent = {"sent_at": "2026-03-10 08:00:00"}
        for index, state in enumerate(["completed"] * 6 + ["sent"] * 4 + ["bounced"] * 3):
            self.make_invitation(self.anna, state=state, touchpoint_ref=str(index), **sent)
        row = self.figure("survey_response_rate")
        self.assertEqual((row["value"], row["n"]), (60, 10))
        self.assertTrue(row["low"] < 60 < row["high"])

    def test_follow_ups_in_time(self):
        metrics = self.env["bank.scorecard.metric"]
        self.assertEqual(
            metrics._scorecard_survey_loop_in_time(self.users["rm_north"].ids, "2026-03-01", "2026-03-31"), {}
        )
        answers = [self.make_invitation(self.anna, touchpoint_ref=str(index))._start() for index in range(4)]
        rule = self.env["bank.survey.followup.rule"].create({"name": "Call", "company_id": self.company.id})
        due = "2026-03-10 10:00:00"
        for answer, contacted, state in zip(
            answers,
            ["2026-03-10 09:00:00", "2026-03-10 11:00:00", False, False],
            ["contacted", "contacted", "new", "cancelled"],
            strict=True,
        ):
            self.env["bank.survey.followup"]._unguarded().create(
                {
                    "user_input_id": answer.id,
                    "invitation_id": answer.bank_invitation_id.id,
                    "program_id": self.program.id,
                    "rule_id": rule.id,
                    "company_id": self.program.company_id.id,
                    "partner_id": self.anna.id,
                    "user_id": self.users["rm_north"].id,
                    "state": state,
                    "answered_at": "2026-03-09 10:00:00",
                    "contact_due_at": due,
                    "close_due_at": "2026-03-15 10:00:00",
                    "contacted_at": contacted,
                }
            )
        found = metrics._scorecard_survey_loop_in_time(self.users["rm_north"].ids, "2026-03-01", "2026-03-31")
        figure = found[self.users["rm_north"].id]
        self.assertEqual((round(figure["value"], 1), figure["n"]), (33.3, 3))
