import operator as operators

from odoo import api, fields, models

OPERATORS = {
    "<": operators.lt,
    "<=": operators.le,
    ">": operators.gt,
    ">=": operators.ge,
    "in": lambda total, values: total in values,
}


class ResPartner(models.Model):
    """The points of a customer, read through his accounts."""

    _inherit = "res.partner"

    loyalty_account_ids = fields.One2many(
        comodel_name="bank.points.account", inverse_name="partner_id", string="Points Accounts", copy=False
    )
    loyalty_points = fields.Integer(
        compute="_compute_loyalty_points",
        search="_search_loyalty_points",
        string="Points",
        help="Points that can be spent, of all programmes.",
    )

    @api.depends("loyalty_account_ids.balance")
    def _compute_loyalty_points(self):
        sums = dict(
            self.env["bank.points.account"]._read_group(
                [("partner_id", "in", self.ids)], ["partner_id"], ["balance:sum"]
            )
        )
        for partner in self:
            partner.loyalty_points = sums.get(partner, 0)

    def _search_loyalty_points(self, operator, value):
        compare = OPERATORS.get(operator)
        if compare is None or isinstance(value, str):
            return NotImplemented
        # Who has no account has no points: where nothing satisfies the condition, look for those who do not.
        finds_nothing = compare(0, value)
        sums = self.env["bank.points.account"]._read_group([], ["partner_id"], ["balance:sum"])
        found = [partner.id for partner, total in sums if compare(total, value) is not finds_nothing]
        return [("id", "not in" if finds_nothing else "in", found)]

    def action_view_points(self):
        """Open the points accounts of this customer."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("bank_crm_loyalty.bank_points_account_action")
        action["domain"] = [("partner_id", "=", self.id)]
        if len(self.loyalty_account_ids) == 1:
            action.update(views=[(False, "form")], res_id=self.loyalty_account_ids.id)
        return action
