from odoo import fields, models


class BankTicket(models.Model):
    """The letters of a ticket."""

    _inherit = "bank.ticket"

    letter_ids = fields.One2many(comodel_name="bank.ticket.letter", inverse_name="ticket_id", string="Letters")
    letter_count = fields.Integer(compute="_compute_letter_count", groups="base.group_user")

    def _compute_letter_count(self):
        counts = dict(
            self.env["bank.ticket.letter"]._read_group([("ticket_id", "in", self.ids)], ["ticket_id"], ["__count"])
        )
        for ticket in self:
            ticket.letter_count = counts.get(ticket, 0)

    def action_write_letter(self):
        """Open a new letter about the ticket."""
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Write a Letter"),
            "res_model": "bank.ticket.letter",
            "views": [(False, "form")],
            "context": {"default_ticket_id": self.id, "default_kind_id": self._next_letter_kind().id},
        }

    def _next_letter_kind(self):
        """Return the kind of letter that comes next in the life of the ticket, as a proposal."""
        self.ensure_one()
        code = "progress"
        if self.state == "new":
            code = "acknowledgement"
        elif self.state == "decision" or self.outcome:
            # sudo: bank.ticket.regime - which kind ends the deadlines
            codes = self.sudo().regime_ids.mapped("code")
            code = "decision" if any(code.startswith("CN-") for code in codes) else "final"
            code = "result" if "US-REGE" in codes else code
        return self.env["bank.ticket.letter.kind"].search([("code", "=", code)], limit=1)

    def action_view_letters(self):
        """Open the letters of the ticket."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Letters"),
            "res_model": "bank.ticket.letter",
            "view_mode": "list,kanban,form",
            "domain": [("ticket_id", "=", self.id)],
            "context": {"default_ticket_id": self.id},
        }

    def action_insert_response(self):
        """Choose a canned answer for a message about the ticket."""
        self.ensure_one()
        self.check_access("write")
        return self.env["bank.ticket.response.insert"]._action_open(self)
