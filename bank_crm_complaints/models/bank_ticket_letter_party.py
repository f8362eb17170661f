from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import email_normalize

from .bank_ticket_party import ACTING_ROLES


class BankTicketLetter(models.Model):
    """Letters to one of the people of a ticket; whoever acts for another has shown his right first.

    China: Order 2020 No. 3, art. 14.  What the server sends by itself, such as an acknowledgement, tells nothing that
    the sender does not know, and goes out.
    """

    _inherit = "bank.ticket.letter"

    party_id = fields.Many2one(
        comodel_name="bank.ticket.party",
        string="To",
        index="btree_not_null",
        ondelete="restrict",
        copy=False,
        domain="[('ticket_id', '=', ticket_id)]",
        groups="base.group_user",
        help="Empty: the customer. Agents and heirs need a document that shows their right.",
    )

    @api.depends("party_id")
    def _compute_from_ticket(self):
        result = super()._compute_from_ticket()
        if self.env.context.get("bank_ticket_letter_form"):
            self.party_id._origin.sudo(False).check_access("read")
        # sudo: bank.ticket.party - customers read letters too, without the party
        for letter in self.filtered(lambda letter: letter.sudo().party_id):
            party = letter.sudo().party_id
            letter.recipient_name = party.name
            letter.email_to = party.email
            letter.address = letter._postal_address(party.partner_id) if party.partner_id else False
            letter.channel = "email" if party.email else "post"
        return result

    @api.constrains("party_id", "ticket_id")
    def _check_party(self):
        # sudo: bank.ticket.party - which ticket it belongs to
        if any(letter.party_id and letter.party_id.ticket_id != letter.ticket_id for letter in self.sudo()):
            raise ValidationError(self.env._("To: this is nobody of the ticket. Choose one of its people."))

    def _check_may_be_sent(self):
        result = super()._check_may_be_sent()
        for letter in self.filtered(lambda letter: not letter.is_automatic):
            letter._acting_parties()._check_authorised()
        return result

    def _acting_parties(self):
        """Return the party to whom the letter goes and, of a letter that tells a decision, every agent or heir who
        reads it under his address."""
        self.ensure_one()
        # sudo: bank.ticket.party - who writes the letter works on the ticket
        letter = self.sudo()
        address = email_normalize(letter.email_to or "")
        if letter.party_id or not (address and letter.kind_id.needs_outcome):
            return letter.party_id
        return letter.ticket_id.party_ids.filtered(
            lambda party: party.role in ACTING_ROLES and email_normalize(party.email or "") == address
        )
