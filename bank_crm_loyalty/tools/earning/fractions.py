"""Multipliers as integers over one denominator, so that sums and products of them are exact in SQL."""

from math import lcm


def denominator(pairs):
    """Return the least common denominator of ``[(numerator, denominator)]``; 1 if there are none."""
    return lcm(*(den for _num, den in pairs)) if pairs else 1


def scaled(num, den, common):
    """Return the numerator of ``num / den`` over the denominator ``common``."""
    return num * (common // den)
