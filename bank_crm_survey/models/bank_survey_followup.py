from odoo import api, fields, models
from odoo.fields import Domain

from .bank_survey_followup_rule import KINDS
from .bank_survey_score import BUCKETS

STATES = [("new", "To Contact"), ("contacted", "Contacted"), ("closed", "Closed"), ("cancelled", "Cancelled")]
OPEN_STATES = ("new", "contacted")
OUTCOMES = [
    ("resolved", "Put Right"),
    ("explained", "Explained"),
    ("passed_on", "Passed On for Improvement"),
    ("complaint", "Became a Complaint"),
    ("thanked", "Thanked"),
    ("not_wanted", "The Customer Wants No Follow-up"),
    ("not_reached", "Could Not Be Reached"),
]


class BankSurveyFollowup(models.Model):
    """The bank answers a customer's answer: calls back, finds the cause, puts it right, within deadlines.

    Made by the first rule that fits a finished answer, once for an answer; led by its methods. Who the customer
    criticises (``excluded_user_ids``) sees nothing of it. Its display name and messages name no customer: they travel
    in notifications.
    """

    _name = "bank.survey.followup"
    _description = "Follow-up of an Answer"
    _inherit = ["mail.thread", "mail.activity.mixin", "bank.customer.bound.mixin", "bank.guarded.mixin"]
    _order = "due_at, id"

    user_input_id = fields.Many2one(
        comodel_name="survey.user_input",
        string="Answer",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    invitation_id = fields.Many2one(
        comodel_name="bank.survey.invitation",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    program_id = fields.Many2one(
        comodel_name="bank.survey.program",
        string="Programme",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        comodel_name="res.company", required=True, readonly=True, index=True, ondelete="restrict"
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Customer", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    rule_id = fields.Many2one(
        comodel_name="bank.survey.followup.rule",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    kind = fields.Selection(selection=KINDS, required=True, readonly=True, default="call")
    state = fields.Selection(
        selection=STATES, required=True, readonly=True, default="new", index=True, tracking=True, group_expand=True
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Owner",
        readonly=True,
        index="btree_not_null",
        tracking=True,
        ondelete="restrict",
    )
    excluded_user_ids = fields.Many2many(
        comodel_name="res.users",
        relation="bank_survey_followup_excluded_rel",
        column1="followup_id",
        column2="user_id",
        string="Criticised by the Customer",
        readonly=True,
        help="They see nothing of this follow-up.",
    )
    is_confidential = fields.Boolean(readonly=True, default=False, help="For satisfaction managers alone.")

    # The answer, as it was
    score = fields.Integer(readonly=True, aggregator="avg")
    bucket = fields.Selection(selection=BUCKETS, string="Group", readonly=True)
    answered_at = fields.Datetime(string="Answered", required=True, readonly=True)
    branch_id = fields.Many2one(
        comodel_name="bank.branch", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    manager_id = fields.Many2one(
        comodel_name="res.users", string="Relationship Manager", readonly=True, ondelete="restrict"
    )
    tier_id = fields.Many2one(comodel_name="bank.tier", readonly=True, ondelete="restrict")
    verbatim = fields.Text(string="In the Customer's Own Words", compute="_compute_verbatim")
    topic_ids = fields.Many2many(
        comodel_name="bank.survey.topic", string="Topics", compute="_compute_topic_ids", inverse="_inverse_topic_ids"
    )

    # Deadlines
    contact_due_at = fields.Datetime(string="Contact Until", readonly=True)
    close_due_at = fields.Datetime(string="Close Until", required=True, readonly=True)
    due_at = fields.Datetime(
        string="Due", compute="_compute_due_at", store=True, index=True, help="The next deadline of the two."
    )
    contacted_at = fields.Datetime(string="Contacted", readonly=True)
    closed_at = fields.Datetime(readonly=True)
    is_overdue = fields.Boolean(string="Overdue", compute="_compute_lateness", search="_search_is_overdue")
    is_contact_late = fields.Boolean(string="Contacted Too Late", compute="_compute_lateness")
    is_close_late = fields.Boolean(string="Closed Too Late", compute="_compute_lateness")
    told_at = fields.Datetime(readonly=True, help="When the owner was told of it.")
    escalation_level = fields.Integer(
        readonly=True, default=0, help="How many steps of the escalation this deadline has passed."
    )
    next_step_at = fields.Datetime(readonly=True)

    # What was done
    attempt_ids = fields.One2many(
        comodel_name="bank.survey.followup.attempt", inverse_name="followup_id", string="Attempts", readonly=True
    )
    attempt_count = fields.Integer(compute="_compute_attempt_count")
    root_cause_id = fields.Many2one(
        comodel_name="bank.survey.cause",
        readonly=True,
        tracking=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    outcome = fields.Selection(selection=OUTCOMES, readonly=True, tracking=True)
    note = fields.Text(string="What Was Found and Done", readonly=True)
    cancel_reason = fields.Char(readonly=True)

    _rule_uniq = models.Constraint(
        "UNIQUE(user_input_id, rule_id)", "This answer is followed up by this rule already."
    )
    _closed_check = models.Constraint(
        "CHECK(state != 'closed' OR (outcome IS NOT NULL AND closed_at IS NOT NULL))",
        "Closed: an outcome is needed.",
    )
    _owner_due_idx = models.Index("(user_id, due_at) WHERE state IN ('new', 'contacted')")
    _step_idx = models.Index("(next_step_at) WHERE next_step_at IS NOT NULL")
    _untold_idx = models.Index("(user_id) WHERE told_at IS NULL")

    @api.model
    def _guarded_fields(self):
        mixins = {*self.env["mail.thread"]._fields, *self.env["mail.activity.mixin"]._fields}  # and the log fields
        own = {name for name, field in self._fields.items() if field.readonly and field.store}
        return super()._guarded_fields() | own - mixins

    @api.depends("program_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for followup in self:
            followup.display_name = self.env._(
                "Follow-up %(number)s · %(program)s",
                number=followup._origin.id or "",
                program=followup.program_id.name or "",
            )

    def _mail_get_partner_fields(self, introspect_fields=False):
        return []  # what staff write on a follow-up is never proposed to be sent to the customer

    @api.depends("user_input_id", "user_id")
    @api.depends_context("uid", "su")
    def _compute_verbatim(self):
        may_read_all = self.env.su or self.env.user.has_group("bank_crm_survey.group_survey_verbatim")
        readable = self if may_read_all else self.filtered(lambda followup: followup.user_id == self.env.user)
        # sudo: survey.user_input.line - own words, for the owner and whoever has the right to them
        lines = self.env["survey.user_input.line"].sudo()
        found = lines.search_fetch(
            [("user_input_id", "in", readable.user_input_id.ids), ("answer_type", "in", ("char_box", "text_box"))],
            ["user_input_id", "value_char_box", "value_text_box"],
            order="id",
        )
        words = {}
        for line in found:
            if text := line.value_text_box or line.value_char_box:
                words.setdefault(line.user_input_id.id, []).append(text)
        for followup in self:
            own = words.get(followup.user_input_id.id, []) if followup in readable else []
            followup.verbatim = "\n\n".join(own) or False

    def _compute_topic_ids(self):
        for followup in self:
            # sudo: survey.user_input - topics alone, no words
            followup.topic_ids = followup.user_input_id.sudo().bank_topic_ids.with_env(self.env)

    def _inverse_topic_ids(self):
        for followup in self:
            followup.user_input_id._set_bank_topics(followup.topic_ids)

    @api.depends("state", "contact_due_at", "close_due_at")
    def _compute_due_at(self):
        for followup in self:
            waits = followup.state == "new" and followup.contact_due_at
            followup.due_at = followup.contact_due_at if waits else followup.close_due_at

    @api.depends("state", "due_at", "contacted_at", "closed_at", "contact_due_at", "close_due_at")
    def _compute_lateness(self):
        now = fields.Datetime.now()
        for followup in self:
            counts = followup.state != "cancelled"
            is_open = followup.state in OPEN_STATES
            contact = followup.contacted_at or followup.closed_at or now
            followup.is_overdue = is_open and bool(followup.due_at) and followup.due_at < now
            followup.is_contact_late = counts and bool(followup.contact_due_at) and followup.contact_due_at < contact
            followup.is_close_late = (
                counts and bool(followup.close_due_at) and followup.close_due_at < (followup.closed_at or now)
            )

    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("state", "in", OPEN_STATES) & Domain("due_at", "<", fields.Datetime.now())

    @api.depends("attempt_ids")
    def _compute_attempt_count(self):
        counts = dict(
            self.env["bank.survey.followup.attempt"]._read_group(
                [("followup_id", "in", self.ids)], ["followup_id"], ["__count"]
            )
        )
        for followup in self:
            followup.attempt_count = counts.get(followup, 0)
