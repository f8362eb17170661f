from odoo import api, fields, models
from odoo.exceptions import ValidationError

KINDS = [
    ("relationship", "Relationship"),
    ("transactional", "Transactional"),
    ("poll", "Opinion Poll"),
]
ANONYMITY = [
    ("identified", "Identified"),
    ("confidential", "Confidential"),
    ("anonymous", "Anonymous"),
]
NEVER = 0


class BankSurveyProgram(models.Model):
    """Whom the bank asks, when, how, and what it does with the answers: one row for each programme of surveys.

    The questions are a survey of Odoo of the type ``bank``; answering, sending, figures and follow-up are each in a
    file of their own.
    """

    _name = "bank.survey.program"
    _description = "Satisfaction Programme"
    _inherit = ["mail.thread", "bank.guarded.mixin"]
    _order = "sequence, name"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, copy=False, help="The name under which other systems know the programme.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company", required=True, index=True, default=lambda self: self.env.company
    )
    kind = fields.Selection(
        selection=KINDS,
        required=True,
        default="relationship",
        tracking=True,
        help="Relationship: customers are asked again from time to time, in waves. Transactional: they are asked "
        "after something happened. Opinion poll: they have a say in what the bank does.",
    )
    state = fields.Selection(
        selection=[("draft", "Draft"), ("running", "Running"), ("paused", "Paused")],
        required=True,
        default="draft",
        tracking=True,
        help="Nobody is invited while a programme is a draft or paused.",
    )
    description = fields.Text(translate=True, help="What the bank wants to know; the customer reads it first.")
    survey_id = fields.Many2one(
        comodel_name="survey.survey",
        string="Questionnaire",
        required=True,
        index=True,
        ondelete="restrict",
        tracking=True,
        domain=[("survey_type", "=", "bank")],
    )
    user_id = fields.Many2one(
        comodel_name="res.users", string="Responsible", default=lambda self: self.env.user, tracking=True
    )

    # What counts
    anonymity = fields.Selection(
        selection=ANONYMITY,
        required=True,
        default="identified",
        tracking=True,
        help="Identified: staff who look after the customer see his scores. Confidential: satisfaction managers, "
        "compliance and audit alone see who said what. Anonymous: nobody can ever tell who answered. The customer is "
        "told before he answers; it cannot be loosened once there are answers.",
    )
    keeps_tier = fields.Boolean(string="Keep Tier", default=True, help="Of anonymous answers.")
    keeps_branch = fields.Boolean(string="Keep Branch", help="Of anonymous answers.")
    keeps_product = fields.Boolean(string="Keep Product", help="Of anonymous answers.")
    min_cell = fields.Integer(
        string="Smallest Group Shown", default=10, required=True, help="Figures of fewer answers are not shown."
    )
    satisfied_from = fields.Integer(
        help="The lowest score that counts as satisfied. 0: the two highest points of the question's scale."
    )
    count_partial = fields.Boolean(help="Also count answers that were broken off behind the main question.")
    count_assisted = fields.Boolean(help="Also count answers that staff entered for customers.")
    partial_hours = fields.Integer(
        string="Broken Off After (Hours)", default=72, help="Without activity, an answer that was begun is closed."
    )
    min_seconds = fields.Integer(
        string="Fastest Answer (Seconds)", default=5, help="Faster answers are set aside for a look at them."
    )

    # When and how
    expires_days = fields.Integer(string="Open for (Days)", default=14, required=True)
    reminder_days = fields.Char(
        string="Reminders After (Days)", default="3, 7", help="Days after the invitation, with commas; empty: none."
    )
    send_from = fields.Float(default=9.0, help="Local time of the customer.")
    send_to = fields.Float(string="Send Until", default=20.0, help="Local time of the customer.")
    throttle_per_minute = fields.Integer(string="Invitations per Minute", default=300, required=True)
    channel_ids = fields.One2many(
        comodel_name="bank.survey.program.channel",
        inverse_name="program_id",
        string="Channels",
        copy=True,
        help="The first one that a customer can be reached by is used.",
    )
    partner_domain = fields.Char(
        string="Customers", default="[]", help="Who may be asked at all; waves narrow it further."
    )
    recovery_days = fields.Integer(
        string="Ask Again After (Days)", help="After a follow-up was closed, once. 0: never.", default=NEVER
    )

    wave_ids = fields.One2many(comodel_name="bank.survey.wave", inverse_name="program_id", string="Waves")
    invitation_ids = fields.One2many(
        comodel_name="bank.survey.invitation", inverse_name="program_id", string="Invitations"
    )

    _code_uniq = models.Constraint(
        "UNIQUE(company_id, code)", "Code: another programme of this company has it. Choose a code of its own."
    )
    _min_cell_check = models.Constraint(
        "CHECK(min_cell >= 1)", "Smallest Group Shown: enter 1 or more; 10 is usual."
    )
    _throttle_check = models.Constraint(
        "CHECK(throttle_per_minute >= 1)", "Invitations per Minute: enter 1 or more."
    )
    _expires_check = models.Constraint("CHECK(expires_days >= 1)", "Open for (Days): enter 1 or more.")
    _hours_check = models.Constraint(
        "CHECK(send_from >= 0 AND send_to <= 24 AND send_from < send_to)",
        "Send From, Send Until: enter times of one day, the earlier one first.",
    )

    @api.constrains("reminder_days")
    def _check_reminder_days(self):
        for program in self:
            program._reminder_offsets()

    def _reminder_offsets(self):
        """Return the days after an invitation on which a reminder is due, ascending.

        :raises ValidationError: ``Reminders After (Days)`` is not a list of numbers
        """
        self.ensure_one()
        parts = [part.strip() for part in (self.reminder_days or "").replace("，", ",").split(",") if part.strip()]
        if not all(part.isascii() and part.isdigit() and 0 < int(part) < 100 for part in parts):
            raise ValidationError(
                self.env._("Reminders After (Days): write numbers of days with commas between them, such as “3, 7”.")
            )
        return sorted({int(part) for part in parts})

    @api.model
    def _guarded_fields(self):
        return super()._guarded_fields() | {"last_event_id"}

    # ------------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------------

    def action_start(self):
        """Let invitations go out."""
        self.check_access("write")
        for program in self:
            program._check_can_start()
        self._unguarded().write({"state": "running"})
        return True

    def action_pause(self):
        """Hold invitations back; links that were sent stay open."""
        self.check_access("write")
        self._unguarded().write({"state": "paused"})
        return True

    def _check_can_start(self):
        """:raises ValidationError: what is still missing; topics of the addon extend it"""
        self.ensure_one()
        if not self.survey_id.question_ids:
            raise ValidationError(
                self.env._(
                    "Questionnaire: “%(survey)s” has no questions. Add questions, then start the programme.",
                    survey=self.survey_id.title,
                )
            )
        if not self.channel_ids:
            raise ValidationError(
                self.env._("Channels: choose at least one way to invite customers, then start the programme.")
            )
