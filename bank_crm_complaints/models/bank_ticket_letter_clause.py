from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools import letter_clauses


class BankTicketLetterClause(models.Model):
    """A statement that letters of some kinds have to make under a regime, and how it is recognised in a language.

    The check before sending looks for it in the text that the customer will read. A clause without a regime holds for
    every letter of its kinds. A change of the law is a new clause: the old one ends with :attr:`valid_to`.
    """

    _name = "bank.ticket.letter.clause"
    _description = "Required Clause"
    _order = "regime_id, sequence, id"

    name = fields.Char(string="Statement", required=True, translate=True, help="What the letter has to say.")
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    regime_id = fields.Many2one(
        comodel_name="bank.ticket.regime", index="btree_not_null", ondelete="cascade", help="Empty: every letter."
    )
    kind_ids = fields.Many2many(comodel_name="bank.ticket.letter.kind", string="Kinds of Letters", required=True)
    lang = fields.Char(string="Language", required=True, default="en_US", help="Code of the language, such as zh_CN.")
    pattern = fields.Text(
        string="Recognised By",
        required=True,
        help="One requirement per line, all of which must be met. Separate wordings by |, one of which must stand in "
        "the letter; * stands for up to 120 characters of the same sentence. Case and line breaks do not matter.",
    )
    applies = fields.Selection(
        selection=[
            ("always", "Always"),
            ("upheld", "If upheld, wholly or in part"),
            ("rejected", "If not wholly upheld"),
            ("debited", "If a provisional credit is debited"),
        ],
        string="Needed",
        required=True,
        default="always",
    )
    valid_from = fields.Date()
    valid_to = fields.Date()
    source = fields.Char(help="The rule that asks for it.")

    _code_uniq = models.UniqueIndex(
        "(code, COALESCE(regime_id, 0), lang, COALESCE(valid_from, '0001-01-01'::date), "
        "COALESCE(valid_to, '9999-12-31'::date))",
        "Code: this regime has a clause with this code in this language. Choose another one, or other dates.",
    )
    _valid_check = models.Constraint(
        "CHECK(valid_to >= valid_from)", "Valid To: the clause would end before it begins."
    )

    @api.constrains("pattern")
    def _check_pattern(self):
        for clause in self:
            if not letter_clauses.is_pattern(clause.pattern):
                raise ValidationError(
                    self.env._(
                        "Recognised By: “%(pattern)s” has a wording without words, which every letter would meet. "
                        "Write the words, one requirement per line.",
                        pattern=clause.pattern,
                    )
                )

    @api.constrains("lang")
    def _check_lang(self):
        self.env["bank.ticket.letter.template"]._check_language_codes(self.mapped("lang"))

    @api.model
    def _for_letters(self, letters, on):
        """Return ``({letter id: clauses that it has to hold}, ids of letters whose language has none)``.

        The second are letters of which a regime asks for clauses that are not written down in the letter's language:
        nothing could be checked there.

        :param letters: ``bank.ticket.letter`` records
        :param on: the date on which they are sent
        """
        clauses = self.search(
            [("kind_ids", "in", letters.kind_id.ids), ("regime_id", "in", [False, *letters.ticket_id.regime_ids.ids])]
        )
        valid = clauses.filtered(lambda clause: clause._is_valid(on))
        found, unchecked = {}, set()
        for letter in letters:
            mine = valid.filtered(
                lambda clause, letter=letter: (
                    letter.kind_id in clause.kind_ids
                    and clause._applies_to(letter)
                    and (not clause.regime_id or clause.regime_id in letter.ticket_id.regime_ids)
                )
            )
            spoken = mine.filtered(lambda clause, letter=letter: self._is_same_language(clause.lang, letter.lang))
            found[letter.id] = spoken
            if mine.regime_id - spoken.regime_id:
                unchecked.add(letter.id)
        return found, unchecked

    def _is_valid(self, on):
        return not (self.valid_from and self.valid_from > on) and not (self.valid_to and self.valid_to < on)

    def _applies_to(self, letter):
        outcome = letter.ticket_id.outcome
        return {
            "always": True,
            "upheld": outcome in ("upheld", "partly"),
            "rejected": outcome != "upheld",
            "debited": outcome != "upheld" and bool(letter.amount and letter.effect_on),
        }[self.applies]

    @api.model
    def _is_same_language(self, lang, other):
        """Tell whether two codes are of one language; the scripts of Chinese are two."""
        lang, other = lang or "en_US", other or "en_US"
        base = lang.split("_")[0]
        return lang == other or (base != "zh" and base == other.split("_")[0])
