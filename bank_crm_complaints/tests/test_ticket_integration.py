import base64
import datetime
import hashlib
import re

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import freeze_time, tagged

from .common import TicketCase


@tagged("post_install", "-at_install")
class TestTicketIntegration(TicketCase):
    """What other systems do with a ticket after its registration."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.country_id = cls.env.ref("base.cn")
        cls.ticket = cls.make_ticket(external_ref="CC-1", received_at="2026-03-02 08:00:00", intake="api")

    def call(self, method, role="operations", **values):
        self.env.flush_all()
        values = {"external_ref": "CC-1", **values}
        return getattr(self.env["bank.ticket"].with_user(self.users[role]), method)(
            {key: value for key, value in values.items() if value is not ...}
        )

    def assertRefused(self, method, *expected, **values):
        with self.assertRaises(ValidationError) as caught:
            self.call(method, **values)
        lines = str(caught.exception).splitlines()
        self.assertEqual([re.match(r"\[\w+\] [\w.\[\]]+", line)[0] for line in lines], list(expected))

    # ------------------------------------------------------------------
    # Batch
    # ------------------------------------------------------------------

    def rows(self, count=3):
        return [
            {
                "kind": "complaint",
                "subject": f"Fee {number}",
                "description": "A fee was taken.",
                "customer_number": self.anna.customer_number,
                "external_ref": f"B-{number}",
            }
            for number in range(1, count + 1)
        ]

    def batch(self, rows, role="operations", **values):
        self.env.flush_all()
        return self.env["bank.ticket"].with_user(self.users[role]).register_batch({"rows": rows, **values})

    def test_a_batch_and_again(self):
        answer = self.batch(self.rows())
        self.assertEqual((answer["state"], answer["received"], answer["created"]), ("done", 3, 3))
        self.assertEqual([ticket["row"] for ticket in answer["tickets"]], [1, 2, 3])
        again = self.batch(self.rows(4))
        self.assertEqual((again["created"], again["existing"], again["rejected"]), (1, 3, 0))
        self.assertEqual([t["id"] for t in again["tickets"]][:3], [t["id"] for t in answer["tickets"]])
        self.assertEqual(self.env["bank.ticket"].search_count([("external_ref", "=like", "B-%")]), 4)

    def test_wrong_rows(self):
        rows = self.rows(5)
        rows[1]["kind"] = "x"
        rows[2]["customer_number"] = "nobody"
        rows[3].pop("external_ref")
        rows[4] = "no row"
        refused = self.batch(rows)
        self.assertEqual((refused["state"], refused["rejected"], refused["tickets"]), ("rejected", 5, []))
        self.assertFalse(self.env["bank.ticket"].search_count([("external_ref", "=like", "B-%")]))
        answer = self.batch(rows, on_error="skip_row")
        self.assertEqual((answer["state"], answer["created"], answer["rejected"]), ("partial", 1, 4))
        self.assertEqual(
            [(error["row"], error["field"], error["code"]) for error in answer["errors"]],
            [
                (2, "kind", "invalid_value"),
                (3, "customer_number", "unknown_customer"),
                (4, "external_ref", "required_field"),
                (5, "row", "wrong_type"),
            ],
        )
        for error in answer["errors"]:
            self.assertTrue(error["message"].startswith(f"{error['field']}:"), error["message"])

    def test_twice_in_a_batch_is_once(self):
        rows = [*self.rows(1), *self.rows(1)]
        answer = self.batch(rows)
        self.assertEqual((answer["created"], answer["existing"]), (1, 1))
        self.assertEqual(answer["tickets"][0]["id"], answer["tickets"][1]["id"])

    def test_arguments_of_a_batch(self):
        for values, code in (
            ({"rows": "all"}, "invalid_argument"),
            ({"rows": [], "on_error": "ignore"}, "invalid_argument"),
            ({"rows": [], "source": "x"}, "unknown_field"),
            ({"rows": [{}] * 5001}, "invalid_argument"),
            (None, "invalid_argument"),
        ):
            with self.subTest(code=code), self.assertRaisesRegex(ValidationError, rf"^\[{code}\]"):
                self.env["bank.ticket"].with_user(self.users["operations"]).register_batch(values)
        self.assertEqual(self.batch([])["state"], "done")

    # ------------------------------------------------------------------
    # Messages
    # ------------------------------------------------------------------

    def test_a_message_of_the_customer(self):
        answer = self.call("add_message", key="chat/1", text="Again today\n<b>bold</b> 6222021234567894")
        message = self.env["mail.message"].browse(answer["message_id"])
        self.assertEqual(message.author_id, self.anna)
        self.assertEqual(message.body, "<p>Again today<br>&lt;b&gt;bold&lt;/b&gt; ****7894</p>")
        self.assertTrue(self.ticket.last_customer_message_at)
        self.assertIn("customer_message", self.kinds_of(self.ticket))
        self.assertFalse(self.ticket.first_response_at)
        again = self.call("add_message", key="chat/1", text="Again today\n<b>bold</b> 6222021234567894")
        self.assertEqual(again, {**answer, "replayed": True})
        self.assertEqual(len(self.ticket.message_ids.filtered("body")), 1)

    def test_an_answer_of_the_bank(self):
        self.call("add_message", key="1", text="We are looking into it", author="bank")
        self.assertTrue(self.ticket.first_response_at)
        self.assertIn("staff_message", self.kinds_of(self.ticket))

    def test_a_message_of_somebody_unknown_is_not_the_callers(self):
        self.make_ticket(False, external_ref="CC-2", is_anonymous=True)
        self.make_ticket(False, external_ref="CC-3", contact_name="Who", contact_email="who@example.com")
        for reference, address in (("CC-2", "Customer"), ("CC-3", '"Who" <who@example.com>')):
            answer = self.call("add_message", external_ref=reference, key=reference, text="x")
            message = self.env["mail.message"].browse(answer["message_id"])
            self.assertFalse(message.author_id)
            self.assertEqual(message.email_from, address)
            ticket = self.env["bank.ticket"].search([("external_ref", "=", reference)])
            self.assertTrue(ticket.last_customer_message_at)
            self.assertFalse(ticket.last_staff_message_at)

    def test_a_key_for_something_else(self):
        self.call("add_message", key="1", text="One")
        self.assertRefused("add_message", "[key_conflict] key", key="1", text="Two")
        # each method has keys of its own
        self.assertFalse(self.call("add_evidence", key="1", name="a.txt", content="dGV4dA==")["replayed"])

    def test_wrong_messages(self):
        for values, refusals in (
            ({"text": "x"}, ["[required_field] key"]),
            ({"key": "1"}, ["[required_field] text"]),
            ({"key": "1", "text": "x", "body": "y"}, ["[unknown_field] body"]),
            ({"key": "1", "text": "x", "author": "me"}, ["[invalid_value] author"]),
            ({"key": "1", "text": 5}, ["[wrong_type] text"]),
            ({"key": "1", "text": "a\x00b"}, ["[invalid_text] text"]),
            ({"key": "\ud800", "text": "x"}, ["[invalid_text] key"]),
            ({"key": "1", "text": "x", "external_ref": "\x00"}, ["[invalid_text] external_ref"]),
            ({"key": "1", "text": "x", "external_ref": ...}, ["[no_reference] number"]),
            ({"key": "1", "text": "x", "external_ref": "none"}, ["[unknown_ticket] number"]),
        ):
            with self.subTest(values=values):
                self.assertRefused("add_message", *refusals, **values)

    # ------------------------------------------------------------------
    # Files
    # ------------------------------------------------------------------

    def test_a_file(self):
        content = base64.b64encode(b"fee 12.50\n").decode()
        answer = self.call("add_evidence", key="scan/1", name="../statement.txt", content=content, text="Statement")
        attachment = self.env["ir.attachment"].browse(answer["attachment_id"])
        self.assertEqual((attachment.name, attachment.raw), ("statement.txt", b"fee 12.50\n"))
        self.assertEqual((attachment.res_model, attachment.res_id), ("bank.ticket", self.ticket.id))
        self.assertIn(attachment, self.ticket._customer_visible_attachments())
        self.assertEqual(
            self.call("add_evidence", key="scan/1", name="../statement.txt", content=content, text="Statement"),
            {**answer, "replayed": True},
        )
        self.assertEqual(
            self.env["ir.attachment"].search_count(
                [("res_id", "=", self.ticket.id), ("res_model", "=", "bank.ticket")]
            ),
            1,
        )

    def test_numbers_in_a_file_of_text(self):
        content = base64.b64encode(b"card 6222021234567894, fee 12.50\n").decode()
        answer = self.call("add_evidence", key="scan/2", name="6222021234567894.txt", content=content)
        attachment = self.env["ir.attachment"].browse(answer["attachment_id"])
        self.assertEqual((attachment.name, attachment.raw), ("****7894.txt", b"card ****7894, fee 12.50\n"))
        self.assertEqual(answer["sha256"], hashlib.sha256(attachment.raw).hexdigest())

    def test_files_that_are_not_taken(self):
        for name, content, code in (
            ("a.txt", "no base64!", "invalid_base64"),
            ("a.txt", "", "required_field"),
            ("a.exe", base64.b64encode(b"MZ\x90\x00" + b"\0" * 64).decode(), "file_refused"),
            ("a.pdf", base64.b64encode(b"MZ\x90\x00" + b"\0" * 64).decode(), "file_refused"),
            ("a.docm", base64.b64encode(b"PK\x03\x04").decode(), "file_refused"),
            ("big.txt", base64.b64encode(b"x" * (25 * 1024 * 1024 + 1)).decode(), "file_refused"),
        ):
            with self.subTest(name=name, code=code):
                self.assertRefused("add_evidence", f"[{code}] content", key="1", name=name, content=content)
        self.assertFalse(
            self.env["ir.attachment"].search([("res_id", "=", self.ticket.id), ("res_model", "=", "bank.ticket")])
        )

    # ------------------------------------------------------------------
    # State and answers
    # ------------------------------------------------------------------

    def test_status(self):
        status = self.call("status")
        self.assertEqual(status["number"], self.ticket.number)
        self.assertEqual((status["state"], status["is_open"], status["outcome"]), ("new", True, False))
        self.assertEqual(status["customer_number"], self.anna.customer_number)
        self.assertEqual((status["received_at"], status["branch_code"]), ("2026-03-02T08:00:00Z", "NVIP"))
        self.assertRegex(status["next_due_at"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
        rules = {(line["regime"], line["kind"]) for line in status["deadlines"]}
        self.assertIn(("CN-NFRA", "statutory"), rules)
        self.assertEqual(self.call("status", external_ref=..., number=self.ticket.number), status)

    def test_what_the_caller_may_not_see_is_unknown(self):
        self.assertTrue(self.call("status", role="rm_north"))
        for role in ("rm_south",):
            with self.assertRaisesRegex(ValidationError, r"\[unknown_ticket\]"):
                self.call("status", role=role)
        self.ticket.confidentiality = "whistle"
        with self.assertRaisesRegex(ValidationError, r"\[unknown_ticket\]"):
            self.call("status")

    def test_an_answer_in_time(self):
        answer = self.call(
            "record_response", outcome="upheld", relief="monetary", responded_at="2026-03-05T10:00:00Z", in_time=True
        )
        self.assertEqual((answer["state"], answer["outcome"], answer["relief"]), ("responded", "upheld", "monetary"))
        self.assertFalse(answer["replayed"])
        self.assertEqual(self.ticket.first_response_at, self.at("2026-03-05 10:00:00"))
        clocks = self.ticket.clock_ids.filtered(lambda clock: clock.kind == "statutory" and clock.is_reported)
        self.assertEqual(set(clocks.mapped("state")), {"met"})
        self.assertFalse(self.ticket.next_statutory_due_at)
        again = self.call("record_response", outcome="upheld", relief="monetary", in_time=True)
        self.assertTrue(again["replayed"])
        self.assertRefused("record_response", "[already_answered] outcome", outcome="not_upheld")

    def test_in_time_is_theirs_to_say_and_else_counted(self):
        late = self.make_ticket(external_ref="CC-2", received_at="2026-03-02 08:00:00")
        counted = self.make_ticket(external_ref="CC-3", received_at="2026-03-02 08:00:00")
        early = self.make_ticket(external_ref="CC-4", received_at="2026-03-02 08:00:00")
        self.call("record_response", external_ref="CC-2", outcome="partly", responded_at="2026-03-03", in_time=False)
        self.call("record_response", external_ref="CC-3", outcome="partly", responded_at="2026-06-30")
        self.call("record_response", external_ref="CC-4", outcome="partly", responded_at="2026-03-03")
        for ticket, state in ((late, "breached"), (counted, "breached"), (early, "met")):
            duties = ticket.clock_ids.filtered(lambda clock: clock.kind == "statutory")
            self.assertEqual(set(duties.mapped("state")), {state}, ticket.external_ref)

    def test_wrong_answers(self):
        for values, refusal in (
            ({}, "[required_field] outcome"),
            ({"outcome": "maybe"}, "[invalid_value] outcome"),
            ({"outcome": "upheld", "relief": "money"}, "[invalid_value] relief"),
            ({"outcome": "upheld", "responded_at": "2026-02-28"}, "[before_receipt] responded_at"),
            ({"outcome": "upheld", "responded_at": "2099-01-01"}, "[in_future] responded_at"),
            ({"outcome": "upheld", "in_time": "yes"}, "[wrong_type] in_time"),
        ):
            with self.subTest(values=values):
                self.assertRefused("record_response", refusal, **values)
        self.assertEqual(self.ticket.state, "new")

    # ------------------------------------------------------------------
    # Who, and forgeries
    # ------------------------------------------------------------------

    def test_who_may(self):
        calls = {
            "add_message": {"text": "x"},
            "add_evidence": {"name": "a.txt", "content": "dGV4dA=="},
            "status": {},
            "record_response": {"outcome": "upheld"},
        }
        for role in ("auditor", "bank_admin", "employee", "portal"):
            for method, values in calls.items():
                key = {} if method in ("status", "record_response") else {"key": f"{role}/{method}"}
                with self.subTest(role=role, method=method), self.assertRaisesRegex(AccessError, r"\[access_denied\]"):
                    self.call(method, role=role, **values, **key)
            with self.assertRaisesRegex(AccessError, r"\[access_denied\]"):
                self.batch(self.rows(), role=role)
        for role in ("operations", "agent", "rm_north", "manager_north"):
            self.assertTrue(self.call("status", role=role))
            self.assertFalse(self.call("add_message", role=role, key=role, text="x")["replayed"])

    def test_deliveries_are_sealed(self):
        self.call("add_message", key="1", text="x")
        delivery = self.env["bank.ticket.delivery"].search([("key", "=", "1")])
        for role in ("operations", "agent", "compliance"):
            with self.subTest(role=role):
                found = self.as_user(role, delivery)
                self.assertEqual(found.ticket_id, self.ticket)
                for operation in (lambda found=found: found.write({"key": "2"}), found.unlink):
                    with self.assertRaises(AccessError):
                        operation()
                with self.assertRaises(AccessError):
                    found.create({"ticket_id": self.ticket.id, "kind": "message", "key": "9"})
        with self.assertRaises(AccessError):
            delivery.sudo().write({"key": "2"})
        self.assertFalse(self.as_user("rm_south", self.env["bank.ticket.delivery"]).search([]))

    @freeze_time("2026-03-20 00:00:00")
    def test_late_registration_is_flagged(self):
        self.assertTrue(self.make_ticket(received_at="2026-03-18 00:00:00").is_late_registered)
        self.assertFalse(self.make_ticket(received_at="2026-03-19 00:00:01").is_late_registered)
        self.assertEqual(datetime.date.today(), datetime.date(2026, 3, 20))
