"""Forged calls: every public method of the addon by whoever has no business with it, and ways around the rules."""

import datetime
import inspect

from psycopg2 import IntegrityError

from odoo.exceptions import UserError
from odoo.service.model import get_public_method
from odoo.tests import HttpCase, tagged
from odoo.tools import SQL, mute_logger

from odoo.addons.bank_crm_survey.tests.loop_common import LoopCase

OURS = "odoo.addons.bank_crm_survey."
# What a forged call must leave as it is.
TABLES = (
    "bank_survey_%", "survey_%", "mail_mail", "mail_message", "mail_followers", "mail_activity", "bank_customer_event",
)  # fmt: skip
WORDS = "The queue at the counter was long"
# Arguments of methods by name; others get a text.
ARGUMENTS = {
    "vals_list": [{}],
    "vals": {"active": True},
    "values": {"program_code": "REL", "customer_numbers": ["1"]},
    "partner_ids": [1],
    "field_name": "title",
    "translations": {"en_US": "Forged"},
}


def public_methods(env):
    """Return ``[(model, method)]`` of what the addon adds to the API or changes in it."""
    found = []
    for model in env.values():
        for name in dir(type(model)):
            owner = next((cls for cls in type(model).__mro__ if name in vars(cls)), None)
            if owner and owner.__module__.startswith(OURS) and _is_public(model, name):
                found.append((model._name, name))
    return sorted(found)


def _is_public(model, name):
    if not inspect.isfunction(inspect.unwrap(getattr(type(model), name, None) or str)):
        return False
    try:
        return bool(get_public_method(model, name))
    except (UserError, AttributeError):
        return False


