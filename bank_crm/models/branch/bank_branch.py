from odoo import api, fields, models
from odoo.exceptions import ValidationError


class BankBranch(models.Model):
    """A place of business of the bank, in the tree in which responsibility and access are passed down.

    ``code`` is the branch's number in the bank's own systems and unique in a company.
    """

    _name = "bank.branch"
    _description = "Bank Branch"
    _check_company_auto = True
    _parent_name = "parent_id"
    _parent_store = True
    _order = "complete_name"
    _rec_names_search = ["code", "complete_name"]

    name = fields.Char(required=True)
    code = fields.Char(required=True, copy=False, help="The number of the branch in the bank's own systems.")
    complete_name = fields.Char(compute="_compute_complete_name", recursive=True, store=True, index="trigram")
    branch_class = fields.Selection(
        selection=[
            ("full_service", "Full-service Branch"),
            ("vip_centre", "VIP Centre"),
            ("self_service", "Self-service Branch"),
            ("community", "Community Branch"),
        ],
        string="Class",
        required=True,
        default="full_service",
    )
    company_id = fields.Many2one(
        comodel_name="res.company", required=True, index=True, default=lambda self: self.env.company
    )
    active = fields.Boolean(default=True)

    # Tree
    parent_id = fields.Many2one(
        comodel_name="bank.branch", string="Parent Branch", index=True, ondelete="restrict", check_company=True
    )
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many(comodel_name="bank.branch", inverse_name="parent_id", string="Sub-branches")

    # Responsibility
    manager_id = fields.Many2one(
        comodel_name="res.users", string="Branch Manager", index="btree_not_null", domain=[("share", "=", False)]
    )
    service_ids = fields.Many2many(comodel_name="bank.branch.service", string="Services")

    # Address
    street = fields.Char()
    street2 = fields.Char()
    zip = fields.Char(string="ZIP")
    city = fields.Char()
    state_id = fields.Many2one(
        comodel_name="res.country.state", string="State / Province", domain="[('country_id', '=?', country_id)]"
    )
    country_id = fields.Many2one(comodel_name="res.country")
    phone = fields.Char()
    email = fields.Char()

    _code_uniq = models.UniqueIndex("(company_id, code)", "Another branch of this company has this code.")

    @api.depends("name", "parent_id.complete_name")
    def _compute_complete_name(self):
        for branch in self:
            parent = branch.parent_id.complete_name
            branch.complete_name = f"{parent} / {branch.name}" if parent else branch.name

    @api.depends("name", "code")
    def _compute_display_name(self):
        for branch in self:
            branch.display_name = f"[{branch.code}] {branch.name}" if branch.code else branch.name

    @api.constrains("parent_id")
    def _check_parent_id(self):
        if self._has_cycle():
            raise ValidationError(
                self.env._("Parent Branch: a branch cannot stand above itself. Choose another parent.")
            )

    @api.model_create_multi
    def create(self, vals_list):
        branches = super().create(vals_list)
        self._clear_access_cache()
        return branches

    def write(self, vals):
        result = super().write(vals)
        if {"manager_id", "parent_id", "active"} & vals.keys():
            self._clear_access_cache()
        return result

    @api.model
    def _clear_access_cache(self):
        """Access rules hold the ids of a manager's branches; they are computed anew when the tree changes."""
        self.env.registry.clear_cache()
