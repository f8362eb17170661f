from odoo import api, fields, models

# What a person tells about himself: kept in the financial profile, entered on the customer's page.
PROFILE_FIELDS = (
    "profile_birthdate",
    "profile_gender",
    "profile_nationality_id",
    "profile_marital_status",
    "profile_education",
    "profile_occupation",
    "profile_employer",
    "profile_annual_income",
    "profile_relationship_start_on",
    "profile_investor_class",
    "profile_investment_experience",
    "profile_investment_objective",
    "profile_objective_note",
)


class ResPartner(models.Model):
    """The customer's financial profile, as staff edit, search and group it on the customer himself.

    ``profile_<name>`` is ``financial_profile_id.<name>``; the prefix keeps clear of fields that other addons put on
    contacts.
    """

    _inherit = "res.partner"

    # Person
    profile_birthdate = fields.Date(related="financial_profile_id.birthdate", readonly=False)
    profile_gender = fields.Selection(related="financial_profile_id.gender", readonly=False)
    profile_nationality_id = fields.Many2one(related="financial_profile_id.nationality_id", readonly=False)
    profile_marital_status = fields.Selection(related="financial_profile_id.marital_status", readonly=False)
    profile_education = fields.Selection(related="financial_profile_id.education", readonly=False)
    profile_occupation = fields.Char(related="financial_profile_id.occupation", readonly=False)
    profile_employer = fields.Char(related="financial_profile_id.employer", readonly=False)

    # Income
    profile_annual_income = fields.Monetary(
        related="financial_profile_id.annual_income",
        currency_field="bank_currency_id",
        readonly=False,
    )
    profile_income_band_id = fields.Many2one(related="financial_profile_id.income_band_id")

    # Relationship
    profile_relationship_start_on = fields.Date(related="financial_profile_id.relationship_start_on", readonly=False)
    profile_tenure_years = fields.Integer(related="financial_profile_id.tenure_years")

    # Investor
    profile_investor_class = fields.Selection(related="financial_profile_id.investor_class", readonly=False)
    profile_investment_experience = fields.Selection(
        related="financial_profile_id.investment_experience",
        readonly=False,
    )
    profile_investment_objective = fields.Selection(
        related="financial_profile_id.investment_objective",
        readonly=False,
    )
    profile_objective_note = fields.Text(related="financial_profile_id.objective_note", readonly=False)

    @api.onchange("customer_type")
    def _onchange_customer_type(self):
        """Odoo knows persons and companies only: a sole trader is a person."""
        if self.customer_type:
            self.is_company = self.customer_type == "company"

    @api.model_create_multi
    def create(self, vals_list):
        """A new customer gets his profile when he is created; what is meant for it is written after that."""
        profile_vals = [self._split_profile_values(vals) for vals in vals_list]
        partners = super().create([plain for plain, _profile in profile_vals])
        for partner, (_plain, profile) in zip(partners, profile_vals, strict=True):
            if profile:
                partner._write_profile(profile)
        return partners

    def write(self, vals):
        if not vals.get("is_bank_customer"):
            return super().write(vals)
        plain, profile = self._split_profile_values(vals)
        result = super().write(plain)
        if profile:
            self._write_profile(profile)
        return result

    @api.model
    def _split_profile_values(self, vals):
        """Return (values of the contact itself, values of its profile)."""
        profile = {name: vals[name] for name in PROFILE_FIELDS if name in vals}
        return {name: value for name, value in vals.items() if name not in profile}, profile

    def _write_profile(self, values):
        """Write values of :data:`PROFILE_FIELDS`; contacts without a profile are left alone."""
        self.filtered("financial_profile_id").write(values)