@tagged("post_install", "-at_install", "standard")
class TestForgedCalls(LoopCase):
    """All records are of a customer of the branch South, or of nobody."""

    STRANGERS = ("rm_north", "manager_north", "operations", "auditor", "employee", "portal", "survey_user")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.carl.email = "carl@example.com"
        cls.answered = cls.respond(cls.carl, nps="1", words=WORDS, manager="1")
        cls.open_answer = cls.begin(cls.carl, touchpoint_ref="open")
        cls.env["bank.survey.wave"].create({"name": "Wave", "program_id": cls.program.id})
        cls.point = cls.env["bank.survey.point"].create({"name": "Counter", "program_id": cls.program.id})
        cls.secrets = [WORDS, *cls.tokens()]
        cls.env.flush_all()

    @classmethod
    def tokens(cls):
        invitations = (cls.answered | cls.open_answer).bank_invitation_id
        return [*(invitation._token() for invitation in invitations), cls.answered.access_token]

    def setUp(self):
        super().setUp()
        self.enterContext(
            mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model", "odoo.sql_db")
        )

    # ------------------------------------------------------------------ every public method

    def test_methods_refuse_or_do_nothing(self):
        methods = public_methods(self.env)
        self.assertGreater(len(methods), 60)
        records = {name: self.records_of(self.env[name]) for name, _method in methods}
        self.env.flush_all()
        before, wrong = self.digest(), []
        for role in self.STRANGERS:
            for name, method in methods:
                verdict = self.verdict(records[name].with_user(self.users[role]), method, before)
                if verdict:
                    wrong.append(f"{role}: {name}.{method}: {verdict}")
        self.assertFalse(bool(wrong), "\n" + "\n".join(wrong))

    def records_of(self, model):
        if model._abstract:
            return model
        if model._name == "res.partner":
            return self.carl
        found = model.search([], limit=1, order="id desc")
        return found or (self.make_wizard(model) if model._transient else found)

    def make_wizard(self, model):
        """A wizard that the satisfaction manager has opened."""
        wizard = model.with_user(self.users["satisfaction"])
        if not wizard.has_access("create"):
            return model
        values = {name: self.value_of(field) for name, field in wizard._fields.items() if field.required}
        return wizard.create({name: value for name, value in values.items() if value})

    def value_of(self, field):
        if field.type == "many2one":
            return self.env[field.comodel_name].search([], limit=1, order="id desc").id
        if field.type == "selection":
            return field.get_values(self.env)[0]
        return "forged" if field.type in ("char", "text") else None

    def verdict(self, records, method, before):
        """Return what is wrong with a call, or nothing."""
        self.env.invalidate_all()
        result, problem = None, ""
        with self.env.cr.savepoint() as savepoint:
            try:
                result = getattr(records, method)(*self.arguments_of(records, method))
                self.env.flush_all()
            except (UserError, ValueError, IntegrityError):
                savepoint.rollback()
                return ""
            except Exception as error:  # noqa: BLE001 - whatever else it is, it is no refusal
                problem = f"{type(error).__name__}: {error}"
            if not problem:
                changed = [name for name, digest in self.digest().items() if digest != before[name]]
                problem = f"changed {changed}" if changed else ""
            savepoint.rollback()
        told = [secret for secret in self.secrets if secret in str(result)]
        return problem or (f"told {told}" if told else "")

    def arguments_of(self, records, method):
        parameters = inspect.signature(getattr(records, method)).parameters.values()
        return [
            ARGUMENTS.get(parameter.name, "forged")
            for parameter in parameters
            if parameter.kind == parameter.POSITIONAL_OR_KEYWORD and parameter.default is parameter.empty
        ]

    def digest(self):
        tables = self.env.execute_query(
            SQL(
                """SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename LIKE ANY(%s)
                    ORDER BY 1""",
                list(TABLES),
            )
        )
        sums = [
            SQL("SELECT %s, md5(string_agg(t::text, ',' ORDER BY t::text)) FROM %s t", name, SQL.identifier(name))
            for (name,) in tables
        ]
        return dict(self.env.execute_query(SQL(" UNION ALL ").join(sums)))

    # ------------------------------------------------------------------ ways around the rules

    def refused(self, work):
        """Whether a call is refused, or leaves nothing behind that is found later."""
        with self.env.cr.savepoint() as savepoint:
            try:
                work()
                self.env.flush_all()
                return False
            except UserError:
                savepoint.rollback()
                return True
            finally:
                self.env.invalidate_all()

    def plain_answer(self, user):
        """An ordinary survey of a user of surveys, with one answer that is his to change."""
        survey = (
            self.env["survey.survey"]
            .with_user(user)
            .create(
                {
                    "title": "Canteen",
                    "question_and_page_ids": [(0, 0, {"title": "?", "question_type": "scale"})],
                }
            )
        )
        answer = self.env["survey.user_input"].with_user(user).create({"survey_id": survey.id, "state": "in_progress"})
        line = (
            self.env["survey.user_input.line"]
            .with_user(user)
            .create(
                {
                    "user_input_id": answer.id,
                    "question_id": survey.question_ids.id,
                    "answer_type": "scale",
                    "value_scale": 10,
                }
            )
        )
        return survey, answer, line

    def test_nobody_forges_scores_from_surveys_of_his_own(self):
        user = self.users["survey_user"]
        survey, answer, line = self.plain_answer(user)
        before = self.env["bank.survey.score"].search_count([])
        invitation = self.make_invitation(self.carl, touchpoint_ref="forged")
        for values in (
            {"bank_program_id": self.program.id},
            {"bank_invitation_id": invitation.id},
            {"bank_kpi_ok": True},
            {"survey_id": self.questionnaire.id},
        ):
            with self.subTest(values=values):
                self.assertTrue(self.refused(lambda values=values: answer.write(values)))
                self.assertTrue(
                    self.refused(
                        lambda values=values: answer.create({"survey_id": survey.id, "test_entry": True, **values})
                    )
                )
        for values in ({"bank_score": 10}, {"bank_bucket": "promoter"}, {"user_input_id": self.open_answer.id}):
            with self.subTest(values=values):
                self.assertTrue(self.refused(lambda values=values: line.write(values)))
        answer.write({"state": "done"})
        self.assertEqual(self.env["bank.survey.score"].search_count([]), before)

    def test_nobody_puts_questions_into_questionnaires_of_the_bank(self):
        survey, _answer, _line = self.plain_answer(self.users["survey_user"])
        question = survey.question_ids
        bank = self.make_questionnaire(title="Not answered yet")
        self.assertTrue(self.refused(lambda: question.write({"survey_id": bank.id})))
        self.assertTrue(self.refused(lambda: question.copy({"survey_id": bank.id})))
        choice = question.suggested_answer_ids.create({"question_id": question.id, "value": "Yes"})
        self.assertTrue(self.refused(lambda: choice.write({"question_id": bank.question_ids[0].id})))
        self.assertTrue(self.refused(lambda: survey.write({"survey_type": "bank"})))
        self.assertTrue(self.refused(lambda: survey.create({"title": "Mine", "survey_type": "bank"})))

    def test_other_surveys_stay_what_they_are(self):
        """Whoever makes other surveys has all of Odoo's: choices, questions without a survey, answers."""
        user = self.users["survey_user"]
        survey, answer, line = self.plain_answer(user)
        question = survey.question_ids
        label = question.suggested_answer_ids.create({"question_id": question.id, "value": "Yes"})
        row = label.create({"matrix_question_id": question.id, "value": "Row"})
        self.assertEqual((label | row).search([("id", "in", (label | row).ids)]), label | row)
        loose = question.create({"title": "In no survey yet", "suggested_answer_ids": [(0, 0, {"value": "Yes"})]})
        self.assertTrue(loose.search([("id", "=", loose.id)]).suggested_answer_ids)
        loose.write({"survey_id": survey.id})
        answer.write({"state": "done"})
        self.assertEqual(survey.user_input_ids.user_input_line_ids, line)

    def test_contexts_open_nothing(self):
        for context in (
            {"bank_answering_key": True},
            {"bank_unguarded": True, "bank_guard_key": True},
            {"default_test_entry": True},
            {"default_bank_program_id": self.program.id, "default_test_entry": True},
            {"default_survey_id": self.questionnaire.id, "default_test_entry": True},
        ):
            for role in ("survey_user", "satisfaction", "rm_north"):
                answers = self.env["survey.user_input"].with_user(self.users[role]).with_context(**context)
                with self.subTest(context=context, role=role):
                    self.assertTrue(
                        self.refused(lambda answers=answers: answers.create({"survey_id": self.questionnaire.id}))
                    )

    # ------------------------------------------------------------------ what is told

    def test_messages_about_invitations_hold_no_links(self):
        """A mail that waits has the secret of a link in it; whoever may read the invitation may not read that."""
        invitation = self.make_invitation(self.anna, state="queued", touchpoint_ref="mail")
        invitation._mail("invitation")
        secret = invitation._token()
        self.assertIn(secret, str(self.env["mail.mail"].search([], limit=1, order="id desc").body_html))
        for role in ("rm_north", "manager_north", "agent", "compliance", "auditor", "satisfaction", "operations"):
            messages, mails = (self.env[name].with_user(self.users[role]) for name in ("mail.message", "mail.mail"))
            domain = [("model", "=", "bank.survey.invitation"), ("res_id", "=", invitation.id)]
            with self.subTest(role):
                self.assertNotIn(secret, str(messages.search_read(domain, ["body", "subject", "preview"])))
                self.assertTrue(self.refused(lambda mails=mails: mails.search_read([], ["body_html"])))

    def test_nobody_reads_the_secret_of_an_answer(self):
        """Whoever had it would answer for the customer, an auditor, too."""
        for role in ("satisfaction", "compliance", "auditor"):
            answers = self.open_answer.with_user(self.users[role])
            with self.subTest(role):
                self.assertTrue(answers.read(["state"]))
                self.assertTrue(self.refused(lambda answers=answers: answers.read(["access_token"])))
                self.assertNotIn("access_token", answers.read()[0])
                self.assertTrue(self.refused(answers.action_print_answers))
                domain = [("access_token", "=like", f"{self.open_answer.access_token[:4]}%")]
                self.assertTrue(self.refused(lambda answers=answers, domain=domain: answers.search(domain)))

    def test_an_anonymous_answer_is_not_read_before_it_is_sent_off(self):
        program = self.make_program("ANON", "Anonymous", anonymity="anonymous")
        answer = self.begin(self.carl, program=program, touchpoint_ref="anonymous")
        self.fill(answer, {self.nps: "1", self.words: WORDS})
        for role in ("satisfaction", "compliance", "auditor"):
            seen = answer.with_user(self.users[role])
            with self.subTest(role):
                self.assertFalse(seen.search([("id", "=", answer.id)]))
                self.assertFalse(seen.env["survey.user_input.line"].search([("user_input_id", "=", answer.id)]))
        answer._mark_done()
        seen = answer.with_user(self.users["satisfaction"])
        self.assertTrue(seen.search([("id", "=", answer.id)]))
        self.assertFalse(seen.bank_invitation_id)

    def test_times_lead_from_no_anonymous_answer_to_a_customer(self):
        program = self.make_program("ANON", "Anonymous", anonymity="anonymous")
        answer = self.begin(self.carl, program=program, touchpoint_ref="anonymous")
        invitation = answer.bank_invitation_id
        self.fill(answer, {self.nps: "1", self.words: WORDS})
        answer._mark_done()
        self.env.flush_all()
        self.env.invalidate_all()
        of_answer = self.times_of(answer) | self.times_of(answer.user_input_line_ids)
        of_invitation = self.times_of(invitation) - {invitation.create_date}
        self.assertFalse({time for time in of_answer & of_invitation if time.time() != datetime.time()})

    def times_of(self, records):
        names = [name for name, field in records._fields.items() if field.type == "datetime" and field.store]
        return {record[name] for record in records for name in names} - {False}


