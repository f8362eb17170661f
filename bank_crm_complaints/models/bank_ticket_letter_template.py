from textwrap import dedent

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools import letter_template
from .bank_ticket_letter_values import LETTER_NAMES


class BankTicketLetterTemplate(models.Model):
    """The text of a kind of letter under a regime in a language, see ``tools/letter_template.py``."""

    _name = "bank.ticket.letter.template"
    _description = "Letter Template"
    _inherit = ["bank.ticket.text.mixin"]
    _order = "kind_id, regime_id, lang, id"

    _text_fields = ("subject", "body")
    _text_names = LETTER_NAMES

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    kind_id = fields.Many2one(comodel_name="bank.ticket.letter.kind", required=True, index=True, ondelete="cascade")
    regime_id = fields.Many2one(
        comodel_name="bank.ticket.regime",
        index="btree_not_null",
        ondelete="cascade",
        help="Empty: for tickets under no regime, or under one that has no letter of this kind.",
    )
    company_id = fields.Many2one(comodel_name="res.company", index="btree_not_null", help="Empty: all companies.")
    lang = fields.Char(string="Language", required=True, default="en_US", help="Code of the language, such as zh_CN.")
    subject = fields.Char(required=True)
    body = fields.Text(
        string="Text",
        required=True,
        help="Values stand in {{ }}, parts that depend on something in t-if, t-elif, t-else and t-foreach.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._without_indent(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._without_indent(vals))

    @api.model
    def _without_indent(self, vals):
        """Return values in which the text begins at the margin, for whoever edits it; in data files it is indented."""
        return {**vals, "body": dedent(vals["body"]).strip()} if vals.get("body") else vals

    @api.constrains("lang")
    def _check_lang(self):
        self._check_language_codes(self.mapped("lang"))

    @api.model
    def _check_language_codes(self, codes):
        """:raises ValidationError: names the code that is no language of Odoo"""
        languages = self.env["res.lang"].with_context(active_test=False).search([("code", "in", codes)])
        if unknown := sorted(set(codes) - set(languages.mapped("code"))):
            raise ValidationError(
                self.env._(
                    "Language: “%(code)s” is not known. Enter a code from Settings › Translations › Languages.",
                    code=unknown[0],
                )
            )

    @api.model
    def _pick(self, wanted):
        """Return the best template for each of ``wanted``: in the language, then of a regime of the ticket, in order.

        :param wanted: tuples ``(kind, regimes, lang, company)``, records but for the language
        :returns: list of templates, empty where there is none in the language
        """
        kinds = {kind.id for kind, *_rest in wanted}
        templates = self.search([("kind_id", "in", list(kinds))]) if kinds else self
        return [self._best(templates, *one) for one in wanted]

    @api.model
    def _best(self, templates, kind, regimes, lang, company):
        is_same = self.env["bank.ticket.letter.clause"]._is_same_language
        ranks = {regime.id: rank for rank, regime in enumerate(regimes)}
        fitting = templates.filtered(
            lambda template: (
                template.kind_id == kind
                and is_same(template.lang, lang)
                and (not template.regime_id or template.regime_id.id in ranks)
                and template.company_id <= company
            )
        )
        return fitting.sorted(
            lambda template: (
                ranks.get(template.regime_id.id, len(ranks)),
                not template.company_id,
                template.lang != lang,
                template.id,
            )
        )[:1]

    def _render(self, values):
        """Return ``(subject, body)`` with the values put in; the subject is one line of plain text."""
        self.ensure_one()
        subject = letter_template.render_line(self.subject, values)
        return subject, letter_template.render(self.body, values)
