from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.tools import SQL

# In the context: the caller has checked that the user may change the customer's owner and writes the events itself.
# An object cannot travel over RPC, so nobody outside can claim it.
OWNER_CHANGE = object()


class BankAssignment(models.Model):
    """Who looks after a customer, from when to when.

    ``date_to`` empty means that the assignment is active. A customer has at most one active ``primary`` assignment:
    its user is his relationship manager, its branch his branch; both are mirrored on the contact. A primary without
    a user keeps a customer in the pool of a branch until somebody takes him on.
    """

    _name = "bank.assignment"
    _description = "Customer Assignment"
    _inherit = ["bank.customer.bound.mixin"]
    _order = "date_from desc, id desc"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Customer",
        required=True,
        index=True,
        ondelete="restrict",
        domain=[("is_bank_customer", "=", True)],
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Relationship Manager",
        index="btree_not_null",
        ondelete="restrict",
        domain=[("share", "=", False)],
    )
    branch_id = fields.Many2one(comodel_name="bank.branch", index="btree_not_null", ondelete="restrict")
    role = fields.Selection(
        selection=[("primary", "Primary"), ("backup", "Backup"), ("specialist", "Specialist")],
        required=True,
        default="primary",
    )
    date_from = fields.Date(string="From", required=True, default=fields.Date.context_today)
    date_to = fields.Date(string="To", help="Empty while the assignment is active.")
    reason = fields.Char()
    credit_pct = fields.Float(
        string="Credit (%)",
        digits=(5, 2),
        compute="_compute_credit_pct",
        store=True,
        readonly=False,
        precompute=True,
        help="Share of the customer's results that counts for this person. Who owns the customer gets what the "
        "others leave.",
    )
    credit_until = fields.Date(
        readonly=True, help="An assignment that has ended keeps its share of the results until this date."
    )
    source = fields.Selection(
        selection=[
            ("manual", "By Hand"),
            ("feed", "Core Banking"),
            ("handover", "Hand-over"),
            ("claim", "Claim"),
            ("rule", "Assignment Rule"),
            ("merge", "Merge"),
            ("demo", "Demo"),
        ],
        required=True,
        readonly=True,
        default="manual",
    )
    company_id = fields.Many2one(related="partner_id.company_id", store=True)

    _primary_uniq = models.UniqueIndex(
        "(partner_id) WHERE role = 'primary' AND date_to IS NULL",
        "This customer has an active primary assignment already. End that one first.",
    )
    _user_active_idx = models.Index("(user_id, partner_id) WHERE date_to IS NULL")
    _dates_check = models.Constraint(
        "CHECK(date_to IS NULL OR date_to >= date_from)", "To: an assignment cannot end before it begins."
    )

    _credit_check = models.Constraint(
        "CHECK(credit_pct BETWEEN 0 AND 100)", "Credit: enter a percentage between 0 and 100."
    )

    def init(self):
        # Whoever inserts owners in SQL need not know about credit.
        self.env.cr.execute("ALTER TABLE bank_assignment ALTER COLUMN credit_pct SET DEFAULT 100")
        return super().init()

    @api.depends("role")
    def _compute_credit_pct(self):
        for assignment in self:
            assignment.credit_pct = 100 if assignment.role == "primary" else 0

    @api.constrains("role", "user_id", "branch_id")
    def _check_owner(self):
        for assignment in self:
            if assignment.role == "primary" and not (assignment.user_id or assignment.branch_id):
                raise ValidationError(
                    self.env._("Relationship Manager, Branch: a primary assignment needs at least one of the two.")
                )
            if assignment.role != "primary" and not assignment.user_id:
                raise ValidationError(
                    self.env._("Relationship Manager: a backup or a specialist is a person. Choose a user.")
                )

    @api.constrains("partner_id")
    def _check_partner_id(self):
        for assignment in self:
            if not assignment.partner_id.is_bank_customer:
                raise ValidationError(
                    self.env._("Customer: only a customer of the bank can be assigned. Mark the contact as one first.")
                )

    @api.model_create_multi
    def create(self, vals_list):
        self._check_customers_visible(vals_list)
        for vals in vals_list:
            self._check_may_credit(vals)
        assignments = super().create(vals_list)
        assignments._record_owner_changed()
        return assignments

    @api.model
    def _check_customers_visible(self, vals_list):
        """An assignment opens a customer to its user, so it may only be made for customers whom one has already;
        seeing one in an emergency is not enough."""
        if not self._is_owner_change():
            partner_ids = {vals["partner_id"] for vals in vals_list if vals.get("partner_id")}
            self.env["res.partner"].browse(partner_ids).check_access("write")

    @api.model
    def _check_may_credit(self, vals):
        """Nobody credits himself with a customer's results; what goes with the role is no choice."""
        if "credit_pct" not in vals or self.env.su:
            return
        usual = 100 if vals.get("role", "primary") == "primary" else 0
        if vals["credit_pct"] != usual and not self.env.user.has_groups(
            "bank_crm.group_branch_manager,bank_crm.group_operations"
        ):
            raise AccessError(
                self.env._("[credit_not_yours] Credit (%%): only branch managers and operations share out the credit.")
            )

    def write(self, vals):
        self._check_facts_stay(vals)
        ended = self.browse()
        if vals.get("date_to") and not self._is_owner_change():
            ended = self.filtered(lambda assignment: assignment.role == "primary" and not assignment.date_to)
        result = super().write(vals)
        if {"user_id", "branch_id", "role"} & vals.keys():
            self._record_owner_changed()
        ended._record_owner_gone()
        return result

    def _check_facts_stay(self, vals):
        """Who looked after whom from when on is history: an assignment is ended and followed by another one."""
        changed = [name for name in ("user_id", "branch_id", "role", "date_from") if name in vals]
        if changed and not self.env.su:
            raise ValidationError(
                self.env._(
                    "[assignment_fixed] %(fields)s: this stays as it was, or the history would tell something else. "
                    "End the assignment and begin a new one.",
                    fields=", ".join(self._fields[name]._description_string(self.env) for name in changed),
                )
            )

    def _is_owner_change(self):
        return self.env.context.get("bank_owner_change") is OWNER_CHANGE

    def _record_owner_changed(self):
        """Write the event of each active primary assignment; what was before is read from the history."""
        primaries = self.filtered(lambda assignment: assignment.role == "primary" and not assignment.date_to)
        former = primaries._previous_primaries()
        before = {
            assignment.partner_id: former[assignment.partner_id]
            for assignment in primaries
            if assignment.partner_id in former
            and former[assignment.partner_id].date_to >= assignment.date_from  # else there was nobody in between
        }
        self.env["bank.customer.event"]._record(
            "owner.changed",
            [
                {
                    "partner_id": assignment.partner_id.id,
                    "source_model": self._name,
                    "source_id": assignment.id,
                    "payload": {
                        "from": before[assignment.partner_id]._owner_label()
                        if assignment.partner_id in before
                        else None,
                        "to": assignment._owner_label(),
                        "reason": assignment.reason or None,
                    },
                }
                for assignment in primaries
            ],
        )

    def _record_owner_gone(self):
        self.env["bank.customer.event"]._record(
            "owner.changed",
            [
                {
                    "partner_id": assignment.partner_id.id,
                    "source_model": self._name,
                    "source_id": assignment.id,
                    "payload": {"from": assignment._owner_label(), "to": None},
                }
                for assignment in self
            ],
        )

    def _previous_primaries(self):
        """Return ``{partner: his last ended primary assignment}``."""
        ended = self.search_fetch(
            [
                ("partner_id", "in", self.partner_id.ids),
                ("role", "=", "primary"),
                ("date_to", "!=", False),
                ("id", "not in", self.ids),
            ],
            ["partner_id", "user_id", "branch_id", "date_to"],
            order="date_to, id",
        )
        return {assignment.partner_id: assignment for assignment in ended}

    def _owner_label(self):
        """Return e.g. ``Li Na (VIP Centre)``, for the timeline."""
        # sudo: res.users, bank.branch - the names of colleagues and branches are no secret within the bank
        user, branch = self.sudo().user_id.name, self.sudo().branch_id.name
        return f"{user} ({branch})" if user and branch else user or branch or ""

    @api.model
    def _set_primary(self, partners, user, branch, reason=None, source="manual"):
        """Make ``user`` at ``branch`` the owner of ``partners``, in one pass: end the active primary assignments that
        differ and begin new ones. Customers who have this owner already are left alone.

        :param partners: ``res.partner``, customers of the bank
        :param user: ``res.users``, may be empty: the pool of the branch
        :param branch: ``bank.branch``, may be empty; both empty ends the assignment
        :return: the new assignments
        """
        if not partners:
            return self.browse()
        active = self.search([("partner_id", "in", partners.ids), ("role", "=", "primary"), ("date_to", "=", False)])
        same = active.filtered(lambda assignment: assignment.user_id == user and assignment.branch_id == branch)
        today = fields.Date.context_today(self)
        outdated = active - same
        if outdated:
            outdated._end(today)
        if not (user or branch):
            outdated._record_owner_gone()
            return self.browse()
        return self.create(
            [
                {
                    "partner_id": partner.id,
                    "user_id": user.id,
                    "branch_id": branch.id,
                    "role": "primary",
                    "date_from": today,
                    "reason": reason,
                    "source": source,
                }
                for partner in partners - same.partner_id
            ]
        )

    @api.model
    def _credit_shares(self, partners, day):
        """Return who is credited with the results of ``partners`` on ``day``: ``{(partner id, user id): percentage}``.

        Backups, specialists and former owners get their own shares, the owner what they leave of the hundred.
        """
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT partner_id, user_id,
                          role = 'primary' AND (date_to IS NULL OR date_to > %(day)s) AS is_owner, credit_pct
                     FROM bank_assignment
                    WHERE partner_id = ANY(%(partners)s) AND user_id IS NOT NULL AND date_from <= %(day)s
                      AND (date_to IS NULL OR date_to > %(day)s OR credit_until >= %(day)s)
                    ORDER BY is_owner, id""",
                partners=partners.ids,
                day=day,
            )
        )
        shares, given = {}, {}
        for partner_id, user_id, is_owner, credit in rows:
            left = 100 - given.get(partner_id, 0)
            share = left if is_owner else min(float(credit or 0), left)
            if share > 0:
                shares[partner_id, user_id] = shares.get((partner_id, user_id), 0) + share
                given[partner_id] = given.get(partner_id, 0) + share
        return shares

    def _end(self, date):
        """End these assignments on ``date``, without an event; one that was to begin later ends when it begins."""
        self = self.with_context(bank_owner_change=OWNER_CHANGE)
        later = self.filtered(lambda assignment: assignment.date_from > date)
        (self - later).write({"date_to": date})
        for day, assignments in later.grouped("date_from").items():
            assignments.write({"date_to": day})
        # The unique index sees the end before the successor is inserted.
        self.flush_recordset(["date_to"])
