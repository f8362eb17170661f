from datetime import timedelta

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

APPROVERS = ("bank_crm.group_operations", "bank_crm.group_compliance")
MOST_CONTACTS = 3  # as Odoo's own wizard


class BankMergeRequest(models.Model):
    """Two contacts are one customer: somebody says so, somebody else decides, and for a month it can be undone."""

    _name = "bank.merge.request"
    _description = "Merge of Customers"
    _inherit = ["bank.guarded.mixin"]
    _order = "id desc"
    _rec_name = "target_id"

    target_id = fields.Many2one(
        comodel_name="res.partner", string="Remains", required=True, index=True, ondelete="restrict"
    )
    partner_ids = fields.Many2many(comodel_name="res.partner", string="Contacts", required=True)
    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    merged_numbers = fields.Char(string="Numbers", readonly=True, help="The customer numbers of the contacts.")
    reason = fields.Text(required=True)
    state = fields.Selection(
        selection=[
            ("requested", "Requested"),
            ("rejected", "Rejected"),
            ("merged", "Merged"),
            ("undone", "Undone"),
        ],
        required=True,
        readonly=True,
        default="requested",
        index=True,
    )
    requester_id = fields.Many2one(
        comodel_name="res.users", required=True, readonly=True, default=lambda self: self.env.uid, ondelete="restrict"
    )
    approver_id = fields.Many2one(comodel_name="res.users", string="Decided By", readonly=True, ondelete="restrict")
    merged_at = fields.Datetime(string="Merged", readonly=True)
    undone_at = fields.Datetime(string="Undone", readonly=True)
    undo_until = fields.Datetime(compute="_compute_undo_until")
    can_undo = fields.Boolean(compute="_compute_undo_until")
    # What the way back needs; nobody reads it, and it is thrown away when there is no way back any more.
    snapshot = fields.Json(readonly=True, copy=False, groups=fields.NO_ACCESS)

    @api.model
    def _guarded_fields(self):
        return {
            "state",
            "requester_id",
            "approver_id",
            "merged_at",
            "undone_at",
            "snapshot",
            "merged_numbers",
            "company_id",
        }

    @api.depends("merged_at", "state")
    def _compute_undo_until(self):
        days = self.env["res.config.settings"]._bank_parameter("merge_undo_days")
        now = fields.Datetime.now()
        for request in self:
            request.undo_until = request.merged_at and request.merged_at + timedelta(days=days)
            # sudo: own column - closed to users; an erasure has taken the way back away
            has_snapshot = bool(request.sudo().snapshot)
            request.can_undo = request.state == "merged" and has_snapshot and request.undo_until > now

    @api.constrains("partner_ids", "target_id")
    def _check_partners(self):
        for request in self.filtered(lambda request: request.state == "requested"):
            if request.target_id not in request.partner_ids or not 2 <= len(request.partner_ids) <= MOST_CONTACTS:
                raise ValidationError(
                    self.env._("Contacts: choose two or three contacts, the one that remains among them.")
                )

    @api.model_create_multi
    def create(self, vals_list):
        requests = super().create(vals_list)
        for request in requests:
            request.partner_ids.check_access("read")
            numbers = request.partner_ids.sorted("id").filtered("customer_number").mapped("customer_number")
            request._unguarded().write(
                {"merged_numbers": ", ".join(numbers), "company_id": request.target_id.company_id.id}
            )
        return requests

    def write(self, vals):
        if {"partner_ids", "target_id", "reason"} & vals.keys() and not self._is_unguarded():
            raise UserError(self.env._("A merge is decided as it was requested. Reject it and make a new request."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_requested(self):
        raise UserError(self.env._("Requests to merge customers are kept."))

    @api.model
    def _request(self, partners, target, reason):
        """Return the open request for these contacts; make it where there is none."""
        partners.check_access("read")
        for request in self.search([("target_id", "=", target.id), ("state", "=", "requested")]):
            if request.partner_ids == partners:
                return request
        return self.create({"partner_ids": [Command.set(partners.ids)], "target_id": target.id, "reason": reason})

    # ------------------------------------------------------------------
    # Decisions
    # ------------------------------------------------------------------

    def action_approve(self):
        """Merge the contacts."""
        for request in self:
            request._check_decision("requested")
            request._check_second_person()
            request._merge()

    def action_reject(self):
        for request in self:
            request._check_decision("requested")
            request._unguarded().write({"state": "rejected", "approver_id": self.env.uid})

    def action_undo(self):
        """Make the merged contacts anew and give them back what was theirs."""
        for request in self:
            request._check_decision("merged")
            if not request.can_undo:
                raise UserError(
                    self.env._("[undo_expired] This merge cannot be undone any more: the time for it is over.")
                )
            request._undo()

    def _check_decision(self, state):
        self.ensure_one()
        self.check_access("write")
        if not any(self.env.user.has_group(group) for group in APPROVERS):
            raise AccessError(self.env._("[merge_not_allowed] Operations or compliance decide on merging customers."))
        self.lock_for_update()
        if self.state != state:
            raise UserError(self.env._("This request has been decided already. Load the page anew."))

    def _check_second_person(self):
        if self.requester_id == self.env.user:
            raise AccessError(self.env._("[second_person] You requested this merge: somebody else has to approve it."))

    def _merge(self):
        partners, target = self.partner_ids, self.target_id
        partners.check_access("read")
        # sudo: bank.merge.snapshot - all rows of the contacts, whatever the approver may read
        snapshots = self.env["bank.merge.snapshot"].sudo()
        before = snapshots._take(partners.ids)
        # sudo: base.partner.merge.automatic.wizard - approvers need not be managers of contacts
        wizard = self.env["base.partner.merge.automatic.wizard"].sudo()
        wizard._merge(partners.ids, dst_partner=target.sudo(), extra_checks=False)
        self.env.flush_all()
        after = snapshots._take(partners.ids, earlier=before)
        # sudo: bank.merge.request - the field for the way back is closed to everybody
        self.sudo()._unguarded().write(
            {
                "state": "merged",
                "approver_id": self.env.uid,
                "merged_at": fields.Datetime.now(),
                "snapshot": {"partner_ids": partners.ids, "before": before, "after": after},
            }
        )

    def _undo(self):
        # sudo: bank.merge.request - see _merge
        snapshot = self.sudo().snapshot
        # sudo: bank.merge.snapshot - see _merge
        self.env["bank.merge.snapshot"].sudo()._restore(snapshot["before"], snapshot["after"])
        partners = self.env["res.partner"].browse(snapshot["partner_ids"])
        self.env["bank.financial.profile"]._refresh_totals(partners.ids)
        self.env["bank.customer.event"]._record(
            "customer.unmerged",
            [
                {
                    "partner_id": partner.id,
                    "source_model": self._name,
                    "source_id": self.id,
                    "payload": {"label": self.merged_numbers},
                }
                for partner in partners.sudo()  # sudo: res.partner - which of them are customers
                if partner.is_bank_customer
            ],
        )
        self.sudo()._unguarded().write(
            {
                "state": "undone",
                "undone_at": fields.Datetime.now(),
                "snapshot": False,
                "partner_ids": [Command.set(partners.ids)],
            }
        )

    @api.autovacuum
    def _gc_snapshots(self):
        """Throw away what the way back would need when the time for it is over."""
        days = self.env["res.config.settings"]._bank_parameter("merge_undo_days")
        before = fields.Datetime.now() - timedelta(days=days)
        self.search([("state", "=", "merged"), ("merged_at", "<", before)])._unguarded().write({"snapshot": False})
