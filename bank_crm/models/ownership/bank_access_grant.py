from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class BankAccessGrant(models.Model):
    """A user opened a customer who is not his, in an emergency: for some minutes, for reading, with a reason.

    A fact that nobody changes; it ends by itself, since rules compare ``expires_at`` with the time of each query.
    """

    _name = "bank.access.grant"
    _description = "Emergency Access"
    _inherit = ["bank.sealed.mixin", "mail.thread", "mail.activity.mixin"]
    _mail_post_access = "read"  # compliance answers the activity without a right to write
    _order = "granted_at desc, id desc"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Customer", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    user_id = fields.Many2one(comodel_name="res.users", required=True, readonly=True, ondelete="restrict")
    reason = fields.Text(required=True, readonly=True)
    granted_at = fields.Datetime(string="From", required=True, readonly=True)
    expires_at = fields.Datetime(string="Until", required=True, readonly=True)
    open_count = fields.Integer(string="Times Opened", readonly=True, help="How often the customer's form was opened.")
    last_opened_at = fields.Datetime(string="Last Opened", readonly=True)
    is_active = fields.Boolean(string="Still Open", compute="_compute_is_active", search="_search_is_active")

    _user_expires_idx = models.Index("(user_id, expires_at)")

    @api.depends("expires_at")
    def _compute_is_active(self):
        now = fields.Datetime.now()
        for grant in self:
            grant.is_active = bool(grant.expires_at) and grant.expires_at > now

    @api.model
    def _search_is_active(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("expires_at", ">" if True in value else "<=", fields.Datetime.now())]

    @api.model_create_multi
    def create(self, vals_list):
        if not self._is_unsealed():
            raise AccessError(
                self.env._("[sealed_record] Emergency Access: nobody can write it directly. Use the wizard.")
            )
        return super().create(vals_list)

    @api.model
    def _grant(self, partner, reason):
        """Open ``partner`` to the user for some minutes, and tell compliance.

        :param partner: a customer whom the user need not see
        :raises AccessError: ``[emergency_not_allowed]``
        :raises UserError: ``[emergency_budget]``
        """
        self._check_may_request()
        # sudo: bank.access.grant - users have no right to create grants, the checks above and below decide
        grants = self.sudo()._unsealed()
        mine = [("user_id", "=", self.env.uid)]
        if grant := grants.search([*mine, ("partner_id", "=", partner.id), ("is_active", "=", True)], limit=1):
            return grant
        now = fields.Datetime.now()
        self._check_budget(grants.search_count([*mine, ("granted_at", ">", now - timedelta(days=1))]))
        minutes = self.env["res.config.settings"]._bank_parameter("break_glass_minutes")
        grant = grants.create(
            {
                "partner_id": partner.id,
                "company_id": partner.company_id.id,
                "user_id": self.env.uid,
                "reason": reason,
                "granted_at": now,
                "expires_at": now + timedelta(minutes=minutes),
            }
        )
        grant._record_granted(minutes)
        grant._tell_compliance()
        return grant

    @api.model
    def _check_may_request(self):
        if not self.env.user.has_group("bank_crm.group_relationship_manager"):
            raise AccessError(
                self.env._("[emergency_not_allowed] Emergency access is for relationship and branch managers.")
            )

    @api.model
    def _check_budget(self, used):
        allowed = self.env["res.config.settings"]._bank_parameter("break_glass_daily_budget")
        if used >= allowed:
            raise UserError(
                self.env._(
                    "[emergency_budget] You have opened %(count)s customers in an emergency within a day; no more "
                    "are allowed. Ask your branch manager or compliance.",
                    count=used,
                )
            )

    def _record_granted(self, minutes):
        self.env["bank.customer.event"].with_user(self.user_id)._record(
            "access.granted",
            [
                {
                    "partner_id": self.partner_id.id,
                    "source_model": self._name,
                    "source_id": self.id,
                    "payload": {"label": self.env._("%(minutes)s minutes", minutes=minutes)},
                }
            ],
        )

    def _tell_compliance(self):
        """Give the grant as an activity to the compliance officer with the fewest of them."""
        officers = self.env.ref("bank_crm.group_compliance").all_user_ids.filtered(
            lambda user: user.active and self.company_id in user.company_ids and user != self.user_id
        )
        if officers:
            counts = dict(
                self.env["mail.activity"]._read_group(
                    [("res_model", "=", self._name), ("user_id", "in", officers.ids)], ["user_id"], ["__count"]
                )
            )
            self.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._("Emergency access: check the reason"),
                user_id=min(officers, key=lambda user: (counts.get(user, 0), user.id)).id,
            )

    @api.model
    def _log_opening(self, partner):
        """Count that the user opened the form of ``partner`` under a grant."""
        # sudo: bank.access.grant - the user does not write his own log
        grants = self.sudo()._unsealed()
        domain = [("user_id", "=", self.env.uid), ("partner_id", "=", partner.id), ("is_active", "=", True)]
        for grant in grants.search(domain):
            grant.write({"open_count": grant.open_count + 1, "last_opened_at": fields.Datetime.now()})