@tagged("post_install", "-at_install", "standard")
class TestDoorsOfStaff(LoopCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users["verbatim"] = cls.users["satisfaction"]
        cls.answered = cls.respond(cls.carl, nps="1", words=WORDS)

    def test_words_of_customers_are_printed_for_whoever_may_read_them(self):
        answer = self.answered
        path = f"/survey/print/{answer.survey_id.access_token}?answer_token={answer.access_token}"
        for role, may in (("satisfaction", True), ("auditor", False), ("compliance", False), ("rm_south", False)):
            self.authenticate(f"bank_{role}", f"bank_{role}")
            with self.subTest(role):
                self.assertEqual(WORDS in self.url_open(path).text, may)
        self.authenticate("bank_satisfaction", "bank_satisfaction")
        button = {"model": answer._name, "method": "action_print_answers", "args": [answer.ids], "kwargs": {}}
        action = self.make_jsonrpc_request(f"/web/dataset/call_kw/{answer._name}/action_print_answers", button)
        self.assertIn(WORDS, self.url_open(action["url"]).text)

    def test_opening_links_changes_nothing(self):
        invitation = self.make_invitation(self.carl, touchpoint_ref="open")
        token = invitation._token()
        answer = self.begin(self.carl, touchpoint_ref="begun")
        self.authenticate(None, None)
        self.env.flush_all()
        before = TestForgedCalls.digest(self)
        for path in (
            f"/feedback/{token}",
            f"/feedback/{token}?score=0",
            f"/feedback/{token}/stop",
            f"/feedback/{token}/start",
            f"/survey/start/{answer.survey_id.access_token}?answer_token={answer.access_token}",
            f"/survey/start/{answer.survey_id.access_token}",
            f"/survey/retry/{answer.survey_id.access_token}/{answer.access_token}",
            f"/survey/{answer.survey_id.access_token}/{answer.access_token}",
            f"/survey/print/{answer.survey_id.access_token}?answer_token={answer.access_token}",
            f"/survey/results/{answer.survey_id.id}",
        ):
            with self.subTest(path), mute_logger("odoo.http", "odoo.addons.base.models.ir_rule"):
                text = self.url_open(path).text
                self.assertNotIn("Traceback", text)
                after = TestForgedCalls.digest(self)
                self.assertEqual([name for name in after if after[name] != before[name]], [])
