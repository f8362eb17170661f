"""Beginning an answer: once for each invitation, by invitation alone."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .answer_case import AnswerCase


@tagged("post_install", "-at_install")
class TestSurveyStart(AnswerCase):
    def test_begun_once(self):
        invitation = self.make_invitation()
        answer = invitation._start()
        self.assertEqual(answer.state, "in_progress")
        self.assertEqual(answer.partner_id, self.anna)
        self.assertEqual(answer.bank_branch_id, self.north_vip)
        self.assertEqual(answer.bank_manager_id, self.users["rm_north"])
        self.assertEqual(answer.bank_channel, "email")
        self.assertEqual(answer.lang_id.code, "en_US")
        self.assertEqual(invitation.state, "started")
        self.assertEqual(invitation._start(), answer)
        self.assertEqual(self.env["survey.user_input"].search_count([("bank_invitation_id", "=", invitation.id)]), 1)

    def test_snapshot_not_the_customer_of_today(self):
        invitation = self.make_invitation()
        self.anna.branch_id = self.south
        self.assertEqual(invitation._start().bank_branch_id, self.north_vip)

    def test_closed_invitations(self):
        yesterday = fields.Datetime.now() - timedelta(days=1)
        for index, values in enumerate(
            [
                *(
                    {"state": state}
                    for state in ("drawn", "suppressed", "completed", "expired", "bounced", "refused", "withdrawn")
                ),
                {"expires_at": yesterday},
            ]
        ):
            invitation = self.make_invitation(touchpoint_ref=f"closed {index}", **values)
            with self.subTest(values=values), self.assertRaisesRegex(UserError, r"^\[invitation_closed\]"):
                invitation._start()

    def test_whoever_is_answering_may_finish(self):
        now = fields.Datetime.now()
        begun, waiting = self.make_invitation(), self.make_invitation(self.ben)
        answer = begun._start()
        for invitation in (begun, waiting):
            invitation.expires_at = now - timedelta(hours=23)
        self.assertEqual((begun._door_state(), waiting._door_state()), ("open", "expired"))
        self.assertEqual(begun._start(), answer)
        self.assertGreater(answer.deadline, now)
        self.assertIsNone(answer._door_closed())
        begun.expires_at = now - timedelta(hours=25)
        self.assertEqual(answer._door_closed(), "expired")

    def test_done_answer_is_not_handed_out_again(self):
        answer = self.answer()
        with self.assertRaisesRegex(UserError, r"^\[invitation_closed\]"):
            answer.bank_invitation_id._start()

    def test_assisted(self):
        agent = self.users["agent"]
        invitation = self.make_invitation()
        answer = invitation._start(channel="phone", assisted_by=agent)
        self.assertEqual((answer.bank_channel, answer.bank_assisted_by_id), ("phone", agent))

    def test_taken_over_by_staff(self):
        invitation = self.make_invitation()
        answer = invitation._start()
        invitation._start(assisted_by=self.users["agent"])
        self.assertEqual(answer.bank_assisted_by_id, self.users["agent"])
        invitation._start(assisted_by=self.users["rm_north"])
        self.assertEqual(answer.bank_assisted_by_id, self.users["agent"])

    def test_anonymous_from_the_beginning(self):
        program = self.make_program("ANON", "Poll", anonymity="anonymous", keeps_tier=False, keeps_branch=True)
        as_customer = self.make_invitation(program=program).with_user(self.users["portal"])
        answer = as_customer.sudo()._start()
        self.assertFalse(answer.partner_id or answer.email or answer.nickname or answer.bank_manager_id)
        self.assertFalse(answer.bank_value_class or answer.lang_id)
        self.assertEqual(answer.bank_branch_id, self.north_vip)
        self.assertEqual(answer.create_uid, self.env.ref("base.user_root"))

    def test_no_other_way(self):
        survey = self.questionnaire
        answer = self.answer()
        for user in (self.env.ref("base.public_user"), self.users["portal"], self.users["survey_user"]):
            with self.subTest(user=user.login), self.assertRaisesRegex(UserError, "answer_not_invited"):
                survey.with_user(user).sudo()._create_answer(user=user, partner=self.anna, invite_token="x")
        with self.assertRaisesRegex(UserError, "answer_not_invited"):
            survey._create_answer(user=self.users["portal"], test_entry=True)
        with self.assertRaisesRegex(AccessError, "answer_not_invited"):
            answer.copy()
        with self.assertRaisesRegex(AccessError, "answer_not_invited"):
            self.env["survey.user_input"].create({"survey_id": survey.id})
        with self.assertRaises(UserError):  # a key cannot be forged
            survey.with_context(bank_answering_key=1)._create_answer(partner=self.anna)

    def test_test_entry_by_who_runs_surveys(self):
        user = self.users["satisfaction"]
        test = self.questionnaire.with_user(user).sudo()._create_answer(user=user, test_entry=True)
        test._mark_done()
        self.assertFalse(self.scores(test))
        self.assertFalse(test.bank_disposition)

    def test_conditional_question_opens_nothing(self):
        choice = self.env["survey.question"].create(
            {
                "survey_id": self.questionnaire.id,
                "title": "Branch?",
                "question_type": "simple_choice",
                "suggested_answer_ids": [(0, 0, {"value": "Yes"}), (0, 0, {"value": "No"})],
            }
        )
        self.words.triggering_answer_ids = choice.suggested_answer_ids[0]
        answer = self.answer()
        with self.assertRaisesRegex(UserError, "answer_not_invited"):
            self.questionnaire._create_answer(
                user=self.env.ref("base.public_user"), partner=self.anna, invite_token=answer.invite_token
            )

    def test_odoos_limit_of_attempts_says_nothing(self):
        """Another invitation may come, and is answered once, too."""
        self.questionnaire.write({"is_attempts_limited": True, "attempts_limit": 1})
        first = self.answer(touchpoint_ref="a")
        self.assertTrue(self.questionnaire._has_attempts_left(self.anna, first.email, first.invite_token))
        second = self.answer(touchpoint_ref="b")
        self.assertEqual((first | second).mapped("state"), ["done", "done"])
        for answer in first | second:
            with self.assertRaisesRegex(UserError, r"^\[invitation_closed\]"):
                answer.bank_invitation_id._start()
