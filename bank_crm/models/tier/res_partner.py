from odoo import api, fields, models


class ResPartner(models.Model):
    """The tier of a customer. However it is written, the change stays in the history."""

    _inherit = "res.partner"

    tier_id = fields.Many2one(
        comodel_name="bank.tier", copy=False, index="btree_not_null", ondelete="restrict"
    )
    tier_color = fields.Integer(related="tier_id.color")
    tier_history_ids = fields.One2many(
        comodel_name="bank.tier.history", inverse_name="partner_id"
    )

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create(vals_list)
        no_tier = self.env["bank.tier"]
        partners._record_tier_change({partner: no_tier for partner in partners if partner.tier_id})
        return partners

    def write(self, vals):
        if "tier_id" not in vals:
            return super().write(vals)
        former = {partner: partner.tier_id for partner in self}
        result = super().write(vals)
        self._record_tier_change(
            {partner: tier for partner, tier in former.items() if partner.tier_id != tier}
        )
        return result

    @api.model
    def _is_decision(self, field):
        return field.name == "tier_id" or super()._is_decision(field)

    @api.model
    def _record_tier_change(self, former):
        """Write the history and the events of tiers that were set by hand.

        :param former: ``{partner: the tier before}``
        """
        if not former:
            return
        today = fields.Date.context_today(self)
        # sudo: bank.tier.history - nobody may create it directly, it follows from changes that the user was allowed
        history = self.env["bank.tier.history"].sudo().create(
            [
                {
                    "partner_id": partner.id,
                    "from_tier_id": tier.id,
                    "to_tier_id": partner.tier_id.id,
                    "changed_on": today,
                    "reason": "merge" if self.env["bank.sealed.mixin"]._is_unsealed() else "manual",
                    "metric_amount": partner.aum,
                    "currency_id": partner.bank_currency_id.id,
                    "user_id": self.env.uid,
                }
                for partner, tier in former.items()
            ]
        )
        history.flush_recordset()
        self.env["bank.tier"]._record_tier_events(history.ids)

    def _prepare_overview(self):
        return {**super()._prepare_overview(), "tier": self._code_and_name(self.tier_id, "code")}
