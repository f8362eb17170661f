"""What rules give, in plain Python and fractions: the text against which the SQL is held."""

from fractions import Fraction
from math import floor


def of_balance(amount, threshold, mode, bands, band_mode):
    """Return amount × rate of a balance as a fraction; ``bands`` are (from, numerator, denominator), ascending."""
    if amount <= threshold:
        return Fraction(0)
    counted = amount - threshold if mode == "excess" else amount
    if band_mode == "reached":
        reached = [Fraction(num, den) for start, num, den in bands if counted >= start]
        return counted * reached[-1] if reached else Fraction(0)
    ends = [start for start, _num, _den in bands[1:]] + [None]
    total = Fraction(0)
    for (start, num, den), end in zip(bands, ends, strict=True):
        top = counted if end is None else min(counted, end)
        total += max(top - start, 0) * Fraction(num, den)
    return total


def multiplied(factors, policy, most):
    """Return the whole multiplier of a fact."""
    if policy == "add":
        whole = max(1 + sum(factor - 1 for factor in factors), Fraction(0))
    else:
        whole = Fraction(1)
        for factor in factors:
            whole *= factor
    return min(whole, most) if most else whole


def floors(items, rounding):
    """Return the points of items ``(day, fraction)``: each floored, or the sums of a day."""
    if rounding == "item":
        return [floor(value) for _day, value in items]
    sums, points = {}, []
    for day, value in items:
        before = sums.get(day, Fraction(0))
        sums[day] = before + value
        points.append(floor(sums[day]) - floor(before))
    return points


def limited(items, most, period=lambda day: None):
    """Return the points of items ``(day, points)`` within a limit of each period, used up in their order."""
    if not most:
        return [points for _day, points in items]
    used, given = {}, []
    for day, points in items:
        left = most - used.get(period(day), 0)
        given.append(min(points, left))
        used[period(day)] = used.get(period(day), 0) + given[-1]
    return given
