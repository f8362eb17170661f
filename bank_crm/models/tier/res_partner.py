from odoo import api, fields, models
from odoo.exceptions import AccessError


class ResPartner(models.Model):
    """The tier of a customer. However it is written, the change stays in the history.

    Where the company has an active policy, users do not write the tier: it follows from the policy, or from a manual
    tier with a reason and an approval (``bank.tier.override``). Server code may, such as the feed, a merge, or an
    import by the superuser; the next night puts the customer where the policy sees him.
    """

    _inherit = "res.partner"

    tier_id = fields.Many2one(comodel_name="bank.tier", copy=False, index="btree_not_null", ondelete="restrict")
    tier_color = fields.Integer(related="tier_id.color")
    tier_history_ids = fields.One2many(comodel_name="bank.tier.history", inverse_name="partner_id")

    @api.model_create_multi
    def create(self, vals_list):
        if any(vals.get("tier_id") for vals in vals_list):
            self._check_no_tier_policy({vals.get("company_id") for vals in vals_list if vals.get("tier_id")})
        partners = super().create(vals_list)
        no_tier = self.env["bank.tier"]
        partners._record_tier_change({partner: no_tier for partner in partners if partner.tier_id})
        return partners

    def write(self, vals):
        if "tier_id" not in vals:
            return super().write(vals)
        self._check_no_tier_policy(set(self.company_id.ids) | {False})
        former = {partner: partner.tier_id for partner in self}
        result = super().write(vals)
        self._record_tier_change({partner: tier for partner, tier in former.items() if partner.tier_id != tier})
        return result

    @api.model
    def _check_no_tier_policy(self, company_ids):
        """Refuse users to write a tier by hand where a policy decides.

        :param company_ids: ids of the customers' companies; False stands for the current one
        :raises AccessError: ``[tier_by_policy]``
        """
        if self.env.su or self.env["bank.sealed.mixin"]._is_unsealed():
            return
        for company in self.env["res.company"].browse({id_ or self.env.company.id for id_ in company_ids}):
            # sudo: bank.tier.policy - only whether there is one
            if self.env["bank.tier.policy"].sudo()._now_for(company):
                raise AccessError(
                    self.env._(
                        "[tier_by_policy] Tier: the policy decides on it. Ask for a manual tier, with a reason and "
                        "until when."
                    )
                )

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
        history = (
            self.env["bank.tier.history"]
            .sudo()
            .create(
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
        )
        history.flush_recordset()
        self.env["bank.tier"]._record_tier_events(history.ids)

    def _prepare_overview(self):
        return {**super()._prepare_overview(), "tier": self._code_and_name(self.tier_id, "code")}
