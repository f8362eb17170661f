import base64
import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

_logger = logging.getLogger(__name__)

COMPLIANCE = "bank_crm.group_compliance"
OPEN_STATES = ("new", "in_progress", "waiting_retention")


class BankPrivacyRequest(models.Model):
    """What a customer asks for about his own data, with the day by which the bank has to answer.

    Erasing takes three steps: restrict at once, wait for the end of retention, anonymise (``bank.erasure``).
    """

    _name = "bank.privacy.request"
    _description = "Privacy Request"
    _inherit = ["bank.customer.bound.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "due_on, id"

    name = fields.Char(string="Number", readonly=True, copy=False, default="/")
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Customer",
        required=True,
        index=True,
        ondelete="restrict",
        domain=[("is_bank_customer", "=", True)],
    )
    company_id = fields.Many2one(related="partner_id.company_id", store=True)
    kind = fields.Selection(
        selection=[
            ("access", "Access"),
            ("correct", "Correction"),
            ("restrict", "Restriction"),
            ("erase", "Erasure"),
            ("port", "Portability"),
        ],
        required=True,
        default="access",
        tracking=True,
    )
    received_on = fields.Date(string="Received", required=True, default=fields.Date.context_today)
    due_on = fields.Date(string="Due", compute="_compute_due_on", store=True, readonly=False, tracking=True)
    state = fields.Selection(
        selection=[
            ("new", "New"),
            ("in_progress", "In Progress"),
            ("waiting_retention", "Waiting for the End of Retention"),
            ("done", "Done"),
            ("refused", "Refused"),
        ],
        required=True,
        default="new",
        readonly=True,
        tracking=True,
    )
    handler_id = fields.Many2one(
        comodel_name="res.users",
        default=lambda self: self._default_handler(),
        domain=lambda self: [("all_group_ids", "in", self.env.ref(COMPLIANCE).ids), ("share", "=", False)],
        tracking=True,
    )
    note = fields.Text(string="What the Customer Asks For")
    decision_note = fields.Text(string="Decision", help="Why it was refused, or what was done.")
    keep_until = fields.Date(readonly=True, help="End of the longest retention that applies.")
    blocking_reason = fields.Char(string="Why It Waits", readonly=True)
    answered_on = fields.Date(string="Answered", readonly=True)
    answer_attachment_id = fields.Many2one(comodel_name="ir.attachment", string="Answer File", readonly=True)
    proof_attachment_id = fields.Many2one(comodel_name="ir.attachment", string="Proof of Erasure", readonly=True)
    is_overdue = fields.Boolean(string="Overdue", compute="_compute_is_overdue", search="_search_is_overdue")

    _open_idx = models.Index("(due_on) WHERE state IN ('new', 'in_progress', 'waiting_retention')")

    @api.model
    def _default_handler(self):
        if self.env.user.has_group(COMPLIANCE):
            return self.env.user
        # sudo: res.groups - who is in compliance, to give the request to one of them
        return self.env.ref(COMPLIANCE).sudo().all_user_ids.filtered(lambda user: not user.share)[:1]

    @api.depends("received_on", "company_id")
    def _compute_due_on(self):
        days = self.env["res.config.settings"]._bank_parameter("privacy_answer_days")
        for request in self.filtered("received_on"):
            request.due_on = request._add_working_days(request.received_on, days)

    def _add_working_days(self, start, days):
        """Return the day that is ``days`` working days of the company after ``start``."""
        calendar = (self.company_id or self.env.company).resource_calendar_id
        # From the end of the day on which it came in: that day does not count.
        begin = fields.Datetime.to_datetime(start) + timedelta(days=1)
        end = calendar.plan_days(days, begin, compute_leaves=True) if calendar and days else None
        return end.date() if end else start + timedelta(days=days)

    @api.depends("due_on", "state")
    def _compute_is_overdue(self):
        today = fields.Date.context_today(self)
        for request in self:
            answering = request.state in ("new", "in_progress")
            request.is_overdue = bool(answering and request.due_on and request.due_on < today)

    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        domain = ["&", ("state", "in", ("new", "in_progress")), ("due_on", "<", fields.Date.context_today(self))]
        return domain if True in value else ["!", *domain]

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            # sudo: ir.sequence - who may register a request gets its number
            vals["name"] = self.env["ir.sequence"].sudo().next_by_code("bank.privacy.request") or "/"
            self._refuse_forged_state(vals)
        requests = super().create(vals_list)
        requests._schedule_answer()
        return requests

    def write(self, vals):
        self._refuse_forged_state(vals)
        result = super().write(vals)
        if vals.get("handler_id"):
            self._hand_over_answer()
        return result

    def _hand_over_answer(self):
        """The work follows the handler."""
        for request in self.filtered(lambda request: request.state in OPEN_STATES):
            activities = request.sudo().activity_ids  # sudo: mail.activity - see _schedule_answer
            if activities:
                activities.write({"user_id": request.handler_id.id})
            else:
                request._schedule_answer()

    @api.model
    def _refuse_forged_state(self, vals):
        """States, files and dates of the answer follow from the buttons."""
        made_by_buttons = {
            "state",
            "keep_until",
            "blocking_reason",
            "answered_on",
            "answer_attachment_id",
            "proof_attachment_id",
        }
        if vals.keys() & made_by_buttons and not self.env.su and not self.env["bank.sealed.mixin"]._is_unsealed():
            raise AccessError(
                self.env._("State: press the buttons of the request, they check what has to be checked.")
            )

    def _schedule_answer(self):
        for request in self.filtered("handler_id"):
            # sudo: mail.activity - staff who register a request may not plan work for compliance by themselves
            request.sudo().activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=request.due_on,
                summary=self.env._("Answer the privacy request"),
                user_id=request.handler_id.id,
            )

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------

    def _check_compliance(self):
        if not self.env.su and not self.env.user.has_group(COMPLIANCE):
            raise AccessError(self.env._("Privacy requests are answered by compliance."))

    def _set_state(self, state, **values):
        """Change the state for a button; the activities end when the request does."""
        closing = {"answered_on": fields.Date.context_today(self)} if state in ("done", "refused") else {}
        key = self.env["bank.sealed.mixin"].SEAL_KEY
        self.with_context(bank_seal_key=key).write({"state": state, **closing, **values})
        if closing:
            self.activity_ids.sudo().action_done()  # sudo: mail.activity - also those planned for a colleague

    def action_start(self):
        """Take the request on."""
        self._check_compliance()
        for request in self.filtered(lambda request: request.state == "new"):
            request._set_state("in_progress", handler_id=self.env.uid)

    def action_answer(self):
        """Make the file with everything about the customer and keep it on the request."""
        self._check_compliance()
        for request in self:
            request._check_open()
            # sudo: ir.attachment, all models - the customer has a right to everything, access to it was checked above
            content = self.env["bank.privacy.export"].sudo()._build(request.partner_id)
            attachment = self.env["ir.attachment"].create(
                {
                    "name": f"{request.name.replace('/', '-')}.zip",
                    "datas": base64.b64encode(content),
                    "mimetype": "application/zip",
                    "res_model": self._name,
                    "res_id": request.id,
                }
            )
            request._set_state("done", answer_attachment_id=attachment.id)

    def action_restrict(self):
        """Hide the customer from all but compliance."""
        self._check_compliance()
        for request in self:
            request._check_open()
            request._restrict()
            request._set_state("done")

    def _restrict(self, restricted=True):
        # sudo: res.partner - the mark is read-only; compliance sets it by this button
        self.partner_id.sudo().write({"is_restricted": restricted})
        kind = "privacy.restricted" if restricted else "privacy.released"
        self.env["bank.customer.event"]._record(
            kind, [{"partner_id": self.partner_id.id, "source_model": self._name, "source_id": self.id}]
        )

    def action_release(self):
        """End the restriction."""
        self._check_compliance()
        for request in self:
            if request.partner_id.sudo().is_anonymized:  # sudo: res.partner - the mark alone
                raise UserError(self.env._("Customer: he is anonymised, there is nothing to release."))
            request._restrict(restricted=False)

    def action_erase(self):
        """Restrict the customer, and anonymise as soon as no retention and no hold stands against it."""
        self._check_compliance()
        for request in self:
            request._check_open()
            self.env["bank.erasure"]._check_erasable(request.partner_id)
            request._restrict()
            request._set_state("waiting_retention", **request._retention())
        # sudo: ir.cron - compliance may start this one job
        self.env.ref("bank_crm.ir_cron_privacy_erasure").sudo()._trigger()

    def _retention(self):
        """Return what is known about when erasing is allowed, as values of the request."""
        # sudo: bank.retention.rule and what it counts - dates only
        keep_until, open_count = self.env["bank.retention.rule"].sudo()._evaluate(self.partner_id)
        held = (
            self.env["bank.legal.hold"]
            .sudo()
            .search_count(  # sudo: bank.legal.hold - whether there is one
                [("partner_id", "=", self.partner_id.id), ("is_active", "=", True)]
            )
        )
        if held:
            reason = self.env._("A legal hold is in force.")
        elif open_count:
            reason = self.env._("%(count)s records are still open.", count=open_count)
        elif keep_until and keep_until >= fields.Date.context_today(self):
            reason = self.env._("The law wants the records to be kept.")
        else:
            reason = False
        return {"keep_until": keep_until, "blocking_reason": reason}

    def action_refuse(self):
        """Refuse the request; the reason stands in the decision."""
        self._check_compliance()
        for request in self:
            request._check_open()
            if not request.decision_note:
                raise UserError(self.env._("Decision: write why the request is refused, the customer has to be told."))
            request._set_state("refused")

    def action_done(self):
        """Close a request that was answered outside (a correction)."""
        self._check_compliance()
        for request in self:
            request._check_open()
            if request.kind == "erase":
                raise UserError(self.env._("Kind: a request to erase is done when the customer is anonymised."))
            request._set_state("done")

    def _check_open(self):
        if self.state not in OPEN_STATES:
            raise UserError(self.env._("State: this request is closed. Register a new one."))

    # ------------------------------------------------------------------
    # Scheduler
    # ------------------------------------------------------------------

    @api.model
    def _cron_erase(self):
        """Anonymise the customers whose retention is over; each in a transaction of its own."""
        commit_progress = self.env["ir.cron"]._commit_progress
        waiting = self.search([("state", "=", "waiting_retention"), ("kind", "=", "erase")])
        commit_progress(remaining=len(waiting))
        for request in waiting:
            request = request.try_lock_for_update()
            try:
                if request:
                    request._erase_if_allowed()
            except Exception:  # noqa: BLE001 - whatever it was, the next customer is not to wait for it
                self.env.cr.rollback()
                # Without the trace: messages of the database may quote personal data.
                _logger.error("Erasure of privacy request %s failed", request.id)  # pylint: disable=logging-not-lazy
            if not commit_progress(1):
                break

    def _erase_if_allowed(self):
        """Anonymise, unless retention or a hold stands against it; return whether it was done."""
        self.ensure_one()
        retention = self._retention()
        if retention["blocking_reason"]:
            self._set_state("waiting_retention", **retention)
            return False
        proof = self.env["bank.erasure"]._erase(self.partner_id, self)
        attachment = self.env["ir.attachment"].create(
            {
                "name": f"erasure-{self.name.replace('/', '-')}.json",
                "datas": base64.b64encode(proof),
                "mimetype": "application/json",
                "res_model": self._name,
                "res_id": self.id,
            }
        )
        self._set_state("done", proof_attachment_id=attachment.id, **retention)
        return True
