from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools import sealing


class BankIdentityDocument(models.Model):
    """A document by which a customer has proven who he is.

    The number is encrypted at rest. ``number`` can be written and never read; ``number_masked`` is what is shown;
    the number can be found again by its exact value, through a keyed hash.
    """

    _name = "bank.identity.document"
    _description = "Identity Document"
    _inherit = ["bank.customer.bound.mixin"]
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
    number = fields.Char(
        compute="_compute_number", inverse="_inverse_number", search="_search_number", copy=False, exportable=False
    )
    number_encrypted = fields.Char(groups=fields.NO_ACCESS, copy=False, export_string_translation=False)
    number_hash = fields.Char(groups=fields.NO_ACCESS, copy=False, export_string_translation=False)
    number_masked = fields.Char(string="Number (masked)", readonly=True, copy=False)
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

    def _compute_number(self):
        self.number = False

    def _inverse_number(self):
        for document in self.filtered("number"):
            document.sudo().write(self._prepare_number_values(document.number))  # sudo: own columns - closed to users
        self.invalidate_recordset(["number"])

    @api.model
    def _prepare_number_values(self, number):
        """Return the stored values of a clear number: encrypted, hashed, masked."""
        if not sealing.normalize(number):
            raise ValidationError(
                self.env._("Number: it has no letters or digits. Enter the number as it stands on the document.")
            )
        return {
            "number_encrypted": sealing.encrypt(sealing.normalize(number)),
            "number_hash": sealing.keyed_hash(number),
            "number_masked": sealing.mask(number, head=self.MASK_HEAD, tail=self.MASK_TAIL),
        }

    def _search_number(self, operator, value):
        """Find by the exact number only: the values are encrypted."""
        if operator != "in":
            return NotImplemented
        hashes = [sealing.keyed_hash(number) for number in value if number]
        # sudo: bank.identity.document - the hash column is closed to users; access rules apply to the outer search
        found = self.sudo().search([("number_hash", "in", hashes)]) if hashes else self
        return [("id", "in", found.ids)]

    @api.constrains("issued_on", "expires_on")
    def _check_dates(self):
        for document in self:
            if document.issued_on and document.expires_on and document.issued_on >= document.expires_on:
                raise ValidationError(
                    self.env._("Expires On: a document expires after the date on which it was issued.")
                )

    @api.model_create_multi
    def create(self, vals_list):
        documents = super().create(vals_list)
        labels = dict(self._fields["type"]._description_selection(self.env))
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
