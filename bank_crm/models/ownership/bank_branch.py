from odoo import api, fields, models


class BankBranch(models.Model):
    """The customers of a branch."""

    _inherit = "bank.branch"

    customer_ids = fields.One2many(comodel_name="res.partner", inverse_name="branch_id", string="Customers")
    customer_count = fields.Integer(
        string="Number of Customers",
        compute="_compute_customer_count",
        help="Customers of this branch and of the branches below it, as far as you may see them.",
    )

    pool_visible_to_managers = fields.Boolean(
        string="Pool Open to Relationship Managers",
        help="Relationship managers whose home branch this is see its customers without an owner and may take them "
        "on. Otherwise only the branch's manager, those above him, and operations see them.",
    )

    def write(self, vals):
        result = super().write(vals)
        if "pool_visible_to_managers" in vals:
            self._clear_access_cache()
        return result

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

    def _is_managed_by(self, user):
        """Whether ``user`` is the manager of this branch or of one above it."""
        return user in self._upwards().manager_id

    def _upwards(self):
        """Return this branch and those above it, from it to the top."""
        path = [int(id_) for id_ in (self.parent_path or "").split("/") if id_]
        # sudo: bank.branch - the tree is no secret within the bank
        return self.env["bank.branch"].sudo().browse(reversed(path))

    @api.model
    def _lowest_common(self, one, other):
        """Return the lowest branch that both are or belong to; empty if there is none."""
        above = other._upwards()
        return next((branch for branch in one._upwards() if branch in above), self.browse())
