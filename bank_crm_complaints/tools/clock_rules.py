"""Which rules apply to a ticket: pure Python, over plain copies of ``bank.ticket.clock.rule``."""

from dataclasses import dataclass
from datetime import date, datetime

from .clocks import ClockRule

# Events that happen once in the life of a ticket: what they started is not started again.
ONCE = {"received", "forwarded", "materials_completed"}


@dataclass(frozen=True)
class RuleFacts:
    """What a rule says, without a database; ``key`` is what rules of one regime about one matter share."""

    id: int
    regime_id: int
    regime_code: str
    code: str
    kind: str
    start_event: str
    restart_event: str
    stop_event: str
    count_from: str
    start_kind_ids: frozenset
    stop_kind_ids: frozenset
    satisfies_ids: frozenset
    needs_acceptance: bool
    ticket_kind: str
    severity: str
    tier_ids: frozenset
    account_age: str
    account_age_days: int
    only_in_favour: bool
    valid_from: date | None
    valid_to: date | None
    version: int
    is_active: bool
    calendar_id: int
    counting: ClockRule

    @property
    def key(self):
        return (self.regime_id, self.code)

    @property
    def label(self):
        return f"{self.regime_code}/{self.code}"

    def is_valid(self, moment):
        """Tell whether the rule is in force on the day of ``moment``; its clocks keep it for good."""
        day = moment.date() if isinstance(moment, datetime) else moment
        return (not self.valid_from or self.valid_from <= day) and (not self.valid_to or day <= self.valid_to)

    def starts_on(self, event, letter_kind_id):
        """Tell whether ``event`` starts this clock; where it names letters, only one of these kinds does."""
        if event != self.start_event:
            return False
        return event != "letter_sent" or letter_kind_id in self.start_kind_ids

    def fits(self, subject):
        """Tell whether the rule is meant for such a ticket."""
        return (
            self.regime_id in subject.regime_ids
            and self.ticket_kind in (False, subject.kind)
            and self.severity in (False, subject.severity)
            and (not self.tier_ids or subject.tier_id in self.tier_ids)
            and (not self.only_in_favour or subject.outcome in ("upheld", "partly"))
            and self._fits_account(subject.account_age_days)
        )

    def _fits_account(self, age):
        if not self.account_age:
            return True
        is_new = age is not None and age <= self.account_age_days
        return is_new == (self.account_age == "new")

    @property
    def precision(self):
        """Order of precedence: of rules about one matter the one that says most about the ticket applies."""
        told = (self.tier_ids, self.severity, self.ticket_kind, self.account_age == "new")
        return (sum(map(bool, told)), bool(self.tier_ids), self.valid_from or date.min, self.id)


@dataclass(frozen=True)
class Subject:
    """What the choice of rules looks at. ``account_age_days``: age of the account at the incident, None if unknown."""

    regime_ids: frozenset
    kind: str
    severity: str
    tier_id: int
    outcome: str
    account_age_days: int | None


def applicable(rules, subject, moment):
    """Return the rules that apply to ``subject`` at ``moment``: for each matter of each regime the most precise."""
    best = {}
    for rule in rules:
        if not (rule.is_active and rule.is_valid(moment) and rule.fits(subject)):
            continue
        if rule.key not in best or best[rule.key].precision < rule.precision:
            best[rule.key] = rule
    return list(best.values())
