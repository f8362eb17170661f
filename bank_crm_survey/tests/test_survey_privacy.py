"""Erased and merged customers: words go, scores stay, nobody is asked or counted twice."""

from odoo.tests import tagged

from .answer_case import AnswerCase


@tagged("post_install", "-at_install")
class TestSurveyPrivacy(AnswerCase):
    def erase(self, partner):
        request = self.env["bank.privacy.request"].create({"partner_id": partner.id, "kind": "erase"})
        self.env["bank.erasure"]._erase(partner, request)
        self.env.invalidate_all()

    def test_erased(self):
        answer = self.begin()
        self.fill(answer, {self.nps: "9", self.words: "Anna Lindqvist of House 7"})
        answer._mark_done()
        answer._reopen("Anna asked for it")
        answer._mark_done()
        invitation = answer.bank_invitation_id
        token = invitation._token()
        before = self.scores(answer).read(["score", "bucket", "metric_code", "channel", "is_counted", "branch_id"])
        self.erase(self.anna)
        self.assertFalse(any(answer.user_input_line_ids.mapped("value_text_box")))
        self.assertFalse(answer.email or answer.nickname)
        self.assertNotIn("erased", answer.access_token)
        self.assertEqual(
            self.scores(answer).read(["score", "bucket", "metric_code", "channel", "is_counted", "branch_id"]), before
        )
        self.assertFalse(self.scores(answer).partner_id)
        reopening = answer.bank_reopening_ids
        self.assertFalse(reopening.snapshot)
        self.assertNotIn("Anna", reopening.reason)
        self.assertFalse(self.env["bank.survey.invitation"]._find_by_token(token))

    def test_merged(self):
        double = self.make_customer("Anna again")
        mine, his = self.answer(self.anna, "9"), self.answer(double, "2")
        wave = self.env["bank.survey.wave"].create({"name": "Spring", "program_id": self.program.id})
        first = self.answer(self.anna, "9", wave_id=wave.id)
        second = self.answer(double, "1", wave_id=wave.id)
        self.env["base.partner.merge.automatic.wizard"]._merge(
            [self.anna.id, double.id], dst_partner=self.anna, extra_checks=False
        )
        self.env.invalidate_all()
        answers = mine | his | first | second
        self.assertEqual(answers.partner_id, self.anna)
        self.assertEqual(self.scores(answers).partner_id, self.anna)
        invitations = answers.bank_invitation_id
        self.assertEqual(len(invitations), 4)
        self.assertEqual(invitations.partner_id, self.anna)
        self.assertEqual(second.bank_duplicate_of_id, first)
        self.assertFalse(self.scores(second).is_counted)
        self.assertTrue(self.scores(first).is_counted)
        self.assertEqual(his.bank_duplicate_of_id, mine)
        self.assertEqual(self.scores(mine | his).mapped("is_counted"), [True, False])
        self.assertEqual(self.anna.nps_last, 9)
        answers._mark_duplicates()  # and it stays so
        self.assertEqual((his.bank_duplicate_of_id, second.bank_duplicate_of_id), (mine, first))
        self.assertFalse((mine | first).bank_duplicate_of_id)
        self.assertEqual(len(set(invitations.mapped(lambda one: (one.wave_id, one.touchpoint_ref)))), 4)

    def test_merged_about_different_occasions(self):
        double = self.make_customer("Anna again")
        mine = self.answer(self.anna, "9", touchpoint_ref="ticket 1")
        his = self.answer(double, "2", touchpoint_ref="ticket 2")
        self.env["base.partner.merge.automatic.wizard"]._merge(
            [self.anna.id, double.id], dst_partner=self.anna, extra_checks=False
        )
        self.env.invalidate_all()
        self.assertFalse((mine | his).bank_duplicate_of_id)
        self.assertEqual(self.scores(mine | his).mapped("is_counted"), [True, True])
