from dateutil.relativedelta import relativedelta

from odoo import models
from odoo.tools import format_amount, format_date


class BankTierStanding(models.Model):
    """What a standing leads to."""

    _inherit = "bank.tier.standing"

    def _downgrade_on(self, running):
        """Return the day of the downgrade if the assets stay as they are in the month that runs; False: none is due.

        :param running: ``bank.customer.month`` of the running month, may be None: as in the month of this standing
        """
        self.ensure_one()
        level = self.policy_id.level_ids.filtered(lambda level: level.tier_id == self.tier_id)[:1]
        if not level or not level.min_amount:
            return False
        amount = self.policy_id._metric_of(running) if running else self.decisive_amount
        if amount >= level.min_amount:
            return False
        left = self.months_left if self.state in ("below", "watch") else level.downgrade_after_months
        return self.month + relativedelta(months=left + 1)

    def _outlook(self, downgrade_on):
        """Return in a line how far the next tier is and when the present one is lost, in the reader's language."""
        self.ensure_one()
        parts = []
        if self.next_tier_id and self.next_short:
            parts.append(
                self.env._(
                    "%(amount)s short of %(tier)s",
                    amount=format_amount(self.env, self.next_short, self.currency_id),
                    tier=self.next_tier_id.name,
                )
            )
        if self.state in ("below", "watch"):
            parts.append(
                self.env._("%(count)s months below %(tier)s", count=self.bad_months, tier=self.tier_id.name)
                if self.bad_months > 1
                else self.env._("one month below %(tier)s", tier=self.tier_id.name)
            )
        if downgrade_on:
            day = format_date(self.env, downgrade_on, date_format="long")
            parts.append(self.env._("downgrade from %(day)s if nothing changes", day=day))
        text = "; ".join(parts)
        return text[:1].upper() + text[1:]
