"""Answers as 19.0.1.0.0 left them, after the update."""

from datetime import date, datetime
from importlib.util import module_from_spec, spec_from_file_location

from odoo.tests import tagged
from odoo.tools.misc import file_path

from .answer_case import AnswerCase


@tagged("post_install", "-at_install")
class TestMigration(AnswerCase):
    def migrate(self):
        self.env.flush_all()
        spec = spec_from_file_location("migration", file_path("bank_crm_survey/migrations/19.0.1.1.0/end-answers.py"))
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
        module.migrate(self.env.cr, "19.0.1.0.0")
        self.env.invalidate_all()

    def plant(self, record, **values):
        """Write columns past everything that the module does today."""
        self.env.flush_all()
        sets = ", ".join(f'"{name}" = %s' for name in values)
        self.env.cr.execute(f'UPDATE "{record._table}" SET {sets} WHERE id = %s', [*values.values(), record.id])
        self.env.invalidate_all()

    def recount(self):
        self.program.count_partial = not self.program.count_partial
        self.env.invalidate_all()

    def test_staff_on_anonymous_answers(self):
        poll = self.make_program("POLL", "Poll", anonymity="anonymous")
        answer, begun = self.answer(program=poll), self.begin(self.ben, program=poll)
        for one in (answer, begun):
            self.plant(one, bank_assisted_by_id=self.users["employee"].id)
        self.migrate()
        for one in (answer, begun):
            self.assertFalse(one.bank_assisted_by_id)
            self.assertEqual((one.bank_kpi_ok, one.bank_suspect_reason), (False, "staff"))
            self.assertFalse(one.bank_reviewed_by_id)

    def test_what_staff_entered_and_is_anonymous_now(self):
        answer = self.answer()
        self.plant(answer, bank_is_anonymous=True, bank_assisted_by_id=self.users["agent"].id)
        self.plant(self.scores(answer), is_counted=False)
        self.migrate()
        self.recount()
        self.assertFalse(answer.bank_assisted_by_id)
        self.assertEqual(answer.bank_suspect_reason, "assisted")
        self.assertFalse(self.scores(answer).is_counted)

    def test_duplicates(self):
        wave = self.env["bank.survey.wave"].create({"name": "Spring", "program_id": self.program.id})
        first, second, other = (self.answer(wave_id=wave.id, touchpoint_ref=ref) for ref in "abc")
        kept = self.answer(self.ben)
        self.plant(first, bank_is_anonymous=True, partner_id=None)
        self.plant(other, bank_is_anonymous=True, partner_id=None, bank_duplicate_of_id=None)
        self.migrate()
        self.recount()
        self.assertFalse((second | other).bank_duplicate_of_id)
        self.assertEqual((second | other).mapped("bank_suspect_reason"), ["duplicate"] * 2)
        self.assertEqual((second | other).bank_reviewed_by_id, self.env.ref("base.user_root"))
        self.assertEqual(self.scores(first | second | other).mapped("is_counted"), [True, False, False])
        self.assertTrue(kept.bank_kpi_ok and first.bank_kpi_ok)

    def test_merged(self):
        first, second = self.answer(nps="9"), self.answer(nps="1", touchpoint_ref="x")
        self.plant(second.bank_invitation_id, touchpoint_ref=f"merged {second.bank_invitation_id.id}")
        self.assertTrue(self.scores(second).is_counted)
        self.migrate()
        self.assertEqual(second.bank_duplicate_of_id, first)
        self.assertFalse(self.scores(second).is_counted)

    def test_moments(self):
        answer = self.answer()
        event = self.events(self.anna, "survey.answered")
        moment = datetime(2026, 3, 18, 7, 30, 15)
        self.plant(event, source_id=None, source_model=None, occurred_at=moment, create_date=moment)
        wish = self.env["bank.survey.contact.request"]._leave(self.program, "Anna", "555", "")
        self.plant(wish, requested_on=date(2026, 3, 18))
        self.migrate()
        self.assertEqual((event.occurred_at, event.create_date), (datetime(2026, 3, 1), datetime(2026, 3, 1)))
        self.assertEqual(wish.requested_on, date(2026, 3, 16))
        self.assertTrue(answer.partner_id)

    def test_what_is_sound_stays(self):
        answer = self.answer()
        assisted = self.begin(self.ben)
        assisted.bank_assisted_by_id = self.users["agent"]
        self.fill(assisted, {self.nps: "9"})
        assisted._mark_done()
        names = ("bank_kpi_ok", "bank_suspect_reason", "bank_assisted_by_id", "bank_duplicate_of_id", "write_date")
        before = [[self.column(one, name) for name in names] for one in (answer, assisted)]
        moment = self.column(self.events(self.anna, "survey.answered"), "occurred_at")
        self.migrate()
        self.assertEqual([[self.column(one, name) for name in names] for one in (answer, assisted)], before)
        self.assertEqual(self.column(self.events(self.anna, "survey.answered"), "occurred_at"), moment)
