"""Programmes that react to what happens: each occasion once, nothing of the past, never to surveys themselves."""

from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo.exceptions import AccessError, ValidationError

from ..models import bank_survey_program_trigger
from .sending_common import SendingCase


class TestTrigger(SendingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.program._unguarded().state = "draft"
        cls.trans = cls.make_program(
            "OPENING", "After opening", state="draft", kind="transactional", trigger_kind="holding.opened",
            trigger_delay_hours=24,
        )  # fmt: skip
        cls.trans.action_start()

    def record(self, *partners, kind="holding.opened", **values):
        rows = [{"partner_id": partner.id, **values} for partner in partners]
        return self.env["bank.customer.event"]._record(kind, rows)

    def found(self, program=None):
        self.run_cron("trigger")
        return self.env["bank.survey.invitation"].search([("program_id", "=", (program or self.trans).id)], order="id")

    def test_an_event_invites_later(self):
        event = self.record(self.anna, source_model="bank.holding", source_id=self.anna_account.id)
        [invitation] = self.found()
        self.assertState(invitation, "queued")
        self.assertEqual(invitation.touchpoint_ref, f"bank.holding,{self.anna_account.id}")
        self.assertEqual((invitation.event_id, invitation.product_id), (event, self.account))
        self.assertEqual(invitation.send_after, self.at("2026-03-25 04:00:00"))
        self.run_cron("send")
        self.assertState(invitation, "queued")
        self.freeze("2026-03-25 04:00:00")
        self.run_cron("send")
        self.assertState(invitation, "sent")

    def test_each_occasion_once(self):
        holding = {"source_model": "bank.holding", "source_id": self.anna_account.id}
        self.record(self.anna, self.ben, **holding)  # a joint account: both are asked
        self.assertEqual(len(self.found()), 2)
        self.record(self.anna, **holding)
        self.assertEqual(len(self.found()), 2)
        self.freeze("2026-03-24 05:00:00")
        self.assertEqual(len(self.found()), 2)

    def test_several_events_of_one_customer(self):
        self.record(self.anna, source_model="bank.holding", source_id=self.anna_account.id)
        self.record(
            self.anna, source_model="bank.holding", source_id=self.joint_fund.id, occurred_at="2026-03-24 03:00:00"
        )
        invitations = self.found()
        self.assertEqual(
            invitations.mapped("touchpoint_ref"),
            [f"bank.holding,{self.anna_account.id}", f"bank.holding,{self.joint_fund.id}"],
        )
        self.assertEqual(
            [str(moment) for moment in invitations.mapped("send_after")],
            ["2026-03-25 04:00:00", "2026-03-25 03:00:00"],
        )

    def test_events_about_the_customer_himself_are_each_an_occasion(self):
        self.trans.trigger_kind = "tier.changed"
        for _number in range(2):
            self.record(self.anna, kind="tier.changed", source_model="res.partner", source_id=self.anna.id)
        self.assertEqual(len(set(self.found().mapped("touchpoint_ref"))), 2)

    def test_nothing_of_the_past(self):
        self.trans.action_pause()
        self.record(self.anna)
        self.assertFalse(self.found())
        self.trans.action_start()
        self.assertFalse(self.found())
        self.record(self.ben)
        self.assertEqual(self.found().partner_id, self.ben)

    def test_a_programme_that_was_made_running_begins_with_its_first_run(self):
        self.record(self.anna, kind="kyc.changed")
        program = self.make_program("MADE", "Made", kind="transactional", trigger_kind="kyc.changed")
        self.assertFalse(self.found(program))
        self.record(self.ben, kind="kyc.changed")
        self.assertEqual(self.found(program).partner_id, self.ben)

    def test_nothing_that_is_told_much_later(self):
        self.record(self.anna, occurred_at="2026-02-22 03:00:00")
        self.record(self.ben, occurred_at="2026-02-23 04:00:01")
        [invitation] = self.found()
        self.assertEqual(invitation.partner_id, self.ben)
        self.assertEqual(invitation.send_after, self.at("2026-03-24 04:00:00"), "at once: the delay is over")

    def test_a_lower_number_that_appears_later(self):
        """Transactions end in another order than they began: the cursor waits."""
        late = self.record(self.anna)
        self.env.flush_all()
        self.env.cr.execute("UPDATE bank_customer_event SET kind = 'hidden' WHERE id = %s", [late.id])
        self.record(self.ben)
        self.assertEqual(self.found().partner_id, self.ben)
        self.env.cr.execute("UPDATE bank_customer_event SET kind = 'holding.opened' WHERE id = %s", [late.id])
        self.assertEqual(self.found().partner_id, self.ben | self.anna)

    def test_the_cursor_moves_behind_what_has_settled(self):
        event = self.record(self.anna)
        before = self.trans.last_event_id
        self.found()
        self.assertEqual(self.trans.last_event_id, before)
        self.env.cr.execute(
            "UPDATE bank_customer_event SET create_date = '2026-03-24 03:00:00' WHERE id = %s", [event.id]
        )
        self.found()
        self.assertEqual(self.trans.last_event_id, event.id)

    def test_batches(self):
        partners = self.env["res.partner"].create(
            [{"name": f"C{i}", "is_bank_customer": True, "email": f"c{i}@example.com"} for i in range(7)]
        )
        self.record(*partners)
        with patch.object(bank_survey_program_trigger, "BATCH", 3):
            self.assertEqual(self.found().partner_id, partners)

    def test_condition_on_the_details(self):
        self.trans.write({"trigger_payload_key": "code", "trigger_payload_values": "ACC，MORT"})
        self.record(self.anna, payload={"code": "ACC"})
        self.record(self.ben, payload={"code": "FUND"})
        self.record(self.carl)
        self.assertEqual(self.found().partner_id, self.anna)

    def test_customers_of_the_programme_only(self):
        self.trans.partner_domain = "[('name', '=', 'Ben')]"
        self.record(self.anna, self.ben)
        self.assertEqual(self.found().partner_id, self.ben)

    def test_a_refusal_is_kept_and_not_tried_again(self):
        self.anna.lifecycle_stage = "deceased"
        self.record(self.anna)
        [invitation] = self.found()
        self.assertState(invitation, "suppressed", "deceased")
        self.assertEqual(self.found(), invitation)

    def test_interactions(self):
        self.trans.trigger_kind = "interaction.done"
        self.record(self.anna, kind="interaction.done")
        self.assertEqual(self.found().partner_id, self.anna)

    def test_surveys_do_not_ask_again(self):
        kinds = {kind for kind, _label in self.env["bank.survey.program"]._trigger_kinds()}
        self.assertIn("holding.opened", kinds)
        self.assertFalse({kind for kind in kinds if kind.startswith("survey.")})
        with self.assertRaises(ValidationError):
            self.trans.trigger_kind = "survey.answered"

    def test_only_transactional_programmes(self):
        with self.assertRaisesRegex(ValidationError, "transactional"):
            self.program.trigger_kind = "holding.opened"

    def test_both_or_none_of_the_condition(self):
        with self.assertRaisesRegex(ValidationError, "Only Where"):
            self.trans.trigger_payload_key = "code"

    def test_another_trigger_begins_now(self):
        self.record(self.anna, kind="kyc.changed")
        self.trans.trigger_kind = "kyc.changed"
        self.assertFalse(self.found())

    def test_the_cursor_is_guarded(self):
        with self.assertRaisesRegex(AccessError, "guarded_field"):
            self.trans.with_user(self.users["satisfaction"]).last_event_id = 0

    def test_a_conflict_is_tried_again(self):
        self.record(self.anna)
        cls = self.env.registry["bank.survey.program"]
        original, calls = cls._invite_partners, []

        def once(program, *args, **values):
            calls.append(program)
            if len(calls) == 1:
                raise SerializationFailure
            return original(program, *args, **values)

        with patch.object(cls, "_invite_partners", once):
            self.assertEqual(len(self.found()), 1)

    def test_queries_do_not_depend_on_the_number(self):
        partners = self.env["res.partner"].create(
            [{"name": f"C{i}", "is_bank_customer": True, "email": f"c{i}@example.com"} for i in range(80)]
        )

        def count(chosen):
            self.record(*chosen)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.trans._work_on_event_batch(None)
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        count(partners[:10])
        few, many = count(partners[10:30]), count(partners[30:])
        self.assertLessEqual(many, few + 5)
