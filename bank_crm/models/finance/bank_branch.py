from odoo import fields, models


class BankBranch(models.Model):
    """How many customers of a branch have no clear owner: the heat map of conflicts."""

    _inherit = "bank.branch"

    conflict_count = fields.Integer(
        string="Customers Without a Clear Owner",
        compute="_compute_conflict_count",
        help="Served by this branch and by others, as far as you may see them.",
    )
    conflict_heat = fields.Integer(
        compute="_compute_conflict_count", export_string_translation=False, help="0 (none) to 10 (the most)."
    )

    def _compute_conflict_count(self):
        conflicts = self.env["bank.ownership.conflict"]
        counts = {}
        if conflicts.has_access("read"):
            counts = dict(conflicts._read_group([], ["branch_id"], ["__count"]))
        most = max(counts.values(), default=0)
        for branch in self:
            branch.conflict_count = counts.get(branch, 0)
            branch.conflict_heat = -(-10 * branch.conflict_count // most) if most else 0

    def action_view_conflicts(self):
        """Open the customers whom this branch and others serve."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("bank_crm.bank_ownership_conflict_action")
        return {**action, "domain": [("branch_id", "=", self.id)], "context": {}}
