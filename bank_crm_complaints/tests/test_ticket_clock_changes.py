"""Pauses, extensions, merges, conversions, counting anew: what people do to clocks, as the roles that do it."""

from datetime import datetime

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time
from odoo.tools import mute_logger

from .clock_common import ClockCase


class TestPauses(ClockCase):
    def setUp(self):
        super().setUp()
        with freeze_time("2026-06-15 08:30:00"):
            regimes = self.regime("service") | self.regime("cn_nfra")
            self.ticket = self.make_ticket(
                regime_ids=regimes.ids, received_at="2026-06-15 08:00:00", user_id=self.users["agent"].id
            )
        self.service_due = self.clock(self.ticket, "first_answer").due_at
        self.legal_due = self.clock(self.ticket, "decision").due_at

    def as_agent(self):
        return self.as_user("agent", self.ticket)

    def test_service_waits_the_law_does_not(self):
        with freeze_time("2026-06-15 10:00:00"):
            self.as_agent()._pause("Waits for a statement")
        self.assertEqual(self.codes(self.ticket), {"first_answer": "paused", "decision": "running"})
        self.assertEqual(self.ticket.next_statutory_due_at, self.legal_due)
        self.assertFalse(self.ticket.next_service_due_at)
        with freeze_time("2026-06-16 12:00:00"):
            self.as_agent().action_resume()
        clock = self.clock(self.ticket, "first_answer")
        self.assertEqual((clock.state, self.clock(self.ticket, "decision").due_at), ("running", self.legal_due))
        # Around the clock: 26 hours of pause, 26 hours later.
        self.assertEqual((clock.due_at - self.service_due).total_seconds() / 3600, 26)
        self.assertEqual(self.ticket.next_service_due_at, clock.due_at)
        self.assertEqual(self.kinds_of(self.ticket)[-2:], ["paused", "resumed"])

    def test_a_pause_is_not_late_while_it_lasts(self):
        with freeze_time("2026-06-15 10:00:00"):
            self.as_agent()._pause("Waits")
        with freeze_time("2026-07-15 10:00:00"):
            self.env.invalidate_all()
            domain = [("ticket_id", "=", self.ticket.id), ("is_breached", "=", True)]
            late = self.env["bank.ticket.clock"].search(domain)
            self.assertEqual(late, self.clock(self.ticket, "decision"))

    def test_what_is_late_does_not_wait_any_more(self):
        with freeze_time("2026-06-20 10:00:00"):
            self.as_agent()._pause("Too late to pause")
            self.assertEqual(self.codes(self.ticket)["first_answer"], "running")
            self.assertTrue(self.clock(self.ticket, "first_answer").is_breached)

    def test_the_customer_s_message_ends_the_pause(self):
        with freeze_time("2026-06-15 10:00:00"):
            self.as_agent()._pause("Waits for the customer")
        with freeze_time("2026-06-15 12:00:00"):
            self.env["bank.ticket.clock"]._on_event(self.ticket, "customer_message")
        pause = self.ticket.pause_ids
        self.assertEqual((pause.from_at, pause.to_at), (datetime(2026, 6, 15, 10), datetime(2026, 6, 15, 12)))
        clock = self.clock(self.ticket, "first_answer")
        self.assertEqual((clock.due_at - self.service_due).total_seconds() / 3600, 2)

    def test_a_pause_for_somebody_else_lasts(self):
        with freeze_time("2026-06-15 10:00:00"):
            self.as_agent()._pause("Waits for the insurer", ends_on_message=False)
            self.env["bank.ticket.clock"]._on_event(self.ticket, "customer_message")
        self.assertTrue(self.ticket.is_paused)
        self.assertIn(self.ticket, self.ticket.search([("is_paused", "=", True)]))

    def test_an_answer_in_the_pause(self):
        with freeze_time("2026-06-15 10:00:00"):
            self.as_agent()._pause("Waits")
        with freeze_time("2026-06-18 10:00:00"):
            self.env["bank.ticket.clock"]._on_event(self.ticket, "staff_message")
        self.assertEqual(self.codes(self.ticket)["first_answer"], "met")

    def test_a_clock_that_starts_in_a_pause_waits(self):
        with freeze_time("2026-06-15 10:00:00"):
            self.as_agent()._pause("Waits", ends_on_message=False)
        with freeze_time("2026-06-15 11:00:00"):
            self.env["bank.ticket.clock"]._on_event(self.ticket, "customer_message")
        self.assertEqual(self.codes(self.ticket)["next_update"], "paused")

    def test_pauses_belong_to_the_ticket_and_outlive_a_change_of_severity(self):
        with freeze_time("2026-06-15 10:00:00"):
            self.as_agent()._pause("Waits")
        with freeze_time("2026-06-15 12:00:00"):
            self.as_agent().action_resume()
            self.as_agent().severity = "critical"
        clock = self.clock(self.ticket, "first_answer")
        self.assertEqual(clock.rule_id.severity, "critical")
        self.assertEqual(clock.due_at, datetime(2026, 6, 15, 14))  # 8:00 and four hours and two hours of pause
        self.assertIn("clock_rebased", self.kinds_of(self.ticket))

    def test_twice_is_refused_and_so_is_a_closed_ticket(self):
        self.as_agent()._pause("Waits")
        with self.assertRaisesRegex(UserError, "already_paused"):
            self.as_agent()._pause("Waits")
        self.as_agent().action_resume()
        self.ticket._set_state("withdrawn")
        with self.assertRaisesRegex(UserError, "ticket_closed"):
            self.as_agent()._pause("Waits")

    def test_nobody_writes_the_ledger(self):
        self.as_agent()._pause("Waits")
        pause = self.ticket.pause_ids
        for role in ("agent", "lead", "compliance"):
            with self.assertRaises(AccessError):
                self.as_user(role, pause).write({"from_at": "2020-01-01"})
            with self.assertRaises(AccessError):
                self.as_user(role, pause).create({"ticket_id": self.ticket.id, "from_at": "2020-01-01", "reason": "x"})
        with self.assertRaisesRegex(AccessError, "guarded_field"):
            pause.write({"to_at": "2030-01-01"})

    def test_who_may_not_write_the_ticket_may_not_pause_it(self):
        for role in ("auditor", "operations", "rm_north"):
            with self.assertRaises(AccessError, msg=role):
                self.as_user(role, self.ticket)._pause("Waits")
            with self.assertRaises(AccessError, msg=role):
                self.as_user(role, self.ticket).action_resume()

    def test_the_wizard(self):
        wizard = self.as_user("agent", self.env["bank.ticket.hold"])
        wizard = wizard.with_context(active_model="bank.ticket", active_ids=self.ticket.ids)
        with Form(wizard) as form:
            form.reason = "Waits for a statement"
        form.record.action_apply()
        self.assertEqual(self.ticket.pause_ids.reason, "Waits for a statement")
        self.assertEqual(self.ticket.pause_ids.user_id, self.users["agent"])


