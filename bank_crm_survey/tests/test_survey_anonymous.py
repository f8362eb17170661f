"""Anonymous answers: nothing that is left leads to who gave them."""

from datetime import date, datetime, timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .answer_case import AnswerCase

WEDNESDAY = datetime(2026, 3, 18, 7, 30, 15)


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
        with freeze_time(WEDNESDAY):
            answer, invitation = self.finish_anonymous()
        self.assertEqual(self.column(answer, "end_datetime"), datetime(2026, 3, 16))
        self.assertEqual(self.column(invitation, "completed_at"), datetime(2026, 3, 1))
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

    def test_link_of_the_mail_leads_to_no_answer(self):
        """It is the customer's way to be asked no more, so it stays; of the answer it knows that there is one."""
        portal = self.users["portal"]
        invitation = self.make_invitation(portal.partner_id, program=self.poll)
        token = invitation._token()
        answer = invitation._start()
        self.fill(answer, {self.nps: "9"})
        answer._mark_done()
        found = self.env["bank.survey.invitation"]._find_by_token(token)
        self.assertEqual(found, invitation)
        self.assertEqual(found._door_state(), "completed")
        self.assertFalse(found.user_input_ids)
        with self.assertRaisesRegex(UserError, r"^\[invitation_closed\]"):
            found._start()
        self.assertEqual(self.env["survey.user_input"].search([("survey_id", "=", self.questionnaire.id)]), answer)

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

    def ask_for_an_address(self, survey):
        return self.env["survey.question"].create(
            {
                "survey_id": survey.id,
                "title": "Your address?",
                "question_type": "char_box",
                "validation_email": True,
                "save_as_email": True,
            }
        )

    def test_no_question_for_a_name(self):
        with self.assertRaisesRegex(ValidationError, "asks for the customer's name"):
            self.ask_for_an_address(self.questionnaire)  # of a running programme
        self.poll._unguarded().state = "draft"
        self.ask_for_an_address(self.questionnaire)
        with self.assertRaisesRegex(ValidationError, "asks for the customer's name"):
            self.poll.action_start()
        with self.assertRaisesRegex(ValidationError, "asks for the customer's name"):
            self.program.anonymity = "anonymous"

    def test_no_questionnaire_that_asks_for_a_name(self):
        other = self.make_questionnaire("Who are you?")
        self.ask_for_an_address(other)
        with self.assertRaisesRegex(ValidationError, "asks for the customer's name"):
            self.poll.survey_id = other

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
        kept = ("access_token", "write_date", "bank_kpi_ok")
        state = [self.column(old, name) for name in kept]
        self.env["survey.user_input"]._cron_bank_forget()  # once is enough
        self.env.invalidate_all()
        self.assertEqual([self.column(old, name) for name in kept], state)
        self.assertFalse(young.bank_is_anonymous)

    def forget(self, *answers):
        """Let the programme's time to keep these answers be over."""
        self.program.retention_months = 12
        for answer in answers:
            answer.bank_answered_on = self.env["bank.run"]._today() - timedelta(days=400)
        self.env["survey.user_input"]._cron_bank_forget()
        self.env.invalidate_all()

    def test_retention_leaves_no_moment_in_the_history(self):
        """The scores keep the day: the second in the customer's history would lead to them."""
        with freeze_time(WEDNESDAY):
            answer = self.answer(self.anna)
        self.forget(answer)
        event = self.events(self.anna, "survey.answered")
        self.assertEqual(event.occurred_at, datetime(2026, 3, 1))
        for name in ("create_date", "write_date"):
            value = self.column(event, name)
            self.assertEqual(value, datetime(value.year, value.month, 1), name)

    def two_of_one_wave(self):
        wave = self.env["bank.survey.wave"].create({"name": "Spring", "program_id": self.program.id})
        first = self.answer(self.anna, "9", wave_id=wave.id, touchpoint_ref="a")
        second = self.answer(self.anna, "1", wave_id=wave.id, touchpoint_ref="b")
        self.assertEqual(second.bank_duplicate_of_id, first)
        return first, second

    def assertStaysUncounted(self, answer):
        self.assertFalse(answer.bank_duplicate_of_id)
        self.assertEqual((answer.bank_kpi_ok, answer.bank_suspect_reason), (False, "duplicate"))
        self.program.count_partial = not self.program.count_partial  # counts all answers anew
        self.env.invalidate_all()
        self.assertFalse(self.scores(answer).is_counted)

    def test_retention_of_the_first_answer_alone(self):
        """The second one would name the first for good, whose customer nobody is to know."""
        first, second = self.two_of_one_wave()
        self.forget(first)
        self.assertTrue(first.bank_is_anonymous)
        self.assertEqual(second.partner_id, self.anna)
        self.assertStaysUncounted(second)
        self.assertTrue(self.scores(first).is_counted)

    def test_retention_of_a_second_answer(self):
        first, second = self.two_of_one_wave()
        self.forget(second)
        self.assertTrue(second.bank_is_anonymous)
        self.assertStaysUncounted(second)
        self.assertEqual(self.env["survey.user_input"].search(self.to_decide()) & second, first.browse())

    def to_decide(self):
        return [("bank_kpi_ok", "=", False), ("bank_reviewed_by_id", "=", False)]

    def test_retention_of_what_staff_entered(self):
        answer = self.begin(self.anna)
        answer.bank_assisted_by_id = self.users["rm_north"]
        self.fill(answer, {self.nps: "9"})
        answer._mark_done()
        self.assertFalse(self.scores(answer).is_counted)
        self.forget(answer)
        self.assertFalse(answer.bank_assisted_by_id)
        self.program.count_partial = not self.program.count_partial
        self.assertFalse(self.scores(answer).is_counted)

    def test_decision_about_an_anonymous_answer_leaves_no_time(self):
        with freeze_time(WEDNESDAY):
            answer, _invitation = self.finish_anonymous()
        with freeze_time(WEDNESDAY + timedelta(days=9)):
            answer.with_user(self.users["satisfaction"]).sudo(False)._decide(False, "Nonsense")
        self.assertFalse(self.scores(answer).is_counted)
        self.assertEqual(self.column(answer, "write_date"), self.column(answer, "create_date"))
        self.assertEqual(self.column(answer, "write_date").weekday(), 0)
        self.assertEqual(self.column(answer, "write_uid"), 1)

    # ------------------------------------------------------------------
    # Answers without a name in other programmes
    # ------------------------------------------------------------------

    def point_answer(self, program, done=True):
        point = self.env["bank.survey.point"].create(
            {"name": "Exit", "program_id": program.id, "branch_id": self.north.id}
        )
        answer = point._start()
        self.fill(answer, {self.nps: "9"})
        if done:
            answer._mark_done()
        self.env.invalidate_all()
        return answer.with_env(self.env)

    def test_answers_at_points_keep_the_week(self):
        """Whoever leaves his name behind such an answer would be found by its second."""
        with freeze_time(WEDNESDAY):
            answer = self.point_answer(self.program)
            wish = self.env["bank.survey.contact.request"]._leave(self.program, "Anna", "555", "")
        for name in ("start_datetime", "end_datetime", "bank_answered_on"):
            self.assertEqual(str(self.column(answer, name))[:10], "2026-03-16", name)
        for name in ("create_date", "write_date"):  # the database has a clock of its own
            value = self.column(answer, name)
            self.assertEqual((value.weekday(), value.hour, value.minute), (0, 0, 0), name)
        self.assertEqual(str(wish.requested_on), "2026-03-16")
        self.assertTrue(answer.bank_is_anonymous)
        score = self.scores(answer)
        self.assertEqual((score.branch_id, score.is_counted, score.score), (self.north, True, 9))

    def test_answers_at_points_that_were_left(self):
        identified, anonymous = self.point_answer(self.program, done=False), self.point_answer(self.poll, done=False)
        answers = identified | anonymous
        answers._bank_break_off()
        self.env["survey.user_input"]._cron_bank_break_off()
        self.assertFalse(any(answers.mapped("bank_is_anonymous")), "he may go on with it today")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE survey_user_input SET create_date = create_date - interval '25 hours' WHERE id = ANY(%s)",
            [answers.ids],
        )
        self.env.invalidate_all()
        self.env["survey.user_input"]._cron_bank_break_off()
        self.env.invalidate_all()
        self.assertTrue(all(answers.mapped("bank_is_anonymous")))
        self.assertEqual([self.column(answer, "write_date").weekday() for answer in answers], [0, 0])

    def test_wishes_hold_no_numbers_and_end(self):
        requests = self.env["bank.survey.contact.request"]
        wish = requests._leave(self.program, "Anna", "555 1234", "Card 4111 1111 1111 1111 was refused")
        self.assertIn("was refused", wish.message)
        self.assertNotIn("1111 1111", wish.message)
        self.assertEqual(wish.contact, "555 1234")
        with freeze_time(fields.Datetime.now() + timedelta(days=170)):
            requests._gc_done()
            self.assertTrue(wish.exists())
        with freeze_time(fields.Datetime.now() + timedelta(days=190)):
            requests._gc_done()
            self.assertFalse(wish.exists())
