"""The formulas of the trade, beside worked examples, tables, and what has to hold for any answers."""

import math

from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools import metrics
from ..tools.small_cells import hidden_cells

counts = st.integers(0, 5000)
weights = st.lists(st.floats(0.01, 50), min_size=1, max_size=40)
T_TABLE = [  # probability, degrees of freedom, quantile: NIST/SEMATECH e-Handbook 1.3.6.7.2 and further digits
    (0.975, 1, 12.7062047),
    (0.975, 2, 4.30265273),
    (0.975, 5, 2.57058184),
    (0.975, 10, 2.22813885),
    (0.975, 30, 2.04227246),
    (0.975, 100, 1.98397152),
    (0.95, 4, 2.13184679),
    (0.995, 3, 5.84090931),
]


@tagged("post_install", "-at_install")
class TestMetrics(BaseCase):
    def assertFigure(self, figure, value, low, high):
        shown = tuple(metrics.round_half_up(number) for number in figure[:3])
        self.assertEqual(shown, (value, low, high))

    def test_worked_examples(self):
        self.assertFigure(metrics.nps(50, 30, 20), 30.0, 14.1, 44.2)
        self.assertFigure(metrics.csat(8, 10), 80.0, 49.0, 94.3)
        scores = [10, 10, 9, 8, 7, 6, 0]
        figure = metrics.nps(
            sum(s >= 9 for s in scores), sum(s in (7, 8) for s in scores), sum(s <= 6 for s in scores)
        )
        self.assertEqual(metrics.round_half_up(figure.value), 14.3)
        self.assertFigure(metrics.ces(5, 25, 135), 5.0, 3.0, 7.0)  # 3, 4, 5, 6, 7: 5 ± 2.776 · √(2.5 / 5)

    def test_nobody_answered(self):
        self.assertIsNone(metrics.nps(0, 0, 0))
        self.assertIsNone(metrics.csat(0, 0))
        self.assertIsNone(metrics.ces(0, 0, 0))
        self.assertIsNone(metrics.weighted_nps(0, 0, 0, 0, 0))

    def test_all_passive_is_zero_with_an_interval(self):
        figure = metrics.nps(0, 7, 0)
        self.assertEqual(figure.value, 0)
        self.assertTrue(figure.low < 0 < figure.high)
        self.assertAlmostEqual(figure.low, -figure.high)

    def test_one_answer(self):
        self.assertFigure(metrics.nps(1, 0, 0), 100.0, -48.5, 100.0)
        self.assertFigure(metrics.nps(0, 0, 1), -100.0, -100.0, 48.5)
        self.assertEqual(metrics.ces(1, 6, 36)[:3], (6, None, None))

    @given(counts, counts, counts)
    def test_nps_lies_in_its_interval_and_mirrors(self, promoters, passives, detractors):
        figure = metrics.nps(promoters, passives, detractors)
        if figure is None:
            self.assertEqual(promoters + passives + detractors, 0)
            return
        self.assertTrue(-100 <= figure.low <= figure.value <= figure.high <= 100)
        mirrored = metrics.nps(detractors, passives, promoters)
        self.assertAlmostEqual(mirrored.value, -figure.value)
        self.assertAlmostEqual(mirrored.low, -figure.high)

    @given(counts, counts)
    def test_csat_lies_in_its_interval_and_mirrors(self, hits, others):
        figure = metrics.csat(hits, hits + others)
        if hits + others:
            self.assertTrue(0 <= figure.low <= figure.value <= figure.high <= 100)
            self.assertAlmostEqual(metrics.csat(others, hits + others).low, 100 - figure.high)

    @given(st.lists(st.integers(1, 7), min_size=2, max_size=50))
    def test_effort_lies_in_its_interval(self, scores):
        figure = metrics.ces(len(scores), sum(scores), sum(s * s for s in scores))
        self.assertTrue(1 <= figure.low <= figure.value <= figure.high <= 7)

    @given(counts, counts, counts, st.floats(0.1, 10))
    def test_equal_weights_change_nothing(self, promoters, passives, detractors, weight):
        n = promoters + passives + detractors
        plain = metrics.nps(promoters, passives, detractors)
        weighted = metrics.weighted_nps(
            promoters * weight, passives * weight, detractors * weight, n * weight * weight, n
        )
        if plain is not None:
            for one, other in zip(plain, weighted, strict=True):
                self.assertAlmostEqual(one, other, places=5)

    def test_two_strata(self):
        """900 and 100 customers, 50 answers of each: all promoters, all detractors."""
        heavy, light = (900 / 1000) / (50 / 100), (100 / 1000) / (50 / 100)
        squares = 50 * heavy**2 + 50 * light**2
        figure = metrics.weighted_nps(50 * heavy, 0, 50 * light, squares, 100)
        self.assertAlmostEqual(figure.value, 80)
        self.assertAlmostEqual(figure.n_eff, 100**2 / squares)  # 60.98
        self.assertLess(figure.low, 80)
        self.assertAlmostEqual(metrics.weighted_share(50 * heavy, 100, squares, 100).value, 90)

    @given(weights)
    def test_weights_never_add_answers(self, values):
        n_eff = metrics.effective_n(sum(values), sum(w * w for w in values))
        self.assertTrue(1 - 1e-9 <= n_eff <= len(values) + 1e-9)

    def test_t_quantiles(self):
        for probability, df, expected in T_TABLE:
            self.assertAlmostEqual(metrics.t_quantile(probability, df), expected, places=6)
            self.assertAlmostEqual(metrics.t_quantile(1 - probability, df), -expected, places=6)
        self.assertAlmostEqual(metrics.t_quantile(0.975, 1e6), 1.959966, places=5)
        self.assertAlmostEqual(metrics.t_quantile(0.5, 7), 0)

    @given(st.floats(0.5, 500), st.floats(0.55, 0.999))
    def test_t_quantile_inverts_the_distribution(self, df, probability):
        quantile = metrics.t_quantile(probability, df)
        self.assertAlmostEqual(metrics.t_distribution(quantile, df), probability, places=8)

    def test_change(self):
        before, now = metrics.nps(40, 30, 30), metrics.nps(60, 30, 10)
        self.assertTrue(metrics.is_significant(metrics.change(now, before)))
        self.assertFalse(metrics.is_significant(metrics.change(metrics.nps(42, 30, 28), before)))
        self.assertIsNone(metrics.change(now, None))
        self.assertIsNone(metrics.change(metrics.ces(1, 7, 49), metrics.ces(5, 25, 135)))
        self.assertEqual(metrics.change(metrics.ces(9, 63, 441), metrics.ces(9, 9, 9)), math.inf)

    def test_ranks_only_where_intervals_separate(self):
        figures = [
            metrics.nps(95, 5, 0),
            metrics.nps(50, 30, 20),
            None,
            metrics.nps(48, 30, 22),
            metrics.nps(0, 5, 95),
        ]
        self.assertEqual(metrics.ranks(figures), [1, None, None, None, 4])
        self.assertEqual(metrics.ranks(figures[:1]), [None])
        self.assertEqual(metrics.ranks([figures[0], figures[4]], higher_is_better=False), [2, 1])

    def test_sample_size(self):
        self.assertEqual(metrics.sample_size(10), 385)
        self.assertEqual(metrics.sample_size(10, 0.5, 0.2), 235)  # 3.8416 · 0.61 / 0.01
        self.assertEqual(metrics.sample_size(10, population=1000), 278)
        self.assertEqual(metrics.sample_size(1, population=50), 50)
        self.assertEqual(metrics.invitations(385, 0.2), 1925)
        self.assertIsNone(metrics.invitations(385, 0))
        with self.assertRaises(ValueError):
            metrics.sample_size(0)

    def test_response_rates(self):
        rates = metrics.response_rates(sent=110, bounced=10, opened=60, started=40, completed=30, partial=5)
        self.assertEqual(rates, {"delivered": 100, "rr1": 30, "rr2": 35, "open": 60, "start": 40, "completion": 75})
        self.assertIsNone(metrics.response_rates(sent=3, bounced=3)["rr1"])

    def test_rounding_for_display(self):
        self.assertEqual(metrics.round_half_up(12.25), 12.3)
        self.assertEqual(metrics.round_half_up(-12.25), -12.3)
        self.assertEqual(str(metrics.round_half_up(-0.01)), "0.0")
        self.assertIsNone(metrics.round_half_up(None))


