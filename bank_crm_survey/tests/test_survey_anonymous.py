"""Anonymous answers: nothing that is left leads to who gave them."""

from datetime import date, timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .answer_case import AnswerCase


@tagged("post_install", "-at_install")
class TestSurveyAnonymous(AnswerCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(patch.object(type(cls.env["ir.cron"]), "_commit_progress", return_value=1))
        cls.poll = cls.make_program(
            "POLL", "Poll", anonymity="anonymous", keeps_tier=False, keeps_branch=True, keeps_product=False
        )

    def finish_anonymous(self, nps="9"):
        """Return ``(answer, invitation)`` of a customer who was logged in at the portal."""
        portal = self.users["portal"]
        customer = portal.partner_id
        customer.write({"is_bank_customer": True, "branch_id": self.north.id, "email": "secret@example.com"})
        invitation = self.make_invitation(customer, program=self.poll)
        answer = invitation.with_user(portal).sudo()._start()
        answer = answer.with_user(portal).sudo()
        token = answer.access_token
        self.fill(answer, {self.nps: nps, self.words: "Fine"})
        answer._mark_done()
        answer.last_displayed_page_id = self.nps  # as Odoo's page does after it
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertNotEqual(answer.access_token, token)
        return answer.with_env(self.env), invitation

    def test_link_is_cut(self):
        answer, invitation = self.finish_anonymous()
        self.assertTrue(answer.bank_is_anonymous)
        self.assertEqual((answer.state, answer.bank_disposition), ("done", "complete"))
        self.assertFalse(answer.partner_id or answer.email or answer.nickname or answer.bank_invitation_id)
        self.assertFalse(answer.bank_manager_id or answer.bank_tier_id or answer.lang_id or answer.bank_value_class)
        self.assertEqual(answer.bank_branch_id, self.north)
        self.assertFalse(answer.message_ids or answer.message_follower_ids)
        self.assertEqual(invitation.state, "completed")
        self.assertEqual(invitation.completed_at.day, 1)
        self.assertFalse(invitation.started_at or invitation.opened_at)
        self.assertFalse(self.events(self.users["portal"].partner_id, "survey.answered"))

    def test_no_row_near_the_answer_names_the_customer(self):
        """Every column of every table of the answer that could hold a contact or a user holds neither of this one."""
        answer, invitation = self.finish_anonymous()
        customer, user = self.users["portal"].partner_id, self.users["portal"]
        near = {"survey.user_input": answer.ids, "bank.survey.score": self.scores(answer).ids}
        near["survey.user_input.line"] = answer.user_input_line_ids.ids
        near["mail.message"] = self.env["mail.message"].search([("model", "=", answer._name)]).ids
        searched = 0
        for model in self.env["bank.personal.data"]._stored_models():
            columns = [field for field in model._fields.values() if field.store and field.column_type]
            links = [field for field in columns if field.type == "many2one" and field.comodel_name in near]
            ids = set(near.get(model._name, ()))
            for field in links:
                ids |= set(model.sudo().search([(field.name, "in", near[field.comodel_name])]).ids)
            if model._name == "mail.message":
                ids &= set(self.env["mail.message"].search([("res_id", "in", answer.ids)]).ids)
            if not ids:
                continue
            self.env.cr.execute(f'SELECT * FROM "{model._table}" WHERE id IN %s', [tuple(ids)])
            for row in self.env.cr.dictfetchall():
                for field in columns:
                    searched += 1
                    value = row.get(field.name)
                    if field.type == "many2one" and field.comodel_name in ("res.partner", "res.users"):
                        self.assertNotIn(value, (customer.id, user.id), f"{model._name}.{field.name}")
                    self.assertNotIn("secret@example.com", str(value), f"{model._name}.{field.name}")
                    self.assertNotIn(customer.name, str(value), f"{model._name}.{field.name}")
        self.assertGreater(searched, 100)
        for model in self.env["bank.personal.data"]._stored_models():  # and nothing of the customer names the answer
            for field in model._fields.values():
                if field.store and field.type == "many2one" and field.comodel_name == "survey.user_input":
                    for name in ("partner_id", "invitation_id", "bank_invitation_id"):
                        if name in model._fields:
                            rows = model.sudo().search([(field.name, "=", answer.id), (name, "!=", False)])
                            self.assertFalse(rows, f"{model._name}.{name}")
        self.assertFalse(invitation.user_input_ids)

    def test_times_are_coarse(self):
        answer, invitation = self.finish_anonymous()
        tables = [
            (answer, ("create_date", "write_date", "start_datetime", "end_datetime", "bank_answered_on")),
            *((line, ("create_date", "write_date")) for line in answer.user_input_line_ids),
            (self.scores(answer), ("answered_on",)),
        ]
        for record, names in tables:
            for name in names:
                value = self.column(record, name)
                self.assertEqual(value.weekday(), 0, f"{record._name}.{name}")
                if type(value) is not date:
                    self.assertEqual((value.hour, value.minute, value.second), (0, 0, 0), f"{record._name}.{name}")
            if record._name != "bank.survey.score":
                self.assertEqual((record.create_uid.id, record.write_uid.id), (1, 1))
        for name in ("completed_at", "write_date"):
            value = self.column(invitation, name)
            self.assertEqual((value.day, value.hour, value.minute), (1, 0, 0), name)

    def test_score_without_customer(self):
        answer, _invitation = self.finish_anonymous("3")
        score = self.scores(answer)
        self.assertFalse(score.partner_id or score.manager_id or score.tier_id or score.lang or score.value_class)
        self.assertEqual((score.score, score.bucket, score.branch_id), (3, "detractor", self.north))
        self.assertTrue(score.is_counted)

    def test_link_of_the_mail_is_dead(self):
        portal = self.users["portal"]
        invitation = self.make_invitation(portal.partner_id, program=self.poll)
        token = invitation._token()
        answer = invitation._start()
        self.fill(answer, {self.nps: "9"})
        answer._mark_done()
        self.assertFalse(self.env["bank.survey.invitation"]._find_by_token(token))

    def test_hook_never_gets_them(self):
        with patch.object(type(self.env["survey.user_input"]), "_after_bank_answers", autospec=True) as hook:
            self.finish_anonymous()
        self.assertFalse([answer for call in hook.call_args_list for answer in call.args[0]])

    def test_stratum_only_if_it_tells_no_more(self):
        wave = self.env["bank.survey.wave"].create({"name": "W", "program_id": self.poll.id, "stratify_by": "tier"})
        stratum = self.env["bank.survey.stratum"].create({"wave_id": wave.id})
        values = {"wave_id": wave.id, "stratum_id": stratum.id, "weight": 2.5}
        hidden = self.answer(self.ben, program=self.poll, **values)
        self.assertEqual((hidden.bank_stratum_id.id, hidden.bank_weight), (False, 1.0))
        wave.stratify_by = "branch"
        kept = self.answer(self.carl, program=self.poll, **values)
        self.assertEqual((kept.bank_stratum_id, kept.bank_weight), (stratum, 2.5))

    def test_promise_is_not_loosened(self):
        self.poll.anonymity = "identified"  # nobody has answered
        self.poll.anonymity = "anonymous"
        self.answer(program=self.poll)
        for looser in ("identified", "confidential"):
            with self.subTest(looser=looser), self.assertRaisesRegex(ValidationError, "cannot be loosened"):
                self.poll.anonymity = looser
        self.answer()
        self.program.anonymity = "confidential"
        with self.assertRaisesRegex(ValidationError, "cannot be loosened"):
            self.program.anonymity = "identified"

    def test_no_question_for_a_name(self):
        self.env["survey.question"].create(
            {
                "survey_id": self.questionnaire.id,
                "title": "Your address?",
                "question_type": "char_box",
                "validation_email": True,
                "save_as_email": True,
            }
        )
        self.poll._unguarded().state = "draft"
        with self.assertRaisesRegex(ValidationError, "asks for the customer's name"):
            self.poll.action_start()

    # ------------------------------------------------------------------
    # Retention
    # ------------------------------------------------------------------

    def test_retention(self):
        self.program.retention_months = 12
        old, young = self.answer(self.anna), self.answer(self.ben)
        today = self.env["bank.run"]._today()
        old.bank_answered_on = today - timedelta(days=400)
        young.bank_answered_on = today - timedelta(days=300)
        old._write_bank_scores()
        before = self.scores(old).read(["score", "answered_on", "branch_id", "manager_id", "is_counted"])
        self.env["survey.user_input"]._cron_bank_forget()
        self.env.invalidate_all()
        self.assertTrue(old.bank_is_anonymous)
        self.assertFalse(young.bank_is_anonymous)
        self.assertFalse(old.partner_id or old.bank_invitation_id or self.scores(old).partner_id)
        self.assertEqual(
            self.scores(old).read(["score", "answered_on", "branch_id", "manager_id", "is_counted"]), before
        )
        event = self.events(self.anna, "survey.answered")
        self.assertFalse(event.source_id or "id" in event.payload)
        self.assertEqual(self.env["survey.user_input"]._cron_bank_forget(), None)

    def test_decision_about_an_anonymous_answer_leaves_no_time(self):
        answer, _invitation = self.finish_anonymous()
        answer.with_user(self.users["satisfaction"]).sudo(False)._decide(False, "Nonsense")
        self.assertFalse(self.scores(answer).is_counted)
        self.assertEqual(self.column(answer, "write_date").weekday(), 0)
        self.assertEqual(self.column(answer, "write_uid"), 1)
        self.assertLess(answer.write_date, fields.Datetime.now())
