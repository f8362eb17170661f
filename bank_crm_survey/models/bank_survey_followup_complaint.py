from odoo import api, fields, models
from odoo.exceptions import UserError

LONGEST_SUBJECT = 120


class BankSurveyFollowup(models.Model):
    """An answer that is a complaint becomes one, where the bank has the addon of complaints; it is not needed.

    The answer reached the bank when the customer gave it, so legal clocks run from then on.
    """

    _inherit = "bank.survey.followup"

    complaint_model = fields.Char(readonly=True, export_string_translation=False)
    complaint_id = fields.Many2oneReference(
        model_field="complaint_model", readonly=True, export_string_translation=False
    )
    complaint_number = fields.Char(string="Complaint No.", readonly=True)
    may_make_complaint = fields.Boolean(compute="_compute_may_make_complaint")

    @api.depends("complaint_id", "partner_id")
    @api.depends_context("uid")
    def _compute_may_make_complaint(self):
        may = "bank.ticket" in self.env and self.env["bank.ticket"].has_access("create")
        for followup in self:
            followup.may_make_complaint = may and not followup.complaint_id and bool(followup.partner_id)

    def action_make_complaint(self):
        """Register the answer as a complaint, or open the one that it became.

        :raises UserError: ``[no_complaints]``: the addon of complaints is not installed
        :raises AccessError: the user may not work on the follow-up or not register complaints
        """
        self.ensure_one()
        self.check_access("write")
        if "bank.ticket" not in self.env:
            raise UserError(
                self.env._("[no_complaints] Complaints are not kept here. Tell the complaints office in your own way.")
            )
        if not self.complaint_id:
            self._register_complaint()
        return self.action_view_complaint()

    def _register_complaint(self):
        tickets = self.env["bank.ticket"]
        tickets._check_may_register()
        tickets.check_access("create")
        # The registration itself is the server's: who is complained of is set by it, and never told to the user.
        server = self._server()
        # sudo: bank.ticket - values come from the answer alone; the right to register is checked above
        registrar = tickets.sudo().with_company(server.company_id)
        [(ticket, is_new)] = registrar._register_many([server._complaint_values(self.verbatim)], "survey")
        server.write({"complaint_model": ticket._name, "complaint_id": ticket.id, "complaint_number": ticket.number})
        if is_new:
            ticket.message_post(
                body=self.env._("Registered from the answer to a survey: %(followup)s.", followup=self.display_name)
            )
        server.message_post(body=self.env._("Became the complaint %(number)s.", number=ticket.number))

    def _complaint_values(self, words):
        """Return the values of the complaint, without anything of the caller's.

        :param words: the customer's own, as far as the user may read them: a complaint shows them to whoever sees it
        """
        self.ensure_one()
        nothing = self.env._("(The customer wrote nothing.)")
        if self.verbatim:
            nothing = self.env._("(What the customer wrote is kept with the answer.)")
        lines = [words or nothing, *self._score_lines()]
        values = {
            "kind": "complaint",
            "company_id": self.company_id.id,
            "partner_id": self.partner_id.id,
            "subject": self.env._("Answer to a survey: %(program)s", program=self.program_id.name)[:LONGEST_SUBJECT],
            "description": "\n\n".join(lines),
            "received_at": self.answered_at,
            "external_ref": f"survey-{self.user_input_id.id}",
            "branch_id": (self.partner_id.branch_id or self.branch_id).id,
        }
        if self.excluded_user_ids:
            values["complained_user_ids"] = [(6, 0, self.excluded_user_ids.ids)]
        return values

    def _score_lines(self):
        # sudo: bank.survey.score, survey.question - scores of the answer that becomes a complaint
        scores = self.env["bank.survey.score"].sudo().search([("user_input_id", "=", self.user_input_id.id)])
        return [
            f"{score.question_id.title}: {score.score} ({score.question_id.scale_min}–{score.question_id.scale_max})"
            for score in scores.sorted("question_id")
        ]

    def action_view_complaint(self):
        """Open the complaint; its own rules say who may see it."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "bank.ticket",
            "res_id": self.complaint_id,
            "views": [(False, "form")],
        }
