from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL


class BankFinancialProfile(models.Model):
    """Who a customer is in figures: person, income, experience; the totals come from the room ``finance``.

    One narrow record for each customer: the nightly runs rewrite it instead of the contact.
    """

    _name = "bank.financial.profile"
    _description = "Financial Profile"
    _inherit = ["bank.customer.bound.mixin"]
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Customer", required=True, ondelete="restrict"
    )  # indexed by _partner_uniq
    company_id = fields.Many2one(related="partner_id.company_id", store=True)
    currency_id = fields.Many2one(
        comodel_name="res.currency", required=True, default=lambda self: self.env.company.currency_id
    )

    # Person
    birthdate = fields.Date()
    gender = fields.Selection(
        selection=[("female", "Female"), ("male", "Male"), ("other", "Other"), ("unknown", "Unknown")]
    )
    nationality_id = fields.Many2one(comodel_name="res.country")
    marital_status = fields.Selection(
        selection=[
            ("single", "Single"),
            ("married", "Married"),
            ("divorced", "Divorced"),
            ("widowed", "Widowed"),
        ]
    )
    education = fields.Selection(
        selection=[
            ("primary", "Primary School"),
            ("secondary", "Secondary School"),
            ("vocational", "Vocational Training"),
            ("bachelor", "Bachelor"),
            ("master", "Master"),
            ("doctorate", "Doctorate"),
        ]
    )
    occupation = fields.Char()
    employer = fields.Char()

    # Income
    annual_income = fields.Monetary()
    income_band_id = fields.Many2one(
        comodel_name="bank.income.band",
        compute="_compute_income_band_id",
        store=True,
        index="btree_not_null",
    )

    # Relationship
    relationship_start_on = fields.Date(string="Customer Since")
    tenure_years = fields.Integer(string="Years with the Bank", compute="_compute_tenure_years")

    # Investor
    investor_class = fields.Selection(
        selection=[("ordinary", "Ordinary"), ("professional", "Professional")], default="ordinary"
    )
    investment_experience = fields.Selection(
        selection=[
            ("none", "None"),
            ("under_1", "Less than 1 Year"),
            ("from_1_to_3", "1 to 3 Years"),
            ("from_3_to_5", "3 to 5 Years"),
            ("over_5", "More than 5 Years"),
        ]
    )
    investment_objective = fields.Selection(
        selection=[
            ("preservation", "Preserve Capital"),
            ("income", "Regular Income"),
            ("balanced", "Balanced Growth"),
            ("growth", "Growth"),
            ("speculation", "Speculation"),
        ],
        string="Objective",
    )
    objective_note = fields.Text(string="Objectives in Words")

    # One profile for one contact. An index, not a constraint: Odoo's contact merge deletes the rows of a table whose
    # constraint it hits, a violated index makes it stop instead.
    _partner_uniq = models.UniqueIndex("(partner_id)", "This customer has a financial profile already.")
    _annual_income_check = models.Constraint(
        "CHECK(annual_income IS NULL OR annual_income >= 0)", "Annual Income: an income cannot be negative."
    )

    @api.depends("annual_income", "currency_id")
    def _compute_income_band_id(self):
        for profile in self:
            profile.income_band_id = profile._find_income_band()

    def _find_income_band(self):
        """Return the highest band whose lower end the yearly income reaches, in the band's currency."""
        if not self.annual_income:
            return self.env["bank.income.band"]
        company = self.company_id or self.env.company
        today = fields.Date.context_today(self)
        bands = self._income_bands(company)
        reached = bands.filtered(
            lambda band: (
                self.currency_id._convert(self.annual_income, band.currency_id, company, today, round=False)
                >= band.min_amount
            )
        )
        return reached[-1:]

    @api.model
    def _income_bands(self, company):
        return self.env["bank.income.band"].search([("company_id", "in", (False, company.id))], order="min_amount")

    @api.depends("relationship_start_on")
    def _compute_tenure_years(self):
        today = fields.Date.context_today(self)
        for profile in self:
            start = profile.relationship_start_on
            profile.tenure_years = relativedelta(today, start).years if start and start <= today else 0

    @api.constrains("birthdate")
    def _check_birthdate(self):
        today = fields.Date.context_today(self)
        for profile in self:
            if profile.birthdate and not (today - relativedelta(years=150) <= profile.birthdate <= today):
                raise ValidationError(
                    self.env._("Birthdate: it has to lie in the past, at most 150 years ago. Check the year.")
                )

    @api.model
    def _ensure_for(self, partners):
        """Create the missing profiles of ``partners`` and link them; return the new profiles."""
        # sudo: bank.financial.profile - who may make a contact a customer need not have the right to create profiles
        missing = partners.filtered(lambda partner: not partner.sudo().financial_profile_id)
        if not missing:
            return self.browse()
        # sudo: bank.financial.profile - same reason as above
        profiles = self.sudo().create(
            [
                {
                    "partner_id": partner.id,
                    "currency_id": (partner.company_id or self.env.company).currency_id.id,
                }
                for partner in missing
            ]
        )
        profiles.flush_recordset()
        # The link back is written in one statement: it is technical and no event of the customer.
        self.env.execute_query(
            SQL(
                """UPDATE res_partner SET financial_profile_id = profile.id
                     FROM bank_financial_profile profile
                    WHERE profile.partner_id = res_partner.id AND profile.id IN %s RETURNING 1""",
                tuple(profiles.ids),
            )
        )
        missing.invalidate_recordset(["financial_profile_id"])
        return profiles
