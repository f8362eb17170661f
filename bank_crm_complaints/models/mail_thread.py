from odoo import api, models

from ..tools import auto_mail, mail_headers
from .bank_ticket_mail_outgoing import AUTOMATIC


class MailThread(models.AbstractModel):
    """What comes in by mail for tickets passes the gate before anything is made of it (see ``bank.ticket.mail.gate``).

    The messages of other models go their way as before.
    """

    _inherit = "mail.thread"

    @api.model
    def message_parse(self, message, save_original=False):
        # A line break hidden in an address makes Odoo's parser give up, and the message would never be read.
        mail_headers.repair(message)
        mail_headers.repair_charsets(message)
        return super().message_parse(message, save_original=save_original)

    @api.model
    def message_route(self, message, message_dict, model=None, thread_id=None, custom_values=None):
        routes = super().message_route(
            message, message_dict, model=model, thread_id=thread_id, custom_values=custom_values
        )
        if any(route[0] == "bank.ticket" for route in routes or ()):
            routes = self.env["bank.ticket.mail.gate"]._pass(message, message_dict, routes)
        return routes

    @api.model
    def _routing_handle_bounce(self, email_message, message_dict):
        if self.env["bank.ticket"]._mail_take_report(email_message, message_dict):
            return None
        return super()._routing_handle_bounce(email_message, message_dict)

    @api.model
    def _routing_create_bounce_email(self, email_from, body_html, message, **mail_values):
        # Odoo's refusals are letters of a machine, too: marked as such, and never an answer to one.
        if not auto_mail.classify(message).may_answer:
            return None
        mail_values.setdefault("headers", repr(AUTOMATIC))
        return super()._routing_create_bounce_email(email_from, body_html, message, **mail_values)

    @api.model
    def _detect_loop_sender(self, message, message_dict, routes):
        # Somebody looked at the message and let it in.
        if self.env["bank.ticket.mail.gate"]._is_released():
            return False
        return super()._detect_loop_sender(message, message_dict, routes)

    @api.model
    def _message_parse_post_process(self, message, message_dict, routes):
        values = super()._message_parse_post_process(message, message_dict, routes)
        if mail := message_dict.get("bank_mail"):
            # Odoo takes whoever has the address for the author, and opens the message to all whom it was copied to.
            values.update(author_id=mail.partner.id, partner_ids=[])
        return values