@tagged("post_install", "-at_install")
class TestSmallCells(BaseCase):
    def test_one_small_cell_takes_the_next_smallest_with_it(self):
        self.assertEqual(hidden_cells({("a",): 3, ("b",): 40, ("c",): 20}, 10), {("a",), ("c",)})

    def test_two_small_cells_are_still_few_people(self):
        self.assertEqual(hidden_cells({("a",): 3, ("b",): 4, ("c",): 20, ("d",): 30}, 10), {("a",), ("b",), ("c",)})
        self.assertEqual(hidden_cells({("a",): 6, ("b",): 4, ("c",): 20}, 10), {("a",), ("b",)})

    def test_nothing_to_hide(self):
        self.assertEqual(hidden_cells({("a",): 10, ("b",): 0, ("c",): 11}, 10), set())

    def test_crossed_tables_are_protected_by_row_and_column(self):
        cells = {(row, column): 20 for row in "abc" for column in "xyz"}
        cells["a", "x"] = 2
        hidden = hidden_cells(cells, 10)
        self.assertEqual(len(hidden), 4)  # the corners of a rectangle

    def test_a_hidden_total_does_not_add_up_from_its_parts(self):
        """“b” is small, so “a” is hidden with it: neither may be shown divided by the other dimension."""
        cells = {("a", "x"): 30, ("a", "y"): 31, ("b", "x"): 1, ("b", "y"): 1, ("c", "x"): 20, ("c", "y"): 60}
        self.assertEqual(hidden_cells({("a",): 61, ("b",): 2, ("c",): 80}, 10), {("a",), ("b",)})
        hidden = hidden_cells(cells, 10)
        self.assertTrue({key for key in hidden if key[0] == "a"})

    @given(st.dictionaries(st.tuples(st.integers(0, 4), st.integers(0, 4)), st.integers(0, 60)), st.integers(1, 20))
    def test_no_hidden_cell_follows_from_a_total(self, cells, smallest):
        hidden = hidden_cells(cells, smallest)
        self.assertTrue(all(key in hidden for key, count in cells.items() if 0 < count < smallest))
        for dimension in (0, 1):
            totals = {}
            for key, count in cells.items():
                totals[key[dimension],] = totals.get((key[dimension],), 0) + count
            hidden_totals = hidden_cells(totals, smallest)
            for place in range(5):
                line = [key for key, count in cells.items() if key[dimension] == place and count]
                concealed = [key for key in line if key in hidden]
                if (place,) in hidden_totals:
                    self.assertTrue(concealed)
                elif concealed and len(line) > 1:
                    self.assertGreaterEqual(len(concealed), 2)
                    self.assertGreaterEqual(sum(cells[key] for key in concealed), smallest)
