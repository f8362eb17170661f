from odoo import api, fields, models
from odoo.fields import Domain


class BankBenefit(models.Model):
    """A service to which customers of a tier are entitled, such as a waived fee or an airport lounge.

    A quota counts uses in a calendar year of the bank, from 1 January to 31 December. After a downgrade the customer
    keeps the benefits of his former tier for ``run_off_months``.
    """

    _name = "bank.benefit"
    _description = "Tier Benefit"
    _order = "sequence, name"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    description = fields.Text(translate=True)
    tier_ids = fields.Many2many(comodel_name="bank.tier", string="Tiers")
    active = fields.Boolean(default=True)
    valid_from = fields.Date(help="Empty: since ever.")
    valid_to = fields.Date(help="The last day; empty: until further notice.")
    is_counted = fields.Boolean(
        string="Uses are Recorded",
        default=True,
        help="Off for what a customer simply has, such as a manager of his own.",
    )
    quota_per_year = fields.Integer(string="Uses per Year", help="In a calendar year; 0: as often as he likes.")
    run_off_months = fields.Integer(
        string="Run-off Months", default=3, help="For so long it is kept after a downgrade; 0: lost at once."
    )
    unit_cost = fields.Monetary(string="Cost of a Use")
    cost_per_year = fields.Monetary(
        string="Cost per Customer and Year", help="What it costs for each entitled customer, used or not."
    )
    currency_id = fields.Many2one(
        comodel_name="res.currency", required=True, default=lambda self: self.env.company.currency_id
    )
    use_ids = fields.One2many(comodel_name="bank.benefit.use", inverse_name="benefit_id", string="Uses")

    _code_uniq = models.Constraint("UNIQUE(code)", "A benefit with this code exists already.")
    _numbers_check = models.Constraint(
        "CHECK(quota_per_year >= 0 AND run_off_months >= 0 AND unit_cost >= 0 AND cost_per_year >= 0)",
        "Uses per Year, Run-off Months, Costs: give numbers from 0.",
    )
    _dates_check = models.Constraint(
        "CHECK(valid_to IS NULL OR valid_from IS NULL OR valid_to >= valid_from)",
        "Valid To: it lies before Valid From.",
    )

    @api.model
    def _offered_on(self, day):
        """Return the condition on benefits that the bank offers on a day."""
        return (
            Domain("active", "=", True)
            & (Domain("valid_from", "=", False) | Domain("valid_from", "<=", day))
            & (Domain("valid_to", "=", False) | Domain("valid_to", ">=", day))
        )

    @api.model
    def _entitlements(self, partner, day):
        """Return what a customer is entitled to on a day: by his tier of that day, or still by a former one.

        :param partner: one customer
        :return: ``{benefit: (tier, last day or None)}``; the last day is that of a run-off after a downgrade
        """
        # sudo: bank.tier.history, bank.tier, bank.benefit - rules of the bank; who asks has the customer open
        partner = partner.sudo()
        history = (
            self.env["bank.tier.history"]
            .sudo()
            .search(  # sudo: see above
                [("partner_id", "=", partner.id), ("changed_on", "<=", day)], order="changed_on, id"
            )
        )
        later = (
            self.env["bank.tier.history"]
            .sudo()
            .search(  # sudo: see above
                [("partner_id", "=", partner.id), ("changed_on", ">", day)], order="changed_on, id", limit=1
            )
        )
        tier = history[-1:].to_tier_id if history else later.from_tier_id if later else partner.tier_id
        offered = self.sudo().search(self._offered_on(day))  # sudo: see above
        found = {benefit: (tier, None) for benefit in offered if benefit in tier.benefit_ids}
        for row in history.filtered(self._is_downgrade):
            for benefit in offered & row.from_tier_id.benefit_ids:
                last_day = benefit._run_off_until(row.changed_on)
                known = found.get(benefit)
                if last_day >= day and (not known or (known[1] and known[1] < last_day)):
                    found[benefit] = (row.from_tier_id, last_day)
        return found

    @api.model
    def _is_downgrade(self, row):
        former, fresh = row.from_tier_id, row.to_tier_id
        return bool(former) and (not fresh or fresh.sequence < former.sequence)

    def _run_off_until(self, changed_on):
        """Return the last day on which the benefit is kept after a downgrade: the day before it, where it is lost."""
        return fields.Date.subtract(fields.Date.add(changed_on, months=self.run_off_months), days=1)

    def action_view_uses(self):
        """Open the uses of this benefit."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("bank_crm.bank_benefit_use_action")
        action["domain"] = [("benefit_id", "=", self.id)]
        return action
