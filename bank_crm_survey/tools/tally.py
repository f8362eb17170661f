"""What the database counts of a group of scores, and the figures that follow from it."""

from typing import NamedTuple

from . import metrics

EQUAL_WEIGHTS = 1e-9


class Tally(NamedTuple):
    """Counts and sums of scores of one kind of figure in one group; ``w_`` stands for weighted ones.

    ``upper`` are promoters or satisfied ones, ``lower`` are detractors or dissatisfied ones. ``answers`` are those
    that the scores are of: fewer, where a questionnaire has several questions of one kind.
    """

    n: int = 0
    upper: int = 0
    lower: int = 0
    total: float = 0
    squares: float = 0
    weights: float = 0
    weight_squares: float = 0
    w_upper: float = 0
    w_lower: float = 0
    w_total: float = 0
    w_squares: float = 0
    answers: int = 0

    @property
    def middle(self):
        return self.n - self.upper - self.lower

    @property
    def has_weights(self):
        """Whether the answers have different weights."""
        return self.n * self.weight_squares - self.weights**2 > EQUAL_WEIGHTS * self.weights**2

    def nps(self):
        return metrics.nps(self.upper, self.middle, self.lower)

    def weighted_nps(self):
        middle = self.weights - self.w_upper - self.w_lower
        return metrics.weighted_nps(self.w_upper, middle, self.w_lower, self.weight_squares, self.n)

    def share(self):
        """Return CSAT, or CES %."""
        return metrics.share(self.upper, self.n)

    def weighted_share(self):
        return metrics.weighted_share(self.w_upper, self.weights, self.weight_squares, self.n)

    def mean(self, lowest=1, highest=7):
        return metrics.mean(self.n, self.total, self.squares, lowest, highest)

    def weighted_mean(self, lowest=1, highest=7):
        return metrics.weighted_mean(
            self.n, self.weights, self.weight_squares, self.w_total, self.w_squares, lowest, highest
        )


NOTHING = Tally()
