from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

STATES = [
    ("requested", "Waits for Approval"),
    ("approved", "Waits for the Notice"),
    ("effective", "In Effect"),
    ("late", "Notice Too Late"),
    ("refused", "Refused"),
    ("void", "Without Effect"),
]
PENDING = ("requested", "approved")


class BankTicketClockExtension(models.Model):
    """A longer time that was asked for, granted, told to the customer: the record of each step.

    The deadline moves when the notice was sent before the old one passed, and not earlier: an extension without a
    notice is a late answer.
    """

    _name = "bank.ticket.clock.extension"
    _description = "Extension of a Deadline"
    _inherit = ["bank.sealed.mixin"]
    _order = "id desc"
    _rec_name = "rule_id"

    clock_id = fields.Many2one(
        comodel_name="bank.ticket.clock", required=True, readonly=True, index=True, ondelete="restrict"
    )
    ticket_id = fields.Many2one(
        comodel_name="bank.ticket", required=True, readonly=True, index=True, ondelete="restrict"
    )
    rule_id = fields.Many2one(
        comodel_name="bank.ticket.clock.extension.rule",
        string="Condition",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    length = fields.Integer(required=True, readonly=True)  # pylint: disable=attribute-deprecated
    unit = fields.Char(required=True, readonly=True)
    reason = fields.Text(required=True, readonly=True)
    state = fields.Selection(selection=STATES, required=True, readonly=True, default="requested")
    requested_by_id = fields.Many2one(comodel_name="res.users", required=True, readonly=True, string="Asked For By")
    requested_at = fields.Datetime(string="Asked For", required=True, readonly=True)
    approved_by_id = fields.Many2one(comodel_name="res.users", readonly=True, string="Decided By")
    approved_at = fields.Datetime(string="Decided", readonly=True)
    notice_letter_id = fields.Many2one(
        comodel_name="bank.ticket.letter", string="Notice", readonly=True, index="btree_not_null"
    )
    effective_at = fields.Datetime(string="In Effect Since", readonly=True)
    old_due_at = fields.Datetime(string="Due Before", readonly=True)
    new_due_at = fields.Datetime(string="Due After", readonly=True)
    may_decide = fields.Boolean(compute="_compute_may_decide")

    @api.depends_context("uid")
    @api.depends("state", "rule_id.approver_group_id")
    def _compute_may_decide(self):
        for extension in self:
            extension.may_decide = extension.state == "requested" and extension._is_approver()

    def _is_approver(self):
        """Tell whether the user may grant this extension: a member of the group that its rule names."""
        self.ensure_one()
        group = self.rule_id.approver_group_id
        return not group or group in self.env.user.all_group_ids

    # ------------------------------------------------------------------
    # Steps
    # ------------------------------------------------------------------

    @api.model
    def _request(self, clock, rule, reason):
        """Ask for an extension; whoever may grant it grants it by asking.

        :param clock: ``bank.ticket.clock``, open
        :param rule: ``bank.ticket.clock.extension.rule`` of the clock's rule
        :param reason: text
        :raises UserError: ``[extension_not_possible]``
        """
        self._check_possible(clock, rule)
        # sudo: bank.ticket.clock.extension - nobody may write these facts directly; the caller may write the ticket
        extension = self.sudo().create(
            {
                "clock_id": clock.id,
                "ticket_id": clock.ticket_id.id,
                "rule_id": rule.id,
                "length": rule.length,
                "unit": rule.unit,
                "reason": reason,
                "requested_by_id": self.env.uid,
                "requested_at": fields.Datetime.now(),
                "old_due_at": clock.due_at,
            }
        )
        extension = extension.with_env(self.env)
        extension._log("extension_requested")
        if extension._is_approver():
            extension._approve()
        return extension

    @api.model
    def _check_possible(self, clock, rule):
        known = clock.sudo().extension_ids  # sudo: bank.ticket.clock.extension - whether one is asked for already
        problem = False
        if not clock.is_open or clock.is_breached:
            problem = self.env._("the deadline is over")
        elif rule.rule_id.code != clock.rule_id.code or rule.rule_id.regime_id != clock.regime_id:
            problem = self.env._("its rule does not know this extension")
        elif known.filtered(lambda line: line.rule_id == rule and line.state in (*PENDING, "effective")):
            problem = self.env._("it was asked for already")
        elif rule.previous_id and not known.filtered(
            lambda line: line.rule_id == rule.previous_id and line.state == "effective"
        ):
            problem = self.env._("“%(previous)s” has to be in effect first", previous=rule.previous_id.name)
        if problem:
            raise UserError(
                self.env._(
                    "[extension_not_possible] %(clock)s cannot be extended: %(problem)s.",
                    clock=clock.display_name,
                    problem=problem,
                )
            )

    def action_approve(self):
        """Grant extensions.

        :raises AccessError: ``[not_an_approver]``
        """
        for extension in self:
            extension._check_decision()
            extension._approve()

    def action_refuse(self):
        """Refuse extensions: the deadline stays."""
        for extension in self:
            extension._check_decision()
            extension._decide("refused")
        self._log("extension_refused")

    def _check_decision(self):
        self.ticket_id.check_access("write")
        if self.state != "requested":
            raise UserError(
                self.env._("[extension_decided] %(name)s: this is decided already.", name=self.display_name)
            )
        if not self._is_approver():
            raise AccessError(
                self.env._(
                    "[not_an_approver] %(name)s: only members of “%(group)s” decide on this extension.",
                    name=self.display_name,
                    group=self.rule_id.approver_group_id.display_name,
                )
            )

    def _approve(self):
        self._decide("approved")
        self._log("extension_approved")
        without_notice = self.filtered(lambda line: not line.rule_id.notice_kind_id)
        # sudo: bank.ticket.clock - the deadline of a ticket that the user may write
        without_notice = without_notice.sudo()
        without_notice._take_effect({line.ticket_id.id: (fields.Datetime.now(), None) for line in without_notice})

    def _decide(self, state):
        # sudo: bank.ticket.clock.extension - sealed facts; the right to decide was checked
        self.sudo()._unsealed().write(
            {"state": state, "approved_by_id": self.env.uid, "approved_at": fields.Datetime.now()}
        )

    def _take_effect(self, notices):
        """Move the deadlines, where the notice came before they passed.

        :param notices: {ticket id: (moment of the notice, letter or None)}
        """
        if not self:
            return
        for extension in self:
            at, letter = notices[extension.ticket_id.id]
            values = {"state": "effective", "effective_at": at, "old_due_at": extension.clock_id.due_at}
            if at > extension.clock_id.due_at:
                values = {"state": "late"}
            extension._unsealed().write({**values, "notice_letter_id": letter.id if letter else False})
        moved = self.filtered(lambda line: line.state == "effective")
        moved.clock_id._recount()
        for extension in moved:
            extension._unsealed().write({"new_due_at": extension.clock_id.due_at})
        self.env["bank.ticket.clock"]._update_tickets(self.ticket_id)
        moved._log("extension_effective")
        (self - moved)._log("extension_late")

    @api.model
    def _withdraw_notice(self, letter_ids, occasion):
        """The notices came back: the extensions wait for another one, and the old deadlines hold."""
        lines = self.search([("notice_letter_id", "in", list(letter_ids)), ("state", "in", ("effective", "late"))])
        if not lines:
            return
        lines._unsealed().write(
            {"state": "approved", "effective_at": False, "new_due_at": False, "notice_letter_id": False}
        )
        lines.clock_id.filtered("is_open")._recount()
        for line in lines:
            occasion.tell(line.ticket_id.id, "extension_withdrawn", line.clock_id._label())

    def _log(self, kind):
        now = fields.Datetime.now()
        # sudo: bank.ticket.clock.extension - what goes into the history of the ticket
        self.env["bank.ticket.event"]._append(
            [(line.ticket_id.id, kind, line._prepare_event_data(), now) for line in self.sudo()]
        )

    def _prepare_event_data(self):
        new = fields.Datetime.to_string(self.new_due_at) if self.new_due_at else f"{self.length} {self.unit}"
        return {"clock": self.clock_id._label(), "from": fields.Datetime.to_string(self.old_due_at), "to": new}
