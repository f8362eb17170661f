from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

CONFIGURES = ("bank_crm_loyalty.group_loyalty_manager", "bank_crm.group_bank_admin")
# What may be written whatever the state: it says nothing about points.
FREE = {"sequence", "message_follower_ids", "message_ids", "activity_ids", "message_main_attachment_id"}


class BankPointsRule(models.Model):
    """The life of a version: draft, active, retired."""

    _inherit = "bank.points.rule"

    @api.model
    def _guarded_fields(self):
        return super()._guarded_fields() | {"version", "activated_at"}

    def copy_data(self, default=None):
        default = dict(default or {})
        rows = super().copy_data(default)
        if "code" not in default:
            for rule, row in zip(self, rows, strict=True):
                row["code"] = self.env._("%(code)s copy", code=rule.code)[:32]
        return rows

    def write(self, vals):
        if not self._is_unguarded() and set(vals) - FREE:
            self._check_guarded_fields(vals)
            self._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_drafts(self):
        self._check_draft()

    def _check_draft(self):
        """Refuse to change what decides, or has decided, about points.

        :raises UserError: ``[rule_active]``
        """
        if closed := self.filtered(lambda rule: rule.state != "draft"):
            raise UserError(
                self.env._(
                    "[rule_active] %(rule)s: a version that is or was active does not change, because points were "
                    "earned by it. Make a new version.",
                    rule=closed[0].display_name,
                )
            )

    @api.model
    def _check_may_configure(self):
        if not (self.env.su or any(self.env.user.has_group(group) for group in CONFIGURES)):
            raise AccessError(
                self.env._(
                    "[access_denied] Your role does not decide about rules. Ask for the role “Loyalty Manager”."
                )
            )

    # ------------------------------------------------------------------
    # Activation
    # ------------------------------------------------------------------

    def action_activate(self):
        """Let drafts decide from ``valid_from`` on (today, if it is empty); the version before ends the day before.

        A first version may begin in the past: the next night books what it gives since then. A later version begins
        tomorrow at the earliest, because the days before are decided.

        :raises UserError: ``[rule_active]`` it is no draft
        :raises ValidationError: something is missing, or the dates overlap
        """
        self._check_may_configure()
        self.check_access("write")
        self._check_draft()
        for rule in self:
            rule._check_complete()
            rule._replace_predecessor()
            rule._unguarded().write(
                {
                    "state": "active",
                    "valid_from": rule.valid_from or rule._first_free_day(),
                    "activated_at": fields.Datetime.now(),
                }
            )
        return True

    def action_retire(self):
        """End active versions: today is the last value date that they decide."""
        self._check_may_configure()
        self.check_access("write")
        today = self.env["bank.run"]._today()
        for rule in self:
            if rule.state != "active":
                raise UserError(self.env._("[rule_not_active] %(rule)s: it is not active.", rule=rule.display_name))
            last = max(today, rule.valid_from - timedelta(days=1))
            rule._unguarded().write({"state": "retired", "valid_to": min(rule.valid_to or last, last)})
        return True

    def action_new_version(self):
        """Copy this version into a draft and open it."""
        self.ensure_one()
        self._check_may_configure()
        self.check_access("write")
        family = self._family()
        draft = family.filtered(lambda rule: rule.state == "draft")[:1]
        if not draft:
            draft = self._unguarded().copy({"code": self.code, "version": family[:1].version + 1})
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": draft.id,
            "views": [(False, "form")],
        }

    def action_simulate(self):
        """Open the simulation of this version."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("bank_crm_loyalty.bank_points_simulation_action")
        action["context"] = {"default_rule_id": self.id}
        return action

    def _family(self):
        """Return all versions of this rule, the newest first."""
        return self.search([("program_id", "=", self.program_id.id), ("code", "=", self.code)], order="version desc")

    def _predecessor(self):
        """Return the version that was activated last, if any."""
        return self._family().filtered(lambda rule: rule.state != "draft")[:1]

    def _first_free_day(self):
        today = self.env["bank.run"]._today()
        return today + timedelta(days=1) if self._predecessor() else today

    def _replace_predecessor(self):
        before = self._predecessor()
        if not before:
            return
        before.lock_for_update()
        start, today = self.valid_from or self._first_free_day(), self.env["bank.run"]._today()
        if start <= today:
            raise ValidationError(
                self.env._(
                    "Valid From: version %(version)s has decided the days up to today. Choose a day from tomorrow on.",
                    version=before.version,
                )
            )
        if before.kind != self.kind:
            raise ValidationError(self.env._("Kind: all versions of a rule have the same. Give this one another code."))
        if start <= before.valid_from:
            raise ValidationError(
                self.env._("Valid From: it has to be later than the one of version %s.", before.version)
            )
        last = min(before.valid_to or start, start - timedelta(days=1))
        before._unguarded().write({"state": "retired", "valid_to": last})

    def _check_complete(self):
        """Refuse a version that could not earn anything, or whose numbers do not fit its kind."""
        self.ensure_one()
        if self.valid_to and self.valid_from and self.valid_to < self.valid_from:
            raise ValidationError(self.env._("Valid To: a version cannot end before it begins."))
        if self.kind == "balance" and not any(band.rate_num for band in self.band_ids):
            raise ValidationError(self.env._("Bands: add at least one band with a rate above zero."))
        if self.kind == "transaction" and not self.rate_num:
            raise ValidationError(self.env._("Points: a rate of zero earns nothing. Give at least 1."))
        if self.kind == "event" and not (self.event_kind and self.points):
            raise ValidationError(self.env._("Event, Points: choose an event and give at least 1 point."))
        if self.campaign_id and self.campaign_id.program_id != self.program_id:
            raise ValidationError(self.env._("Paid from Campaign: the campaign belongs to another programme."))
