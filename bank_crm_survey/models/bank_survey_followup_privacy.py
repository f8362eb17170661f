from odoo import models
from odoo.tools import SQL


class BankSurveyFollowup(models.Model):
    """Who is criticised is told nothing: what Odoo opens to followers and named persons stays closed to him.

    Odoo lets whoever was notified of a message, or named in it, read it without asking for the rules of the record.
    """

    _inherit = "bank.survey.followup"

    def _detach_excluded(self):
        """Take away what those criticised had from the time before: following, activities, messages to them."""
        # sudo: bank.survey.followup, mail.message - who is criticised is compared, never told
        for followup in self.sudo().filtered("excluded_user_ids"):
            users = followup.excluded_user_ids
            followup.message_unsubscribe(users.partner_id.ids)
            followup.activity_ids.filtered(lambda activity, users=users: activity.user_id in users).unlink()
            messages = followup.message_ids
            partners = users.partner_id
            messages.notification_ids.filtered(lambda line, known=partners: line.res_partner_id in known).unlink()
            named = messages.filtered(lambda message, known=partners: message.partner_ids & known)
            named.write({"partner_ids": [(3, partner.id) for partner in partners]})

    def _forget(self):
        """Delete the follow-ups of answers that become anonymous: their times and owners would lead to the customers.

        Whoever is the superuser may do so; messages, attempts and activities go with them.
        """
        if not self:
            return
        if partners := self.partner_id:
            self.env.execute_query(
                SQL(
                    """UPDATE bank_customer_event SET source_model = NULL, source_id = NULL
                        WHERE partner_id = ANY(%s) AND source_model = %s AND source_id = ANY(%s) RETURNING 1""",
                    partners.ids,
                    self._name,
                    self.ids,
                )
            )
            self.env["bank.customer.event"].invalidate_model(flush=False)
        self.unlink()

    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        # sudo: bank.survey.followup - see above
        hidden = set(self.sudo().excluded_user_ids.partner_id.ids)
        kept = [partner_id for partner_id in partner_ids or [] if partner_id not in hidden]
        return super().message_subscribe(kept, subtype_ids)

    def message_post(self, *, body="", subject=None, body_is_html=False, **kwargs):
        # No card, identity or account number is stored or sent.
        mask = self.env["bank.text.masking.mixin"]._mask_texts
        if body:
            [body] = mask([body], is_html=hasattr(body, "__html__") or body_is_html)
        if subject:
            [subject] = mask([subject])
        return super().message_post(body=body, subject=subject, body_is_html=body_is_html, **kwargs)

    def _message_post_after_hook(self, message, msg_vals):
        # sudo: bank.survey.followup - see above
        hidden = self.sudo().excluded_user_ids.partner_id
        stored = message.sudo()  # sudo: mail.message - see above
        if named := stored.partner_ids & hidden:
            stored.partner_ids -= named
        return super()._message_post_after_hook(message, msg_vals)

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        recipients = super()._notify_get_recipients(message, msg_vals=msg_vals, **kwargs)
        # sudo: bank.survey.followup - see above
        hidden = set(self.sudo().excluded_user_ids.partner_id.ids)
        return [recipient for recipient in recipients if recipient["id"] not in hidden]
