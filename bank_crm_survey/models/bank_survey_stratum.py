from odoo import api, fields, models


class BankSurveyStratum(models.Model):
    """A part of a wave's population that is drawn from on its own.

    ``population`` (N_h) is counted when the wave is frozen, ``target`` (n_h) is how many are to be invited, ``quota``
    how many answers are wanted; ``weight`` = (N_h / N) / (n_h / n) over the answers of the wave brings the strata back
    to their share of the population.
    """

    _name = "bank.survey.stratum"
    _description = "Stratum of a Wave"
    _order = "wave_id, id"

    wave_id = fields.Many2one(comodel_name="bank.survey.wave", required=True, index=True, ondelete="cascade")
    tier_id = fields.Many2one(comodel_name="bank.tier", ondelete="restrict")
    branch_id = fields.Many2one(comodel_name="bank.branch", ondelete="restrict")
    value_class = fields.Char()
    population = fields.Integer(readonly=True, default=0)
    target = fields.Integer(string="To Invite", default=0)
    quota = fields.Integer(string="Answers Wanted", default=0, help="0: no limit.")
    drawn = fields.Integer(readonly=True, default=0)
    invited = fields.Integer(readonly=True, default=0)
    completed = fields.Integer(readonly=True, default=0)
    weight = fields.Float(digits=(12, 6), readonly=True, default=1.0)

    @api.depends("tier_id", "branch_id", "value_class")
    def _compute_display_name(self):
        for stratum in self:
            parts = [stratum.tier_id.display_name, stratum.branch_id.display_name, stratum.value_class]
            stratum.display_name = " · ".join(part for part in parts if part) or self.env._("All")
