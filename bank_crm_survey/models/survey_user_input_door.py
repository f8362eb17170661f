from odoo import fields, models

UNHAPPY = ("detractor", "dissatisfied")
HAPPY = ("promoter", "satisfied")


class SurveyUserInput(models.Model):
    """An answer as the customer's pages see it: its address, whether it is still taken, what he is told at the end."""

    _inherit = "survey.user_input"

    bank_point_id = fields.Many2one(
        comodel_name="bank.survey.point", string="QR Point", readonly=True, index="btree_not_null", ondelete="restrict"
    )

    def _door_url(self, lang_code=None, score=None):
        """Return the path of the page with the questions, in the language of the answer or another one.

        :param score: proposed for the main question; it is shown, not stored
        """
        self.ensure_one()
        lang = self.env["res.lang"]._get_data(code=lang_code or self.lang_id.code)
        prefix = f"/{lang.url_code}" if lang else ""
        suffix = "" if score is None else f"?score={int(score)}"
        return f"{prefix}/survey/{self.survey_id.access_token}/{self.access_token}{suffix}"

    def _door_closed(self):
        """Return why this answer is not taken any more (see ``_door_state`` of invitations), or None."""
        self.ensure_one()
        if self.test_entry or self.state == "done":
            return None
        if invitation := self.bank_invitation_id:
            state = invitation._door_state()
            return None if state == "open" else state
        is_open = self.survey_id.active and self.bank_program_id.active and self.bank_program_id.state != "draft"
        return None if is_open else "expired"

    def _mark_assisted(self, user):
        """Somebody of the bank sends an answer of a customer: it says so, whoever opened the link.

        Staff who are customers themselves answer for themselves. An answer without a name names nobody of the staff
        either, who may be that customer; it is set aside.
        """
        self.ensure_one()
        if not user._is_internal() or self.test_entry or self.state == "done" or self.bank_assisted_by_id:
            return
        if user.partner_id == (self.partner_id or self.bank_invitation_id.partner_id):
            return
        if self.partner_id:
            self.write({"bank_assisted_by_id": user.id})
        elif self.bank_suspect_reason != "staff":
            self.write({"bank_kpi_ok": False, "bank_suspect_reason": "staff"})

    def _is_read_by(self, user):
        """Whether a user may read this answer, own words included."""
        self.ensure_one()
        has_right = user.has_group("bank_crm_survey.group_survey_verbatim")
        return has_right and self.with_user(user).sudo(False).has_access("read")

    def _mood(self):
        """Return ``happy``, ``unhappy`` or ``neutral``: the group of the main question's score."""
        self.ensure_one()
        question = self.survey_id._bank_main_question()
        line = self.user_input_line_ids.filtered(lambda line: line.question_id == question and not line.skipped)[:1]
        if line.bank_bucket in UNHAPPY:
            return "unhappy"
        return "happy" if line.bank_bucket in HAPPY else "neutral"

    def _is_followed_up(self):
        """Whether somebody will get in touch with the customer because of this answer."""
        self.ensure_one()
        if not self.partner_id or self.bank_program_id.anonymity != "identified":
            return False
        return bool(self.env["bank.survey.followup"].search_count([("user_input_id", "=", self.id)], limit=1))
