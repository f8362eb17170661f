from odoo import fields, models


class BankPointsEarning(models.Model):
    """What a rule has given for a fact: one row for each month, transaction or event that a rule has judged.

    ``points`` is what all entries of the ledger under ``key`` and its corrections sum to. When the fact changes, the
    night computes anew and books the difference under ``<key>:C1``, ``<key>:C2`` and so on. What somebody takes back
    by hand does not change the row: the rule still gives what it gives.
    """

    _name = "bank.points.earning"
    _description = "What a Rule Gave"
    _inherit = ["bank.sealed.mixin"]
    _order = "value_on desc, id desc"
    _rec_name = "key"

    program_id = fields.Many2one(
        comodel_name="bank.points.program", required=True, readonly=True, ondelete="restrict"
    )  # indexed by _key_uniq
    company_id = fields.Many2one(comodel_name="res.company", required=True, readonly=True, index=True)
    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Customer", required=True, readonly=True, ondelete="restrict"
    )  # indexed by _partner_idx
    rule_id = fields.Many2one(
        comodel_name="bank.points.rule", string="Version", required=True, readonly=True, index=True,
        ondelete="restrict",
    )  # fmt: skip
    rule_code = fields.Char(string="Rule", required=True, readonly=True)
    key = fields.Char(required=True, readonly=True)
    value_on = fields.Date(string="Value Date", required=True, readonly=True)
    amount = fields.Monetary(readonly=True)
    currency_id = fields.Many2one(comodel_name="res.currency", readonly=True)
    points = fields.Integer(required=True, readonly=True)
    base_points = fields.Integer(string="Without Campaign", required=True, readonly=True)
    campaign_id = fields.Many2one(
        comodel_name="bank.points.campaign", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    budget_id = fields.Many2one(
        comodel_name="bank.points.budget", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    campaign_wanted = fields.Integer(
        string="Campaign Points, Wanted",
        required=True,
        readonly=True,
        help="What the campaign adds, before its budget was asked.",
    )
    campaign_granted = fields.Integer(string="Campaign Points", required=True, readonly=True)
    corrections = fields.Integer(required=True, readonly=True, default=0, help="How many times it was corrected.")
    absorbed_points = fields.Integer(
        readonly=True, default=0, help="Points of it that came with a customer who was merged into this one.",
        export_string_translation=False,
    )  # fmt: skip
    source_model = fields.Char(readonly=True, export_string_translation=False)
    source_id = fields.Many2oneReference(model_field="source_model", readonly=True, export_string_translation=False)

    _key_uniq = models.UniqueIndex("(program_id, key)", "The rule has judged this fact.")
    _partner_idx = models.Index("(partner_id, rule_code, value_on)")
