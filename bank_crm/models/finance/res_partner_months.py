from odoo import api, fields, models

TREND_MONTHS = 24
TREND_FIELDS = ("adb_aum", "eop_aum", "eop_deposit", "eop_wealth", "eop_loan")


class ResPartner(models.Model):
    _inherit = "res.partner"

    customer_month_ids = fields.One2many(
        comodel_name="bank.customer.month",
        inverse_name="partner_id",
        string="Months",
        groups="bank_crm.group_bank_staff",
    )
    last_month_adb_aum = fields.Monetary(
        string="Average AUM of the Month",
        currency_field="bank_currency_id",
        compute="_compute_last_month",
        groups="bank_crm.group_bank_staff",
    )
    last_month_change = fields.Float(
        string="Change of the Average",
        compute="_compute_last_month",
        groups="bank_crm.group_bank_staff",
        help="In percent, from the month before to the last closed one; zero where there was nothing before.",
    )

    primary_group_aum = fields.Monetary(
        string="Average AUM of the Household",
        currency_field="primary_group_currency_id",
        compute="_compute_primary_group_aum",
        groups="bank_crm.group_bank_staff",
    )
    primary_group_currency_id = fields.Many2one(
        comodel_name="res.currency",
        string="Currency of the Household",
        compute="_compute_primary_group_aum",
        groups="bank_crm.group_bank_staff",
    )
    primary_group_has_aum = fields.Boolean(
        compute="_compute_primary_group_aum", groups="bank_crm.group_bank_staff"
    )  # false where there is none, or none that the user may see

    @api.depends("primary_group_id")
    @api.depends_context("uid")
    def _compute_primary_group_aum(self):
        for partner in self:
            partner.primary_group_currency_id = partner.primary_group_id.currency_id
            partner.primary_group_aum = partner.primary_group_id.last_adb_aum
            partner.primary_group_has_aum = bool(partner.primary_group_id.last_month)

    def _compute_last_month(self):
        months = self.env["bank.customer.month"].search(
            [("partner_id", "in", self.ids), ("month", ">=", "today -3m =1d")], order="month desc"
        )
        by_partner = months.grouped("partner_id")
        for partner in self:
            own = by_partner.get(partner._origin, months.browse())
            partner.last_month_adb_aum = own[:1].adb_aum
            closed = own.filtered(lambda figures: figures.state == "closed")[:2]
            before = closed[1:].adb_aum
            partner.last_month_change = 100 * (closed[0].adb_aum - before) / abs(before) if before else 0

    def bank_month_trend(self):
        """Return the figures of this customer's last 24 months, for the chart on his page.

        Needs the right to read them. ::

            customer.bank_month_trend()
            {"currency_id": 7, "months": [{"month": "2026-03-01", "is_open": False, "is_provisional": False,
                                           "adb_aum": 100.0, "eop_aum": 110.0, "eop_deposit": 60.0,
                                           "eop_wealth": 50.0, "eop_loan": 0.0}]}

        :return: dictionary; months ascending, at most 24, in the customer's currency; months without figures are
            left out
        :raises AccessError: the caller may not read this customer or the figures
        """
        self.ensure_one()
        self.check_access("read")
        months = self.env["bank.customer.month"].search(
            [("partner_id", "=", self.id)], order="month desc", limit=TREND_MONTHS
        )
        return {
            "currency_id": months[:1].currency_id.id,
            "months": [
                {
                    "month": figures.month.isoformat(),
                    "is_open": figures.state == "open",
                    "is_provisional": figures.is_provisional,
                    **{name: figures[name] for name in TREND_FIELDS},
                }
                for figures in reversed(months)
            ],
        }

    def action_view_months(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("bank_crm.bank_customer_month_action")
        return {**action, "domain": [("partner_id", "=", self.id)], "context": {}}
