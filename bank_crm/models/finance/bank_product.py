from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from .bank_product_family import PRODUCT_CLASSES

RATINGS = [
    ("r1", "R1 Low"),
    ("r2", "R2 Medium-low"),
    ("r3", "R3 Medium"),
    ("r4", "R4 Medium-high"),
    ("r5", "R5 High"),
]
DEBT_CLASSES = ("loan", "card")


class BankProduct(models.Model):
    """A product that customers hold or may be offered.

    ``code`` is the product's number in the bank's own systems. Where issuer and seller rate the risk differently,
    the higher rating holds (Order 2025 No. 7 of the Chinese regulator, in force since 2026-02-01).
    """

    _name = "bank.product"
    _description = "Bank Product"
    _order = "product_class, name, id"
    _rec_names_search = ["code", "name"]

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, copy=False)
    family_id = fields.Many2one(comodel_name="bank.product.family", index="btree_not_null")
    product_class = fields.Selection(
        selection=PRODUCT_CLASSES,
        string="Class",
        required=True,
        compute="_compute_product_class",
        store=True,
        readonly=False,
        precompute=True,
    )
    is_aum = fields.Boolean(
        string="Counts in AUM",
        compute="_compute_is_aum",
        store=True,
        readonly=False,
        precompute=True,
        help="Assets under management are what the customer has entrusted to the bank; debts are not among them.",
    )
    description = fields.Text(translate=True)
    company_id = fields.Many2one(
        comodel_name="res.company", required=True, index=True, default=lambda self: self.env.company
    )
    active = fields.Boolean(default=True)

    # Risk
    issuer_rating = fields.Selection(selection=RATINGS)
    seller_rating = fields.Selection(selection=RATINGS, string="Bank's Rating")
    effective_rating = fields.Selection(
        selection=RATINGS,
        compute="_compute_effective_rating",
        store=True,
        help="The higher of the issuer's and the bank's own rating.",
    )

    # Terms
    currency_id = fields.Many2one(
        comodel_name="res.currency", required=True, default=lambda self: self.env.company.currency_id
    )
    min_amount = fields.Monetary(string="Minimum Amount")
    max_amount = fields.Monetary(string="Maximum Amount", help="Zero means that there is no limit.")
    term_months = fields.Integer(string="Term (months)")
    annual_rate = fields.Float(string="Yearly Rate (%)", digits=(7, 4))
    margin_pct = fields.Float(
        string="Yearly Margin (%)",
        digits=(7, 4),
        help="What the bank earns in a year on a balance of 100: it makes the customers' contribution.",
    )

    # To whom and when
    customer_type = fields.Selection(
        selection=[("individual", "Individual"), ("sole_trader", "Sole Trader"), ("company", "Company")],
        string="Only for",
        help="Empty means for every type of customer.",
    )
    sale_start_on = fields.Date(string="On Sale from")
    sale_end_on = fields.Date(string="On Sale until")
    is_on_sale = fields.Boolean(compute="_compute_is_on_sale", search="_search_is_on_sale")

    holding_ids = fields.One2many(comodel_name="bank.holding", inverse_name="product_id", string="Holdings")
    holding_count = fields.Integer(compute="_compute_holding_count")

    _code_uniq = models.UniqueIndex("(company_id, code)", "Another product of this company has this code.")
    _amounts_check = models.Constraint(
        "CHECK(min_amount >= 0 AND max_amount >= 0 AND (max_amount = 0 OR max_amount >= min_amount))",
        "Minimum Amount, Maximum Amount: amounts are not negative and the maximum is not below the minimum.",
    )

    @api.depends("family_id")
    def _compute_product_class(self):
        for product in self:
            product.product_class = product.family_id.product_class or product.product_class or "deposit"

    @api.depends("product_class")
    def _compute_is_aum(self):
        for product in self:
            product.is_aum = product.product_class not in DEBT_CLASSES

    @api.depends("issuer_rating", "seller_rating")
    def _compute_effective_rating(self):
        for product in self:
            ratings = [rating for rating in (product.issuer_rating, product.seller_rating) if rating]
            product.effective_rating = max(ratings, default=False)

    @api.depends("sale_start_on", "sale_end_on", "active")
    def _compute_is_on_sale(self):
        today = fields.Date.context_today(self)
        for product in self:
            started = not product.sale_start_on or product.sale_start_on <= today
            ended = product.sale_end_on and product.sale_end_on < today
            product.is_on_sale = product.active and started and not ended

    def _search_is_on_sale(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        started = Domain("sale_start_on", "=", False) | Domain("sale_start_on", "<=", today)
        not_ended = Domain("sale_end_on", "=", False) | Domain("sale_end_on", ">=", today)
        return Domain("active", "=", True) & started & not_ended

    def _compute_holding_count(self):
        counts = dict(
            self.env["bank.holding"]._read_group(
                [("product_id", "in", self.ids), ("state", "!=", "closed")], ["product_id"], ["__count"]
            )
        )
        for product in self:
            product.holding_count = counts.get(product, 0)

    @api.depends("name", "code")
    def _compute_display_name(self):
        for product in self:
            product.display_name = f"[{product.code}] {product.name}" if product.code else product.name

    @api.constrains("sale_start_on", "sale_end_on")
    def _check_sale_period(self):
        for product in self:
            if product.sale_start_on and product.sale_end_on and product.sale_start_on > product.sale_end_on:
                raise ValidationError(self.env._("On Sale until: a sale cannot end before it begins."))

    def action_view_holdings(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("bank_crm.bank_holding_action")
        action["domain"] = [("product_id", "=", self.id)]
        action["context"] = {"default_product_id": self.id}
        return action
