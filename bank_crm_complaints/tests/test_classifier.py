"""The classifier without a database: tokens, weights, and how well it does on real texts."""
import csv
import gzip
import io
import random
from collections import Counter, defaultdict
from pathlib import Path

from odoo.tests import BaseCase, tagged

from ..tools.classifier.scoring import suggest
from ..tools.classifier.tokens import MAX_TOKENS, tokens

_DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
LEAST_TICKETS = 3


def learn(lessons):
    """Count as the nightly run does: (tokens, category) -> (totals, counts)."""
    totals, counts = Counter(), defaultdict(Counter)
    for present, category in lessons:
        totals[category] += 1
        for token in present:
            counts[token][category] += 1
    return totals, {token: found for token, found in counts.items() if found.total() >= LEAST_TICKETS}


def measure(pairs, part=5, seed=7):
    """Learn from four fifths of the texts, ask for the last one.

    :return: (share of first proposals that are right, share of the first three that hold the right one, number asked)
    """
    lessons = [(tokens(text), category) for text, category in pairs]
    random.Random(seed).shuffle(lessons)
    held_out = len(lessons) // part
    totals, counts = learn(lessons[held_out:])
    first = among = 0
    for present, category in lessons[:held_out]:
        proposed = [proposal.category for proposal in suggest(present, totals, counts)]
        first += proposed[:1] == [category]
        among += category in proposed
    return first / held_out, among / held_out, held_out


def read_gzip(path):
    with gzip.open(path) as file:
        return list(csv.DictReader(io.TextIOWrapper(file, encoding="utf-8", newline="")))


@tagged("post_install", "-at_install")
class TestTokens(BaseCase):
    def test_words_and_neighbours(self):
        self.assertEqual(tokens("Monthly fees charged"), {"monthly", "fee", "charged", "monthly fee", "fee charged"})
        self.assertEqual(tokens("The bank's policies"), {"bank", "policy", "bank policy"})
        self.assertEqual(tokens("Gebühr café"), {"gebühr", "café", "gebühr café"})

    def test_neither_numbers_nor_masks_nor_addresses(self):
        text = "Card 4111 **** 1111 XXXX of ann@example.com, see https://example.com/ann, paid $330.00"
        self.assertEqual(tokens(text), {"card", "see", "paid", "see paid"})

    def test_chinese_by_pairs(self):
        self.assertEqual(tokens("信用卡年费"), {"信用", "用卡", "卡年", "年费"})
        self.assertNotIn("我的", tokens("我的卡"))
        self.assertEqual(tokens("ATM吞卡"), {"atm", "吞卡"})
        self.assertEqual(tokens("ＡＴＭ"), {"atm"})  # full width

    def test_any_text_is_bounded(self):
        self.assertEqual(tokens(None), set())
        self.assertEqual(tokens("1234 !!! 😀"), set())
        self.assertLessEqual(len(tokens(" ".join(f"word{chr(97 + index % 26)}{chr(97 + index // 26 % 26)}x" * 2
                                                 for index in range(100_000)))), MAX_TOKENS)


@tagged("post_install", "-at_install")
class TestScoring(BaseCase):
    lessons = (
        *[({"fee", "card"}, "fees")] * 4,
        *[({"rude", "clerk"}, "conduct")] * 4,
        *[({"card", "lost"}, "cards")] * 2,
    )

    def test_reasons_are_the_words_that_speak_for_it(self):
        totals, counts = learn(self.lessons)
        best = suggest({"fee", "card", "unknown"}, totals, counts)[0]
        self.assertEqual(best.category, "fees")
        self.assertEqual([token for token, _weight in best.reasons], ["fee", "card"])
        self.assertGreater(best.reasons[0][1], best.reasons[1][1])

    def test_shares_add_up_over_all_categories(self):
        totals, counts = learn(self.lessons)
        proposals = suggest({"card"}, totals, counts, top=10)
        self.assertEqual(len(proposals), 3)
        self.assertAlmostEqual(sum(proposal.share for proposal in proposals), 1)
        shares = [proposal.share for proposal in proposals]
        self.assertEqual(shares, sorted(shares, reverse=True))

    def test_nothing_known_nothing_proposed(self):
        totals, counts = learn(self.lessons)
        self.assertEqual(suggest({"unknown"}, totals, counts), [])
        self.assertEqual(suggest(set(), totals, counts), [])
        self.assertEqual(suggest({"fee"}, {}, {}), [])

    def test_one_category_only(self):
        totals, counts = learn([({"fee"}, "fees")] * 3)
        self.assertAlmostEqual(suggest({"fee"}, totals, counts)[0].share, 1)

    def test_a_rare_category_is_not_preferred_for_what_it_never_saw(self):
        lessons = [({"loan", "late"}, "loans")] * 60 + [({"safe"}, "safes")] * 3 + [({"late"}, "cards")] * 30
        totals, counts = learn(lessons)
        self.assertNotEqual(suggest({"late"}, totals, counts)[0].category, "safes")

    def test_the_answer_does_not_depend_on_the_order(self):
        totals, counts = learn(self.lessons)
        answers = {str(suggest(present, totals, counts)) for present in (["fee", "card"], ["card", "fee"])}
        self.assertEqual(len(answers), 1)


@tagged("post_install", "-at_install")
class TestQuality(BaseCase):
    """Texts that were not learned. The figures are in the documentation; the limits leave room for chance only."""

    def needs(self, path):
        if not path.is_file():
            self.skipTest(f"{path.name} is not kept in the repository; put it beside it: ../shared/data")
        return read_gzip(path)

    def test_intents_of_banking77(self):
        rows = self.needs(_DATA / "banking77" / "train.csv.gz")
        first, among, asked = measure([(row["text"], row["category"]) for row in rows])
        self.assertEqual(asked, 2000)
        self.assertGreater(first, 0.78)
        self.assertGreater(among, 0.91)

    def test_products_and_issues_of_the_cfpb(self):
        rows = self.needs(_DATA / "cfpb" / "complaints_2015_2020.csv.gz")
        texts = {row["Consumer complaint narrative"]: row for row in rows}  # the same text twice would be no test
        texts.pop("")
        for column, least_first, least_among in (("Product", 0.55, 0.85), ("Issue", 0.25, 0.55)):
            pairs = [(text, row[column]) for text, row in texts.items()]
            results = [measure(pairs, seed=seed) for seed in range(3)]
            self.assertGreater(sum(first for first, _among, _asked in results) / 3, least_first, column)
            self.assertGreater(sum(among for _first, among, _asked in results) / 3, least_among, column)
