from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools.translate import LazyTranslate

from ...tools import identity_numbers, sealing, secrets

_lt = LazyTranslate(__name__)

# What identity_numbers finds wrong, and the remedy. No text may quote the number.
PROBLEMS = {
    "resident_form": _lt("it has to be 17 digits and a digit or X. Enter all 18 characters as they stand on the card"),
    "resident_check_digit": _lt("its last character does not fit the others. Compare each digit with the card"),
    "resident_birthdate": _lt("its digits 7 to 14 are not a possible date of birth. Compare them with the card"),
    "credit_code": _lt("it is not a unified social credit code of 18 characters. Compare it with the licence"),
    "hk_macau": _lt("it has to be H or M and 8 or 10 digits. Compare it with the permit"),
    "passport": _lt("it has to be 5 to 20 letters A to Z and digits. Compare it with the passport"),
    "characters": _lt("it has to be 3 to 64 letters and digits. Compare it with the document"),
    "birthdate": _lt("its date of birth is not the one in the customer's profile. Correct the one that is wrong"),
    "gender": _lt("its 17th digit does not fit the gender in the customer's profile. Correct the one that is wrong"),
}
VALID_STATES = ("verified", "expiring")


class BankIdentityDocument(models.Model):
    """A document by which a customer has proven who he is.

    The number is masked (see ``bank.masked.mixin``). A document that was verified is never overwritten: its renewal is
    a new one that supersedes it. The nightly job ``documents`` moves the states along with the dates.
    """

    _name = "bank.identity.document"
    _description = "Identity Document"
    _inherit = ["bank.customer.bound.mixin", "bank.masked.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "partner_id, expires_on desc, id desc"
    _rec_name = "number_masked"

    _masked_fields = {"number": {"head": 3, "tail": 4}}

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
    country_id = fields.Many2one(
        comodel_name="res.country",
        string="Issuing Country",
        compute="_compute_country_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    number = secrets.entry("number")
    number_encrypted = secrets.ciphertext()
    number_hash = secrets.keyed_hash()
    number_masked = secrets.mask(string="Number (masked)")
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
    verified_by_id = fields.Many2one(comodel_name="res.users", readonly=True, copy=False, ondelete="restrict")
    verified_on = fields.Date(readonly=True, copy=False)
    supersedes_id = fields.Many2one(
        comodel_name="bank.identity.document",
        string="Renewal of",
        index="btree_not_null",
        copy=False,
        ondelete="restrict",
        domain="[('partner_id', '=', partner_id), ('state', '!=', 'superseded')]",
    )
    superseded_by_id = fields.Many2one(
        comodel_name="bank.identity.document",
        index="btree_not_null",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    reminded_days = fields.Integer(
        readonly=True,
        copy=False,
        export_string_translation=False,
        help="The last reminder was due this many days before the expiry.",
    )
    source = fields.Char(readonly=True, copy=False)

    _number_uniq = models.UniqueIndex(
        "(type, COALESCE(country_id, 0), number_hash) WHERE number_hash IS NOT NULL AND state != 'superseded'",
        "This document is registered already. Ask the back office to check for a duplicate customer.",
    )
    _number_hash_idx = models.Index("(number_hash) WHERE number_hash IS NOT NULL")
    _permanent_check = models.Constraint(
        "CHECK(NOT is_permanent OR expires_on IS NULL)",
        "Expires On: a document that is valid without end has no date of expiry. Clear one of the two.",
    )

    @api.depends("type", "number_masked")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = self._type_labels()
        for document in self:
            document.display_name = f"{labels.get(document.type, '')} {document.number_masked or ''}".strip()

    @api.model
    def _type_labels(self):
        return dict(self._fields["type"]._description_selection(self.env))

    @api.model
    def _type_labels_by_language(self):
        """Return ``{type: {language: label}}`` for the payloads of events."""
        labels = {}
        for lang, _name in self.env["res.lang"].get_installed():
            for value, label in self._fields["type"]._description_selection(self.with_context(lang=lang).env):
                labels.setdefault(value, {})[lang] = label
        return labels

    @api.depends("type")
    def _compute_country_id(self):
        """Documents that only one country issues say so by their type."""
        for document in self:
            if code := identity_numbers.COUNTRY_OF_TYPE.get(document.type):
                document.country_id = self._country_of_code(code)

    @api.model
    def _country_of_code(self, code):
        return self.env["res.country"].search([("code", "=", code)], limit=1)

    def _reveal_customer(self):
        return self.partner_id

    # ------------------------------------------------------------------
    # Checks
    # ------------------------------------------------------------------

    @api.constrains("issued_on", "expires_on")
    def _check_dates(self):
        for document in self:
            if document.issued_on and document.expires_on and document.issued_on >= document.expires_on:
                raise ValidationError(
                    self.env._("Expires On: a document expires after the date on which it was issued.")
                )

    @api.constrains("type", "country_id")
    def _check_country(self):
        for document in self:
            if identity_numbers.wrong_country(document.type, document.country_id.code):
                raise ValidationError(
                    self.env._(
                        "[invalid_document_country] Issuing Country: this type of document is issued by China only. "
                        "Choose China or another type."
                    )
                )

    @api.constrains("supersedes_id", "partner_id")
    def _check_supersedes(self):
        for document in self:
            if document.supersedes_id and document.supersedes_id.partner_id != document.partner_id:
                raise ValidationError(self.env._("Renewal of: choose a document of the same customer."))

    def _check_secret(self, name, value):
        super()._check_secret(name, value)
        if not sealing.normalize(value):
            return  # refused by _prepare_secret_values
        self._check_number_unchanged(value)
        problem = identity_numbers.problem_of(self.type, self.country_id.code, value)
        self._refuse_number(problem or self._contradiction(value))
        self._check_number_is_free(value)

    def _contradiction(self, number):
        profile = self.partner_id.sudo().financial_profile_id  # sudo: bank.financial.profile - compared, not shown
        return identity_numbers.contradiction_of(self.type, number, profile.birthdate, profile.gender)

    def _refuse_number(self, problem):
        if problem:
            # pylint: disable=prefer-env-translation
            raise ValidationError(
                self.env._("[invalid_document_number] Number: %(problem)s.", problem=self.env._(PROBLEMS[problem]))
            )

    def _check_number_unchanged(self, number):
        known = self.sudo().number_hash  # sudo: own columns - closed to users
        if self.state != "draft" and known and known != sealing.keyed_hash(number):
            raise ValidationError(
                self.env._(
                    "[document_verified] Number: this document has been verified and keeps its number. Use Renew to "
                    "register the new document."
                )
            )

    def _check_number_is_free(self, number):
        """Refuse the number of another customer; who that is stays unsaid to those who may not see him."""
        # sudo: bank.identity.document - a customer whom the user may not see counts too
        others = self.sudo().search(
            [
                ("number_hash", "=", sealing.keyed_hash(number)),
                ("type", "=", self.type),
                ("country_id", "=", self.country_id.id),
                ("state", "!=", "superseded"),
                ("id", "!=", self.id),
            ],
            limit=1,
        )
        if not others:
            return
        holder = others.partner_id
        if holder == self.partner_id:
            raise ValidationError(
                self.env._(
                    "[duplicate_identity_document] Number: this customer has this document already. Use Renew on it "
                    "when it was issued anew."
                )
            )
        if holder.with_user(self.env.user)._filtered_access("read"):
            raise ValidationError(
                self.env._(
                    "[duplicate_identity_document] Number: it belongs to the customer %(name)s already. Check who the "
                    "document belongs to; two records of one person have to be merged.",
                    name=holder.display_name,
                )
            )
        raise ValidationError(
            self.env._(
                "[duplicate_identity_document] Number: it is registered at branch %(branch)s. Request a transfer: use "
                "“Check for Duplicates” on the customer.",
                branch=holder.branch_id.name or self.env._("(none)"),
            )
        )

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [{**self.default_get(["supersedes_id"]), **vals} for vals in vals_list]
        former = self.browse([vals["supersedes_id"] for vals in vals_list if vals.get("supersedes_id")])
        former._supersede()  # first: a renewed document may keep its number, which is unique
        quiet = self.with_context(mail_create_nolog=True, mail_create_nosubscribe=True)
        documents = super(BankIdentityDocument, quiet).create(vals_list).with_env(self.env)
        for document in documents.filtered("supersedes_id"):
            document.supersedes_id.superseded_by_id = document
        self._record_documents("document.added", documents - documents.filtered("supersedes_id"))
        self._record_documents("document.renewed", documents.filtered("supersedes_id"))
        return documents

    def write(self, vals):
        result = super().write(vals)
        if not vals.get("number") and not {"type", "country_id"}.isdisjoint(vals):
            self._check_stored_numbers()
        return result

    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        """Nobody follows a document: who may see it changes with the customer's owner, followers would stay."""
        return True

    def _check_stored_numbers(self):
        """The number has to fit the type and the country also when those change."""
        for document in self:
            if number := document._decrypt_secret("number"):
                document._refuse_number(identity_numbers.problem_of(document.type, document.country_id.code, number))

    @api.model
    def _record_documents(self, kind, documents):
        labels = self._type_labels_by_language()
        self.env["bank.customer.event"]._record(
            kind,
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

    # ------------------------------------------------------------------
    # Life
    # ------------------------------------------------------------------

    @api.model
    def _server_fields(self):
        """Verifying and renewing set them, never a caller by himself."""
        return super()._server_fields() | {"state", "verified_by_id", "verified_on"}

    def _supersede(self):
        if self.filtered(lambda document: document.state == "superseded"):
            raise UserError(
                self.env._("[document_superseded] This document has been renewed already. Renew the newer one.")
            )
        self.check_access("write")
        self.sudo().write({"state": "superseded"})  # sudo: own columns - written by the server alone
        self.sudo().activity_ids.unlink()  # sudo: mail.activity - reminders of whoever was to see to the renewal

    def action_renew(self):
        """Open the form of the document that takes the place of this one."""
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Renew a Document"),
            "res_model": self._name,
            "views": [(False, "form")],
            "target": "current",
            "context": {
                "default_partner_id": self.partner_id.id,
                "default_type": self.type,
                "default_country_id": self.country_id.id,
                "default_issuer": self.issuer,
                "default_supersedes_id": self.id,
            },
        }

    def action_verify(self):
        """Confirm that somebody has seen the document and that it fits the customer.

        :raises UserError: ``[document_not_verifiable]``
        :raises ValidationError: ``[invalid_document_number]``
        """
        today = self.env["bank.run"]._today()
        for document in self:
            document._check_verifiable(today)
        self.check_access("write")
        # sudo: own columns - written by the server alone
        self.sudo().write({"state": "verified", "verified_by_id": self.env.uid, "verified_on": today})
        self._update_states(today, self.partner_id.ids)
        self._lift_restrictions()

    def _check_verifiable(self, today):
        if self.state != "draft" or not self.number_masked:
            raise UserError(
                self.env._(
                    "[document_not_verifiable] Only a document in the state “To Verify” that has a number can be "
                    "verified. Enter the number, or renew the document."
                )
            )
        if not self.is_permanent and not self.expires_on:
            raise UserError(
                self.env._(
                    "[document_not_verifiable] Expires On: enter the date of expiry, or mark the document as valid "
                    "without end."
                )
            )
        if self.expires_on and self.expires_on < today:
            raise UserError(
                self.env._("[document_not_verifiable] Expires On: the document has expired. Ask for a valid one.")
            )
        number = self._decrypt_secret("number")
        self._refuse_number(
            identity_numbers.problem_of(self.type, self.country_id.code, number) or self._contradiction(number)
        )
