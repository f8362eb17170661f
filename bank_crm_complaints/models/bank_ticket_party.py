from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

# These act for the complainant: the bank writes to them when it has seen by what right they do.
ACTING_ROLES = ("agent", "heir")
LOGGED = {"role", "partner_id", "valid_to", "authority_attachment_ids"}


class BankTicketParty(models.Model):
    """A person in a ticket beside its customer: who complains for him or with him, who inherited, who else.

    A party is a contact, or a name with a telephone number or an email address. Agents and heirs get letters only
    while a document shows their right (China: Order 2020 No. 3, art. 14). A group of complainants sends at most as
    many representatives as the company's setting allows (art. 12).

    :raises UserError: ``[authority_missing]``
    :raises ValidationError: ``[too_many_representatives]``
    """

    _name = "bank.ticket.party"
    _description = "Party of a Ticket"
    _order = "ticket_id, id"

    ticket_id = fields.Many2one(
        comodel_name="bank.ticket", required=True, readonly=True, index=True, ondelete="cascade"
    )
    role = fields.Selection(
        selection=[
            ("complainant", "Complainant"),
            ("representative", "Representative of a Group"),
            ("agent", "Agent"),
            ("heir", "Heir"),
            ("third_party", "Third Party"),
        ],
        required=True,
        default="complainant",
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Contact", index="btree_not_null", ondelete="restrict"
    )
    name = fields.Char(compute="_compute_contact", store=True, precompute=True, readonly=False, required=True)
    phone = fields.Char(compute="_compute_contact", store=True, precompute=True, readonly=False)
    email = fields.Char(compute="_compute_contact", store=True, precompute=True, readonly=False)
    authority_attachment_ids = fields.Many2many(
        comodel_name="ir.attachment",
        relation="bank_ticket_party_authority_rel",
        column1="party_id",
        column2="attachment_id",
        string="Authority",
        help="The signed authority and the agent's identity document, or the proof of inheritance.",
    )
    valid_to = fields.Date(string="Valid Until", help="The last day of the authority. Empty: without end.")
    is_authorised = fields.Boolean(string="Gets Letters", compute="_compute_is_authorised")

    @api.depends("partner_id")
    def _compute_contact(self):
        for party in self.filtered("partner_id"):
            party.name = party.partner_id.name
            party.phone = party.partner_id.phone
            party.email = party.partner_id.email

    @api.depends("role", "authority_attachment_ids", "valid_to")
    def _compute_is_authorised(self):
        today = fields.Date.context_today(self)
        # sudo: bank.ticket.party - whether there is a document, not what it says
        for party, seen in zip(self, self.sudo(), strict=True):
            holds = bool(seen.authority_attachment_ids) and (not party.valid_to or party.valid_to >= today)
            party.is_authorised = party.role != "third_party" and (party.role not in ACTING_ROLES or holds)

    @api.constrains("partner_id", "phone", "email")
    def _check_contact(self):
        if any(not (party.partner_id or party.phone or party.email) for party in self):
            raise ValidationError(
                self.env._("Party: enter a contact, or a name with a telephone number or an email address.")
            )

    @api.constrains("role", "ticket_id")
    def _check_representatives(self):
        tickets = self.filtered(lambda party: party.role == "representative").ticket_id
        domain = [("ticket_id", "in", tickets.ids), ("role", "=", "representative")]
        for ticket, count in self._read_group(domain, ["ticket_id"], ["__count"]):
            limit = ticket.company_id.bank_ticket_representatives
            if count > limit:
                raise ValidationError(
                    self.env._(
                        "[too_many_representatives] Role: %(number)s has %(count)s representatives. A group sends at "
                        "most %(limit)s; enter the others as complainants.",
                        number=ticket.number,
                        count=count,
                        limit=limit,
                    )
                )

    def _check_authorised(self):
        """Refuse letters to whoever has not shown his right to act for the complainant.

        :raises UserError: ``[authority_missing]``
        """
        if refused := self.filtered(lambda party: not party.is_authorised)[:1]:
            raise UserError(
                self.env._(
                    "[authority_missing] %(name)s: no letter goes to this party. Add the document that shows the "
                    "right to act for the complainant, and until when it is valid.",
                    name=refused.name,
                )
            )

    # ------------------------------------------------------------------
    # Writing
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        parties = super().create(vals_list)
        parties._take_attachments()
        parties._log_on_tickets("party_added")
        return parties

    def write(self, vals):
        if "ticket_id" in vals and any(party.ticket_id.id != vals["ticket_id"] for party in self):
            raise ValidationError(self.env._("Ticket: a party stays with its ticket. Add a new one to the other."))
        result = super().write(vals)
        if "authority_attachment_ids" in vals:
            self._take_attachments()
        if LOGGED & vals.keys():
            self._log_on_tickets("party_changed")
        return result

    def unlink(self):
        self._log_on_tickets("party_removed")
        return super().unlink()

    def _take_attachments(self):
        """Files that were uploaded before the party was saved belong to it: whoever sees the party sees them."""
        self.authority_attachment_ids.check_access("read")
        for party in self:
            # Odoo asks for the right to write the party even where there is no file.
            if loose := party.authority_attachment_ids.filtered(lambda file: not file.res_id):
                loose.write({"res_model": self._name, "res_id": party.id})

    def _log_on_tickets(self, kind):
        """One entry for each party, in the history of its ticket."""
        now = fields.Datetime.now()
        rows = [(party.ticket_id.id, kind, {"party": party.id, "role": party.role}, now) for party in self]
        self.env["bank.ticket.event"]._append(rows)
