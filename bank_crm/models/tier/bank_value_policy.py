from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

# What decides a result: fixed once a result names the policy.
RULES = {"class_a_pct", "class_b_pct", "months", "money", "rfm_min_customers", "company_id", "valid_from"}


class BankValuePolicy(models.Model):
    """The numbers by which customers are put into value classes (ABC) and RFM quintiles, in one version.

    The policy that is valid on the last day of the month decides it, the company's own before the one for all. As soon
    as a result names a policy its numbers stand; a change is a new version with a later date.
    """

    _name = "bank.value.policy"
    _description = "Value Class Policy"
    _order = "valid_from desc, id desc"

    name = fields.Char(required=True, translate=True)
    version = fields.Integer(required=True, readonly=True, default=1, copy=False)
    company_id = fields.Many2one(comodel_name="res.company", index=True, help="Empty: all companies.")
    valid_from = fields.Date(required=True, default=fields.Date.context_today, copy=False)
    valid_to = fields.Date(copy=False, help="The last day; empty: until another policy begins.")
    class_a_pct = fields.Float(
        string="Class A up to %",
        digits=(5, 2),
        required=True,
        default=80,
        help="The customers who together bring so much of the contribution, the one who crosses the line included.",
    )
    class_b_pct = fields.Float(
        string="Class B up to %", digits=(5, 2), required=True, default=95, help="Class A included."
    )
    months = fields.Integer(required=True, default=12, help="How many closed months count.")
    money = fields.Selection(
        selection=[("contribution", "Contribution"), ("aum", "Average AUM of the Month")],
        string="M of RFM",
        required=True,
        default="contribution",
    )
    rfm_min_customers = fields.Integer(
        string="RFM from Customers",
        required=True,
        default=500,
        help="Fifths of fewer customers say little: none are made.",
    )
    note = fields.Text(string="Source of the Rule", translate=True)
    active = fields.Boolean(default=True)

    _shares_check = models.Constraint(
        "CHECK(class_a_pct > 0 AND class_b_pct >= class_a_pct AND class_b_pct <= 100)",
        "Class A, Class B: give shares above 0 and up to 100 %, that of B not below that of A.",
    )
    _months_check = models.Constraint(
        "CHECK(months BETWEEN 1 AND 60 AND rfm_min_customers >= 5)",
        "Months: 1 to 60. RFM from Customers: 5 or more, since there are five fifths.",
    )
    _dates_check = models.Constraint(
        "CHECK(valid_to IS NULL OR valid_to >= valid_from)", "Valid To: it lies before Valid From."
    )

    @api.depends("name", "version")
    def _compute_display_name(self):
        for policy in self:
            policy.display_name = f"{policy.name} v{policy.version}" if policy.name else ""

    @api.model
    def _active_for(self, company, day):
        """Return the policy that decides for ``company`` on ``day``, or none."""
        # sudo: bank.value.policy - numbers of the bank, read by the night and by screens
        policies = self.sudo().search(
            Domain("company_id", "in", [company.id, False])
            & Domain("valid_from", "<=", day)
            & (Domain("valid_to", "=", False) | Domain("valid_to", ">=", day)),
            order="valid_from desc, version desc, id desc",
        )
        return (policies.filtered("company_id") or policies)[:1]

    def write(self, vals):
        if RULES & set(vals) and self._in_use():
            raise UserError(
                self.env._(
                    "Results were computed by this policy, so its numbers stand. Make a new version of it and give "
                    "the old one an end."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_use(self):
        if self._in_use():
            raise UserError(self.env._("Results were computed by this policy. Archive it instead."))

    def _in_use(self):
        # sudo: bank.customer.value - only whether there is one
        values = self.env["bank.customer.value"].sudo()
        return bool(self.ids) and bool(values.search_count([("policy_id", "in", self.ids)], limit=1))

    def action_new_version(self):
        """Open a copy with the next version, valid from today, in which the numbers can be changed."""
        self.ensure_one()
        self.check_access("write")
        copy = self.copy({"name": self.name, "version": self.version + 1})
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": copy.id,
            "views": [(False, "form")],
        }
