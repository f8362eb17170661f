from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL


class BankHandover(models.Model):
    """The customers of one relationship manager come to others: while he is on leave, for good, or as he leaves.

    draft → approved → running → done, and a leave comes back by itself: returning → returned. Whoever gives or takes
    the customers does not approve it alone (see :meth:`action_approve`). How customers are moved is in
    ``bank_handover_engine.py``.
    """

    _name = "bank.handover"
    _description = "Hand-over"
    _inherit = ["bank.guarded.mixin"]
    _order = "id desc"

    kind = fields.Selection(
        selection=[("leave", "Leave"), ("transfer", "Transfer"), ("leaver", "Leaves the Bank")],
        required=True,
        default="leave",
        help="Leave: the customers come back by themselves after the last day. Transfer and leaver: for good.",
    )
    from_user_id = fields.Many2one(
        comodel_name="res.users",
        string="From",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.user,
        domain=[("share", "=", False)],
    )
    branch_id = fields.Many2one(
        comodel_name="bank.branch",
        string="Home Branch",
        compute="_compute_branch_id",
        store=True,
        precompute=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Of the one who hands over: its manager, or one above him, approves.",
    )
    receiver_ids = fields.Many2many(
        comodel_name="res.users",
        string="To",
        domain="[('share', '=', False), ('id', '!=', from_user_id)]",
        help="Distribute gives each of them customers, those with few customers more.",
    )
    date_from = fields.Date(string="From Day", required=True, default=lambda self: self.env["bank.run"]._today())
    date_to = fields.Date(string="Last Day of Absence")
    keep_credit = fields.Boolean(
        string="Keeps the Credit", default=True, help="The results during the leave still count for the absent one."
    )
    move_branch = fields.Boolean(
        string="Customers Change the Branch", help="They go to the home branch of their new relationship manager."
    )
    note = fields.Text(string="Reason")
    company_id = fields.Many2one(comodel_name="res.company", required=True, default=lambda self: self.env.company)
    line_ids = fields.One2many(comodel_name="bank.handover.line", inverse_name="handover_id", string="Customers")
    state = fields.Selection(
        selection=[
            ("draft", "Draft"),
            ("approved", "Approved"),
            ("running", "Running"),
            ("done", "Done"),
            ("returning", "Returning"),
            ("returned", "Returned"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        default="draft",
        index=True,
    )
    approved_by_id = fields.Many2one(comodel_name="res.users", readonly=True, copy=False)
    approved_at = fields.Datetime(readonly=True, copy=False)

    # Progress
    total = fields.Integer(string="Customers to Move", readonly=True, copy=False)
    processed = fields.Integer(readonly=True, copy=False)
    seconds = fields.Float(string="Seconds at Work", digits=(12, 2), readonly=True, copy=False)
    progress = fields.Float(compute="_compute_progress")
    error = fields.Text(readonly=True, copy=False)
    line_count = fields.Integer(compute="_compute_line_counts")
    without_receiver_count = fields.Integer(string="Without a Receiver", compute="_compute_line_counts")
    skipped_count = fields.Integer(string="Not Moved", compute="_compute_line_counts")

    _dates_check = models.Constraint(
        "CHECK(date_to IS NULL OR date_to >= date_from)", "Last Day of Absence: it cannot be before the first day."
    )

    @api.model
    def _guarded_fields(self):
        return {"state", "approved_by_id", "approved_at", "total", "processed", "seconds", "error", "branch_id"}

    # ------------------------------------------------------------------
    # Computes, constraints
    # ------------------------------------------------------------------

    @api.depends("from_user_id")
    def _compute_branch_id(self):
        for handover in self:
            # sudo: res.users - the home branch of a colleague is no secret within the bank
            handover.branch_id = handover.from_user_id.sudo().bank_branch_id

    @api.depends("kind", "from_user_id", "date_from")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for handover in self:
            name = handover.from_user_id.sudo().name or ""  # sudo: res.users - the name of a colleague
            handover.display_name = f"{labels.get(handover.kind, '')}: {name}, {handover.date_from or ''}"

    @api.depends("total", "processed", "state")
    def _compute_progress(self):
        for handover in self:
            if handover.state in ("done", "returned"):
                handover.progress = 100
            else:
                handover.progress = 100 * handover.processed / handover.total if handover.total else 0

    @api.depends("line_ids.to_user_id", "line_ids.state")
    def _compute_line_counts(self):
        counts = {
            handover.id: (count, without)
            for handover, count, without in self._count_lines([("to_user_id", "=", False)])
        }
        skipped = {handover.id: count for handover, _total, count in self._count_lines([("state", "=", "skipped")])}
        for handover in self:
            handover.line_count, handover.without_receiver_count = counts.get(handover.id, (0, 0))
            handover.skipped_count = skipped.get(handover.id, 0)

    def _count_lines(self, domain):
        """Return ``[(handover, number of lines, number of lines of domain)]``."""
        lines = self.env["bank.handover.line"]
        of_these = [("handover_id", "in", self.ids)]
        some = dict(lines._read_group([*of_these, *domain], ["handover_id"], ["__count"]))
        return [
            (handover, count, some.get(handover, 0))
            for handover, count in lines._read_group(of_these, ["handover_id"], ["__count"])
        ]

    @api.constrains("kind", "date_to")
    def _check_date_to(self):
        for handover in self:
            if handover.kind == "leave" and not handover.date_to:
                raise ValidationError(
                    self.env._("Last Day of Absence: a leave needs one, on the day after it the customers return.")
                )

    @api.constrains("receiver_ids", "from_user_id")
    def _check_receiver_ids(self):
        for handover in self:
            if handover.from_user_id in handover.receiver_ids:
                raise ValidationError(self.env._("To: nobody hands over to himself. Choose somebody else."))

    def write(self, vals):
        if vals and not self._is_unguarded():
            self._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_begun(self):
        if any(handover.state not in ("draft", "cancelled") for handover in self):
            raise UserError(self.env._("A hand-over that has been approved is kept. Cancel it instead."))

    def _check_draft(self):
        if any(handover.state != "draft" for handover in self):
            raise UserError(
                self.env._("[not_a_draft] This hand-over has been approved and cannot be changed. Cancel it first.")
            )

    # ------------------------------------------------------------------
    # Draft: customers and receivers
    # ------------------------------------------------------------------

    def action_load_customers(self):
        """Add the customers whom the giver looks after and who are not on the list yet."""
        self.ensure_one()
        self.check_access("write")
        self._check_draft()
        self.env["bank.handover.line"]._load(self)
        return True

    def action_distribute(self):
        """Give the customers without a receiver to the receivers, so that in the end all have about equally many."""
        self.ensure_one()
        self.check_access("write")
        self._check_draft()
        if not self.receiver_ids:
            raise UserError(self.env._("To: choose at least one receiver first."))
        if not self.line_ids:
            self.env["bank.handover.line"]._load(self)
        self.env["bank.handover.line"]._distribute(self)
        return True

    # ------------------------------------------------------------------
    # Decision
    # ------------------------------------------------------------------

    def action_approve(self):
        """Approve as the manager of the branch or of one above it, or as operations; not as giver or receiver."""
        for handover in self:
            handover._check_draft()
            handover._check_approver()
            handover._check_complete()
            # sudo: bank.handover - the approver has just been checked; who decides need not be who may edit
            self.env["bank.handover.line"]._distribute_hidden(handover.sudo())
            handover.sudo()._unguarded().write(
                {"state": "approved", "approved_by_id": self.env.uid, "approved_at": fields.Datetime.now()}
            )
        return True

    def action_approve_and_start(self):
        """Approve, and begin at once if the day has come."""
        self.action_approve()
        due = self.filtered(lambda handover: handover.date_from <= handover._today())
        return due.action_start() if due else True

    def _check_complete(self):
        self.ensure_one()
        if not self.line_count:
            raise UserError(self.env._("Customers: the list is empty. Load the customers first."))
        if self.without_receiver_count:
            raise UserError(
                self.env._(
                    "To: %(count)s customers have no receiver yet. Distribute them, or choose one for each.",
                    count=self.without_receiver_count,
                )
            )
        # sudo: res.users - whether a colleague can take customers
        for user in self.line_ids.sudo().to_user_id:
            if not user.active or user.share or not user.has_group("bank_crm.group_relationship_manager"):
                raise UserError(
                    self.env._(
                        "To: %(name)s is no active relationship manager and could not see the customers.",
                        name=user.name,
                    )
                )

    def _check_approver(self):
        self.ensure_one()
        if not self._may_approve(self.env.user):
            raise AccessError(
                self.env._(
                    "[not_your_decision] A hand-over is approved by the manager of the branch or of one above it, or "
                    "by operations, and not by who gives or receives the customers."
                )
            )

    def _may_approve(self, user):
        self.ensure_one()
        handover = self.sudo()  # sudo: bank.handover.line - receivers of lines that the user may not see count too
        if user == handover.from_user_id or user in handover._receivers():
            return False
        if user.has_group("bank_crm.group_operations"):
            return True
        if not user.has_group("bank_crm.group_branch_manager"):
            return False
        return (
            not handover.branch_id or handover.branch_id._is_managed_by(user)
        ) and not handover._has_customers_hidden_from(user)

    def _receivers(self):
        return self.env["bank.handover.line"]._read_group(
            [("handover_id", "in", self.ids)], [], ["to_user_id:recordset"]
        )[0][0]

    def _has_customers_hidden_from(self, user):
        """Customers whose processing is restricted are hidden from everybody who approves."""
        lines = self.env["bank.handover.line"]
        domain = [("handover_id", "=", self.id), ("partner_id.is_restricted", "=", False)]
        return lines.with_user(user).search_count(domain) < lines.sudo().search_count(domain)  # sudo: see above

    def action_cancel(self):
        """Take back a hand-over that has not begun."""
        for handover in self:
            handover.check_access("write")
            if handover.state not in ("draft", "approved"):
                raise UserError(
                    self.env._("This hand-over has begun. Hand the customers over again if they are to come back.")
                )
            if handover.state == "approved" and not (
                handover._may_approve(self.env.user) or self.env.user == handover.from_user_id
            ):
                handover._check_approver()
            handover.sudo()._unguarded().state = "cancelled"  # sudo: bank.handover - checked above
        return True

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------

    def action_view_lines(self):
        """Open the customers of this hand-over as a list."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("bank_crm.bank_handover_line_action")
        action["domain"] = [("handover_id", "=", self.id)]
        action["context"] = {"default_handover_id": self.id}
        return action

    def action_print_letters(self):
        """Print the letters to the customers of this hand-over; nothing is sent."""
        self.ensure_one()
        return self.env.ref("bank_crm.bank_handover_line_report_letter").report_action(self.line_ids)

    def _today(self):
        self.ensure_one()
        return self.env["bank.run"].with_company(self.company_id)._today()

    def _lock(self):
        """Whoever works on a hand-over holds its row: two processes never move the same customer."""
        return self.env.execute_query(
            SQL("SELECT id FROM bank_handover WHERE id = %s FOR UPDATE SKIP LOCKED", self.id)
        )
