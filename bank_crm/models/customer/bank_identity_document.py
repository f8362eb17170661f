from odoo import api, fields, models
from odoo.exceptions import ValidationError


class BankIdentityDocument(models.Model):
    """A document by which a customer has proven who he is."""

    _name = "bank.identity.document"
    _description = "Identity Document"
    _inherit = ["bank.customer.bound.mixin", "bank.encrypted.number.mixin"]
    _order = "partner_id, expires_on desc, id desc"
    _rec_name = "number_masked"

    MASK_HEAD, MASK_TAIL = 3, 4

    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Customer", required=True, index=True, ondelete="restrict"
    )
    type = fields.Selection(
        selection=[
            ("cn_resident_id", "Chinese Resident Identity Card"),
            ("cn_residence_permit", "Residence Permit for Hong Kong, Macau, Taiwan Residents"),
            ("hk_macau_permit", "Mainland Travel Permit for Hong Kong and Macau Residents"),
            ("passport", "Passport"),
            ("national_id", "National Identity Card"),
            ("driving_licence", "Driving Licence"),
            ("business_licence", "Business Licence"),
            ("other", "Other"),
        ],
        required=True,
    )
    country_id = fields.Many2one(comodel_name="res.country", string="Issuing Country")
    issuer = fields.Char()
    issued_on = fields.Date()
    expires_on = fields.Date()
    is_permanent = fields.Boolean(string="Valid without End", help="A long-term document has no date of expiry.")
    state = fields.Selection(
        selection=[
            ("draft", "To Verify"),
            ("verified", "Verified"),
            ("expiring", "Expiring"),
            ("expired", "Expired"),
            ("superseded", "Superseded"),
        ],
        required=True,
        default="draft",
    )
    source = fields.Char(readonly=True, copy=False)

    _number_uniq = models.UniqueIndex(
        "(type, COALESCE(country_id, 0), number_hash) WHERE number_hash IS NOT NULL AND state != 'superseded'",
        "This document is registered already. Ask the back office to check for a duplicate customer.",
    )
    _permanent_check = models.Constraint(
        "CHECK(NOT is_permanent OR expires_on IS NULL)",
        "Expires On: a document that is valid without end has no date of expiry. Clear one of the two.",
    )

    @api.constrains("issued_on", "expires_on")
    def _check_dates(self):
        for document in self:
            if document.issued_on and document.expires_on and document.issued_on >= document.expires_on:
                raise ValidationError(
                    self.env._("Expires On: a document expires after the date on which it was issued.")
                )

    @api.model
    def _type_labels(self):
        """Return ``{type: {language: label}}`` for the payloads of events."""
        labels = {}
        for lang, _name in self.env["res.lang"].get_installed():
            for value, label in self._fields["type"]._description_selection(self.with_context(lang=lang).env):
                labels.setdefault(value, {})[lang] = label
        return labels

    @api.model_create_multi
    def create(self, vals_list):
        documents = super().create(vals_list)
        labels = self._type_labels()
        self.env["bank.customer.event"]._record(
            "document.added",
            [
                {
                    "partner_id": document.partner_id.id,
                    "source_model": self._name,
                    "source_id": document.id,
                    "payload": {"label": labels[document.type]},
                }
                for document in documents
            ],
        )
        return documents
