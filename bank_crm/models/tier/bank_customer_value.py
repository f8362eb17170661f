from odoo import fields, models

CLASSES = [("a", "A"), ("b", "B"), ("c", "C")]


class BankCustomerValue(models.Model):
    """What a customer is worth: ABC by cumulative contribution and RFM, newest figures; written by the run ``values``.

    A are the customers who together bring the first 80 % of the contribution of the scope, the one who crosses the
    line included; B those up to 95 %; C the rest and whoever brings nothing or less. The class of the whole bank is
    also ``value_class`` of the contact.
    """

    _name = "bank.customer.value"
    _description = "Customer Value"
    _order = "contribution desc, partner_id"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Customer", required=True, readonly=True, ondelete="restrict"
    )  # indexed by _partner_uniq
    company_id = fields.Many2one(comodel_name="res.company", required=True, readonly=True, index=True)
    month = fields.Date(required=True, readonly=True, help="The last month of the twelve that count.")
    currency_id = fields.Many2one(comodel_name="res.currency", required=True, readonly=True)
    contribution = fields.Monetary(string="Contribution, 12 Months", readonly=True)
    abc_bank = fields.Selection(selection=CLASSES, string="Class in the Bank", readonly=True)
    abc_branch = fields.Selection(selection=CLASSES, string="Class in the Branch", readonly=True)
    abc_book = fields.Selection(selection=CLASSES, string="Class in the Book", readonly=True)
    rank_bank = fields.Integer(string="Rank in the Bank", readonly=True)
    recency_days = fields.Integer(string="Days since the Last Posting", readonly=True)
    frequency = fields.Integer(string="Postings, 12 Months", readonly=True)
    rfm_recency = fields.Integer(string="R", readonly=True, help="Quintile 1 to 5; 5 is the most recent fifth.")
    rfm_frequency = fields.Integer(string="F", readonly=True)
    rfm_money = fields.Integer(string="M", readonly=True)
    rfm_segment = fields.Char(string="RFM Segment", readonly=True)
    previous_class = fields.Selection(selection=CLASSES, string="Class Before", readonly=True)
    computed_at = fields.Datetime(string="Computed", readonly=True)

    _partner_uniq = models.UniqueIndex("(partner_id)", "The customer has a value already.")
