from odoo import fields, models


class BankTicketLetter(models.Model):
    """Letters that did not arrive: the deadlines that they had ended run again, and the handler is told."""

    _inherit = "bank.ticket.letter"

    def _mark_bounced(self, reason=None):
        """Note that letters came back, or were never taken by the mail server; those not sent are left alone.

        :param reason: what the server of the recipient, or the clerk, says
        :returns: the letters that were marked
        """
        # sudo: bank.ticket.letter - a report on a delivery is nobody's own act, and happened whoever is told
        returned = self.sudo().filtered(lambda letter: letter.state == "sent")
        if not returned:
            return returned
        values = {
            "state": "bounced",
            "bounced_at": fields.Datetime.now(),
            "bounce_reason": (reason or "").strip()[:2000],
        }
        returned._unguarded().write(values)
        for batch in returned._one_per_ticket():
            batch.ticket_id._on_letter_bounced(batch)
        returned._tell_handlers_of_return()
        return returned

    def _tell_handlers_of_return(self):
        activity_type = self.env.ref(
            "bank_crm_complaints.mail_activity_type_letter_returned", raise_if_not_found=False
        )
        for letter in self:
            ticket = letter.ticket_id
            user = ticket.user_id or letter.sent_by_id or ticket.team_id.leader_id
            if not (activity_type and user and user.active):
                continue
            spoken = letter.with_context(lang=user.lang)
            ticket.with_context(mail_activity_quick_update=True).activity_schedule(
                activity_type_id=activity_type.id,
                user_id=user.id,
                summary=spoken.env._("Letter came back: %(kind)s", kind=spoken.kind_id.name),
                note=spoken.env._(
                    "Find out how the customer can be reached and send the letter again: its deadline runs."
                ),
            )

    def action_mark_returned(self):
        """A letter by post came back."""
        self.check_access("write")
        self._mark_bounced(self.env._("Returned by the post"))
