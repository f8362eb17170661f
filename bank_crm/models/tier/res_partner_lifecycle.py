from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from .bank_lifecycle_override import DECIDERS
from .bank_lifecycle_rule import FINAL_STAGES, RULE_STAGES

LIFECYCLE_FIELDS = (
    "lifecycle_history_ids",
    "lifecycle_override_ids",
    "lifecycle_since",
    "lifecycle_days",
    "lifecycle_reason",
    "lifecycle_limit",
)


class ResPartner(models.Model):
    """The stage of a customer's life with the bank. However it is written, the change stays in the history.

    New, growth, mature, declining, dormant and lost follow from rules; prospect, onboarding, closed and deceased are
    facts that somebody states. Whoever looks after a customer may state facts; only branch managers and operations
    set what the rules would decide, or take back that a customer is closed or deceased.
    """

    _inherit = "res.partner"

    lifecycle_history_ids = fields.One2many(
        comodel_name="bank.lifecycle.history", inverse_name="partner_id"
    )
    lifecycle_override_ids = fields.One2many(
        comodel_name="bank.lifecycle.override", inverse_name="partner_id", string="Lifecycle Overrides"
    )
    lifecycle_since = fields.Date(string="In this Stage since", compute="_compute_lifecycle_since")
    lifecycle_days = fields.Integer(string="Days in this Stage", compute="_compute_lifecycle_since")
    lifecycle_reason = fields.Char(string="Why this Stage", compute="_compute_lifecycle_since")
    lifecycle_limit = fields.Integer(string="Limit of Days", compute="_compute_lifecycle_since")

    @api.depends("lifecycle_stage", "lifecycle_history_ids")
    @api.depends_context("lang")
    def _compute_lifecycle_since(self):
        last = {}
        if self.ids:
            rows = self.env.execute_query(
                SQL(
                    """SELECT DISTINCT ON (partner_id) id FROM bank_lifecycle_history WHERE partner_id = ANY(%s)
                        ORDER BY partner_id, changed_on DESC, id DESC""",
                    self.ids,
                )
            )
            history = self.env["bank.lifecycle.history"].browse(row[0] for row in rows)
            # a customer whom the user may not see has no history for him either
            last = {row.partner_id.id: row for row in history._filtered_access("read")}
        today = self.env["bank.run"]._today()
        for partner in self:
            row = last.get(partner._origin.id)
            partner.lifecycle_since = row.changed_on if row else False
            partner.lifecycle_days = (today - row.changed_on).days if row else 0
            partner.lifecycle_reason = row.explanation if row else ""
            # sudo: bank.lifecycle.rule - a number of the rule
            partner.lifecycle_limit = row.rule_id.sudo().max_days if row else 0

    @api.model
    def _is_for_bank_staff(self, field):
        return field.name in LIFECYCLE_FIELDS or super()._is_for_bank_staff(field)

    # ------------------------------------------------------------------
    # Stages that are written
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("lifecycle_stage") in RULE_STAGES:
                self._check_may_set_stage(vals["lifecycle_stage"])
        return super().create(vals_list)

    def write(self, vals):
        if "lifecycle_stage" not in vals:
            return super().write(vals)
        stage = vals["lifecycle_stage"]
        changing = self.filtered(lambda partner: (partner.lifecycle_stage or False) != (stage or False))
        customers = changing.filtered("is_bank_customer")
        customers._check_may_set_stage(stage)
        former = {partner.id: partner.lifecycle_stage or None for partner in customers}
        result = super().write(vals)
        if former:
            self.env.flush_all()
            merging = self.env["bank.sealed.mixin"]._is_unsealed()
            customers._record_lifecycle(former, "merge" if merging else "manual", {})
            customers._after_lifecycle_change(stage)
        return result

    def _check_may_set_stage(self, stage):
        if self.env.su or any(map(self.env.user.has_group, DECIDERS)):
            return
        if not stage or stage in RULE_STAGES:
            raise AccessError(
                self.env._(
                    "[lifecycle_by_rule] Lifecycle: this stage follows from the rules. A branch manager or operations "
                    "may set it for a time by an override."
                )
            )
        if any(partner.lifecycle_stage in FINAL_STAGES for partner in self):
            raise AccessError(
                self.env._(
                    "[lifecycle_fact] Lifecycle: that a customer is closed or deceased is taken back by a branch "
                    "manager or operations only."
                )
            )

    def _set_lifecycle_stage(self, stage, reason, notes):
        """Set the stage for server code that has checked who may; history and event follow.

        :param reason: a reason of ``bank.lifecycle.history``
        :param notes: ``{partner id: the words of whoever decided}``
        """
        # sudo: res.partner - who decides about the stage need not have the right to write the contact
        changing = self.sudo().filtered(lambda partner: partner.lifecycle_stage != stage)
        former = {partner.id: partner.lifecycle_stage or None for partner in changing}
        if not former:
            return
        # past the guard of this class, which is for those who write the field itself
        super(ResPartner, changing).write({"lifecycle_stage": stage})  # pylint: disable=super-method-mismatch
        self.env.flush_all()
        changing._record_lifecycle(former, reason, notes)
        changing._after_lifecycle_change(stage)

    def _record_lifecycle(self, former, reason, notes):
        """Write history and events of stages that changed.

        :param former: ``{partner id: the stage before}``
        """
        today = self.env["bank.run"]._today()
        # sudo: bank.lifecycle.history - nobody may create it directly, it follows from changes the user was allowed
        rows = (
            self.env["bank.lifecycle.history"]
            .sudo()
            .create(
                [
                    {
                        "partner_id": partner.id,
                        "from_stage": former[partner.id],
                        "to_stage": partner.lifecycle_stage,
                        "changed_on": today,
                        "reason": reason,
                        "note": notes.get(partner.id),
                        "user_id": self.env.uid,
                    }
                    for partner in self
                ]
            )
        )
        rows.flush_recordset()
        rows._record_events(rows.ids)

    def _after_lifecycle_change(self, stage):
        """A fact ends what was set against the rules; a death is told to whoever looks after the customer."""
        if stage not in FINAL_STAGES:
            return
        # sudo: bank.lifecycle.override - what somebody set for a time gives way to the fact
        overrides = (
            self.env["bank.lifecycle.override"]
            .sudo()
            .search([("partner_id", "in", self.ids), ("state", "=", "active")])
        )
        overrides._unguarded().write({"state": "ended", "ended_by_id": self.env.uid})
        if stage == "deceased":
            self._tell_of_death()

    def _tell_of_death(self):
        """One activity for the relationship manager of each customer; what was planned with him stays to be judged."""
        # sudo: res.partner, mail.activity - the manager has to learn of it, whoever states it
        customers = self.sudo().filtered(lambda partner: partner.relationship_manager_id.active)
        model_id = self.env["ir.model"]._get_id("res.partner")
        todo = self.env.ref("mail.mail_activity_data_todo")
        self.env["mail.activity"].sudo().with_context(mail_activity_quick_update=True).create(  # sudo: see above
            [
                {
                    "res_model_id": model_id,
                    "res_id": partner.id,
                    "activity_type_id": todo.id,
                    "user_id": partner.relationship_manager_id.id,
                    "date_deadline": self.env["bank.run"]._today(),
                    "summary": self._death_summary(partner.relationship_manager_id.lang),
                }
                for partner in customers
            ]
        )

    @api.model
    def _death_summary(self, lang):
        model = self.with_context(lang=lang) if lang else self
        return model.env._("The customer has died: cancel what is planned with him and look for his heirs")

    # ------------------------------------------------------------------
    # Joints: who greets or raises alerts asks here
    # ------------------------------------------------------------------

    def _bank_may_greet(self, channel, at=None):
        """Return ``{partner_id: (allowed, reason_code)}``: whether a greeting, such as for a birthday, may be sent.

        As :meth:`_bank_may_contact` for marketing, for which a greeting needs no other consent; nobody greets the
        dead.
        """
        return self._bank_may_contact("marketing", channel, at)

    def _bank_alert_subjects(self):
        """Return those of these customers of whom alerts may be raised: neither closed nor deceased."""
        return self.filtered(lambda partner: partner.lifecycle_stage not in FINAL_STAGES)
