from odoo import api, fields, models
from odoo.tools import SQL

from ..tools import keywords


class BankSurveyTopic(models.Model):
    """What customers write about: found by keywords in their own words when an answer is finished.

    ``pattern`` is what the database searches for, made from the keywords.
    """

    _name = "bank.survey.topic"
    _description = "Topic of Customers' Words"
    _order = "sequence, name"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, copy=False)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    color = fields.Integer()
    keywords = fields.Text(
        help="One a line, in all languages that customers write. Latin words are found at the beginning of a word."
    )
    pattern = fields.Char(compute="_compute_pattern", store=True, export_string_translation=False)

    _code_uniq = models.Constraint("UNIQUE(code)", "Code: another topic has it. Choose a code of its own.")

    @api.depends("keywords")
    def _compute_pattern(self):
        for topic in self:
            topic.pattern = keywords.pattern(topic.keywords) or False

    def action_find_again(self):
        """Search all answers for these topics; what staff corrected by hand stays."""
        self.check_access("write")
        self.env["survey.user_input"]._tag_bank_topics_where(SQL("TRUE"), self)
        return True
