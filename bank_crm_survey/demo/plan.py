"""What the invented bank's customers answer. Nobody and nothing here exists; the same plan for the same customers."""

import json
import random
from collections import defaultdict, namedtuple

from odoo.tools import file_open

with file_open("bank_crm_survey/demo/verbatims.json") as _file:
    VERBATIMS = json.load(_file)

# What the plan needs to know of a customer.
Facts = namedtuple("Facts", "id branch tier lang")
# ``age``: days since a customer was asked about his visit or complaint.
Occasion = namedtuple("Occasion", "program customer age")
# What became of an invitation. ``took``: days until he answered; ``scores``: {code of the figure: score}.
Fate = namedtuple("Fate", "state reason took scores words seconds", defaults=(None, None, {}, "", 0))
Wave = namedtuple("Wave", "name seed age days")

SEED = 20_260_202
BRANCH_MOODS = {"1110": 0.7, "1100": 0.3, "1000": 0.1, "1200": -0.2, "1120": -0.7, "1210": -0.35}
TIER_MOODS = {"private": 0.6, "premier": 0.4, "vip": 0.2, "gold": 0.0, "ordinary": -0.2}
# The improvement of the picture: a second counter at noon, in this branch, so many days ago.
IMPROVED_BRANCH, WORK_BEGAN, IMPROVED = "1120", 130, 110
IMPROVEMENT = 1.3

WAVES = [
    Wave("Spring", "qinglan-spring", 330, 30),
    Wave("Autumn", "qinglan-autumn", 165, 30),
    Wave("Winter", "qinglan-winter", 12, 30),
]
WAVE_SIZE = 120
MONTHS, VISITS_A_MONTH, COMPLAINTS_A_MONTH = 12, 26, 6
# As the contact rules that are shipped want it.
GAP_DAYS, MOST_A_YEAR = 14, 4
SCALES = {"nps": (0, 10), "csat": (1, 5), "ces": (1, 7)}
DRIVERS = {
    "relationship": ("staff", "digital", "products", "manager"),
    "visit": ("waiting_time", "staff"),
    "complaint": ("outcome_clear", "fairness", "waiting_time"),
}
FIGURES = {"relationship": ("nps",), "visit": ("csat", "ces"), "complaint": ("csat", "ces")}
# The highest score of the lowest group, the lowest of the highest.
LIMITS = {"nps": (6, 9), "csat": (2, 4)}
REASONS = ("too_often", "answered_recently", "withdrawn", "no_channel", "too_soon")


def make_chance(seed=SEED):
    return random.Random(seed)


def make_occasions(chance, customers, asked):
    """Return the visits and complaints after which customers are asked, the oldest first.

    :param customers: list of :class:`Facts`
    :param asked: {id of a customer: [days since he was asked by waves]}
    """
    ages = defaultdict(list, {key: list(value) for key, value in asked.items()})
    occasions = []
    for month in reversed(range(MONTHS)):
        for program, count in (("visit", VISITS_A_MONTH), ("complaint", COMPLAINTS_A_MONTH)):
            for customer in chance.sample(customers, len(customers)):
                age = 1.5 + 30 * month + 28 * chance.random()
                known = ages[customer.id]
                if count and len(known) < MOST_A_YEAR and all(abs(age - other) > GAP_DAYS for other in known):
                    known.append(age)
                    occasions.append(Occasion(program, customer, age))
                    count -= 1
    return sorted(occasions, key=lambda occasion: -occasion.age)


def make_fate(chance, program, customer, age, days_open, may_be_suppressed=True):
    """Return the :class:`Fate` of an invitation that was sent ``age`` days ago and is open for ``days_open``."""
    dice = chance.random()
    if dice < 0.05:
        return Fate("suppressed", chance.choice(REASONS)) if may_be_suppressed else Fate("refused")
    if dice < 0.08:
        return Fate("bounced")
    took = min(chance.expovariate(1 / 3), days_open - 1)
    if dice < 0.62 and took < age - 0.2:
        return _answer(chance, program, customer, age, took)
    if age < days_open:
        return Fate("started" if dice > 0.97 else "sent")
    return Fate("expired")


def make_answer_at_point(chance, branch, age):
    """Return the answer of somebody whom nobody knows."""
    return _answer(chance, "visit", Facts(None, branch, None, "zh_CN"), age, 0)


def _answer(chance, program, customer, age, took):
    mood = _mood(chance, program, customer, age)
    scores = {code: _score(chance, mood, *SCALES[code]) for code in FIGURES[program]}
    scores.update({code: _score(chance, mood, 1, 5) for code in DRIVERS[program] if chance.random() < 0.85})
    words = _words(chance, program, customer.lang, scores) if chance.random() < 0.5 else ""
    # A few look as if nobody had read the questions.
    seconds = 2 if chance.random() < 0.015 else chance.randint(35, 260)
    return Fate("completed", None, took, scores, words, seconds)


def _mood(chance, program, customer, age):
    """Return how content somebody is: about 0 on average, between -2.5 and 2.5 for most."""
    mood = BRANCH_MOODS.get(customer.branch, 0) + TIER_MOODS.get(customer.tier, 0) + chance.gauss(0, 0.95)
    if program == "visit" and customer.branch == IMPROVED_BRANCH and age < IMPROVED:
        mood += IMPROVEMENT
    if program == "complaint":
        mood -= 0.6
    return mood + 0.3 * (1 - age / 365)  # the bank gets a little better over the year


def _score(chance, mood, low, high):
    middle, spread = low + 0.72 * (high - low), 0.2 * (high - low)
    return max(low, min(high, round(middle + spread * (mood + chance.gauss(0, 0.35)))))


def _words(chance, program, lang, scores):
    code = FIGURES[program][0]
    low, high = LIMITS[code]
    level = "low" if scores[code] <= low else "high" if scores[code] >= high else "middle"
    texts = VERBATIMS[program][level]
    return chance.choice([text for language, text in texts if language == lang] or [text for _lang, text in texts])
