from odoo import api, fields, models
from odoo.fields import Domain

from .bank_holding import OWNER_ROLES


class ResPartner(models.Model):
    """What a customer holds, and the figures that lists sort and filter by, read through the profile."""

    _inherit = "res.partner"

    holding_party_ids = fields.One2many(
        comodel_name="bank.holding.party", inverse_name="partner_id", string="Roles in Holdings", copy=False
    )
    holding_ids = fields.Many2many(
        comodel_name="bank.holding", string="Holdings", compute="_compute_holding_ids", search="_search_holding_ids"
    )
    holding_count = fields.Integer(compute="_compute_holding_count")

    aum = fields.Monetary(related="financial_profile_id.aum", currency_field="bank_currency_id", string="AUM")
    aum_month_average = fields.Monetary(
        related="financial_profile_id.aum_month_average",
        currency_field="bank_currency_id",
        string="AUM, 30-day Average",
    )
    net_assets = fields.Monetary(
        related="financial_profile_id.net_assets", currency_field="bank_currency_id", string="Net Assets"
    )
    product_count = fields.Integer(related="financial_profile_id.product_count", string="Products")
    figures_as_of = fields.Date(related="financial_profile_id.figures_as_of", string="Figures as of")

    # Totals by class, for the customer's page and for analysis
    total_deposit = fields.Monetary(related="financial_profile_id.total_deposit", currency_field="bank_currency_id")
    total_fund = fields.Monetary(related="financial_profile_id.total_fund", currency_field="bank_currency_id")
    total_wealth = fields.Monetary(related="financial_profile_id.total_wealth", currency_field="bank_currency_id")
    total_insurance = fields.Monetary(
        related="financial_profile_id.total_insurance", currency_field="bank_currency_id"
    )
    total_metal = fields.Monetary(related="financial_profile_id.total_metal", currency_field="bank_currency_id")
    total_other = fields.Monetary(related="financial_profile_id.total_other", currency_field="bank_currency_id")
    total_loan = fields.Monetary(related="financial_profile_id.total_loan", currency_field="bank_currency_id")
    total_card = fields.Monetary(related="financial_profile_id.total_card", currency_field="bank_currency_id")
    held_away_total = fields.Monetary(
        related="financial_profile_id.held_away_total", currency_field="bank_currency_id"
    )

    @api.depends("holding_party_ids.holding_id")
    def _compute_holding_ids(self):
        for partner in self:
            partner.holding_ids = partner.holding_party_ids.holding_id

    def _search_holding_ids(self, operator, value):
        return [("holding_party_ids.holding_id", operator, value)]

    def _compute_holding_count(self):
        counts = dict(
            self.env["bank.holding.party"]._read_group(
                [("partner_id", "in", self.ids), ("holding_id.state", "!=", "closed")],
                ["partner_id"],
                ["holding_id:count_distinct"],
            )
        )
        for partner in self:
            partner.holding_count = counts.get(partner, 0)

    def _prepare_overview(self):
        profile = self.financial_profile_id
        return {
            **super()._prepare_overview(),
            "currency": profile.currency_id.name,
            "aum": profile.aum,
            "aum_month_average": profile.aum_month_average,
            "net_assets": profile.net_assets,
            "figures_as_of": profile.figures_as_of.isoformat() if profile.figures_as_of else False,
            "holdings": [party._prepare_overview() for party in self.holding_party_ids],
        }

    def _owned_holdings_domain(self):
        """Return the domain of the holdings that this customer owns, alone or with others, and that the bank keeps."""
        self.ensure_one()
        owned = Domain("partner_id", "=", self.id) & Domain("role", "in", OWNER_ROLES)
        return Domain("party_ids", "any", owned) & Domain("is_held_away", "!=", True)

    def _sees_holdings_in_portal(self):
        """Tell whether this customer, as a visitor of the portal, is shown his holdings."""
        self.ensure_one()
        return (
            self.active
            and self.is_bank_customer
            and not self.is_restricted
            and not self.is_anonymized
            and self.kyc_state != "restricted"
            and self.lifecycle_stage != "deceased"
        )

    def action_print_statement(self):
        """Open the form that prints the yearly statement of this customer, or the statement of one of his holdings."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("bank_crm.bank_statement_request_action")
        action["context"] = {"default_partner_id": self.id, "default_kind": "yearly"}
        return action

    def action_view_holdings(self):
        """Open the holdings in which this customer has a role."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("bank_crm.bank_holding_action")
        action["domain"] = [("party_ids.partner_id", "=", self.id)]
        return action

    def action_view_transactions(self):
        """Open the transactions of the holdings in which this customer has a role."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("bank_crm.bank_transaction_of_action")
        action["domain"] = [("holding_id.party_ids.partner_id", "=", self.id)]
        return action
