from datetime import datetime, time, timedelta

import pytz

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

OPEN_STATES = ("submitted", "contested")


class BankOwnershipClaim(models.Model):
    """A relationship manager claims a customer; the manager above both branches decides.

    submitted (→ contested by the owner) → approved or rejected by the decider; expired if nobody up to the top of the
    tree decided in time. The decider is the manager of the lowest branch above the claimant's and the customer's
    branch, or the next one upwards; never the claimant or the owner.

    The claimant may not know the customer: ``partner_id`` is closed to everybody, ``customer_id`` shows the customer
    to those who may see him. How to submit and what the answer tells is in ``bank_ownership_claim_submit.py``.
    """

    _name = "bank.ownership.claim"
    _description = "Ownership Claim"
    _inherit = ["mail.thread", "mail.activity.mixin", "bank.guarded.mixin"]
    _order = "id desc"
    _rec_name = "name"

    _mail_post_access = "read"

    ANSWER_DAYS = 5
    COOLING_DAYS = 90
    FORMER_CREDIT = 50
    FORMER_CREDIT_DAYS = 90

    name = fields.Char(string="Claim", required=True, readonly=True, copy=False)
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Customer (hidden)",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        groups=fields.NO_ACCESS,
    )
    customer_id = fields.Many2one(
        comodel_name="res.partner",
        compute="_compute_customer_id",
        search="_search_customer_id",
        help="Empty for those who may not see the customer.",
    )
    customer_number = fields.Char(readonly=True, help="As the claimant gave it.")
    claimant_id = fields.Many2one(
        comodel_name="res.users", required=True, readonly=True, index=True, ondelete="restrict"
    )
    branch_id = fields.Many2one(
        comodel_name="bank.branch",
        string="Claimant's Branch",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    owner_id = fields.Many2one(
        comodel_name="res.users",
        string="Owner When Claimed",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    owner_branch_id = fields.Many2one(
        comodel_name="bank.branch",
        string="Customer's Branch",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    basis = fields.Selection(
        selection=[
            ("contract", "Explicit Contract"),
            ("household", "Household"),
            ("opening_branch", "Account Opened Here"),
            ("balance", "Largest Balance Here"),
            ("service", "Served Here Last"),
            ("other", "Other"),
        ],
        required=True,
        help="In the order of their weight.",
    )
    evidence = fields.Text(required=True)
    attachment_ids = fields.Many2many(comodel_name="ir.attachment", string="Attachments")
    contest_note = fields.Text(string="The Owner's View", readonly=True)
    company_id = fields.Many2one(comodel_name="res.company", required=True, readonly=True)

    # Decision
    state = fields.Selection(
        selection=[
            ("submitted", "Submitted"),
            ("contested", "Contested"),
            ("approved", "Approved"),
            ("rejected", "Rejected"),
            ("expired", "Expired"),
        ],
        required=True,
        readonly=True,
        default="submitted",
        index=True,
        tracking=True,
    )
    submitted_at = fields.Datetime(readonly=True, default=fields.Datetime.now)
    due_on = fields.Date(string="Answer Due", readonly=True, index=True)
    deciding_branch_id = fields.Many2one(
        comodel_name="bank.branch", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    decider_id = fields.Many2one(
        comodel_name="res.users",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Empty: no manager above both branches is left, operations decide.",
    )
    escalations = fields.Integer(readonly=True, help="How often the answer was overdue and went one step up.")
    decision_note = fields.Text(readonly=True)
    decided_by_id = fields.Many2one(comodel_name="res.users", readonly=True)
    decided_at = fields.Datetime(readonly=True)
    may_decide = fields.Boolean(compute="_compute_may_decide")
    may_contest = fields.Boolean(compute="_compute_may_decide")

    # Credit
    former_credit_pct = fields.Float(
        string="Credit of the Former Owner (%)",
        digits=(5, 2),
        default=FORMER_CREDIT,
        help="Share of the customer's results that the former owner keeps until the date beside.",
    )
    former_credit_until = fields.Date(string="Until")
    credit_preview = fields.Char(string="Credit after the Approval", compute="_compute_credit_preview")

    _one_open_uniq = models.UniqueIndex(
        "(partner_id, claimant_id) WHERE state IN ('submitted', 'contested')",
        "You have an open claim to this customer already.",
    )
    _credit_check = models.Constraint(
        "CHECK(former_credit_pct BETWEEN 0 AND 100)", "Credit: enter a percentage between 0 and 100."
    )

    @api.model
    def _guarded_fields(self):
        return set(self._fields) - {
            *models.MAGIC_COLUMNS,
            "former_credit_pct",
            "former_credit_until",
            "message_ids",
            "message_follower_ids",
            "activity_ids",
            "message_main_attachment_id",
        }

    # ------------------------------------------------------------------
    # Computes
    # ------------------------------------------------------------------

    @api.depends_context("uid")
    @api.depends("partner_id")
    def _compute_customer_id(self):
        # sudo: bank.ownership.claim - which customer it is; the next line asks whether the user may see him
        visible = self.sudo().partner_id.sudo(False)._filtered_access("read")
        for claim in self:
            partner = claim.sudo().partner_id
            claim.customer_id = partner if partner in visible else False

    def _search_customer_id(self, operator, value):
        if operator not in ("in", "any", "ilike"):
            return NotImplemented
        # The customers as the user may find them; sudo only for the closed field.
        partners = self.env["res.partner"]
        if operator == "ilike":
            found = partners.search([("display_name", "ilike", value)])
        elif operator == "any":
            found = partners.search(value)
        elif any(isinstance(item, str) for item in value):
            return NotImplemented
        else:
            found = partners.browse(item for item in value if item)._filtered_access("read")
        # sudo: bank.ownership.claim - the closed field; the rules apply to the outer search
        return [("id", "in", self.sudo().search([("partner_id", "in", found.ids)]).ids)]

    @api.depends_context("uid")
    @api.depends("state", "decider_id", "claimant_id", "owner_id")
    def _compute_may_decide(self):
        for claim in self:
            claim.may_decide = claim.state in OPEN_STATES and claim._is_decider(self.env.user)
            claim.may_contest = claim.state == "submitted" and claim._present_owner() == self.env.user

    @api.depends("former_credit_pct", "former_credit_until", "owner_id", "claimant_id")
    def _compute_credit_preview(self):
        for claim in self:
            names = claim.sudo()  # sudo: res.users - the names of colleagues are no secret within the bank
            kept = claim.former_credit_pct
            if not claim.owner_id or not kept or not claim.former_credit_until:
                claim.credit_preview = self.env._("%(claimant)s 100 %%", claimant=names.claimant_id.name or "")
            else:
                claim.credit_preview = self.env._(
                    "until %(until)s: %(owner)s %(kept)g %%, %(claimant)s %(rest)g %%; then %(claimant)s 100 %%",
                    until=fields.Date.to_string(claim.former_credit_until),
                    owner=names.owner_id.name,
                    kept=kept,
                    claimant=names.claimant_id.name,
                    rest=100 - kept,
                )

    def _mail_get_partner_fields(self, introspect_fields=False):
        """The chatter suggests nobody: the customer may be hidden from the claimant."""
        return []

    # ------------------------------------------------------------------
    # Who decides
    # ------------------------------------------------------------------

    def _is_decider(self, user):
        """The decider, and operations where there is none; nobody who is party to the claim."""
        self.ensure_one()
        if user in (self.claimant_id | self.owner_id | self._present_owner()):
            return False
        if self.decider_id:
            return user == self.decider_id
        return user.has_group("bank_crm.group_operations")

    def _present_owner(self):
        return self.sudo().partner_id.relationship_manager_id  # sudo: the closed field; only the colleague is used

    @api.model
    def _find_decider(self, start, parties):
        """Return (branch, user): the nearest manager from ``start`` upwards who is no party and still there."""
        for branch in start._upwards():
            manager = branch.manager_id
            if manager.active and manager not in parties:
                return branch, manager
        return start, self.env["res.users"]

    # ------------------------------------------------------------------
    # Decision
    # ------------------------------------------------------------------

    def write(self, vals):
        if vals and not self._is_unguarded() and {"former_credit_pct", "former_credit_until"} & vals.keys():
            for claim in self:
                claim._check_may_decide()
        return super().write(vals)

    def action_contest(self, note=None):
        """The present owner objects; the decider sees his view.

        :param note: what the owner has to say
        """
        for claim in self:
            claim.check_access("read")
            if not claim.may_contest:
                raise AccessError(
                    self.env._("[not_the_owner] Only the present owner contests a claim, while it is undecided.")
                )
            claim._as_process().write({"state": "contested", "contest_note": note or False})
        return True

    def action_approve(self, note=None):
        """Give the customer to the claimant; other open claims to him are rejected.

        :param note: reason of the decision
        """
        for claim in self:
            claim._check_may_decide()
            process = claim._as_process()
            process._move_to_claimant()
            process._close("approved", note)
            others = process.search([("partner_id", "=", process.partner_id.id), ("state", "in", OPEN_STATES)])
            others._unguarded()._close("rejected", self.env._("Another claim to this customer was approved."))
        return True

    def action_reject(self, note=None):
        """Leave the customer where he is.

        :param note: reason of the decision
        """
        for claim in self:
            claim._check_may_decide()
            claim._as_process()._close("rejected", note)
        return True

    def _check_may_decide(self):
        self.check_access("read")
        if self.state not in OPEN_STATES:
            raise UserError(self.env._("[already_decided] This claim has been decided or has expired."))
        if not self._is_decider(self.env.user):
            raise AccessError(
                self.env._(
                    "[not_your_decision] A claim is decided by the manager above both branches; nobody decides about "
                    "his own claim or about a customer of his own."
                )
            )

    def _as_process(self):
        # sudo: bank.ownership.claim, bank.assignment, res.partner - the user has been checked to be party or decider
        return self.sudo()._unguarded()

    def _move_to_claimant(self):
        """In the environment of the process."""
        partner, former = self.partner_id, self._active_primary()
        if not self.claimant_id.active:
            raise UserError(self.env._("The claimant has left; reject the claim."))
        kept = self.former_credit_pct if former.user_id and self.former_credit_until else 0
        self.env["bank.owner.move"]._move(
            [(partner.id, former.user_id.id or None, self.claimant_id.id, self.branch_id.id)],
            day=self._today(),
            reason=self.env._("Claim %(number)s approved", number=self.name),
            source="claim",
            move_branch=True,
            kept_credit=kept,
            credit_until=self.former_credit_until if kept else None,
        )

    def _active_primary(self):
        return self.env["bank.assignment"].search(
            [("partner_id", "=", self.partner_id.id), ("role", "=", "primary"), ("date_to", "=", False)]
        )

    def _close(self, state, note=None):
        self.write(
            {
                "state": state,
                "decision_note": note or False,
                "decided_by_id": self.env.uid,
                "decided_at": fields.Datetime.now(),
            }
        )
        self.activity_unlink(["mail.mail_activity_data_todo"])

    # ------------------------------------------------------------------
    # Deadlines
    # ------------------------------------------------------------------

    def _today(self):
        self.ensure_one()
        return self.env["bank.run"].with_company(self.company_id)._today()

    @api.model
    def _parameter(self, name, default):
        # sudo: ir.config_parameter - numbers of the trade that the administrator sets
        return int(self.env["ir.config_parameter"].sudo().get_param(f"bank_crm.{name}", default))

    @api.model
    def _answer_due(self, company, day):
        """Return the date of the last working day for the answer to a claim of ``day``, by the company's calendar."""
        days = self._parameter("claim_answer_days", self.ANSWER_DAYS)
        calendar = company.resource_calendar_id
        tz = pytz.timezone(calendar.tz or company.partner_id.tz or "UTC")
        begin = tz.localize(datetime.combine(day + timedelta(days=1), time.min))
        planned = calendar.plan_days(days, begin, compute_leaves=True) if calendar else False
        if planned:
            return planned.astimezone(tz).date()
        due = day
        while days:
            due += timedelta(days=1)
            days -= due.weekday() < 5
        return due

    def _ask_decider(self):
        """Give the decider a task; it names the claim, not the customer. Nobody is mailed."""
        for claim in self.filtered("decider_id"):
            claim.with_context(mail_activity_quick_update=True).activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=claim.due_on,
                summary=self.env._("Decide about claim %(number)s", number=claim.name),
                user_id=claim.decider_id.id,
            )

    @api.model
    def _cron_overdue(self):
        """Pass overdue claims on to the next manager upwards; without one they expire."""
        for company in self.env["res.company"].search([("active", "=", True)]):
            today = self.env["bank.run"].with_company(company)._today()
            overdue = self._unguarded().search(
                [("company_id", "=", company.id), ("state", "in", OPEN_STATES), ("due_on", "<", today)]
            )
            for claim in overdue:
                claim._escalate(today)

    def _escalate(self, today):
        above = self.deciding_branch_id.parent_id
        parties = self.claimant_id | self.owner_id | self._present_owner()
        branch, decider = self._find_decider(above, parties) if above and self.decider_id else (above, False)
        if not decider:
            self._close("expired", self.env._("Nobody decided in time."))
            return
        self.activity_unlink(["mail.mail_activity_data_todo"])
        self.write(
            {
                "deciding_branch_id": branch.id,
                "decider_id": decider.id,
                "due_on": self._answer_due(self.company_id, today),
                "escalations": self.escalations + 1,
            }
        )
        self._ask_decider()

    @api.constrains("former_credit_pct", "former_credit_until")
    def _check_former_credit_until(self):
        for claim in self:
            until = claim.former_credit_until
            if claim.state in OPEN_STATES and claim.former_credit_pct and until and until < claim._today():
                raise ValidationError(self.env._("Until: the former owner's credit cannot end in the past."))
