from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class BankCustomerMonth(models.Model):
    """What the totals of dashboards take from the months, and the way back from a total to its months."""

    _inherit = "bank.customer.month"

    month_tier_id = fields.Many2one(
        comodel_name="bank.tier",
        string="Tier of the Month",
        compute="_compute_month_tier_id",
        search="_search_month_tier_id",
        help="The tier with which the customer left the month.",
    )

    @api.depends("partner_id.tier_id", "month")
    def _compute_month_tier_id(self):
        standings = self.env["bank.tier.standing"].search(
            [("partner_id", "in", self.partner_id.ids), ("month", "in", self.mapped("month"))]
        )
        tiers = {(standing.partner_id.id, standing.month): standing.tier_id for standing in standings}
        for figures in self:
            figures.month_tier_id = tiers.get((figures.partner_id.id, figures.month)) or figures.partner_id.tier_id

    @api.model
    def _search_month_tier_id(self, operator, value):
        if operator != "in":
            return NotImplemented
        tier_ids = [id_ for id_ in value if id_]

        def to_sql(model, alias, query):
            tier = SQL(
                """COALESCE((SELECT standing.tier_id FROM bank_tier_standing standing
                              WHERE standing.partner_id = %(partner)s AND standing.month = %(month)s),
                            (SELECT partner.tier_id FROM res_partner partner WHERE partner.id = %(partner)s))""",
                partner=SQL.identifier(alias, "partner_id"),
                month=SQL.identifier(alias, "month"),
            )
            if len(tier_ids) < len(value):  # those without a tier are asked for, too
                return SQL("COALESCE(%s, 0) = ANY(%s)", tier, [*tier_ids, 0])
            return SQL("%s = ANY(%s)", tier, tier_ids)

        return Domain.custom(to_sql=to_sql)

    @api.model
    def _note_written(self, steps):
        """Note that the totals of the months that were written are to be computed anew."""
        result = super()._note_written(steps)
        # From the step that is at hand: what was wanted would be searched for once more, and planned from guesses.
        self.env["bank.money.month"]._mark(
            SQL(
                """SELECT figures.company_id, figures.month
                     FROM %s scope
                     JOIN bank_customer_month figures
                       ON figures.partner_id = scope.subject_id AND figures.month = scope.month
                    WHERE figures.computed_at >= now() AT TIME ZONE 'UTC'""",
                steps.scope,
            )
        )
        return result
