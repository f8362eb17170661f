from datetime import datetime
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..controllers import feedback_contact
from ..tools import door_nonce
from .feedback_case import FeedbackCase


@tagged("post_install", "-at_install")
class TestSurveyDoors(FeedbackCase):
    """Odoo's own doors to the bank's questionnaires, the end of an answer, and staff who answer for customers."""

    def test_no_door_makes_an_answer(self):
        self.start()
        answer = self.answers()
        survey = self.questionnaire.access_token
        self.opener.cookies.set(f"survey_{survey}", answer.access_token)
        for role in (None, "portal", "employee", "survey_user"):
            self.log_in(role)
            for path in (
                f"/survey/start/{survey}",
                f"/survey/start/{survey}?email=x@example.com",
                f"/survey/start/{survey}?answer_token=nothing",
                f"/survey/retry/{survey}/{answer.access_token}",
                f"/survey/print/{survey}",
                f"/survey/print/{survey}?answer_token={answer.access_token}",
                *([f"/survey/test/{survey}"] if role else []),
            ):
                self.assertEqual(self.url_open(path).status_code, 403, (role, path))
            self.assertEqual(self.url_open(f"/survey/{survey}/nothing").status_code, 404)
        self.assertEqual(self.answers(), answer)

    def test_a_public_questionnaire_is_closed_too(self):
        self.questionnaire.access_mode = "public"
        self.assertEqual(self.url_open(f"/survey/start/{self.questionnaire.access_token}").status_code, 403)
        self.assertFalse(self.answers())

    def test_other_surveys_are_as_they_were(self):
        survey = self.env["survey.survey"].create({
            "title": "Lunch", "access_mode": "public",
            "question_and_page_ids": [(0, 0, {"title": "Soup?", "question_type": "char_box"})],
        })  # fmt: skip
        self.assertEqual(self.url_open(f"/survey/start/{survey.access_token}").status_code, 200)
        self.assertEqual(len(self.answers(survey)), 1)

    def test_managers_try_the_questionnaire(self):
        self.log_in("satisfaction")
        self.assertEqual(self.url_open(f"/survey/test/{self.questionnaire.access_token}").status_code, 200)
        self.assertTrue(self.answers().test_entry)
        self.assertEqual(self.url_open(f"/survey/print/{self.questionnaire.access_token}").status_code, 200)

    def test_results_are_on_the_board(self):
        """Odoo's page of results would show single answers and the smallest groups."""
        self.log_in("satisfaction")
        response = self.url_open(f"/survey/results/{self.questionnaire.id}")
        self.assertIn("bank_survey_board_action", response.url)
        self.assertNotIn("survey_result", response.text)

    def test_the_link_beats_the_login(self):
        self.log_in("ben")
        location = self.start().headers["Location"]
        self.assertEqual(self.url_open(location).status_code, 200)
        answer = self.answers()
        self.assertNotIn("error", self.submit(answer))
        self.env.invalidate_all()
        self.assertEqual((answer.partner_id, answer.state), (self.anna, "done"))
        self.assertFalse(answer.bank_assisted_by_id)

    def test_staff_who_answer_are_named(self):
        self.log_in("agent")
        self.assertIn("logged in as staff", self.text_of(self.get()))
        self.start()
        self.assertEqual(self.answers().bank_assisted_by_id, self.users["agent"])

    def test_staff_who_send_what_the_customer_began_are_named(self):
        self.start()
        answer = self.answers()
        self.log_in("employee")
        self.submit(answer)
        self.env.invalidate_all()
        self.assertEqual((answer.state, answer.bank_assisted_by_id), ("done", self.users["employee"]))

    def test_what_closes_meanwhile_is_not_taken(self):
        self.start()
        answer = self.answers()
        for values in ({"state": "withdrawn"}, {"state": "expired"}, {"state": "refused"},
                       {"state": "started", "expires_at": datetime(2020, 1, 1)}):  # fmt: skip
            self.invitation.write(values)
            result = self.submit(answer)
            self.assertIn("bank_closed", result)
            self.assertIn("was not stored", result["survey_content"])
            self.assertEqual(self.url_open(answer._door_url()).status_code, 410)
            self.env.invalidate_all()
            self.assertFalse(answer.user_input_line_ids)
        self.assertEqual(answer.state, "in_progress")

    def test_an_answer_is_sent_once(self):
        self.start()
        answer = self.answers()
        self.submit(answer)
        self.assertIn("error", self.submit(answer, **{str(self.nps.id): "0"}))
        self.env.invalidate_all()
        self.assertEqual(answer.user_input_line_ids.filtered("value_scale").value_scale, 9)
        self.assertEqual(self.get().status_code, 200)
        self.assertIn("answered already", self.text_of(self.get()))

    def test_the_end_depends_on_the_score(self):
        self.start()
        happy = self.submit(self.answers())["survey_content"]
        self.assertIn("o_bank_thanks_happy", happy)
        other = self.make_invitation(self.ben)
        self.start(other._token())
        unhappy = self.submit(self.answers()[-1], **{str(self.nps.id): "0"})["survey_content"]
        self.assertIn("o_bank_thanks_unhappy", unhappy)
        self.assertNotIn("/feedback/contact/", unhappy)

    # ------------------------------------------------------------------
    # Behind an answer without a name
    # ------------------------------------------------------------------

    def answer_anonymously(self):
        self.secret = self.make_program("ANON", "Anonymous", anonymity="anonymous")
        self.invitation = self.make_invitation(program=self.secret)
        self.start(self.invitation._token())
        self.content = self.submit(self.answers(), **{str(self.nps.id): "2"})["survey_content"]

    def contact_path(self):
        return self.content.split('href="/feedback/contact/')[1].split('"')[0]

    def wishes(self):
        self.env.invalidate_all()
        return self.env["bank.survey.contact.request"].search([])

    def test_a_wish_to_be_contacted_is_apart(self):
        self.answer_anonymously()
        self.assertNotIn("o_bank_thanks_followed_up", self.content)
        self.assertNotIn("/my/tickets", self.content)
        path = f"contact/{self.contact_path()}"
        self.assertEqual(self.get(token=path).status_code, 200)
        self.assertIn("Please enter", self.text_of(self.post("", path, name="A", contact=" ")))
        done = self.post("", path, name="A\x00nna\r\nBcc: x", contact="555", message="<b>Call</b>")
        self.assertIn("get in touch", self.text_of(done))
        wish = self.wishes()
        self.assertEqual((wish.name, wish.contact, wish.message), ("Anna Bcc: x", "555", "<b>Call</b>"))
        self.assertEqual(wish.program_id, self.secret)
        answers = self.env["survey.user_input"]._fields
        links = {field.comodel_name for field in wish._fields.values()} - {None}
        self.assertFalse(links & {"survey.user_input", "bank.survey.invitation", "res.partner"})
        self.assertFalse([name for name in answers if answers[name].comodel_name == wish._name])

    def test_only_the_page_of_the_end_leads_there(self):
        self.answer_anonymously()
        program, nonce = self.contact_path().split("/")
        other = self.make_program("ANON2", "Other", anonymity="anonymous")
        for path in (f"contact/{other.id}/{nonce}", f"contact/{program}/1.x"):
            self.assertEqual(self.post("", path, name="A", contact="5").status_code, 404)
        self.post("", f"contact/{program}/{nonce}", name="A", contact="5", website="x")
        with patch.object(feedback_contact, "MOST_WISHES", 1):
            self.assertEqual(self.post("", f"contact/{program}/{nonce}", name="A", contact="5").status_code, 429)
        self.assertFalse(self.wishes())

    def test_wishes_are_for_satisfaction_managers(self):
        self.answer_anonymously()
        wish = self.env["bank.survey.contact.request"]._leave(self.secret, "A", "5", "")
        for role in ("agent", "rm_north", "manager_north", "auditor", "compliance", "bank_admin", "portal"):
            with self.assertRaises(AccessError):
                wish.with_user(self.users[role]).read(["name"])
        mine = wish.with_user(self.users["satisfaction"])
        with self.assertRaises(AccessError):
            mine.write({"state": "done"})
        self.assertTrue(mine.action_done())
        self.assertEqual((wish.state, wish.user_id), ("done", self.users["satisfaction"]))
        wish._unguarded().done_on = "2020-01-01"
        wish._gc_done()
        self.assertFalse(wish.exists())

    # ------------------------------------------------------------------
    # Staff who answer for customers
    # ------------------------------------------------------------------

    def answer_as(self, role, invitation=None):
        return (invitation or self.invitation).with_user(self.users[role]).action_answer_for_customer()

    def test_who_may(self):
        for role in ("agent", "rm_north", "manager_north", "satisfaction"):
            invitation = self.make_invitation(touchpoint_ref=role)
            action = self.answer_as(role, invitation)
            answer = invitation.user_input_ids
            self.assertEqual((action["type"], action["target"]), ("ir.actions.act_url", "new"))
            self.assertIn(answer.access_token, action["url"])
            self.assertEqual((answer.bank_assisted_by_id, answer.bank_channel), (self.users[role], "phone"))
            self.assertEqual(answer.partner_id, self.anna)
        for role in ("auditor", "compliance", "operations"):  # see the invitation, but do not speak for customers
            with self.assertRaisesRegex(AccessError, r"^\[not_for_you\]", msg=role):
                self.answer_as(role)
        for role in ("rm_south", "employee", "portal", "survey_user"):
            with self.assertRaises(AccessError, msg=role) as refusal:
                self.answer_as(role)
            self.assertNotIn("not_for_you", str(refusal.exception), role)
        self.assertFalse(self.invitation.user_input_ids)

    def test_nothing_entered_is_nothing_assisted(self):
        """The button alone says nothing of who answers: the customer does, and the page of staff is closed."""
        self.answer_as("rm_north")
        answer = self.answers()
        token = answer.access_token
        self.start()
        self.assertEqual(self.answers(), answer)
        self.assertFalse(answer.bank_assisted_by_id)
        self.assertEqual(answer.bank_channel, "email")
        self.assertNotEqual(answer.access_token, token)
        self.assertEqual(self.url_open(f"/survey/{self.questionnaire.access_token}/{token}").status_code, 404)
        self.submit(answer)
        self.env.invalidate_all()
        self.assertEqual((answer.state, answer.bank_assisted_by_id.id), ("done", False))

    def test_staff_take_over_what_is_empty(self):
        self.start()
        answer = self.answers()
        token = answer.access_token
        self.answer_as("rm_north")
        self.assertEqual((answer.bank_assisted_by_id, answer.bank_channel), (self.users["rm_north"], "phone"))
        self.assertNotEqual(answer.access_token, token)

    def test_staff_do_not_see_what_the_customer_entered(self):
        self.start()
        self.answers()._save_lines(self.nps, "3")
        for role in ("agent", "rm_north", "manager_north"):
            with self.assertRaisesRegex(UserError, r"^\[answer_begun\]"):
                self.answer_as(role)
        self.assertFalse(self.answers().bank_assisted_by_id)
        self.log_in("agent")
        self.assertEqual(self.get().status_code, 403)
        location = self.start().headers.get("Location")
        self.assertFalse(location)
        self.answer_as("satisfaction")  # reads all answers, own words included
        self.assertEqual(self.answers().bank_assisted_by_id, self.users["satisfaction"])

    def test_staff_go_on_with_what_they_entered(self):
        self.answer_as("rm_north")
        self.answers()._save_lines(self.nps, "3")
        self.assertTrue(self.answer_as("rm_north"))
        with self.assertRaisesRegex(UserError, r"^\[answer_begun\]"):
            self.answer_as("manager_north")

    def test_confidential_answers_are_not_entered_by_who_looks_after_the_customer(self):
        program = self.make_program("CONF", "Confidential", anonymity="confidential")
        invitation = self.make_invitation(program=program)
        for role in ("agent", "rm_north", "manager_north"):
            with self.assertRaisesRegex(AccessError, r"^\[not_for_you\]"):
                self.answer_as(role, invitation)
        self.log_in("rm_north")
        self.assertEqual(self.get(token=invitation._token()).status_code, 403)
        self.assertFalse(self.answers())
        self.assertTrue(self.answer_as("satisfaction", invitation))

    def test_no_way_back_to_what_was_entered(self):
        self.questionnaire.write({"questions_layout": "page_per_question", "users_can_go_back": False})
        self.start()
        answer = self.answers()
        answer._save_lines(self.nps, "3")
        answer.last_displayed_page_id = self.nps
        url = f"{answer._door_url()}?previous_page_id={self.nps.id}"
        self.assertNotIn(self.nps.title, self.text_of(self.url_open(url)))
        values = {"question_id": self.csat.id, str(self.csat.id): "5", "previous_page_id": self.nps.id}
        self.assertNotIn(self.nps.title, self.submit(answer, **values)["survey_content"])
        self.questionnaire.users_can_go_back = True
        self.assertIn(self.nps.title, self.text_of(self.url_open(url)))

    # ------------------------------------------------------------------
    # Staff and answers without a name
    # ------------------------------------------------------------------

    def anonymous_invitation(self, partner):
        program = self.make_program("ANON", "Anonymous", anonymity="anonymous")
        return self.make_invitation(partner, program=program)

    def test_staff_who_are_customers_answer_for_themselves(self):
        employee = self.users["employee"]
        employee.partner_id.is_bank_customer = True
        invitation = self.anonymous_invitation(employee.partner_id)
        self.log_in("employee")
        self.start(invitation._token())
        answer = self.answers()
        self.submit(answer)
        self.env.invalidate_all()
        self.assertEqual((answer.state, answer.bank_assisted_by_id.id, answer.bank_kpi_ok), ("done", False, True))

    def test_staff_do_not_begin_anonymous_answers_of_others(self):
        token = self.anonymous_invitation(self.anna)._token()
        self.log_in("employee")
        page = self.get(token=token)
        self.assertEqual(page.status_code, 403)
        self.assertIn("for the customer himself", self.text_of(page))
        self.assertEqual(self.post("/start", token, nonce=door_nonce.make(self.env, token)).status_code, 403)
        self.assertFalse(self.answers())

    def test_nameless_answers_of_staff_are_set_aside_without_naming_them(self):
        self.start(self.anonymous_invitation(self.anna)._token())
        point = self.env["bank.survey.point"].create({"name": "Exit", "program_id": self.program.id})
        self.start(f"p/{point.token}")
        answers = self.answers()
        self.log_in("employee")
        for answer in answers:
            self.submit(answer)
        self.env.invalidate_all()
        self.assertEqual(len(answers), 2)
        for answer in answers:
            self.assertEqual((answer.state, answer.bank_kpi_ok, answer.bank_suspect_reason), ("done", False, "staff"))
            self.assertFalse(answer.bank_assisted_by_id)
            self.assertIn("member of staff", answer.bank_suspect_label)
        scores = self.env["bank.survey.score"].search([("user_input_id", "in", answers.ids)])
        self.assertEqual(scores.mapped("is_counted"), [False, False])

    def test_what_may_not_be_answered(self):
        self.invitation.state = "expired"
        with self.assertRaisesRegex(UserError, "invitation_closed"):
            self.answer_as("rm_north")
        program = self.make_program("ANON", "Anonymous", anonymity="anonymous")
        with self.assertRaisesRegex(UserError, "anonymous_survey"):
            self.answer_as("rm_north", self.make_invitation(program=program))