class TestExtensions(ClockCase):
    def setUp(self):
        super().setUp()
        with freeze_time("2026-06-01 08:00:00"):
            self.ticket = self.make_complaint("cn_nfra", "2026-06-01 02:00:00", user_id=self.users["agent"].id)
        self.complex = self.env.ref("bank_crm_complaints.clock_extension_rule_cn_nfra_30")
        self.especially = self.env.ref("bank_crm_complaints.clock_extension_rule_cn_nfra_60")
        self.first_due = self.ticket.next_statutory_due_at

    def ask(self, role, rule):
        wizard = self.as_user(role, self.env["bank.ticket.clock.extend"]).create(
            {"clock_id": self.clock(self.ticket, "decision").id, "rule_id": rule.id, "reason": "Three branches asked"}
        )
        wizard.action_extend()
        return self.clock(self.ticket, "decision").extension_ids.sorted("id")[-1:]

    @freeze_time("2026-06-10 08:00:00")
    def test_it_moves_when_the_notice_is_sent(self):
        extension = self.ask("lead", self.complex)
        self.assertEqual(extension.state, "approved")
        self.assertEqual(self.ticket.next_statutory_due_at, self.first_due)
        letter = self.send(self.ticket, "extension", "2026-06-11 02:00:00")
        self.assertEqual((extension.state, extension.notice_letter_id), ("effective", letter))
        self.assertDue(self.ticket, "decision", "2026-07-01 23:59:59", "Asia/Shanghai")
        self.assertEqual(extension.old_due_at, self.first_due)
        self.assertEqual(extension.new_due_at, self.ticket.next_statutory_due_at)
        marked = [row["date"] for row in self.clock(self.ticket, "decision").trace if row.get("was_due")]
        self.assertEqual(marked, ["2026-06-16"])

    @freeze_time("2026-06-10 08:00:00")
    def test_without_a_notice_the_old_deadline_holds(self):
        self.ask("lead", self.complex)
        self.send(self.ticket, "decision", "2026-06-20 02:00:00")
        self.assertEqual(self.clock(self.ticket, "decision").state, "breached")

    @freeze_time("2026-06-10 08:00:00")
    def test_a_notice_after_the_deadline_is_too_late(self):
        extension = self.ask("lead", self.complex)
        self.send(self.ticket, "extension", "2026-06-16 16:00:00")
        self.assertEqual(extension.state, "late")
        self.assertEqual(self.clock(self.ticket, "decision").due_at, self.first_due)

    @freeze_time("2026-06-10 08:00:00")
    def test_a_notice_that_comes_back(self):
        extension = self.ask("lead", self.complex)
        self.bounce(self.send(self.ticket, "extension", "2026-06-11 02:00:00"))
        self.assertEqual(extension.state, "approved")
        self.assertEqual(self.clock(self.ticket, "decision").due_at, self.first_due)
        self.assertEqual(self.ticket.next_statutory_due_at, self.first_due)
        self.send(self.ticket, "extension", "2026-06-12 02:00:00")
        self.assertEqual(extension.state, "effective")

    @freeze_time("2026-06-10 08:00:00")
    def test_an_agent_asks_a_lead_approves(self):
        extension = self.ask("agent", self.complex)
        self.assertEqual((extension.state, extension.requested_by_id), ("requested", self.users["agent"]))
        self.send(self.ticket, "extension", "2026-06-11 02:00:00")
        self.assertEqual(self.ticket.next_statutory_due_at, self.first_due, "a notice does not replace the approval")
        with self.assertRaisesRegex(AccessError, "not_an_approver"):
            self.as_user("agent", extension).action_approve()
        self.assertTrue(self.as_user("lead", extension).may_decide)
        self.as_user("lead", extension).action_approve()
        self.send(self.ticket, "extension", "2026-06-12 02:00:00")
        self.assertEqual((extension.state, extension.approved_by_id), ("effective", self.users["lead"]))
        with self.assertRaisesRegex(UserError, "extension_decided"):
            self.as_user("lead", extension).action_refuse()

    @freeze_time("2026-06-10 08:00:00")
    def test_refused(self):
        extension = self.ask("agent", self.complex)
        self.as_user("lead", extension).action_refuse()
        self.send(self.ticket, "extension", "2026-06-12 02:00:00")
        self.assertEqual((extension.state, self.ticket.next_statutory_due_at), ("refused", self.first_due))
        self.assertEqual(self.ask("agent", self.complex).state, "requested", "it may be asked for again")

    @freeze_time("2026-06-10 08:00:00")
    def test_the_second_extension_needs_the_first_and_a_higher_approver(self):
        with self.assertRaisesRegex(UserError, "has to be in effect first"):
            self.ask("compliance", self.especially)
        self.ask("lead", self.complex)
        with self.assertRaisesRegex(UserError, "asked for already"):
            self.ask("lead", self.complex)
        self.send(self.ticket, "extension", "2026-06-11 02:00:00")
        extension = self.ask("lead", self.especially)
        self.assertEqual(extension.state, "requested")
        with self.assertRaisesRegex(AccessError, "not_an_approver"):
            self.as_user("lead", extension).action_approve()
        self.as_user("compliance", extension).action_approve()
        self.send(self.ticket, "extension", "2026-06-20 02:00:00")
        self.assertDue(self.ticket, "decision", "2026-07-31 23:59:59", "Asia/Shanghai")

    def test_what_is_over_is_not_extended(self):
        with freeze_time("2026-06-16 16:00:00"), self.assertRaisesRegex(UserError, "the deadline is over"):
            self.ask("lead", self.complex)
        with freeze_time("2026-06-10 08:00:00"), self.assertRaisesRegex(UserError, "does not know this extension"):
            self.ask("lead", self.env.ref("bank_crm_complaints.clock_extension_rule_cn_pboc_60"))

    @freeze_time("2026-06-10 08:00:00")
    def test_the_record_is_sealed(self):
        extension = self.ask("lead", self.complex)
        with self.assertRaisesRegex(AccessError, "sealed_record"):
            extension.write({"state": "effective"})
        with self.assertRaises(AccessError):
            self.as_user("compliance", extension).write({"new_due_at": "2030-01-01"})
        with self.assertRaises(AccessError):
            self.as_user("lead", extension).create(
                {"clock_id": extension.clock_id.id, "ticket_id": self.ticket.id, "rule_id": self.complex.id,
                 "length": 99, "unit": "month", "reason": "x", "state": "effective"}
            )  # fmt: skip

    @freeze_time("2026-06-10 08:00:00")
    def test_who_may_not_write_the_ticket_may_not_ask(self):
        for role in ("auditor", "operations", "rm_north", "bank_admin"):
            with self.assertRaises(AccessError, msg=role):
                self.ask(role, self.complex)

    @freeze_time("2026-06-10 08:00:00")
    def test_the_wizard_tells_the_new_date(self):
        wizard = self.as_user("lead", self.env["bank.ticket.clock.extend"])
        with Form(wizard.with_context(default_clock_id=self.clock(self.ticket, "decision").id)) as form:
            form.rule_id = self.complex
            self.assertEqual(form.new_due_at, datetime(2026, 7, 1, 15, 59, 59))
            form.reason = "Three branches are asked"
        form.record.action_extend()

    @freeze_time("2026-11-09 15:00:00")
    def test_provisional_credit(self):
        ticket = self.make_complaint("us_rege", "2026-11-06 14:00:00", user_id=self.users["agent"].id)
        rule = self.env.ref("bank_crm_complaints.clock_extension_rule_us_rege_45")
        self.as_user("lead", self.env["bank.ticket.clock.extension"])._request(
            self.as_user("lead", self.clock(ticket, "determine")), rule, "Merchant is asked"
        )
        self.send(ticket, "provisional_credit", "2026-11-20 15:00:00")
        self.assertDue(ticket, "determine", "2026-12-21 23:59:59", "America/New_York")


