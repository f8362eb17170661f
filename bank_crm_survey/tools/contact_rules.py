"""When a customer may be asked again: arithmetic of contact rules on dates, without a database.

All days are days of the bank. A rule names a day before which the customer is left in peace; a day itself is never
half forbidden, so that a round that is sent every 90 days at about nine does not depend on minutes.
"""

from datetime import date, datetime, timedelta
from typing import NamedTuple


class Contact(NamedTuple):
    """One invitation in the history of a customer."""

    program_id: int
    kind: str
    channel: str
    invited_at: datetime
    invited_on: date
    answered_on: date | None
    is_recovery: bool


class Limits(NamedTuple):
    """What a rule asks for; 0 is no limit."""

    max_count: int = 0
    period_days: int = 0
    min_gap_days: int = 0
    answer_gap_days: int = 0
    refusal_gap_days: int = 0

    @property
    def horizon_days(self):
        """How far back the rule looks."""
        period = self.period_days if self.max_count else 0
        return max(period, self.min_gap_days, self.answer_gap_days, self.refusal_gap_days)


def next_allowed(limits, invited_on, answered_on=None, refused_on=None):
    """Return ``(day, reason)``: the first day on which a rule lets a customer be asked, and what holds him back.

    :param limits: :class:`Limits`
    :param invited_on: days of invitations in the scope of the rule, in any order
    :param answered_on: day of the last answer, or None
    :param refused_on: day on which the customer declined last, or None
    :return: ``(None, None)`` when nothing holds him back
    """
    latest = sorted(invited_on, reverse=True)
    bounds = []
    if limits.max_count and len(latest) >= limits.max_count:
        bounds.append((latest[limits.max_count - 1] + timedelta(days=limits.period_days), "too_often"))
    if limits.min_gap_days and latest:
        bounds.append((latest[0] + timedelta(days=limits.min_gap_days), "too_soon"))
    if limits.answer_gap_days and answered_on:
        bounds.append((answered_on + timedelta(days=limits.answer_gap_days), "answered_recently"))
    if limits.refusal_gap_days and refused_on:
        bounds.append((refused_on + timedelta(days=limits.refusal_gap_days), "declined_recently"))
    return max(bounds, default=(None, None))


def is_recovery_free(contacts):
    """Whether a customer may be asked again after a follow-up past all rules: once after each ordinary invitation."""
    recovery = max((contact.invited_at for contact in contacts if contact.is_recovery), default=None)
    ordinary = max((contact.invited_at for contact in contacts if not contact.is_recovery), default=None)
    return recovery is None or (ordinary is not None and ordinary > recovery)
