from markupsafe import Markup

from odoo import fields, models

from .bank_survey_invitation import OPEN_STATES


class BankSurveyInvitation(models.Model):
    """Invitations by telephone: a task for whoever looks after the customer, to ask him and enter what he says."""

    _inherit = "bank.survey.invitation"

    call_activity_id = fields.Many2one(
        comodel_name="mail.activity", string="Call", readonly=True, index="btree_not_null", ondelete="set null"
    )

    def _ask_for_calls(self):
        """Give the calls of these invitations to staff; return those for which there is somebody.

        The rest is written down as not asked.
        """
        callers = {invitation.id: invitation._caller() for invitation in self}
        called = self.filtered(lambda invitation: callers[invitation.id])
        (self - called)._give_up("invitation", dict.fromkeys((self - called).ids, "no_caller"))
        if not called:
            return called
        kind, model = self.env.ref("mail.mail_activity_data_call"), self.env["ir.model"]._get_id("res.partner")
        # sudo: mail.activity - the server gives out the work
        activities = self.env["mail.activity"].sudo().with_context(mail_activity_quick_update=True)
        made = activities.create(
            [
                {
                    "activity_type_id": kind.id,
                    "res_model_id": model,
                    "res_id": invitation.partner_id.id,
                    "user_id": callers[invitation.id].id,
                    "date_deadline": invitation._call_deadline(),
                    "summary": invitation._call_summary(callers[invitation.id].lang),
                    "note": invitation._call_note(callers[invitation.id].lang),
                }
                for invitation in called
            ]
        )
        for invitation, activity in zip(called, made, strict=True):
            invitation.call_activity_id = activity
        return called

    def _caller(self):
        """Return who calls the customer: his relationship manager, else the branch's, else who runs the programme."""
        self.ensure_one()
        # sudo: res.users - who works for the bank
        partner = self.partner_id.sudo()
        candidates = (partner.relationship_manager_id, partner.branch_id.manager_id, self.program_id.user_id)
        return next((user for user in candidates if user.active and not user.share), self.env["res.users"])

    def _call_deadline(self):
        today = self.env["bank.run"].with_company(self.company_id)._today()
        return fields.Date.add(today, days=min(3, self.program_id.expires_days))

    def _call_summary(self, lang):
        return self.with_context(lang=lang).env._(
            "Ask for an opinion: %(program)s", program=self.with_context(lang=lang).program_id.name
        )

    def _call_note(self, lang):
        """Return a link to the invitation, from which the answer is entered: not the customer's own link."""
        label = self.with_context(lang=lang).env._("Open the invitation to enter what the customer says")
        return Markup('<p><a href="/odoo/bank.survey.invitation/%s">%s</a></p>') % (self.id, label)

    def write(self, vals):
        result = super().write(vals)
        if vals.get("state") and vals["state"] not in OPEN_STATES:
            self._end_calls()
        return result

    def _end_calls(self):
        """Take away the tasks of calls that nobody has to make any more."""
        # sudo: mail.activity - the server gave out the work, it takes it back
        activities = self.sudo().call_activity_id
        if activities:
            activities.unlink()
