"""How much of a day a pause takes away, measured in the unit of the clock.

A hold from Friday evening to Monday morning takes nothing away from business days or working hours, and two days and a
half from calendar days. Parts of days are added up; a deadline moves by the *whole* days among them, so that a short
hold never gives a whole day away.
"""

from fractions import Fraction

from .calendars import length_of, subtract


def measured(pauses, start):
    """Return the pauses that are over as pairs of moments, merged and in order, nothing before ``start``.

    A pause that still goes on has no length yet.
    """
    spans = sorted((max(pause.since, start), pause.to) for pause in pauses if pause.to and pause.to > start)
    merged = []
    for since, to in spans:
        if to <= since:
            continue
        if merged and since <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], to))
        else:
            merged.append((since, to))
    return merged


def paused_share(spans, pauses):
    """Return which part of ``spans`` (the countable time of one day) the pauses cover, from 0 to 1."""
    if not pauses or not spans:
        return Fraction(0)
    whole = length_of(spans)
    if not whole:
        return Fraction(0)
    # Microseconds are whole numbers: the share is exact.
    left = length_of(subtract(spans, pauses))
    return 1 - Fraction(_microseconds(left), _microseconds(whole))


def _microseconds(delta):
    return (delta.days * 86400 + delta.seconds) * 10**6 + delta.microseconds
