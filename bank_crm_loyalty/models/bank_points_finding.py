from odoo import api, fields, models
from odoo.exceptions import ValidationError


class BankPointsFinding(models.Model):
    """Where the ledger does not add up: an alarm of the nightly reconciliation, until somebody has explained it."""

    _name = "bank.points.finding"
    _description = "Points Reconciliation Finding"
    _inherit = ["mail.thread", "mail.activity.mixin", "bank.guarded.mixin"]
    _order = "state, id desc"
    _rec_name = "check_code"

    account_id = fields.Many2one(
        comodel_name="bank.points.account", required=True, readonly=True, index=True, ondelete="restrict"
    )
    partner_id = fields.Many2one(related="account_id.partner_id", store=True, index=True)
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    entry_id = fields.Many2one(comodel_name="bank.points.entry", readonly=True, ondelete="restrict", index=True)
    check_code = fields.Selection(
        selection=[
            ("entries", "Entries and Account"),
            ("lots", "Lots and Account"),
            ("debt", "Debts and Account"),
            ("uses_of_lot", "Lot and its Uses"),
            ("lots_of_debit", "Entry and its Lots"),
            ("reversals", "Entry and its Reversals"),
        ],
        string="What Does not Add Up",
        required=True,
        readonly=True,
    )
    expected = fields.Integer(readonly=True)
    found = fields.Integer(readonly=True)
    found_on = fields.Date(required=True, readonly=True, default=lambda self: self.env["bank.run"]._today())
    state = fields.Selection(
        selection=[("open", "Open"), ("explained", "Explained"), ("gone", "Gone by itself")],
        required=True,
        readonly=True,
        default="open",
    )
    explanation = fields.Text(help="What was wrong and which entries put it right.")

    _open_uniq = models.UniqueIndex(
        "(account_id, check_code, COALESCE(entry_id, 0)) WHERE state = 'open'", "This finding is open already."
    )

    @api.model
    def _record(self, findings):
        """Open what is new; tell whoever runs the programmes.

        :param findings: see ``tools.ledger.reconcile.check``
        :return: number of new findings
        """
        if not findings:
            return 0
        # sudo: bank.points.finding - an alarm of the night, nobody may write it by hand
        model = self.sudo()._unguarded()
        known = {
            (finding.check_code, finding.account_id.id, finding.entry_id.id or None)
            for finding in model.search([("state", "=", "open"), ("account_id", "in", [row[1] for row in findings])])
        }
        new = model.create(
            [
                {
                    "check_code": check,
                    "account_id": account_id,
                    "entry_id": entry_id,
                    "expected": expected,
                    "found": found,
                }
                for check, account_id, entry_id, expected, found in findings
                if (check, account_id, entry_id) not in known
            ]
        )
        new._alarm()
        return len(new)

    def _alarm(self):
        """Give each company's loyalty managers one activity, whatever the number of findings."""
        managers = self.env.ref("bank_crm_loyalty.group_loyalty_manager").all_user_ids
        for company, findings in self.grouped("company_id").items():
            users = managers.filtered(lambda user, company=company: company in user.company_ids)
            for user in users - self.env.ref("base.user_root"):
                findings[:1].activity_schedule(
                    "mail.mail_activity_data_warning",
                    summary=self.env._("The points ledger does not add up in %(count)s places.", count=len(findings)),
                    user_id=user.id,
                )

    def action_explain(self):
        """Close findings whose explanation is written down."""
        self.check_access("write")
        for finding in self:
            if not (finding.explanation or "").strip():
                raise ValidationError(
                    self.env._(
                        "Explanation: write down what was wrong and which entries put it right, then close the finding."
                    )
                )
        self._unguarded().state = "explained"
        return True
