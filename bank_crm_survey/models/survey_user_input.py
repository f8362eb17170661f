from odoo import fields, models

from .bank_survey_program_channel import CHANNELS

DISPOSITIONS = [
    ("complete", "Complete"),
    ("partial", "Broken Off Behind the Main Question"),
    ("break_off", "Broken Off"),
]


SUSPECT_REASONS = [
    ("too_fast", "Answered faster than anybody reads"),
    ("burst", "Too many answers of one device on one day"),
    ("same_second", "Two answers of one device or member of staff in the same second"),
    ("staff", "Sent by a member of staff, without a name"),
    ("duplicate", "The customer had answered before"),
    ("assisted", "Entered by staff"),
    ("set_aside", "Set aside by a satisfaction manager"),
]


class SurveyUserInput(models.Model):
    """An answer of a customer: by which way it came, what the customer was then, and whether it counts.

    How an answer is begun, ended, judged, opened again and made anonymous: ``survey_user_input_*.py``.
    """

    _inherit = "survey.user_input"

    bank_program_id = fields.Many2one(
        comodel_name="bank.survey.program", string="Programme", readonly=True, index="btree_not_null",
        ondelete="restrict",
    )
    bank_wave_id = fields.Many2one(
        comodel_name="bank.survey.wave", string="Wave", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    bank_stratum_id = fields.Many2one(comodel_name="bank.survey.stratum", readonly=True, ondelete="set null")
    bank_invitation_id = fields.Many2one(
        comodel_name="bank.survey.invitation", string="Invitation", readonly=True, ondelete="restrict"
    )
    bank_channel = fields.Selection(selection=CHANNELS, string="Channel", readonly=True)
    bank_tier_id = fields.Many2one(comodel_name="bank.tier", string="Tier", readonly=True, ondelete="restrict")
    bank_branch_id = fields.Many2one(comodel_name="bank.branch", string="Branch", readonly=True, ondelete="restrict")
    bank_manager_id = fields.Many2one(
        comodel_name="res.users", string="Relationship Manager", readonly=True, ondelete="restrict"
    )
    bank_value_class = fields.Char(string="Value Class", readonly=True)
    bank_product_id = fields.Many2one(
        comodel_name="bank.product", string="Product", readonly=True, ondelete="restrict"
    )
    bank_weight = fields.Float(string="Weight", digits=(12, 6), readonly=True, default=1.0)

    bank_disposition = fields.Selection(selection=DISPOSITIONS, string="Disposition", readonly=True, index=True)
    bank_answered_on = fields.Date(string="Answered", readonly=True)
    bank_kpi_ok = fields.Boolean(
        string="Not Set Aside", readonly=True, default=True, help="Answers that look forged are set aside."
    )
    bank_suspect_reason = fields.Selection(selection=SUSPECT_REASONS, string="Why Set Aside", readonly=True)
    bank_duplicate_of_id = fields.Many2one(
        comodel_name="survey.user_input", string="Duplicate Of", readonly=True, index="btree_not_null",
        ondelete="set null",
    )
    bank_assisted_by_id = fields.Many2one(
        comodel_name="res.users", string="Entered By", readonly=True, ondelete="restrict",
        help="The member of staff who entered the answer for the customer; he did not answer himself.",
    )
    bank_is_anonymous = fields.Boolean(string="Anonymous", readonly=True)

    _bank_invitation_uniq = models.UniqueIndex(
        "(bank_invitation_id) WHERE bank_invitation_id IS NOT NULL", "This invitation has an answer already."
    )
