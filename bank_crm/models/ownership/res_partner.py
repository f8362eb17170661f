from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .bank_assignment import OWNER_CHANGE


class ResPartner(models.Model):
    """The owner of a customer: mirrors of his active primary assignment."""

    _inherit = "res.partner"

    assignment_ids = fields.One2many(
        comodel_name="bank.assignment", inverse_name="partner_id", string="Assignments", copy=False
    )
    relationship_manager_id = fields.Many2one(
        comodel_name="res.users",
        compute="_compute_primary_owner",
        inverse="_inverse_primary_owner",
        store=True,
        readonly=False,
        copy=False,
        index="btree_not_null",
        domain=[("share", "=", False)],
        help="The one who looks after this customer. Changing it ends the present assignment and begins a new one.",
    )
    branch_id = fields.Many2one(
        comodel_name="bank.branch",
        compute="_compute_primary_owner",
        inverse="_inverse_primary_owner",
        store=True,
        readonly=False,
        copy=False,
        index="btree_not_null",
    )

    is_my_branch = fields.Boolean(
        string="In My Branch", compute="_compute_is_my_branch", search="_search_is_my_branch"
    )

    @api.depends("assignment_ids.user_id", "assignment_ids.branch_id", "assignment_ids.role", "assignment_ids.date_to")
    def _compute_primary_owner(self):
        # sudo: bank.assignment - the mirror has to be right whoever makes it compute
        active = (
            self.env["bank.assignment"]
            .sudo()
            .search_fetch(
                [("partner_id", "in", self.ids), ("role", "=", "primary"), ("date_to", "=", False)],
                ["partner_id", "user_id", "branch_id"],
            )
        )
        primaries = {assignment.partner_id.id: assignment for assignment in active}
        nobody = self.env["bank.assignment"]
        for partner in self:
            assignment = primaries.get(partner._origin.id, nobody)
            partner.relationship_manager_id = assignment.user_id
            partner.branch_id = assignment.branch_id

    @api.depends("branch_id")
    @api.depends_context("uid")
    def _compute_is_my_branch(self):
        branches = self._my_branches()
        for partner in self:
            partner.is_my_branch = partner.branch_id in branches

    def _search_is_my_branch(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("branch_id", "in", self._my_branches().ids)]

    @api.model
    def _my_branches(self):
        """Return the branches that the user manages, or else his home branch, each with the branches below it."""
        branches = self.env.user.managed_branch_ids or self.env.user.bank_branch_id
        return self.env["bank.branch"].search([("id", "child_of", branches.ids)]) if branches else branches

    def _inverse_primary_owner(self):
        strangers = self.filtered(
            lambda partner: not partner.is_bank_customer and (partner.relationship_manager_id or partner.branch_id)
        )
        if strangers:
            raise ValidationError(
                self.env._(
                    "Relationship Manager, Branch: only a customer of the bank has an owner. Mark the contact as a "
                    "bank customer first."
                )
            )
        owners = {partner: (partner.relationship_manager_id, partner.branch_id) for partner in self}
        for (user, branch), partners in self.grouped(owners.get).items():
            self.env["bank.assignment"].with_context(bank_owner_change=OWNER_CHANGE)._set_primary(
                partners,
                user,
                branch or user.bank_branch_id,
                reason=self.env.context.get("bank_assignment_reason"),
                # Callers over RPC have a say in the context: what they do is done by hand.
                source=self.env.context.get("bank_assignment_source", "manual") if self.env.su else "manual",
            )
        # What the assignment says holds, e.g. the home branch of the user where none was given.
        self._mirror_primary_owner()

    def _mirror_primary_owner(self):
        """Read the owner anew from the assignments; the fields' inverse is not called."""
        for name in ("relationship_manager_id", "branch_id"):
            self.env.add_to_compute(self._fields[name], self)

    @api.model
    def _prepare_bank_customer_values(self, vals):
        """A relationship manager's new customer is his own, or he could not see him any more; the branch is the
        manager's where none is given. Branch managers may leave a customer to the pool of a branch."""
        values = super()._prepare_bank_customer_values(vals)
        user = self.env.user
        if not values.get("is_bank_customer"):
            return values
        if (
            not vals.get("relationship_manager_id")  # the web client sends an empty field as False
            and not (vals.get("branch_id") and user.has_group("bank_crm.group_branch_manager"))
            and user.has_group("bank_crm.group_relationship_manager")
            and not user._sees_all_bank_customers()
        ):
            values["relationship_manager_id"] = user.id
        if values.get("relationship_manager_id") and not values.get("branch_id"):
            # Named from the beginning: access rules look at the branch before the assignment exists.
            # sudo: res.users - the home branch of a colleague is no secret within the bank
            manager = self.env["res.users"].sudo().browse(values["relationship_manager_id"])
            values["branch_id"] = manager.bank_branch_id.id
        return values

    def _prepare_overview(self):
        return {
            **super()._prepare_overview(),
            "relationship_manager": self._code_and_name(self.relationship_manager_id, "login"),
            "branch": self._code_and_name(self.branch_id, "code"),
        }

    @api.model
    def _code_and_name(self, record, code_field):
        # sudo: res.users, bank.branch, bank.tier - the caller may see the customer, so he may know whose he is
        record = record.sudo()
        return {"code": record[code_field], "name": record.name} if record else False
