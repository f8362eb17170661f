from odoo.tests import tagged

from .feedback_case import FeedbackCase


@tagged("post_install", "-at_install")
class TestFeedbackOnAPhone(FeedbackCase):
    """A customer answers in Chinese on a telephone."""

    browser_size = "375x667"
    touch_enabled = True

    def test_customer_answers_on_phone(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.questionnaire.with_context(lang="zh_CN").title = "您对我们满意吗？"
        self.nps.with_context(lang="zh_CN").title = "您有多大可能向朋友推荐我们？"
        self.questionnaire.lang_ids = False
        self.invitation.lang = "zh_CN"
        self.start_tour(f"/feedback/{self.token}?score=9", "customer_answers_on_phone")
        answer = self.answers()
        self.assertEqual((answer.state, answer.partner_id, answer.lang_id.code), ("done", self.anna, "zh_CN"))
        scores = {line.question_id: line.value_scale for line in answer.user_input_line_ids if not line.skipped}
        self.assertEqual((scores[self.nps], scores[self.csat]), (10, 4))
        self.assertEqual(answer.user_input_line_ids.filtered("value_text_box").value_text_box, "服务很好")
        self.assertEqual(self.invitation.state, "completed")
