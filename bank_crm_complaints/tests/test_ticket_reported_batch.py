from odoo import fields
from odoo.exceptions import AccessError, ValidationError

from .common import TicketCase


class TestTicketReportedBatch(TicketCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cfpb = cls.env.ref("bank_crm_complaints.bank_ticket_regime_us_cfpb")
        cls.tickets = cls.env["bank.ticket"].create(
            [
                {
                    "kind": "complaint",
                    "subject": f"Complaint {index}",
                    "external_ref": f"R{index}",
                    "received_at": "2026-03-02 12:00:00",
                    "forwarded_at": "2026-03-03 12:00:00",
                    "regime_ids": [(6, 0, cls.cfpb.ids)],
                }
                for index in range(6)
            ]
        )

    def record(self, rows, role="operations", **values):
        tickets = self.env["bank.ticket"].with_user(self.users[role])
        answer = tickets.record_response_batch({"rows": rows, **values})
        self.env.invalidate_all()
        return answer

    def clock(self, ticket):
        return self.env["bank.ticket.clock"].search([("ticket_id", "=", ticket.id), ("rule_id.code", "=", "response")])

    def test_answers_end_deadlines_as_reported(self):
        answer = self.record(
            [
                {"external_ref": "R0", "in_time": True, "outcome": "upheld", "relief": "monetary", "closed": True},
                {"external_ref": "R1", "in_time": False, "outcome": "not_upheld", "relief": "explanation"},
                {"number": self.tickets[2].number, "in_time": False, "outcome": "no_response", "closed": True},
            ]
        )
        self.assertEqual(
            answer,
            {"state": "done", "received": 3, "recorded": 3, "unchanged": 0, "rejected": 0, "errors": []},
        )
        self.assertEqual(self.tickets[:3].mapped("state"), ["closed", "responded", "closed"])
        self.assertEqual(self.tickets[:3].mapped("outcome"), ["upheld", "not_upheld", "no_response"])
        self.assertEqual([self.clock(ticket).state for ticket in self.tickets[:3]], ["met", "breached", "breached"])
        self.assertFalse(any(self.tickets[:3].mapped("next_statutory_due_at")))
        self.assertFalse(self.clock(self.tickets[0]).stopped_at)  # nobody said when
        self.assertIn("response_reported", self.kinds_of(self.tickets[0]))
        self.assertFalse(self.tickets[0]._first_broken_event())

    def test_in_progress_stays_open_until_the_answer(self):
        row = {"external_ref": "R0", "in_time": True, "in_progress": True, "rule_code": "response"}
        self.assertEqual(self.record([row])["recorded"], 1)
        ticket = self.tickets[0]
        self.assertEqual((ticket.state, ticket.outcome, ticket.is_open), ("investigating", False, True))
        self.assertEqual(self.clock(ticket).state, "met")
        self.assertEqual(self.record([row])["unchanged"], 1)
        final = {"external_ref": "R0", "in_time": True, "outcome": "upheld", "relief": "monetary", "closed": True}
        self.assertEqual(self.record([final])["recorded"], 1)
        self.assertEqual(ticket.state, "closed")

    def test_twice_changes_nothing_and_a_contradiction_is_refused(self):
        row = {"external_ref": "R0", "in_time": True, "outcome": "upheld", "relief": "monetary", "closed": True}
        self.record([row])
        kinds = self.kinds_of(self.tickets[0])
        self.assertEqual(self.record([row])["unchanged"], 1)
        self.assertEqual(self.kinds_of(self.tickets[0]), kinds)
        answer = self.record([{**row, "outcome": "not_upheld"}])
        self.assertEqual((answer["state"], answer["errors"][0]["code"]), ("rejected", "already_answered"))
        self.assertEqual(self.tickets[0].outcome, "upheld")

    def test_time_of_the_answer(self):
        row = {"external_ref": "R0", "in_time": True, "outcome": "upheld", "responded_at": "2026-03-10T10:00:00Z"}
        self.record([row])
        self.assertEqual(self.clock(self.tickets[0]).stopped_at, fields.Datetime.to_datetime("2026-03-10 10:00:00"))
        self.assertEqual(self.tickets[0].first_response_at, fields.Datetime.to_datetime("2026-03-10 10:00:00"))
        for when, code in (("2026-03-01T10:00:00Z", "before_receipt"), ("2999-01-01T00:00:00Z", "in_future")):
            answer = self.record([{**row, "external_ref": "R1", "responded_at": when}])
            self.assertEqual(answer["errors"][0]["code"], code)

    def test_one_wrong_row_rejects_all_or_itself(self):
        good = {"external_ref": "R0", "in_time": True, "outcome": "upheld"}
        wrong = [
            ({"external_ref": "R9", "in_time": True, "outcome": "upheld"}, "external_ref", "unknown_ticket"),
            ({"in_time": True, "outcome": "upheld"}, "external_ref", "no_reference"),
            ({"external_ref": "R1", "outcome": "upheld"}, "in_time", "required_field"),
            ({"external_ref": "R1", "in_time": True}, "outcome", "outcome_or_progress"),
            (
                {"external_ref": "R1", "in_time": True, "outcome": "upheld", "in_progress": True},
                "outcome",
                "outcome_or_progress",
            ),
            ({"external_ref": "R1", "in_time": True, "outcome": "won"}, "outcome", None),
            ({"external_ref": "R1", "in_time": True, "outcome": "upheld", "relieve": "x"}, "relieve", "unknown_field"),
        ]
        for row, field, code in wrong:
            answer = self.record([good, row])
            self.assertEqual((answer["state"], answer["recorded"], answer["rejected"]), ("rejected", 0, 2), row)
            self.assertEqual((answer["errors"][0]["row"], answer["errors"][0]["field"]), (2, field))
            if code:
                self.assertEqual(answer["errors"][0]["code"], code)
            self.assertEqual(self.tickets[0].state, "new")
        answer = self.record([good, wrong[0][0]], on_error="skip_row")
        self.assertEqual((answer["state"], answer["recorded"], answer["rejected"]), ("partial", 1, 1))
        self.assertEqual(self.tickets[0].outcome, "upheld")

    def test_who_may(self):
        row = {"external_ref": "R0", "in_time": True, "outcome": "upheld"}
        for role in ("auditor", "bank_admin", "employee", "portal"):
            with self.assertRaisesRegex(AccessError, r"\[access_denied\]"):
                self.record([row], role)
        self.tickets[0].confidentiality = "whistle"
        self.assertEqual(self.record([row], "agent")["errors"][0]["code"], "unknown_ticket")
        self.assertEqual(self.tickets[0].state, "new")
        with self.assertRaisesRegex(ValidationError, r"\[invalid_argument\]"):
            self.record("R0")

    def test_queries_do_not_depend_on_the_number(self):
        def rows(references):
            return [{"external_ref": key, "in_time": True, "outcome": "upheld", "closed": True} for key in references]

        counts = []
        for references in (["R0"], ["R1", "R2", "R3", "R4", "R5"]):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.record(rows(references))
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 4)
