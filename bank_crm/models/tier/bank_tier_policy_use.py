from odoo import api, fields, models
from odoo.fields import Command

from ..finance.bank_customer_month import ASSET_CLASSES, DEBT_CLASSES
from .engine.ladder import month_end


class BankTierPolicy(models.Model):
    """Which version decides when, and small helps."""

    _inherit = "bank.tier.policy"

    @api.model
    def _active_for(self, company, month):
        """Return the version that decides a month of a company; empty where there is none.

        :param month: first day of the month
        """
        month = fields.Date.to_date(month)
        return self.search(
            [
                ("company_id", "=", company.id),
                ("state", "in", ("active", "retired")),
                ("valid_from", "<=", month),
                "|",
                ("valid_to", "=", False),
                ("valid_to", ">=", month),
            ],
            limit=1,
        )

    @api.model
    def _now_for(self, company):
        """Return the version that decides the running month; where none does, the next one that will be active."""
        today = self.env["bank.run"].with_company(company)._today()
        return self._active_for(company, today.replace(day=1))

    def _metric_of(self, figures):
        """Return what this policy compares of a row of ``bank.customer.month``, in the policy's currency.

        One customer at a time, for screens; runs use ``engine.Ladder``.
        """
        self.ensure_one()
        if self.metric == "weighted":
            weights = {weight.product_class: weight.weight for weight in self.weight_ids}
            amount = sum(figures[f"adb_{name}"] * weights.get(name, 1) for name in ASSET_CLASSES)
            amount += sum(figures[f"adb_{name}"] * weights.get(name, 0) for name in DEBT_CLASSES)
        else:
            amount = figures.adb_aum if self.metric == "average" else figures.eop_aum
        day = month_end(figures.month)
        return figures.currency_id._convert(amount, self.currency_id, self.company_id, day, round=False)

    def _version_label(self):
        """Return e.g. ``CCB-2``: what the history keeps as its rule's version."""
        self.ensure_one()
        return f"{self.code}-{self.version}"

    def _fill_levels(self):
        """Add a level for each tier that has none, from the tier's own amount, as a start."""
        for policy in self:
            missing = self.env["bank.tier"].search(
                [("company_id", "in", (False, policy.company_id.id)), ("id", "not in", policy.level_ids.tier_id.ids)]
            )
            policy.level_ids = [
                Command.create({"tier_id": tier.id, "min_amount": tier.min_amount}) for tier in missing
            ]

    def action_simulate(self):
        """Open the simulation of this version."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Simulation"),
            "res_model": "bank.tier.simulation",
            "views": [(False, "form")],
            "context": {"default_policy_id": self.id},
        }

    def action_fill_levels(self):
        """Add a level for each tier that has none."""
        self.check_access("write")
        self._check_draft()
        self._fill_levels()
        return True
