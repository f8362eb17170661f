from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _bank_survey_refusals(self, program, at=None, is_recovery=False, channel=None, but_for=()):
        """Return ``{partner_id: reason}`` of those of these customers who may not be asked by a programme.

        Asked when they are chosen, and again right before sending; the number of queries is constant.

        :param at: naive UTC, default now: when they would be asked; quiet hours do not refuse, sending waits
        :param is_recovery: asked again after a follow-up, which contact rules allow once
        :param channel: the only channel that will do; None: any of the programme
        :param but_for: ids of invitations that contact rules leave out, such as those about to be sent
        """
        rulings = program._rulings(self, at or fields.Datetime.now(), channel, is_recovery, but_for)
        return {partner_id: ruling.reason for partner_id, ruling in rulings.items() if ruling.reason}
