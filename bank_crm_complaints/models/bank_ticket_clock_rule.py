from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError

from ..tools.clock_rules import RuleFacts
from ..tools.clocks import ClockRule

EVENTS = [
    ("received", "Received by the bank"),
    ("forwarded", "Sent to the bank by an authority"),
    ("materials_completed", "Missing materials received"),
    ("customer_message", "Message from the customer"),
    ("staff_message", "Answer of a person of the bank"),
    ("letter_sent", "Letter sent"),
    ("letter_bounced", "Letter came back"),
    ("accepted", "Customer accepts"),
    ("decision_sent", "Decision sent"),
    ("review_received", "Request for review received"),
    ("determination", "Error determined"),
    ("corrected", "Correction posted"),
    ("closed", "Closed"),
    ("reopened", "Opened again"),
    ("withdrawn", "Withdrawn"),
    ("merged", "Merged into another ticket"),
    ("unmerged", "Merge undone"),
    ("converted", "Kind changed"),
    ("task_given", "Task given to a department"),
    ("task_done", "Task of a department done"),
]
UNITS = [
    ("calendar_day", "Calendar Days"),
    ("business_day", "Business Days"),
    ("week", "Weeks"),
    ("month", "Months"),
    ("working_hour", "Working Hours"),
]
# What a running clock keeps as it was when it started: a change makes a new version of the rule.
COUNTING = ("unit", "length", "start_day_counts", "start_rolls", "roll_forward", "end_of", "is_pausable")