class TestChangesOfTickets(ClockCase):
    def test_merging_the_strictest_governs_and_undoing_gives_back(self):
        early = self.make_complaint("cn_nfra", "2026-06-01 02:00:00")
        late = self.make_complaint("cn_nfra", "2026-06-05 02:00:00")
        own, strict = late.next_statutory_due_at, early.next_statutory_due_at
        early._unguarded().write({"merged_into_id": late.id})
        clocks = self.env["bank.ticket.clock"]
        clocks._on_event(early, "merged")
        self.assertEqual(self.codes(early), {"decision": "cancelled"})
        self.assertFalse(early.next_statutory_due_at)
        self.assertEqual((self.clock(late, "decision").due_at, late.next_statutory_due_at), (strict, strict))
        self.assertEqual(self.clock(late, "decision").inherited_from_id, self.clock(early, "decision"))
        clocks._on_event(early, "merged")  # told again
        self.assertEqual(late.next_statutory_due_at, strict)
        clocks._on_event(early, "unmerged")
        self.assertEqual((early.next_statutory_due_at, late.next_statutory_due_at), (strict, own))
        self.assertFalse(self.clock(late, "decision").inherited_from_id)

    def test_merging_the_other_way_round_changes_nothing(self):
        early = self.make_complaint("cn_nfra", "2026-06-01 02:00:00")
        late = self.make_complaint("cn_nfra", "2026-06-05 02:00:00")
        due = early.next_statutory_due_at
        late._unguarded().write({"merged_into_id": early.id})
        self.env["bank.ticket.clock"]._on_event(late, "merged")
        self.assertEqual(early.next_statutory_due_at, due)
        self.assertEqual(len(early.clock_ids), 1)

    def test_what_only_the_source_had_goes_over(self):
        source = self.make_complaint("uk_psr", "2026-04-01 08:00:00")
        target = self.make_complaint("uk_disp", "2026-04-02 08:00:00")
        due = source.next_statutory_due_at
        source._unguarded().write({"merged_into_id": target.id})
        clocks = self.env["bank.ticket.clock"]
        clocks._on_event(source, "merged")
        self.assertEqual(self.clock(target, "reply").due_at, due)
        self.send(target, "final", "2026-04-20 08:00:00")
        self.assertEqual(self.codes(target)["reply"], "met")
        clocks._on_event(source, "unmerged")
        self.assertEqual(self.codes(source)["reply"], "running")

    def test_one_of_two_merged_tickets_is_taken_out_again(self):
        first = self.make_complaint("cn_nfra", "2026-06-01 02:00:00")
        second = self.make_complaint("cn_nfra", "2026-06-03 02:00:00")
        target = self.make_complaint("cn_nfra", "2026-06-05 02:00:00")
        dues = [ticket.next_statutory_due_at for ticket in (first, second, target)]
        (first | second)._unguarded().write({"merged_into_id": target.id})
        clocks = self.env["bank.ticket.clock"]
        clocks._on_event(first | second, "merged")
        self.assertEqual(target.next_statutory_due_at, dues[0])
        clocks._on_event(first, "unmerged")
        self.assertEqual(target.next_statutory_due_at, dues[1])
        first._unguarded().write({"merged_into_id": False})
        clocks._on_event(second, "unmerged")
        self.assertEqual([ticket.next_statutory_due_at for ticket in (first, second, target)], dues)

    def test_merging_makes_nothing_punctual(self):
        late = self.make_complaint("cn_nfra", "2026-01-01 02:00:00")
        target = self.make_complaint("cn_nfra", "2026-06-05 02:00:00")
        late._unguarded().write({"merged_into_id": target.id})
        self.env["bank.ticket.clock"]._on_event(late, "merged")
        self.assertTrue(self.clock(target, "decision").is_breached)

    def test_conversion_counts_from_the_receipt(self):
        self.north.country_id = self.env.ref("base.cn")
        ticket = self.make_ticket(kind="inquiry", branch_id=self.north.id, received_at="2026-06-01 02:00:00")
        self.assertEqual(set(self.codes(ticket)), {"first_answer"})
        ticket._unguarded().write({"kind": "complaint"})
        self.env["bank.ticket.clock"]._on_event(ticket, "converted")
        self.assertDue(ticket, "decision", "2026-06-16 23:59:59", "Asia/Shanghai")
        self.assertEqual(len(self.clocks(ticket, "first_answer")), 1)
        ticket._unguarded().write({"kind": "inquiry"})
        self.env["bank.ticket.clock"]._on_event(ticket, "converted")
        self.assertEqual(self.codes(ticket)["decision"], "cancelled")
        self.assertFalse(ticket.next_statutory_due_at)

    def test_regimes_that_are_added_and_removed_later(self):
        ticket = self.make_complaint("cn_nfra", "2026-06-01 02:00:00", user_id=self.users["agent"].id)
        mine = self.as_user("agent", ticket)
        mine.write({"regime_ids": [(4, self.regime("uk_psr").id)]})
        self.assertEqual(self.codes(ticket), {"decision": "running", "reply": "running"})
        mine.write({"regime_ids": [(3, self.regime("cn_nfra").id)]})
        self.assertEqual(self.codes(ticket), {"decision": "cancelled", "reply": "running"})
        self.assertEqual(self.clock(ticket, "decision").cancel_code, "regime")
        self.assertEqual(self.kinds_of(ticket).count("regimes"), 2)

    def test_changing_a_rule_moves_no_clock_that_runs(self):
        ticket = self.make_complaint("cn_nfra", "2026-06-01 02:00:00")
        due = ticket.next_statutory_due_at
        rule = self.rule("cn_nfra_decision")
        rule.length = 5
        self.assertEqual(rule.version, 2)
        ticket.clock_ids._recount()
        self.assertEqual(ticket.clock_ids.due_at, due)
        fresh = self.make_complaint("cn_nfra", "2026-06-01 02:00:00")
        self.assertDue(fresh, "decision", "2026-06-06 23:59:59", "Asia/Shanghai")
        self.assertEqual((ticket.clock_ids.rule_version, fresh.clock_ids.rule_version), (1, 2))

    def test_a_rule_that_is_archived_starts_nothing_and_leaves_what_runs(self):
        ticket = self.make_complaint("cn_nfra", "2026-06-01 02:00:00")
        self.rule("cn_nfra_decision").action_archive()
        self.assertFalse(self.make_complaint("cn_nfra", "2026-06-01 02:00:00").clock_ids)
        self.send(ticket, "decision", "2026-06-10 02:00:00")
        self.assertEqual(self.codes(ticket)["decision"], "met")
        self.rule("cn_nfra_decision").action_unarchive()
        self.regime("cn_nfra").action_archive()
        self.assertFalse(self.make_complaint("cn_nfra", "2026-06-01 02:00:00").clock_ids)

    def test_counting_anew_is_a_decision_with_a_reason(self):
        ticket = self.make_complaint("cn_nfra", "2026-06-01 02:00:00", user_id=self.users["agent"].id)
        self.rule("cn_nfra_decision").length = 5

        def decide(role, **values):
            wizard = self.as_user(role, self.env["bank.ticket.clock.correct"])
            wizard.create({"clock_ids": ticket.clock_ids.ids, "reason": "Law changed", **values}).action_apply()

        for role in ("agent", "auditor", "rm_north", "bank_admin"):
            with self.assertRaises(AccessError, msg=role):
                decide(role)
        decide("lead")
        self.assertDue(ticket, "decision", "2026-06-06 23:59:59", "Asia/Shanghai")
        event = ticket.event_ids.filtered(lambda event: event.kind == "clock_rebased")
        self.assertEqual((event.data["reason"], event.user_id), ("Law changed", self.users["lead"]))
        self.assertEqual(event.data["from"], "2026-06-16 15:59:59")
        decide("compliance", decision="cancel")
        clock = self.clock(ticket, "decision")
        self.assertEqual((clock.state, clock.cancel_reason), ("cancelled", "Law changed"))
        with self.assertRaisesRegex(UserError, "clock_ended"):
            decide("lead")

    def test_a_corrected_receipt_keeps_the_terms(self):
        ticket = self.make_complaint("cn_nfra", "2026-06-05 02:00:00")
        self.rule("cn_nfra_decision").length = 5
        ticket._unguarded().write({"received_at": "2026-06-01 02:00:00"})
        self.env["bank.ticket.clock"]._rebase(ticket, "Post stamp")
        self.assertDue(ticket, "decision", "2026-06-16 23:59:59", "Asia/Shanghai")

    def test_what_has_ended_is_not_touched(self):
        ticket = self.make_complaint("cn_nfra", "2026-06-05 02:00:00")
        self.send(ticket, "decision", "2026-06-10 02:00:00")
        due = self.clock(ticket, "decision").due_at
        ticket._unguarded().write({"received_at": "2026-05-01 02:00:00"})
        self.env["bank.ticket.clock"]._rebase(ticket, "Post stamp")
        clock = self.clock(ticket, "decision")
        self.assertEqual((clock.due_at, clock.state), (due, "met"))

    def test_dates_that_people_record(self):
        ticket = self.make_complaint("us_rege", "2026-06-01 12:00:00", user_id=self.users["agent"].id)
        wizard = self.as_user("agent", self.env["bank.ticket.fact"])
        wizard = wizard.with_context(active_model="bank.ticket", active_ids=ticket.ids)
        with freeze_time("2026-06-10 12:00:00"):
            for at in ("2026-06-11 12:00:00", "2026-05-01 12:00:00"):
                with self.assertRaises(ValidationError):
                    wizard.create({"event": "determination", "at": at}).action_apply()
            wizard.create({"event": "determination", "at": "2026-06-09 12:00:00"}).action_apply()
        self.assertEqual(self.codes(ticket), {"determine": "met", "report": "running"})
        self.assertIn("determination", self.kinds_of(ticket))
        with self.assertRaises(AccessError):
            self.as_user("auditor", ticket)._record_date("corrected", fields.Datetime.now())

    def test_service_rules_by_tier_and_severity(self):
        service = self.regime("service").ids
        ordinary = self.make_ticket(self.carl, regime_ids=service, received_at="2026-06-15 00:00:00")
        self.assertEqual(self.clock(ordinary, "first_answer").rule_id, self.rule("service_first_answer_normal"))
        self.anna.tier_id = self.env.ref("bank_crm.bank_tier_private")
        private = self.make_ticket(regime_ids=service, received_at="2026-06-15 00:00:00", severity="critical")
        rule = self.rule("service_first_answer_premier_critical")
        self.assertEqual(self.clock(private, "first_answer").rule_id, rule)
        self.assertEqual(self.clock(private, "first_answer").due_at, datetime(2026, 6, 15, 1))
        rules = self.env["bank.ticket.clock.rule"]
        found = rules._due_for(private | ordinary, "department_task", "2026-06-15 00:00:00")
        self.assertEqual(found[private.id].due_at, datetime(2026, 6, 15, 2))
        self.assertEqual(found[ordinary.id].due_at, datetime(2026, 6, 16, 8))
        self.assertFalse(self.env["bank.ticket.clock.rule"]._due_for(private, "no_such_rule"))

    def test_the_law_knows_no_tiers(self):
        with self.assertRaisesRegex(ValidationError, "knows no tiers"):
            self.rule("cn_nfra_decision").tier_ids = self.env.ref("bank_crm.bank_tier_private")
        with self.assertRaisesRegex(ValidationError, "Stopped by Letters"):
            self.rule("cn_nfra_decision").stop_letter_kind_ids = False
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.rule("cn_nfra_decision").write({"valid_from": "2026-02-01", "valid_to": "2026-01-01"})
            self.env.flush_all()
