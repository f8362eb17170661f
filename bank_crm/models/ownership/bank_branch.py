from odoo import fields, models


class BankBranch(models.Model):
    """The customers of a branch."""

    _inherit = "bank.branch"

    customer_ids = fields.One2many(comodel_name="res.partner", inverse_name="branch_id", string="Customers")
    customer_count = fields.Integer(
        string="Number of Customers",
        compute="_compute_customer_count",
        help="Customers of this branch and of the branches below it, as far as you may see them.",
    )

    def _compute_customer_count(self):
        counts = self.env["res.partner"]._read_group(
            [("branch_id", "child_of", self.ids), ("is_bank_customer", "=", True)], ["branch_id"], ["__count"]
        )
        for branch in self:
            path = branch.parent_path or ""
            branch.customer_count = sum(
                count for child, count in counts if path and child.parent_path.startswith(path)
            )

    def action_view_customers(self):
        """Open the customers of this branch and of the branches below it."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("bank_crm.bank_customer_action")
        action["domain"] = [("is_bank_customer", "=", True), ("branch_id", "child_of", self.id)]
        action["context"] = {"default_is_bank_customer": True, "default_branch_id": self.id}
        return action
