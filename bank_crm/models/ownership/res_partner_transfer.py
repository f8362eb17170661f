from odoo import api, models
from odoo.exceptions import ValidationError


class ResPartner(models.Model):
    """A customer found by the search for duplicates is asked for by a claim, without being seen."""

    _inherit = "res.partner"

    @api.model
    def _bank_open_claim(self, partner, reason):
        reason = reason.strip() if isinstance(reason, str) else ""
        if not reason:
            raise ValidationError(
                self.env._("[required_field] reason: write why the customer should be yours, the other branch asks.")
            )
        claims = self.env["bank.ownership.claim"]
        claims._check_may_claim()
        claims._check_claimable(partner)
        values = claims._prepare_claim(partner, {"customer_number": "", "basis": "other", "evidence": reason})
        claim = claims._as_process().create(values)
        claim._ask_decider()
        return claim
