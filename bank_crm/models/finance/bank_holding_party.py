from odoo import api, fields, models

from .bank_holding import OWNER_ROLES, SHARES_LATER


class BankHoldingParty(models.Model):
    """The role that a customer plays in a holding. The shares of its owners sum to 100 %."""

    _name = "bank.holding.party"
    _description = "Holding Party"
    _order = "holding_id, role, id"
    _rec_name = "partner_id"

    holding_id = fields.Many2one(comodel_name="bank.holding", required=True, index=True, ondelete="cascade")
    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Customer", required=True, index=True, ondelete="restrict"
    )
    role = fields.Selection(
        selection=[
            ("owner", "Main Owner"),
            ("joint", "Joint Owner"),
            ("beneficiary", "Beneficiary"),
            ("signatory", "Signatory"),
            ("guarantor", "Guarantor"),
        ],
        required=True,
        default="owner",
    )
    share_pct = fields.Float(string="Share (%)", digits=(5, 2), help="Owners and joint owners: together 100 %.")

    # What the customer's page shows of the holding
    product_id = fields.Many2one(related="holding_id.product_id")
    product_class = fields.Selection(related="holding_id.product_class")
    number_masked = fields.Char(related="holding_id.number_masked")
    currency_id = fields.Many2one(related="holding_id.currency_id")
    balance = fields.Monetary(related="holding_id.balance")
    balance_on = fields.Date(related="holding_id.balance_on")
    opened_on = fields.Date(related="holding_id.opened_on")
    matures_on = fields.Date(related="holding_id.matures_on")
    days_to_maturity = fields.Integer(related="holding_id.days_to_maturity")
    holding_state = fields.Selection(related="holding_id.state", string="State")
    is_held_away = fields.Boolean(related="holding_id.is_held_away")

    _party_uniq = models.UniqueIndex(
        "(holding_id, partner_id, role)", "This customer has this role in the holding already."
    )
    _share_check = models.Constraint(
        "CHECK(share_pct >= 0 AND share_pct <= 100)", "Share (%): a share lies between 0 and 100."
    )

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._prepare_share(vals) for vals in vals_list])

    @api.model
    def _prepare_share(self, vals):
        """Only owners have a share; whoever is named the only owner without one has all of it."""
        role = vals.get("role", "owner")
        if role not in OWNER_ROLES:
            return {**vals, "share_pct": 0}
        return vals if "share_pct" in vals else {**vals, "share_pct": 100}

    def unlink(self):
        holdings = self.holding_id
        result = super().unlink()
        if not self._are_shares_checked_later():
            holdings.exists()._check_shares()
        return result

    @api.constrains("holding_id", "role", "share_pct")
    def _check_share_pct(self):
        if not self._are_shares_checked_later():
            self.holding_id._check_shares()

    def _are_shares_checked_later(self):
        return self.env.context.get("bank_shares_later") is SHARES_LATER

    def _prepare_overview(self):
        """Return one line of ``holdings`` in the answer of ``res.partner.bank_customer_overview``."""
        self.ensure_one()
        holding = self.holding_id
        return {
            "external_id": holding.external_id or False,
            "product_code": holding.product_id.code,
            "product_class": holding.product_class,
            "number_masked": holding.number_masked or False,
            "role": self.role,
            "share_pct": self.share_pct,
            "currency": holding.currency_id.name,
            "balance": holding.balance,
            "balance_on": holding.balance_on.isoformat() if holding.balance_on else False,
            "matures_on": holding.matures_on.isoformat() if holding.matures_on else False,
            "state": holding.state,
        }

    def action_open_holding(self):
        self.ensure_one()
        return self.holding_id.get_formview_action()
