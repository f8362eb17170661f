import ast
from datetime import timedelta, timezone
from typing import NamedTuple
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..tools.contact_rules import Contact, Limits, is_recovery_free, next_allowed
from .bank_survey_program import KINDS
from .bank_survey_program_channel import CHANNELS

LIMIT_FIELDS = ("max_count", "period_days", "min_gap_days", "answer_gap_days", "refusal_gap_days")


class Hold(NamedTuple):
    """What contact rules say of one customer who may not be asked today."""

    reason: str
    until: object  # the first day on which he may be
    may_wait: bool  # the invitation waits until then, rather than being dropped


class BankSurveyContactRule(models.Model):
    """How often a customer is asked at most, whichever programme asks: surveys nobody is tired of.

    A rule counts the invitations in its scope (all, those of one kind, those of one programme; of one channel or of
    any), and holds for the programmes of that scope. The strictest rule decides.
    """

    _name = "bank.survey.contact.rule"
    _description = "Contact Rule of Surveys"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(comodel_name="res.company", index=True, help="Empty: in all companies.")
    scope = fields.Selection(
        selection=[("all", "All Programmes"), ("kind", "Programmes of One Kind"), ("program", "One Programme")],
        required=True,
        default="all",
    )
    kind = fields.Selection(selection=KINDS)
    program_id = fields.Many2one(
        comodel_name="bank.survey.program", string="Programme", index="btree_not_null", ondelete="cascade"
    )
    channel = fields.Selection(selection=CHANNELS, help="Empty: invitations by any channel count.")
    max_count = fields.Integer(string="Invitations at Most", default=0, help="0: no limit.")
    period_days = fields.Integer(string="In (Days)", default=0)
    min_gap_days = fields.Integer(string="Days Between Invitations", default=0, help="0: no limit.")
    answer_gap_days = fields.Integer(string="Days After an Answer", default=0, help="0: no limit.")
    refusal_gap_days = fields.Integer(string="Days After Declining", default=0, help="0: no limit.")
    exempt_domain = fields.Char(string="Customers Exempt", default="[]")
    effect = fields.Selection(
        selection=[("block", "Do Not Ask"), ("delay", "Ask Later")],
        required=True,
        default="block",
        help="Ask Later: the invitation waits for the first day on which the rule allows it.",
    )
    max_delay_days = fields.Integer(
        string="Wait at Most (Days)", default=14, help="Invitations that would have to wait longer are dropped."
    )

    _limits_check = models.Constraint(
        "CHECK(LEAST(max_count, period_days, min_gap_days, answer_gap_days, refusal_gap_days, max_delay_days) >= 0"
        " AND GREATEST(period_days, min_gap_days, answer_gap_days, refusal_gap_days, max_delay_days) <= 3650)",
        "Contact rule: numbers cannot be negative, and days are 3,650 at most.",
    )

    @api.constrains(*LIMIT_FIELDS, "scope", "kind", "program_id")
    def _check_limits(self):
        for rule in self:
            if rule.max_count and not rule.period_days:
                raise ValidationError(self.env._("In (Days): say in how many days the invitations are counted."))
            if not any((rule.max_count, rule.min_gap_days, rule.answer_gap_days, rule.refusal_gap_days)):
                raise ValidationError(
                    self.env._("Contact rule: enter a number of invitations at most, or days of peace.")
                )
            if rule.scope == "kind" and not rule.kind:
                raise ValidationError(self.env._("Kind: choose for which kind of programmes the rule holds."))
            if rule.scope == "program" and not rule.program_id:
                raise ValidationError(self.env._("Programme: choose for which programme the rule holds."))

    @api.constrains("exempt_domain")
    def _check_exempt_domain(self):
        for rule in self:
            self.env["bank.survey.program"]._check_partner_domain(
                rule.exempt_domain, rule._fields["exempt_domain"]._description_string(self.env)
            )

    # ------------------------------------------------------------------
    # Verdicts
    # ------------------------------------------------------------------

    @api.model
    def _for_program(self, program):
        """Return the rules (as superuser) that hold for a programme."""
        # sudo: bank.survey.contact.rule - rules hold for whoever invites
        return self.sudo().search(
            Domain("company_id", "in", (False, program.company_id.id))
            & (
                Domain("scope", "=", "all")
                | (Domain("scope", "=", "kind") & Domain("kind", "=", program.kind))
                | (Domain("scope", "=", "program") & Domain("program_id", "=", program.id))
            )
        )

    @api.model
    def _local_day(self, at, company):
        """Return the day of the bank in which a moment (naive UTC) lies, or None."""
        tz = ZoneInfo(company.partner_id.tz or self.env.tz.zone)
        return at and at.replace(tzinfo=timezone.utc).astimezone(tz).date()

    def _holds(self, partners, at, company, channel_by_partner=None, is_recovery=False, but_for=()):
        """Return ``{partner_id: Hold}`` of the customers whom these rules leave in peace at a moment.

        The number of queries depends on the number of rules with exempt customers only.

        :param at: naive UTC: when they would be asked
        :param company: of the programme; its time zone is that of days
        :param channel_by_partner: ``{partner_id: channel}``, for rules of one channel
        """
        day = self._local_day(at, company)
        found = {}
        for partner_id, bounds in self._bounds(
            partners, at, company, channel_by_partner or {}, is_recovery, but_for
        ).items():
            late = [(until, reason, rule) for until, reason, rule in bounds if until > day]
            if late:
                until, reason, _rule = max(late, key=lambda bound: bound[:2])
                may_wait = all(
                    rule.effect == "delay" and (until - day).days <= rule.max_delay_days for *_bound, rule in late
                )
                found[partner_id] = Hold(reason, until, may_wait)
        return found

    def _bounds(self, partners, at, company, channel_by_partner, is_recovery=False, but_for=()):
        """Return ``{partner_id: [(first allowed day, reason, rule)]}`` for each rule that has something to say."""
        if not self or not partners:
            return {}
        limits = {rule: Limits(*(rule[name] for name in LIMIT_FIELDS)) for rule in self}
        since = at - timedelta(days=max(limit.horizon_days for limit in limits.values()) + 2)
        states = self.env["bank.survey.contact.state"].sudo()  # sudo: bank.survey.contact.state - verdicts only
        contacts, last = {}, states._answers_and_refusals(partners.ids)
        for partner_id, *row in states._history(partners.ids, since, but_for):
            contacts.setdefault(partner_id, []).append(self._contact(row, company))
        exempt = {rule: rule._exempt_ids(partners) for rule in self}
        bounds = {}
        for partner_id in {*contacts, *last}:
            history = contacts.get(partner_id, [])
            if is_recovery and is_recovery_free(history):
                continue
            answered_on, refused_on = (
                self._local_day(moment, company) for moment in last.get(partner_id, (None, None))
            )
            for rule, limit in limits.items():
                if partner_id in exempt[rule] or not rule._is_for_channel(channel_by_partner.get(partner_id)):
                    continue
                until, reason = rule._first_allowed(limit, history, answered_on, refused_on)
                if until:
                    bounds.setdefault(partner_id, []).append((until, reason, rule))
        return bounds

    def _contact(self, row, company):
        program_id, kind, channel, invited_at, completed_at, is_recovery = row
        invited_on, answered_on = self._local_day(invited_at, company), self._local_day(completed_at, company)
        return Contact(program_id, kind, channel, invited_at, invited_on, answered_on, bool(is_recovery))

    def _first_allowed(self, limits, history, answered_on, refused_on):
        own = [contact for contact in history if self._counts(contact)]
        answers = [contact.answered_on for contact in own if contact.answered_on]
        if self.scope == "all" and not self.channel and answered_on:
            answers.append(answered_on)
        return next_allowed(limits, [contact.invited_on for contact in own], max(answers, default=None), refused_on)

    def _counts(self, contact):
        """Whether an invitation of the past is in the scope of this rule."""
        if self.channel and contact.channel != self.channel:
            return False
        if self.scope == "program":
            return contact.program_id == self.program_id.id
        return self.scope == "all" or contact.kind == self.kind

    def _is_for_channel(self, channel):
        return not self.channel or channel == self.channel

    def _exempt_ids(self, partners):
        domain = ast.literal_eval(self.exempt_domain or "[]")
        if not domain:
            return set()
        found = partners.sudo().with_context(active_test=False)  # sudo: res.partner - the rule decides, not the user
        return set(found._search(Domain("id", "in", partners.ids) & Domain(domain)))
