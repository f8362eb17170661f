from odoo import models


class BankTicket(models.Model):
    """Employees complained of are told nothing: what Odoo opens to followers and named persons stays closed to them.

    Odoo lets whoever was notified of a message, or named in it, read it without asking for the ticket's rules.
    """

    _inherit = "bank.ticket"

    def write(self, vals):
        result = super().write(vals)
        if "complained_user_ids" in vals:
            self._detach_complained()
        return result

    def _detach_complained(self):
        """Take away what those complained of had from the time before: following, activities, messages to them."""
        # sudo: bank.ticket, mail.message - who is complained of is compared, never told
        for ticket in self.sudo().filtered("complained_user_ids"):
            users = ticket.complained_user_ids
            ticket.message_unsubscribe(users.partner_id.ids)
            activities = ticket.activity_ids.filtered(lambda activity, users=users: activity.user_id in users)
            others = (ticket.user_id | ticket.team_id.leader_id | self.env.user) - users
            activities.with_context(mail_activity_quick_update=True).write({"user_id": others[:1].id})
            messages = ticket.message_ids
            partners = users.partner_id
            told = messages.notification_ids.filtered(lambda line, known=partners: line.res_partner_id in known)
            told.unlink()
            named = messages.filtered(lambda message, users=users: message.partner_ids & users.partner_id)
            named.write({"partner_ids": [(3, partner.id) for partner in users.partner_id]})

    def _message_post_after_hook(self, message, msg_vals):
        # sudo: bank.ticket, mail.message - see above
        complained = self.sudo().complained_user_ids.partner_id
        if named := message.sudo().partner_ids & complained:
            message.sudo().partner_ids -= named
        return super()._message_post_after_hook(message, msg_vals)

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        recipients = super()._notify_get_recipients(message, msg_vals=msg_vals, **kwargs)
        # sudo: bank.ticket - see above
        complained = set(self.sudo().complained_user_ids.partner_id.ids)
        return [recipient for recipient in recipients if recipient["id"] not in complained]
