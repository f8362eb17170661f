from markupsafe import Markup

from odoo import api, fields, models


class BankTicketResponseInsert(models.TransientModel):
    """Chooses a canned answer for a ticket, shows it filled in, and puts it into a letter or a message."""

    _name = "bank.ticket.response.insert"
    _description = "Insert a Canned Answer"

    ticket_id = fields.Many2one(comodel_name="bank.ticket", required=True, ondelete="cascade")
    letter_id = fields.Many2one(comodel_name="bank.ticket.letter", ondelete="cascade")
    fitting_ids = fields.Many2many(comodel_name="bank.ticket.response", compute="_compute_fitting_ids")
    response_id = fields.Many2one(
        comodel_name="bank.ticket.response",
        string="Canned Answer",
        compute="_compute_response_id",
        store=True,
        compute_sudo=False,
        readonly=False,
        required=True,
        domain="[('id', 'in', fitting_ids)]",
    )
    # As the user, not as superuser: what is filled in is of a ticket that he may read.
    body = fields.Html(string="Text", compute="_compute_body", store=True, compute_sudo=False, readonly=False)

    @api.model
    def _action_open(self, ticket, letter=None):
        """Return the action that opens the choice for a ticket, for a letter of it where one is given."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Insert a Canned Answer"),
            "res_model": self._name,
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_ticket_id": ticket.id, "default_letter_id": letter.id if letter else False},
        }

    @api.depends("ticket_id")
    def _compute_fitting_ids(self):
        for wizard in self:
            wizard.fitting_ids = self.env["bank.ticket.response"]._for_ticket(wizard.ticket_id)

    @api.depends("fitting_ids")
    def _compute_response_id(self):
        for wizard in self:
            wizard.response_id = wizard.response_id or wizard.fitting_ids[:1]

    @api.depends("response_id")
    def _compute_body(self):
        for wizard in self:
            has_all = wizard.response_id and wizard.ticket_id
            wizard.body = wizard.response_id._render_for(wizard.ticket_id) if has_all else False

    def action_insert(self):
        """Put the text at the end of the letter, before it is signed off by hand."""
        self.ensure_one()
        self.letter_id.check_access("write")
        self.letter_id.write({"body": Markup("%s%s") % (self.letter_id.body or Markup(), self.body or Markup())})
        return self.letter_id._action_open()

    def action_message(self):
        """Open a message to the customer with the text in it."""
        self.ensure_one()
        self.ticket_id.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "res_model": "mail.compose.message",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_model": "bank.ticket",
                "default_res_ids": self.ticket_id.ids,
                "default_composition_mode": "comment",
                "default_body": self.body,
            },
        }
