from odoo import models


class MailActivityPlanTemplate(models.Model):
    _inherit = "mail.activity.plan.template"

    def _prepare_lifecycle_activity(self, partner_id, user_id, model_id, on):
        """Return the values of this step's activity for a customer who entered a stage on a day."""
        self.ensure_one()
        return {
            "res_model_id": model_id,
            "res_id": partner_id,
            "activity_type_id": self.activity_type_id.id,
            "summary": self.summary,
            "note": self.note,
            "user_id": user_id,
            "date_deadline": self._get_date_deadline(on),
            "automated": True,
        }
