from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

EVERYWHERE_GROUPS = ("bank_crm.group_operations", "bank_crm.group_compliance")


class BankTierOverride(models.Model):
    """A tier given by hand: with a reason, by two persons, until a day.

    Whoever looks after a customer asks for it; the manager of his branch (or of a branch above), operations or
    compliance decide, never the one who asked. It is in force from ``valid_from`` to ``valid_until``, both included;
    the night after that puts the customer back where the policy sees him. The policy goes on judging him meanwhile.
    """

    _name = "bank.tier.override"
    _description = "Manual Tier"
    _inherit = ["mail.thread", "mail.activity.mixin", "bank.guarded.mixin"]
    _order = "id desc"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Customer",
        required=True,
        index=True,
        ondelete="restrict",
        domain=[("is_bank_customer", "=", True)],
    )
    company_id = fields.Many2one(
        comodel_name="res.company", compute="_compute_company_id", store=True, readonly=True, index=True
    )
    tier_id = fields.Many2one(comodel_name="bank.tier", required=True, ondelete="restrict", index=True)
    effect = fields.Selection(
        selection=[("at_least", "At Least This Tier"), ("exactly", "Exactly This Tier")],
        required=True,
        default="at_least",
        help="At least: a higher tier by the policy goes before. Exactly: this one, whatever the policy says.",
    )
    reason = fields.Text(required=True)
    valid_from = fields.Date(string="From", required=True, default=fields.Date.context_today)
    valid_until = fields.Date(string="Until", required=True, help="The last day.")
    state = fields.Selection(
        selection=[
            ("requested", "Requested"),
            ("approved", "Approved"),
            ("rejected", "Rejected"),
            ("cancelled", "Taken Back"),
            ("replaced", "Replaced"),
            ("expired", "Expired"),
            ("ended", "Ended Early"),
        ],
        required=True,
        readonly=True,
        default="requested",
        index=True,
        tracking=True,
        copy=False,
    )
    requester_id = fields.Many2one(
        comodel_name="res.users",
        string="Requested By",
        required=True,
        readonly=True,
        default=lambda self: self.env.uid,
        ondelete="restrict",
        copy=False,
    )
    approver_id = fields.Many2one(
        comodel_name="res.users", string="Decided By", readonly=True, ondelete="restrict", copy=False
    )
    decided_at = fields.Datetime(string="Decided", readonly=True, copy=False)
    decision_note = fields.Text(readonly=True, copy=False)
    base_tier_id = fields.Many2one(
        comodel_name="bank.tier",
        string="Tier Before",
        readonly=True,
        ondelete="restrict",
        copy=False,
        help="His tier when it came into force.",
    )
    is_in_force = fields.Boolean(string="In Force", readonly=True, copy=False)
    is_ending = fields.Boolean(readonly=True, copy=False, export_string_translation=False)
    may_decide = fields.Boolean(compute="_compute_may_decide")

    _one_requested_uniq = models.UniqueIndex(
        "(partner_id) WHERE state = 'requested'", "A manual tier of this customer waits for a decision already."
    )
    _one_approved_uniq = models.UniqueIndex(
        "(partner_id) WHERE state = 'approved'", "This customer has a manual tier already."
    )
    _ending_idx = models.Index("(partner_id) WHERE is_ending IS TRUE")
    _until_idx = models.Index("(valid_until) WHERE state = 'approved'")
    _dates_check = models.Constraint(
        "CHECK(valid_until >= valid_from)", "Until: a manual tier cannot end before it begins."
    )

    @api.model
    def _guarded_fields(self):
        return {
            "state",
            "requester_id",
            "approver_id",
            "decided_at",
            "decision_note",
            "base_tier_id",
            "is_in_force",
            "is_ending",
            "company_id",
        }

    @api.depends("partner_id")
    def _compute_company_id(self):
        for override in self:
            override.company_id = override.partner_id.company_id or self.env.company

    @api.depends_context("uid")
    @api.depends("state", "requester_id", "partner_id")
    def _compute_may_decide(self):
        for override in self:
            override.may_decide = (
                override.state == "requested"
                and override.requester_id != self.env.user
                and override._is_decider(self.env.user)
            )

    def _mail_get_partner_fields(self, introspect_fields=False):
        """The chatter suggests nobody: the customer is not told before it is decided."""
        return []

    # ------------------------------------------------------------------
    # Request
    # ------------------------------------------------------------------

    @api.constrains("valid_from", "valid_until")
    def _check_dates(self):
        most = self.env["res.config.settings"]._bank_parameter("tier_override_max_days")
        for override in self:
            if override.valid_until > override.valid_from + timedelta(days=most):
                raise ValidationError(
                    self.env._(
                        "[override_too_long] Until: a manual tier lasts %(days)s days at most. Choose an earlier day.",
                        days=most,
                    )
                )

    @api.constrains("partner_id", "tier_id")
    def _check_customer(self):
        for override in self:
            if not override.partner_id.is_bank_customer:
                raise ValidationError(self.env._("Customer: only a customer of the bank has a tier."))
            if override.tier_id.company_id and override.tier_id.company_id != override.company_id:
                raise ValidationError(self.env._("Tier: this one belongs to another company."))

    @api.model_create_multi
    def create(self, vals_list):
        ids = {vals["partner_id"] for vals in vals_list if vals.get("partner_id")}
        # Whoever may change a customer may ask; an emergency opens customers for reading only.
        self.env["res.partner"].browse(ids).check_access("write")
        overrides = super().create(vals_list)
        today = self.env["bank.run"]._today()
        for override in overrides:
            if override.valid_until < today:
                raise ValidationError(self.env._("Until: this day is over. Choose a later one."))
            override._tell_deciders()
        return overrides

    def write(self, vals):
        facts = {"partner_id", "tier_id", "effect", "reason", "valid_from", "valid_until"}
        if facts & vals.keys() and not self._is_unguarded() and not self.env["bank.sealed.mixin"]._is_unsealed():
            raise UserError(
                self.env._(
                    "[override_fixed] A manual tier is decided as it was asked for. Take it back and make a new one."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_kept(self):
        if not self.env["bank.sealed.mixin"]._is_unsealed():
            raise UserError(self.env._("[override_kept] Manual tiers are kept. Take the request back instead."))

    def _tell_deciders(self):
        """Give the nearest branch manager who may decide something to do; without one, operations see the list."""
        self.ensure_one()
        # sudo: bank.branch, res.users - who manages the branches above is no secret within the bank
        for branch in self.sudo().partner_id.branch_id._upwards():
            manager = branch.manager_id
            if manager.active and manager != self.requester_id:
                # sudo: mail.activity - the manager's own to-do, made by the process
                self.sudo().activity_schedule(
                    "mail.mail_activity_data_todo",
                    summary=self.env._("Decide on a manual tier"),
                    user_id=manager.id,
                )
                return

    # ------------------------------------------------------------------
    # Decision
    # ------------------------------------------------------------------

    def _is_decider(self, user):
        """Operations and compliance for the whole bank, branch managers for the customers of their branches."""
        self.ensure_one()
        if any(map(user.has_group, EVERYWHERE_GROUPS)):
            return True
        if not user.has_group("bank_crm.group_branch_manager") or not user.managed_branch_ids:
            return False
        mine = Domain("branch_id", "child_of", user.managed_branch_ids.ids)
        # sudo: res.partner - only his branch; the caller's access to the request was checked
        return bool(self.sudo().partner_id.filtered_domain(mine))

    def action_approve(self, note=None):
        """Approve the manual tier; it is in force at once where its first day has come.

        :param note: what the decision is based on
        """
        for override in self:
            override._check_decision()
            process = override._as_process()
            process._check_dates()
            if process.valid_until < process._today():
                raise UserError(self.env._("[override_over] Until: this day is over. Reject the request."))
            former = process.search([("partner_id", "=", process.partner_id.id), ("state", "=", "approved")])
            if former:
                former._finish("replaced")
                process.base_tier_id = former.base_tier_id
            process._decide("approved", note)
            process._settle(process.partner_id.ids)
        return True

    def action_reject(self, note=None):
        """Refuse the manual tier.

        :param note: why
        """
        for override in self:
            override._check_decision()
            override._as_process()._decide("rejected", note)
        return True

    def action_cancel(self):
        """Take one's own request back."""
        for override in self:
            override.check_access("read")
            if override.requester_id != self.env.user:
                raise AccessError(self.env._("[not_your_request] Only who asked for it takes the request back."))
            override.lock_for_update()
            if override.state != "requested":
                raise UserError(self.env._("[already_decided] This request has been decided. Load the page anew."))
            process = override._as_process()
            process.write({"state": "cancelled"})
            process.activity_unlink(["mail.mail_activity_data_todo"])
        return True

    def action_end(self):
        """End a manual tier before its day: the customer goes back where the policy sees him."""
        for override in self:
            override.check_access("read")
            if not override._is_decider(self.env.user):
                raise AccessError(self._not_a_decider())
            override.lock_for_update()
            if override.state != "approved":
                raise UserError(self.env._("[not_in_force] This manual tier is not approved. Load the page anew."))
            process = override._as_process()
            partner_ids = process.partner_id.ids
            process._finish("ended")
            process._settle(partner_ids)
        return True

    def _check_decision(self):
        self.check_access("read")
        if not self._is_decider(self.env.user):
            raise AccessError(self._not_a_decider())
        if self.requester_id == self.env.user:
            raise AccessError(
                self.env._("[second_person] You asked for this manual tier: somebody else has to decide.")
            )
        self.lock_for_update()
        if self.state != "requested":
            raise UserError(self.env._("[already_decided] This request has been decided. Load the page anew."))

    def _as_process(self):
        # sudo: bank.tier.override, res.partner - the user has been checked to be the decider or the requester
        return self.sudo()._unguarded()

    def _decide(self, state, note):
        self.write(
            {
                "state": state,
                "approver_id": self.env.uid,
                "decided_at": fields.Datetime.now(),
                "decision_note": note or False,
            }
        )
        self.activity_unlink(["mail.mail_activity_data_todo"])
