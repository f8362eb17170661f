"""Answers that are complaints: one addon knows the other only where both are installed."""

from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from odoo.addons.bank_crm_complaints.tests.common import TicketWorld
from odoo.addons.bank_crm_complaints.tests.lifecycle_common import LifecycleCase
from odoo.addons.bank_crm_survey.tests.loop_common import LoopCase


@tagged("post_install", "-at_install", "standard")
class TestComplaintBridge(LoopCase, TicketWorld):
    close, agent, send = LifecycleCase.close, LifecycleCase.agent, LifecycleCase.send

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"country_id": cls.env.ref("base.cn").id, "email": "complaints@bank.example"})

    def followup_at(self, hours_ago=30, **values):
        at = fields.Datetime.now() - timedelta(hours=hours_ago)
        with freeze_time(at):
            return self.followup(nps="1", words="Card 4111 1111 1111 1111: a fee!", at=at, **values)

    def test_made_a_complaint_once(self):
        followup = self.followup_at()
        mine = self.as_user("rm_north", followup)
        self.assertTrue(mine.may_make_complaint)
        action = mine.action_make_complaint()
        self.assertEqual(mine.action_make_complaint(), action)
        ticket = self.env["bank.ticket"].browse(action["res_id"])
        self.assertRecordValues(
            ticket,
            [
                {
                    "kind": "complaint",
                    "partner_id": self.anna.id,
                    "intake": "survey",
                    "received_at": followup.answered_at,
                    "external_ref": f"survey-{followup.user_input_id.id}",
                    "branch_id": self.north_vip.id,
                }
            ],
        )
        self.assertIn("a fee!", ticket.description)
        self.assertIn("How likely are you to recommend us?: 1 (0–10)", ticket.description)
        self.assertNotIn("4111", ticket.description)
        self.assertRecordValues(
            followup,
            [{"complaint_number": ticket.number, "complaint_id": ticket.id, "complaint_model": "bank.ticket"}],
        )
        self.assertFalse(mine.may_make_complaint)
        self.assertTrue(ticket.message_ids.filtered(lambda message: followup.display_name in message.body))
        self.assertTrue(followup.message_ids.filtered(lambda message: ticket.number in message.body))
        mine._close("complaint", "Goes on as a complaint", self.env.ref("bank_crm_survey.bank_survey_cause_fees"))
        self.assertRecordValues(followup, [{"state": "closed", "outcome": "complaint"}])

    def test_own_words_go_along_with_the_right_to_read_them(self):
        """The branch manager works on the follow-up of his colleague, whose words he may not read."""
        cases = ((self.users["manager_north"].browse(), False), (self.users["manager_north"], True))
        for number, (readers, is_told) in enumerate(cases):
            readers.group_ids += self.env.ref("bank_crm_survey.group_survey_verbatim")
            followup = self.followup_at(touchpoint_ref=f"words {number}")
            self.assertEqual(followup.user_id, self.users["rm_north"])
            mine = self.as_user("manager_north", followup)
            self.assertEqual(bool(mine.verbatim), is_told)
            ticket = self.env["bank.ticket"].browse(mine.action_make_complaint()["res_id"])
            self.assertEqual("a fee!" in ticket.description, is_told)
            self.assertEqual("is kept with the answer" in ticket.description, not is_told)
            self.assertIn("1 (0–10)", ticket.description)

    def test_the_legal_clock_runs_from_the_answer(self):
        followup = self.followup_at(hours_ago=50)
        self.as_user("rm_north", followup).action_make_complaint()
        ticket = self.env["bank.ticket"].browse(followup.complaint_id)
        clock = ticket.sudo().clock_ids.filtered(lambda line: line.kind == "statutory")[:1]
        self.assertTrue(clock)
        self.assertLessEqual(clock.started_at, followup.answered_at + timedelta(hours=24))

    def test_the_ticket_of_a_lost_link_is_found(self):
        followup = self.followup_at()
        mine = self.as_user("rm_north", followup)
        first = mine.action_make_complaint()
        followup._unguarded().write({"complaint_id": False, "complaint_number": False, "complaint_model": False})
        self.assertEqual(self.as_user("rm_north", followup).action_make_complaint()["res_id"], first["res_id"])

    def test_who_is_criticised_sees_neither(self):
        followup = self.followup_at(manager="1")
        with self.assertRaises(AccessError):
            self.as_user("rm_north", followup).action_make_complaint()
        action = self.as_user("manager_north", followup).action_make_complaint()
        ticket = self.env["bank.ticket"].browse(action["res_id"])
        self.assertEqual(ticket.sudo().complained_user_ids, self.users["rm_north"])
        self.assertFalse(self.as_user("rm_north", ticket).has_access("read"))
        self.assertFalse(self.env["bank.ticket"].with_user(self.users["rm_north"]).search([("id", "=", ticket.id)]))

    def test_who_may_not(self):
        followup = self.followup_at()
        for role in ("auditor", "compliance", "agent", "satisfaction", "rm_south"):
            with self.assertRaises(AccessError, msg=role):
                self.as_user(role, followup).action_make_complaint()
        self.assertFalse(followup.complaint_id)
        cause = self.env.ref("bank_crm_survey.bank_survey_cause_fees")
        with self.assertRaisesRegex(ValidationError, "complaint first"):
            self.as_user("rm_north", followup)._close("complaint", "x", cause)

    def test_no_survey_while_a_complaint_is_open(self):
        ticket = self.make_ticket()
        refused = self.program._invite_partners(self.anna, touchpoint_ref="first")
        self.assertRecordValues(refused, [{"state": "suppressed", "suppress_reason": "open_complaint"}])
        self.ben.email = "ben@example.com"
        self.assertEqual(self.program._invite_partners(self.ben, touchpoint_ref="first").state, "queued")
        self.close(ticket)
        self.assertEqual(self.program._invite_partners(self.anna, touchpoint_ref="second").state, "queued")

    def test_a_closed_complaint_asks(self):
        program = self.make_program(
            "AFTER", "After a complaint", state="draft", kind="transactional", trigger_kind="ticket.closed"
        )
        program.action_start()
        ticket = self.close(self.make_ticket())
        with patch.object(type(self.env["ir.cron"]), "_commit_progress", lambda *args, **kwargs: 1):
            self.env["bank.survey.program"]._cron_trigger()
            self.env["bank.survey.program"]._cron_trigger()
        invitation = program.invitation_ids
        self.assertRecordValues(
            invitation, [{"partner_id": self.anna.id, "touchpoint_ref": f"bank.ticket,{ticket.id}", "state": "queued"}]
        )
