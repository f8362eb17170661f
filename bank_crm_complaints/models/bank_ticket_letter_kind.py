from odoo import fields, models


class BankTicketLetterKind(models.Model):
    """What a letter to a complainant is in the eyes of the law: clocks are stopped by letters of certain kinds.

    A kind says what has to be true of its letters (:attr:`needs_points`, :attr:`needs_outcome`,
    :attr:`needs_expected_on`); what has to stand in them follows from the required clauses of the ticket's regimes
    (``bank.ticket.letter.clause``).
    """

    _name = "bank.ticket.letter.kind"
    _description = "Kind of Letter"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="Short name for rules and other systems. It stays as it is.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    description = fields.Text(string="When to Use", translate=True)
    needs_points = fields.Boolean(
        string="Answers All Points",
        help="The letter answers every point that the customer raised: it is not sent while an answer is missing.",
    )
    needs_outcome = fields.Boolean(
        help="The letter tells a decision: it is not sent before the ticket has an outcome.",
    )
    needs_expected_on = fields.Boolean(
        string="Names a Date",
        help="The letter says when the customer will hear from the bank: it is not sent without that date.",
    )
    is_automatic = fields.Boolean(
        string="Sent Automatically",
        help="The server may send letters of this kind without a person reading them first.",
    )

    _code_uniq = models.UniqueIndex("(code)", "Code: another kind of letter has this code. Choose another one.")
