"""Weighs tokens: how much each one speaks for a category, as the log of a ratio of odds.

A token's weight for a category is the logarithm of how much likelier it is in the tickets of the category than in all
the others, made smaller where few tickets say so; the sum over the tokens of a text, with the share of the category
as a start, ranks the categories. Nothing is hidden: the greatest terms of the sum are the reasons.
"""

from __future__ import annotations

import math
from typing import NamedTuple

# So many imagined tickets with the frequencies of all tickets are added to each category: absence in a category of few
# tickets proves little.
PRIOR_TICKETS = 2.0
# How much the variance of a weight takes from it (the variance of a log ratio is about 1/n + 1/m).
DOUBT = 0.5
# The tokens of a text are not independent: the sum grows with this power of their number, else a long text would be
# certain of anything.
LENGTH_POWER = 0.4


class Suggestion(NamedTuple):
    """:ivar category: what is proposed
    :ivar share: 0..1, relative to all categories of the comparison; a ranking, not a probability of being right
    :ivar reasons: list of (token, weight), greatest first, only tokens that speak for the category
    """

    category: object
    share: float
    reasons: list


def suggest(present, totals, counts, *, top=3, reasons=5):
    """Rank the categories for a text.

    :param present: tokens of the text
    :param dict totals: category -> number of learned tickets
    :param dict counts: token -> {category: number of learned tickets of it in which the token occurs}
    :param int top: how many categories are returned
    :param int reasons: how many tokens are named for each
    :return: list of :class:`Suggestion`, best first; empty when no token of the text was ever learned
    """
    known = [token for token in sorted(present) if token in counts]
    if not known or not totals:
        return []
    everything = sum(totals.values())
    sums = {token: sum(counts[token].values()) for token in known}
    damping = len(known) ** (LENGTH_POWER - 1)
    scores, weights = {}, {}
    for category, total in totals.items():
        terms = [(token, _weight(counts[token].get(category, 0), total, sums[token], everything)) for token in known]
        scores[category] = math.log(total / everything) + damping * sum(weight for _token, weight in terms)
        weights[category] = terms
    ranking = sorted(scores, key=lambda category: (-scores[category], str(category)))
    peak = scores[ranking[0]]
    mass = sum(math.exp(score - peak) for score in scores.values())
    return [
        Suggestion(category, math.exp(scores[category] - peak) / mass, _reasons(weights[category], reasons))
        for category in ranking[:top]
    ]


def _weight(inside, total, overall, everything):
    usual = (overall + 1) / (everything + 2)
    here = (inside + PRIOR_TICKETS * usual) / (total + PRIOR_TICKETS)
    there = (overall - inside + PRIOR_TICKETS * usual) / (everything - total + PRIOR_TICKETS)
    variance = 1 / (inside + 0.5) + 1 / (overall - inside + 0.5)
    return math.log(here / there) / (1 + DOUBT * variance)


def _reasons(terms, count):
    speaking = sorted(((token, weight) for token, weight in terms if weight > 0), key=lambda term: (-term[1], term[0]))
    return speaking[:count]
