from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

PURPOSES = [
    ("service", "Service"),
    ("marketing", "Marketing"),
    ("survey", "Satisfaction Surveys"),
    ("profiling", "Profiling"),
    ("sharing", "Sharing with Others"),
    ("sensitive", "Sensitive Data"),
    ("cross_border", "Transfer Abroad"),
    ("recording", "Recording"),
]


class BankConsentText(models.Model):
    """The words a customer agreed to. A text that a consent refers to is sealed; a change is a new version."""

    _name = "bank.consent.text"
    _description = "Consent Text"
    _order = "purpose, valid_from desc, id desc"

    purpose = fields.Selection(selection=PURPOSES, required=True)
    version = fields.Char(required=True)
    lang = fields.Selection(
        selection=lambda self: self.env["res.lang"].get_installed(), string="Language", help="Empty: for all."
    )
    body = fields.Text(string="Text", required=True)
    valid_from = fields.Date(required=True, default=fields.Date.context_today)
    company_id = fields.Many2one(comodel_name="res.company", index=True)
    active = fields.Boolean(default=True)
    consent_ids = fields.One2many(comodel_name="bank.consent", inverse_name="text_id")
    is_sealed = fields.Boolean(string="Sealed", compute="_compute_is_sealed")

    _version_uniq = models.UniqueIndex(
        "(purpose, version, COALESCE(lang, ''), COALESCE(company_id, 0))",
        "Version: this purpose has a text with this version and language already.",
    )

    @api.depends("purpose", "version")
    def _compute_display_name(self):
        labels = dict(self._fields["purpose"]._description_selection(self.env))
        for text in self:
            text.display_name = f"{labels.get(text.purpose, '')} {text.version or ''}".strip()

    @api.depends("consent_ids")
    def _compute_is_sealed(self):
        used = self._used()
        for text in self:
            text.is_sealed = text in used

    def _used(self):
        """Return the texts that a consent refers to, whoever's it is."""
        # sudo: bank.consent - only whether there is one, of any customer
        groups = self.env["bank.consent"].sudo()._read_group([("text_id", "in", self.ids)], ["text_id"])
        return self.browse(text.id for (text,) in groups)

    @api.model
    def _latest(self, purpose, lang, company):
        """Return the text in force today for ``purpose``, in ``lang`` if there is one in it."""
        domain = Domain("purpose", "=", purpose) & Domain("valid_from", "<=", fields.Date.context_today(self))
        domain &= Domain("company_id", "in", (False, company.id))
        texts = self.search(domain)
        return (texts.filtered(lambda text: text.lang == lang) or texts.filtered(lambda text: not text.lang) or texts)[
            :1
        ]

    def write(self, vals):
        if vals.keys() - {"active"} and self._used():
            raise AccessError(
                self.env._(
                    "[sealed_record] Consent Text: customers have agreed to this version, it cannot be changed. Add a "
                    "new version instead."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        if self._used():
            raise UserError(
                self.env._("Consent Text: customers have agreed to this version. Archive it instead of deleting it.")
            )
