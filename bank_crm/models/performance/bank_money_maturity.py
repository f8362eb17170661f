from odoo import api, fields, models

from ..finance.bank_customer_month import DEBT_CLASSES
from ..finance.bank_product_family import PRODUCT_CLASSES

DAYS_AHEAD = 120  # a few weeks more than the ninety days of the wall: a night that fails leaves no hole
WINDOWS = (30, 60, 90)
KEYS = ("branch_id", "relationship_manager_id", "product_id", "holding_currency_id", "matures_on")


class BankMoneyMaturity(models.Model):
    """What falls due in the coming weeks, by day, product and currency: the maturity wall.

    A holding counts once and in full, with the branch and the manager of its main owner. Holdings with other
    institutions are left out.
    """

    _name = "bank.money.maturity"
    _description = "Maturity Wall"
    _inherit = ["bank.money.mixin"]
    _log_access = False
    _order = "matures_on, id"
    _rec_name = "matures_on"

    matures_on = fields.Date(required=True, readonly=True)
    product_id = fields.Many2one(comodel_name="bank.product", required=True, readonly=True, ondelete="cascade")
    product_class = fields.Selection(selection=PRODUCT_CLASSES, string="Class", readonly=True)
    holding_currency_id = fields.Many2one(
        comodel_name="res.currency", string="Currency of the Holding", required=True, readonly=True
    )
    currency_id = fields.Many2one(comodel_name="res.currency", required=True, readonly=True)
    holdings = fields.Integer(string="Number of Holdings", readonly=True)
    amount = fields.Monetary(
        string="In the Company's Currency", readonly=True, help="Balances of today, at today's rates."
    )
    holding_amount = fields.Monetary(
        string="In the Holding's Currency", readonly=True, currency_field="holding_currency_id", aggregator=None
    )

    _group_uniq = models.UniqueIndex(
        "(company_id, matures_on, COALESCE(branch_id, 0), COALESCE(relationship_manager_id, 0),"
        " product_id, holding_currency_id)",
        "There is a total of this day already.",
    )

    def action_view_holdings(self):
        """Open the holdings behind these rows, as far as the user may see them."""
        self.check_access("read")
        days = self.mapped("matures_on")
        action = self.env["ir.actions.act_window"]._for_xml_id("bank_crm.bank_holding_maturity_action")
        action["context"] = {}
        action["domain"] = [
            *self._holding_domain(),
            ("matures_on", ">=", min(days, default=False)),
            ("matures_on", "<=", max(days, default=False)),
            ("product_id", "in", self.product_id.ids),
            ("currency_id", "in", self.holding_currency_id.ids),
            ("owner_id.branch_id", "in", self.branch_id.ids or [False]),
            ("owner_id.relationship_manager_id", "in", self.relationship_manager_id.ids or [False]),
        ]
        return action

    @api.model
    def _holding_domain(self):
        """Return the domain of the holdings that the wall is made of, without their days."""
        return [
            ("company_id", "=", self.env.company.id),
            ("state", "!=", "closed"),
            ("is_held_away", "=", False),
            ("owner_id.is_restricted", "=", False),
        ]

    @api.model
    def _asset_domain(self):
        """Return the domain of what can leave the bank: no debts."""
        return [("product_class", "not in", DEBT_CLASSES)]
