"""The figures of satisfaction: pure functions of counts and sums, without database or environment.

Every figure is a :class:`Figure`; without answers there is none (``None``), which is something else than 0.  Nothing
is rounded here but by :func:`round_half_up`, for display.  Intervals are of 95 %.

=========  ==========================================  =====================================================
figure     value                                       interval
=========  ==========================================  =====================================================
NPS        100 (P - D) / n, of scores of 0 to 10       adjusted Wald: 3/4 of an answer is added to promoters
                                                       and to detractors, 3 to n; clipped to -100 … 100
CSAT, %    100 T / n                                   Wilson
CES        mean of scores of 1 to 7, 7 is easy         Student's t; none for one answer
=========  ==========================================  =====================================================

Weighted answers count as ``n_eff = (Σw)² / Σw²`` answers in the interval.
"""

import math
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import NamedTuple

Z = 1.96  # of the normal distribution, 95 %, two-sided, as the formulas of the trade are written


class Figure(NamedTuple):
    """A figure with its interval, ``low`` to ``high``, both None where there is none (one answer to CES).

    ``n`` answers were counted; they are worth ``n_eff`` where they have weights.  ``se`` is the standard error in the
    unit of ``value``, for :func:`change`.
    """

    value: float
    low: float | None
    high: float | None
    n: int
    n_eff: float
    se: float | None


# ----------------------------------------------------------------------
# The three figures
# ----------------------------------------------------------------------


def nps(promoters, passives, detractors):
    """Return the Net Promoter Score of counts of answers, or None without answers."""
    n = promoters + passives + detractors
    return _nps(promoters, detractors, n, n, n)


def weighted_nps(promoters, passives, detractors, squares, n):
    """Return the Net Promoter Score of ``n`` weighted answers, or None without answers.

    :param promoters: the sum of the weights of promoters; ``passives``, ``detractors`` alike
    :param squares: the sum of the squares of all weights
    """
    total = promoters + passives + detractors
    return _nps(promoters, detractors, total, n, effective_n(total, squares))


def _nps(promoters, detractors, total, n, n_eff):
    if not n or total <= 0:
        return None
    share_p, share_d = promoters / total, detractors / total
    value = 100 * (promoters - detractors) / total
    adjusted = n_eff + 3
    p = (share_p * n_eff + 0.75) / adjusted
    d = (share_d * n_eff + 0.75) / adjusted
    middle = p - d
    error = math.sqrt(max(p + d - middle**2, 0) / adjusted)
    low, high = 100 * (middle - Z * error), 100 * (middle + Z * error)
    # Of one answer the adjusted interval ends just short of 100; an interval that leaves its own figure out misleads.
    return Figure(value, max(min(low, value), -100.0), min(max(high, value), 100.0), n, n_eff, 100 * error)


def share(hits, n):
    """Return a share in percent, such as CSAT or CES %, of counts of answers, or None without answers."""
    return _share(hits, n, n, n)


csat = share


def weighted_share(hits, total, squares, n):
    """Return a share in percent of ``n`` weighted answers: sums of weights of the hits and of all, sum of squares."""
    return _share(hits, total, n, effective_n(total, squares))


def _share(hits, total, n, n_eff):
    if not n or total <= 0:
        return None
    q = hits / total
    z2 = Z * Z
    centre = (q + z2 / (2 * n_eff)) / (1 + z2 / n_eff)
    half = Z / (1 + z2 / n_eff) * math.sqrt(max(q * (1 - q), 0) / n_eff + z2 / (4 * n_eff**2))
    value = 100 * q
    low, high = max(min(100 * (centre - half), value), 0.0), min(max(100 * (centre + half), value), 100.0)
    # Wald's error is 0 where all agree, which would make any change certain: take the one of Wilson's interval.
    return Figure(value, low, high, n, n_eff, 100 * half / Z)


def ces(n, total, squares, lowest=1, highest=7):
    """Return the mean of ``n`` scores of their sum and the sum of their squares, or None without answers.

    :param lowest: ends of the scale, which the interval does not leave
    """
    return weighted_mean(n, n, n, total, squares, lowest, highest)


mean = ces


def weighted_mean(n, weights, weight_squares, total, squares, lowest=1, highest=7):
    """Return the weighted mean Σwx/Σw of ``n`` scores.

    :param weights: Σw
    :param weight_squares: Σw²
    :param total: Σwx
    :param squares: Σwx²
    """
    if not n or weights <= 0:
        return None
    n_eff = effective_n(weights, weight_squares)
    value = total / weights
    if n < 2 or n_eff <= 1:
        return Figure(value, None, None, n, n_eff, None)
    variance = max(squares / weights - value**2, 0) * n_eff / (n_eff - 1)
    error = math.sqrt(variance / n_eff)
    half = t_quantile(0.975, n_eff - 1) * error
    return Figure(
        value, min(max(value - half, lowest), value), max(min(value + half, highest), value), n, n_eff, error
    )


def effective_n(weights, weight_squares):
    """Return how many unweighted answers the weighted ones are worth: (Σw)² / Σw²."""
    return weights * weights / weight_squares if weight_squares else 0.0


# ----------------------------------------------------------------------
# Change, comparison
# ----------------------------------------------------------------------


def change(now, before):
    """Return z of the change from ``before`` to ``now``, or None where it cannot be told.

    Two figures that do not vary at all are told apart with certainty: z is infinite.
    """
    if not now or not before or now.se is None or before.se is None:
        return None
    error = math.hypot(now.se, before.se)
    difference = now.value - before.value
    if not error:
        return math.copysign(math.inf, difference) if difference else 0.0
    return difference / error


