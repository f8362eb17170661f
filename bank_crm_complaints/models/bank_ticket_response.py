from odoo import fields, models

from ..tools import letter_template
from .bank_ticket_letter_values import TICKET_NAMES


class BankTicketResponse(models.Model):
    """A canned answer: a passage for letters and messages, offered by cause, outcome and language."""

    _name = "bank.ticket.response"
    _description = "Canned Answer"
    _inherit = ["bank.ticket.text.mixin"]
    _order = "sequence, name, id"

    _text_fields = ("body",)
    _text_names = TICKET_NAMES

    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    lang = fields.Selection(
        selection="_selection_lang", string="Language", required=True, default=lambda self: self.env.lang or "en_US"
    )
    cause_taxon_ids = fields.Many2many(
        comodel_name="bank.ticket.taxon",
        string="Causes",
        domain=[("axis", "=", "cause")],
        help="Offered for tickets with these causes or causes below them. Empty: for all.",
    )
    outcome = fields.Selection(
        selection=lambda self: self.env["bank.ticket"]._fields["outcome"].selection, help="Empty: for all."
    )
    company_id = fields.Many2one(comodel_name="res.company", index="btree_not_null", help="Empty: all companies.")
    body = fields.Html(
        string="Text", required=True, help="Values stand in {{ }}, such as {{ customer_name }} or {{ ticket_number }}."
    )

    def _selection_lang(self):
        return self.env["res.lang"].get_installed()

    def _for_ticket(self, ticket):
        """Return the answers that fit a ticket, those made for its cause and outcome first."""
        is_same = self.env["bank.ticket.letter.clause"]._is_same_language
        cause = ticket.cause_taxon_id
        fitting = self.search([("company_id", "in", [False, ticket.company_id.id])]).filtered(
            lambda response: (
                is_same(response.lang, ticket._letter_lang())
                and response.outcome in (False, ticket.outcome)
                and (not response.cause_taxon_ids or response._is_for_cause(cause))
            )
        )
        return fitting.sorted(lambda response: (not response.cause_taxon_ids, not response.outcome, response.sequence))

    def _is_for_cause(self, cause):
        path = cause.parent_path or ""
        return any(path.startswith(taxon.parent_path or "?") for taxon in self.cause_taxon_ids)

    def _render_for(self, ticket):
        """Return the text with the values of ``ticket`` put in."""
        self.ensure_one()
        return letter_template.render(self.body, ticket._text_values({ticket.id: self.lang})[ticket.id])
