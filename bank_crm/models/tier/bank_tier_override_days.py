from odoo import api, models
from odoo.tools import SQL


class BankTierOverride(models.Model):
    """Manual tiers begin and end with the day."""

    _inherit = "bank.tier.override"

    def _not_a_decider(self):
        return self.env._(
            "[not_your_decision] Manual tiers are decided by the manager of the customer's branch, operations or "
            "compliance."
        )

    @api.model
    def _today(self):
        return self.env["bank.run"]._today()

    @api.model
    def _settle(self, partner_ids):
        """Let manual tiers begin and end with the day, and put these customers where they belong; set-based.

        :return: number of the customers moved
        """
        self.flush_model()
        for name in ("res.partner", "bank.tier", "bank.tier.standing"):
            self.env[name].flush_model()
        today, partner_ids = self._today(), list(partner_ids)
        self._expire(partner_ids, today)
        self._begin(partner_ids, today)
        moved = self.env["bank.tier.move"]._move(
            SQL(
                """SELECT DISTINCT partner_id, FALSE FROM bank_tier_override
                    WHERE partner_id = ANY(%s) AND (is_ending OR is_in_force)""",
                partner_ids,
            )
        )
        self.env.execute_query(
            SQL(
                "UPDATE bank_tier_override SET is_ending = FALSE WHERE partner_id = ANY(%s) AND is_ending RETURNING 1",
                partner_ids,
            )
        )
        self.invalidate_model()
        return moved

    @api.model
    def _expire(self, partner_ids, today):
        self.env.execute_query(
            SQL(
                """UPDATE bank_tier_override SET state = 'expired', is_ending = is_in_force, is_in_force = FALSE,
                          write_uid = %s, write_date = now() AT TIME ZONE 'UTC'
                    WHERE partner_id = ANY(%s) AND state = 'approved' AND valid_until < %s RETURNING 1""",
                self.env.uid,
                partner_ids,
                today,
            )
        )

    @api.model
    def _begin(self, partner_ids, today):
        self.env.execute_query(
            SQL(
                """UPDATE bank_tier_override override
                      SET is_in_force = TRUE, base_tier_id = COALESCE(override.base_tier_id, partner.tier_id),
                          write_uid = %s, write_date = now() AT TIME ZONE 'UTC'
                     FROM res_partner partner
                    WHERE partner.id = override.partner_id AND override.partner_id = ANY(%s)
                      AND override.state = 'approved' AND override.is_in_force IS NOT TRUE
                      AND %s BETWEEN override.valid_from AND override.valid_until RETURNING 1""",
                self.env.uid,
                partner_ids,
                today,
            )
        )

    def _finish(self, state):
        """End these manual tiers; :meth:`_settle` puts their customers back."""
        in_force = self.filtered("is_in_force")
        self.write({"state": state, "is_in_force": False})
        in_force.write({"is_ending": state != "replaced"})
        self.flush_recordset()
