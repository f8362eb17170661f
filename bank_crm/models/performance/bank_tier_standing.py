from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class BankTierStanding(models.Model):
    """The way back from a count of moves to the standings behind it."""

    _inherit = "bank.tier.standing"

    month_branch_id = fields.Many2one(
        comodel_name="bank.branch",
        string="Branch of the Month",
        compute="_compute_month_owner",
        search="_search_month_branch_id",
        help="As the figures of the month have it.",
    )
    month_manager_id = fields.Many2one(
        comodel_name="res.users",
        string="Manager of the Month",
        compute="_compute_month_owner",
        search="_search_month_manager_id",
        help="As the figures of the month have it.",
    )

    @api.depends("partner_id", "month")
    def _compute_month_owner(self):
        months = self.env["bank.customer.month"].search(
            [("partner_id", "in", self.partner_id.ids), ("month", "in", self.mapped("month"))]
        )
        owners = {(figures.partner_id.id, figures.month): figures for figures in months}
        for standing in self:
            figures = owners.get((standing.partner_id.id, standing.month), months.browse())
            standing.month_branch_id = figures.branch_id
            standing.month_manager_id = figures.relationship_manager_id

    @api.model
    def _search_month_branch_id(self, operator, value):
        return self._search_month_owner("branch_id", operator, value)

    @api.model
    def _search_month_manager_id(self, operator, value):
        return self._search_month_owner("relationship_manager_id", operator, value)

    @api.model
    def _search_month_owner(self, name, operator, value):
        ids = [id_ for id_ in value if id_] if operator == "in" else []
        if not ids or len(ids) != len(value):
            return NotImplemented

        def to_sql(model, alias, query):
            return SQL(
                """EXISTS (SELECT FROM bank_customer_month figures
                            WHERE figures.partner_id = %s AND figures.month = %s AND figures.%s = ANY(%s))""",
                SQL.identifier(alias, "partner_id"),
                SQL.identifier(alias, "month"),
                SQL.identifier(name),
                ids,
            )

        return Domain.custom(to_sql=to_sql)

    @api.model
    def _store(self, walk, policy, month):
        """Note that the counts of this month are to be computed anew (see the room ``tier``)."""
        written = super()._store(walk, policy, month)
        if written:
            self.env["bank.money.month"]._mark([month])
        return written