def is_significant(z):
    """Whether a change is more than chance (95 %)."""
    return z is not None and abs(z) >= Z


def ranks(figures, higher_is_better=True):
    """Return the rank of each figure, 1 for the best, or None where it cannot be told from one of another rank.

    A figure has a rank only where its interval touches none of the others: who is “third” by chance is not third.

    :param figures: list of :class:`Figure` (or anything with ``value``, ``low``, ``high``), None for no figure
    """
    known = [
        (index, figure)
        for index, figure in enumerate(figures)
        if figure is not None and figure.low is not None and figure.high is not None
    ]
    order = sorted(known, key=lambda item: item[1].value, reverse=higher_is_better)
    by_low = sorted(known, key=lambda item: item[1].low)
    touching, highest, previous = set(), None, None
    for index, figure in by_low:  # an interval that begins before the highest end so far touches its owner
        if highest is not None and figure.low <= highest:
            touching |= {index, previous}
        if highest is None or figure.high > highest:
            highest, previous = figure.high, index
    result = [None] * len(figures)
    for rank, (index, _figure) in enumerate(order, 1):
        result[index] = None if index in touching or len(known) < 2 else rank
    return result


# ----------------------------------------------------------------------
# How many to ask, who answered
# ----------------------------------------------------------------------


def sample_size(error, promoters=None, detractors=None, population=None):
    """Return how many answers bring the interval of NPS to ± ``error`` points.

    :param promoters: expected shares of promoters and detractors, 0 … 1; left out: the worst case, half and half
    :param population: of how many customers the sample is drawn; left out: very many
    """
    if not error > 0:
        raise ValueError("error: a number of points above 0")
    variance = 1.0
    if promoters is not None and detractors is not None:
        variance = promoters + detractors - (promoters - detractors) ** 2
    needed = Z * Z * variance / (error / 100) ** 2
    if population is not None:
        if population <= 0:
            return 0
        needed = needed / (1 + (needed - 1) / population)
        return min(math.ceil(needed - 1e-9), population)
    return math.ceil(needed - 1e-9)


def invitations(answers, response_rate):
    """Return how many to invite for so many ``answers`` at a response rate of 0 … 1, or None where nobody answers."""
    return math.ceil(answers / response_rate - 1e-9) if response_rate > 0 else None


def response_rates(sent, bounced=0, opened=0, started=0, completed=0, partial=0):
    """Return the rates of a set of invitations in percent; None where the denominator is 0.

    :param sent: how many left the bank, those that came back among them; who was not asked is in no rate
    :param started: begun by a person, the completed ones among them
    :return: ``{"delivered": count, "rr1", "rr2", "open", "start", "completion"}``
    """
    delivered = sent - bounced

    def rate(part, whole):
        return 100 * part / whole if whole > 0 else None

    return {
        "delivered": delivered,
        "rr1": rate(completed, delivered),
        "rr2": rate(completed + partial, delivered),
        "open": rate(opened, delivered),
        "start": rate(started, delivered),
        "completion": rate(completed, started),
    }


def round_half_up(value, digits=1):
    """Return ``value`` as it is shown: halves away from zero, so that what mirrors another figure still does.

    Python's own ``round`` goes to the even neighbour: 12.25 would be shown as 12.2.
    """
    if value is None or not math.isfinite(value):
        return None
    rounded = float(Decimal(repr(value)).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP))
    return rounded + 0.0  # no -0.0


# ----------------------------------------------------------------------
# Student's t
# ----------------------------------------------------------------------


@lru_cache(maxsize=4096)
def t_quantile(probability, df):
    """Return the quantile of Student's t with ``df`` degrees of freedom, a real number above 0.

    The distribution function is the incomplete beta function, computed by its continued fraction; its inverse is found
    by bisection. Accurate to 8 digits for 0.5 < probability < 0.9999 and df of 0.1 and more (tested with tables).
    """
    if not 0 < probability < 1 or df <= 0:
        raise ValueError("t_quantile: a probability between 0 and 1 and degrees of freedom above 0")
    if probability < 0.5:
        return -t_quantile(1 - probability, df)
    low, high = 0.0, 1.0
    while t_distribution(high, df) < probability and high < 1e300:
        high *= 2
    for _step in range(200):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (middle, high) if t_distribution(middle, df) < probability else (low, middle)
    return (low + high) / 2


def t_distribution(t, df):
    """Return the probability that Student's t with ``df`` degrees of freedom is at most ``t``."""
    tail = 0.5 * _incomplete_beta(df / (df + t * t), df / 2, 0.5)
    return 1 - tail if t > 0 else tail


def _incomplete_beta(x, a, b):
    """Return the regularised incomplete beta function I_x(a, b)."""
    if x <= 0:
        return 0.0
    if x >= 1:
        return 1.0
    if x > (a + 1) / (a + b + 2):
        return 1 - _incomplete_beta(1 - x, b, a)
    log_front = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    return math.exp(log_front) / (a * _beta_fraction(x, a, b))


def _beta_fraction(x, a, b):
    """Return the denominator of the continued fraction of the incomplete beta function (Lentz's method)."""
    tiny = 1e-300
    fraction, c, d = 1.0, 1.0, 0.0
    for step in range(10000):
        half = step // 2
        if step == 0:
            numerator = 1.0
        elif step % 2 == 0:
            numerator = half * (b - half) * x / ((a + step - 1) * (a + step))
        else:
            numerator = -(a + half) * (a + b + half) * x / ((a + step - 1) * (a + step))
        d = 1 / ((1 + numerator * d) or tiny)
        c = (1 + numerator / c) or tiny
        fraction *= c * d
        if abs(1 - c * d) < 1e-15:
            break
    return 1 / (fraction - 1)