class BankTicketClockRule(models.Model):
    """One clock of a regime: what starts it, how long it runs, in which unit, and what satisfies it.

    Rules of one regime with the same ``code`` are about the same matter; of those in force on the day a clock starts,
    the one that says most about the ticket applies (tier and severity before severity before none).  Clocks that run
    keep the terms under which they started (``bank.ticket.clock.terms``): changing a rule never moves them.

    Kinds: *statutory*, a duty by law; *service*, a promise of the bank; *option*, a time that is open to the bank or
    to the customer (the three days of a summary resolution, the six months to go to the ombudsman): it lapses, and is
    neither breached nor in the way of closing.
    """

    _name = "bank.ticket.clock.rule"
    _description = "Rule of a Clock"
    _order = "regime_id, sequence, code, severity, id"

    regime_id = fields.Many2one(comodel_name="bank.ticket.regime", required=True, index=True, ondelete="cascade")
    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="Rules of a regime with the same code are about the same matter.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    kind = fields.Selection(
        selection=[("statutory", "Legal"), ("service", "Service"), ("option", "Option")],
        required=True,
        default="statutory",
        help="Legal: a duty. Service: the bank's own promise. Option: a time that may be used; it lapses.",
    )
    source = fields.Char(help="Where it is written, e.g. DISP 1.6.2 R.")
    valid_from = fields.Date()
    valid_to = fields.Date()
    version = fields.Integer(readonly=True, copy=False, default=1)

    # Counting
    length = fields.Integer(required=True, default=1)  # pylint: disable=attribute-deprecated
    unit = fields.Selection(selection=UNITS, required=True, default="calendar_day")
    start_day_counts = fields.Boolean(help="The day of the start is day 1; else the day after it.")
    start_rolls = fields.Boolean(
        string="Next Business Day",
        help="What arrives without business or after its close is treated as received on the next business day.",
    )
    roll_forward = fields.Boolean(help="A last day without business moves the deadline to the next business day.")
    end_of = fields.Selection(
        selection=[("day", "End of the Day"), ("business", "Close of Business")],
        string="Until",
        required=True,
        default="day",
    )
    is_pausable = fields.Boolean(
        string="Can Be Paused", help="Pauses of the ticket do not count. The law hardly ever allows it."
    )

    # Start and stop
    start_event = fields.Selection(selection=EVENTS, string="Starts On", required=True, default="received")
    start_letter_kind_ids = fields.Many2many(
        comodel_name="bank.ticket.letter.kind",
        relation="bank_ticket_clock_rule_start_kind_rel",
        string="Started by Letters",
        help="Only letters of these kinds start the clock, where it starts on a letter.",
    )
    count_from = fields.Selection(
        selection=[("event", "What Starts It"), ("received", "Receipt"), ("forwarded", "Sent by the Authority")],
        string="Counts From",
        required=True,
        default="event",
    )
    restart_event = fields.Selection(
        selection=EVENTS, string="Starts Anew On", help="The time counts from that event again."
    )
    stop_event = fields.Selection(selection=EVENTS, string="Stops On", required=True, default="letter_sent")
    stop_letter_kind_ids = fields.Many2many(
        comodel_name="bank.ticket.letter.kind",
        relation="bank_ticket_clock_rule_stop_kind_rel",
        string="Stopped by Letters",
        help="A letter of one of these kinds satisfies the rule once it is sent.",
    )
    needs_acceptance = fields.Boolean(help="The letter satisfies the rule only if the customer accepted, too.")
    satisfies_ids = fields.Many2many(
        comodel_name="bank.ticket.clock.rule",
        relation="bank_ticket_clock_rule_satisfies_rel",
        column1="rule_id",
        column2="satisfied_id",
        string="Also Satisfies",
        help="Once this clock is met, these need nothing more.",
    )

    # For which tickets
    ticket_kind = fields.Selection(selection="_selection_ticket_kind", string="Only For Kind")
    severity = fields.Selection(selection="_selection_severity", string="Only For Severity")
    tier_ids = fields.Many2many(comodel_name="bank.tier", string="Only For Tiers")
    account_age = fields.Selection(
        selection=[("new", "New Accounts"), ("established", "Other Accounts")], string="Only For Accounts"
    )
    account_age_days = fields.Integer(
        string="New Until Day",
        default=30,
        help="An account is new if the incident came within so many days of opening.",
    )
    only_in_favour = fields.Boolean(help="Only when the outcome is wholly or partly in the customer's favour.")

    extension_rule_ids = fields.One2many(
        comodel_name="bank.ticket.clock.extension.rule", inverse_name="rule_id", string="Extensions"
    )

    _length_check = models.Constraint(
        "CHECK(length >= 0 AND length <= 3660)", "Length: enter a number from 0 to 3660."
    )
    _valid_check = models.Constraint(
        "CHECK(valid_to IS NULL OR valid_from IS NULL OR valid_from <= valid_to)",
        "Valid to: the rule would end before it begins. Correct one of the dates.",
    )

    @api.model
    def _selection_ticket_kind(self):
        return self.env["bank.ticket"]._fields["kind"]._description_selection(self.env)

    @api.model
    def _selection_severity(self):
        return self.env["bank.ticket"]._fields["severity"]._description_selection(self.env)

    @api.depends("regime_id.code", "name")
    def _compute_display_name(self):
        for rule in self:
            rule.display_name = f"{rule.regime_id.code}: {rule.name}" if rule.regime_id.code else rule.name

    @api.constrains("kind", "tier_ids")
    def _check_tier_ids(self):
        if any(rule.kind == "statutory" and rule.tier_ids for rule in self):
            raise ValidationError(
                self.env._(
                    "Only For Tiers: the law knows no tiers. Remove the tiers, or make the clock a service clock."
                )
            )

    @api.constrains("stop_event", "stop_letter_kind_ids", "kind")
    def _check_stop(self):
        for rule in self:
            if rule.kind != "option" and rule.stop_event == "letter_sent" and not rule.stop_letter_kind_ids:
                raise ValidationError(
                    self.env._(
                        "Stopped by Letters: “%(rule)s” needs the kinds of letters that stop it.", rule=rule.name
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        rules = super().create(vals_list)
        self.env.registry.clear_cache()
        return rules

    def write(self, vals):
        changed = self.filtered(lambda rule: any(name in vals and rule[name] != vals[name] for name in COUNTING))
        result = super().write(vals)
        for version, rules in changed.grouped("version").items():
            super(BankTicketClockRule, rules).write({"version": version + 1})
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    # ------------------------------------------------------------------
    # Rules as plain facts
    # ------------------------------------------------------------------

    @api.model
    @tools.ormcache()
    def _all_facts(self):
        """Return ``{id: RuleFacts}`` of all rules, archived ones too: their clocks may still run."""
        # sudo: bank.ticket.clock.rule - which rules apply does not depend on who is at work
        rules = self.sudo().with_context(active_test=False).search([])  # pylint: disable=no-search-all
        return {rule.id: rule._facts() for rule in rules}

    def _facts(self):
        self.ensure_one()
        return RuleFacts(
            id=self.id,
            regime_id=self.regime_id.id,
            regime_code=self.regime_id.code,
            code=self.code,
            kind=self.kind,
            start_event=self.start_event,
            restart_event=self.restart_event,
            stop_event=self.stop_event,
            count_from=self.count_from,
            start_kind_ids=frozenset(self.start_letter_kind_ids.ids),
            stop_kind_ids=frozenset(self.stop_letter_kind_ids.ids),
            satisfies_ids=frozenset(self.satisfies_ids.ids),
            needs_acceptance=self.needs_acceptance,
            ticket_kind=self.ticket_kind,
            severity=self.severity,
            tier_ids=frozenset(self.tier_ids.ids),
            account_age=self.account_age,
            account_age_days=self.account_age_days,
            only_in_favour=self.only_in_favour,
            valid_from=self.valid_from or None,
            valid_to=self.valid_to or None,
            version=self.version,
            is_active=self.active and self.regime_id.active,
            calendar_id=self.regime_id.calendar_id.id,
            counting=ClockRule(**{name: self[name] for name in COUNTING}),
        )
