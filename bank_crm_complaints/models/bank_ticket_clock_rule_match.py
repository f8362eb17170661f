from odoo import api, fields, models

from ..tools.clock_rules import Subject, applicable


class BankTicketClockRule(models.Model):
    """Which rules apply to which tickets, and by whose calendar they are counted."""

    _inherit = "bank.ticket.clock.rule"

    @api.model
    def _applicable(self, tickets, rules, moment):
        """Return pairs ``(ticket, rule)`` of the rules that apply.

        :param rules: :class:`RuleFacts`
        :param moment: function that gives the moment at which the rule has to be in force for a ticket
        """
        rules = list(rules)
        pairs = []
        for ticket in tickets:
            subject = self._subject(ticket)
            pairs += [(ticket, rule) for rule in applicable(rules, subject, moment(ticket))]
        return pairs

    @api.model
    def _subject(self, ticket):
        opened = ticket.holding_id.opened_on
        incident = ticket.incident_on or (ticket.received_at or fields.Datetime.now()).date()
        return Subject(
            regime_ids=frozenset(ticket.regime_ids.ids),
            kind=ticket.kind,
            severity=ticket.severity,
            tier_id=ticket.partner_id.tier_id.id,
            outcome=ticket.outcome or "",
            account_age_days=(incident - opened).days if opened else None,
        )

    @api.model
    def _places(self, pairs):
        """Return ``(calendar id, time zone)`` for each pair of ticket and rule.

        Legal clocks run on the business days of their regime, else on those of team, branch or company; service clocks
        on those of team, branch or company, else on those of the regime.  Without any they run around the clock.  Days
        end in the time zone of the branch, else of the company; working hours are those of the calendar's own.
        """
        return [self._place(ticket, rule) for ticket, rule in pairs]

    @api.model
    def _place(self, ticket, rule):
        branch, company = ticket.branch_id.calendar_id, ticket.company_id.resource_calendar_id
        near = (ticket.team_id.calendar_id or branch or company).id
        calendar_id = (near or rule.calendar_id) if rule.kind == "service" else (rule.calendar_id or near)
        if rule.counting.unit == "working_hour" and calendar_id:
            return calendar_id, False
        return calendar_id or False, branch.tz or company.tz or False

    @api.model
    def _due_for(self, tickets, code, start=None):
        """Compute what ``code`` of the tickets' regimes would give, without starting a clock (tasks of departments).

        :param code: code of rules, e.g. ``department_task``
        :param start: naive UTC, default now
        :return: ``{ticket id: Deadline}``, without the tickets that have no such rule
        """
        start = (fields.Datetime.to_datetime(start) or fields.Datetime.now()).replace(microsecond=0)
        # sudo: bank.ticket - only what the choice of a rule looks at
        tickets = tickets.sudo()
        rules = [rule for rule in self._all_facts().values() if rule.code == code]
        pairs = self._applicable(tickets, rules, lambda ticket: start)
        clocks = self.env["bank.ticket.clock"]
        return {
            ticket.id: clocks._count(clocks._make_terms(rule.counting, *place), start)
            for (ticket, rule), place in zip(pairs, self._places(pairs), strict=True)
        }
