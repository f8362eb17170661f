from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.tools import SQL

from .bank_lifecycle_rule import FINAL_STAGES, STAGES, STAGES_BY_RULE

DECIDERS = ("bank_crm.group_branch_manager", "bank_crm.group_operations")


class BankLifecycleOverride(models.Model):
    """A stage that somebody set against the rules, with a reason and an end. Until then the rules leave it alone."""

    _name = "bank.lifecycle.override"
    _description = "Lifecycle Override"
    _inherit = ["bank.guarded.mixin"]
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
    company_id = fields.Many2one(related="partner_id.company_id")
    stage = fields.Selection(selection=STAGES_BY_RULE, required=True)
    reason = fields.Char(required=True)
    valid_until = fields.Date(required=True, help="The last day; from the next one on the rules decide again.")
    state = fields.Selection(
        selection=[("active", "Active"), ("ended", "Ended"), ("expired", "Expired")],
        required=True,
        readonly=True,
        default="active",
        copy=False,
    )
    former_stage = fields.Selection(
        selection=STAGES, readonly=True, copy=False, help="Comes back at the end, for the rules to judge anew."
    )
    user_id = fields.Many2one(
        comodel_name="res.users", string="By", readonly=True, ondelete="restrict", default=lambda self: self.env.uid
    )
    ended_by_id = fields.Many2one(comodel_name="res.users", string="Ended by", readonly=True, ondelete="restrict")

    _active_uniq = models.UniqueIndex(
        "(partner_id) WHERE state = 'active'", "The customer has an active override. End it before you set another."
    )

    @api.model
    def _guarded_fields(self):
        return super()._guarded_fields() | {"user_id", "ended_by_id", "former_stage"}

    @api.model
    def _longest_days(self):
        return self.env["res.config.settings"]._bank_lifecycle_override_days()

    @api.model_create_multi
    def create(self, vals_list):
        self._check_decider()
        overrides = super().create(vals_list)
        overrides._check_customer()
        for override in overrides._unguarded().sudo():  # sudo: res.partner - the stage to come back to
            override.former_stage = override.partner_id.lifecycle_stage
        for stage, rows in overrides.grouped("stage").items():
            rows.partner_id._set_lifecycle_stage(stage, "override", {row.partner_id.id: row.reason for row in rows})
        return overrides

    def write(self, vals):
        """What was decided stands; only its end comes, by :meth:`action_end` or the day."""
        if not self._is_unguarded() and vals:
            raise AccessError(
                self.env._("[guarded_field] Lifecycle Override: end this one and set another instead of it.")
            )
        return super().write(vals)

    @api.model
    def _check_decider(self):
        if not self.env.su and not any(map(self.env.user.has_group, DECIDERS)):
            raise AccessError(
                self.env._("[access_denied] Lifecycle Override: branch managers and operations may set one.")
            )

    def _check_customer(self):
        for override in self:
            partner = override.partner_id
            partner.check_access("read")  # a branch manager decides about the customers of his branches
            # sudo: res.partner - only the mark and the stage; the customer may be seen
            if not partner.sudo().is_bank_customer or partner.sudo().lifecycle_stage in FINAL_STAGES:
                raise ValidationError(
                    self.env._(
                        "[lifecycle_fact] Customer: he is no customer, or closed or deceased. These are facts: "
                        "correct the stage itself where it is wrong."
                    )
                )

    @api.constrains("valid_until")
    def _check_valid_until(self):
        today, longest = self.env["bank.run"]._today(), self._longest_days()
        for override in self:
            if not today <= override.valid_until <= fields.Date.add(today, days=longest):
                raise ValidationError(
                    self.env._("Valid Until: give a day from today on and at most %(days)s days ahead.", days=longest)
                )

    def action_end(self):
        """End the override now: the former stage comes back, and the next night the rules decide again."""
        self._check_decider()
        self.check_access("write")
        ending = self.filtered(lambda override: override.state == "active")
        ending._unguarded().write({"state": "ended", "ended_by_id": self.env.uid})
        ending._restore_stages()
        return True

    def _restore_stages(self):
        """Put the customers back into the stages from before, unless somebody has changed them meanwhile."""
        # sudo: res.partner - the stage, set for a time, gives way
        overrides = self.sudo().filtered(lambda override: override.partner_id.lifecycle_stage == override.stage)
        for former, rows in overrides.grouped("former_stage").items():
            if former:
                rows.partner_id._set_lifecycle_stage(former, "override", {})

    @api.model
    def _expire(self, partner_ids, on):
        """End the overrides of these customers whose last day is over."""
        rows = self.env.execute_query(
            SQL(
                """UPDATE bank_lifecycle_override SET state = 'expired', write_date = now() AT TIME ZONE 'UTC'
                    WHERE partner_id = ANY(%s) AND state = 'active' AND valid_until < %s RETURNING id""",
                list(partner_ids),
                on,
            )
        )
        self.invalidate_model(["state"])
        self.browse(row[0] for row in rows)._restore_stages()
