"""What the invented bank's customers have brought before it. Nobody and nothing here exists."""

import json
import random
from collections import namedtuple
from datetime import timedelta

from odoo.tools import file_open

Matter = namedtuple("Matter", "kind product cause severity subject description remedy")
# ``age``: days since the receipt; ``state``: how far it has come.
Case = namedtuple("Case", "matter age state outcome relief intake took")

with file_open("bank_crm_complaints/demo/matters.json") as _file:
    MATTERS = [Matter(**row) for row in json.load(_file)]
SERVICES = [
    ("card_replacement", "B03", "挂失补卡", "银行卡昨天遗失，已电话挂失，需要补办新卡。"),
    ("statement", "B01", "Statement for a visa", "I need a stamped statement of the last six months in English."),
    ("loan_settlement", "B02", "提前还清房贷", "计划下月提前还清剩余房贷，请告知需要准备的材料和金额。"),
    ("data_change", "B99", "New address and phone number", "I have moved. My new address is on the attached form."),
    ("transaction_query", "B04", "查询一笔境外消费", "账单中有一笔境外消费不记得，请协助查询商户信息。"),
]
ENDINGS = [
    ("upheld", "monetary", 5), ("upheld", "non_monetary", 4), ("partly", "monetary", 3), ("partly", "explanation", 2),
    ("not_upheld", "explanation", 6),
]  # fmt: skip
INTAKES = {"branch": 4, "phone": 6, "portal": 5, "mail": 3, "letter": 1}
# Age and state of the tickets that people will look at: some comfortable, some near their deadline, some late.
PRESENT = [
    (0.1, "new"), (0.3, "new"), (0.8, "new"), (1.2, "ack"), (2, "ack"), (3, "investigating"), (4, "investigating"),
    (5, "investigating"), (6, "decision"), (8, "investigating"), (9, "ack"), (11, "decision"), (12, "investigating"),
    (13, "investigating"), (14, "decision"), (16, "investigating"), (19, "investigating"), (24, "decision"),
]  # fmt: skip
PAST = 72


def make_cases(seed=20260331):
    """Return the cases, the same ones for the same seed; the oldest first."""
    chance = random.Random(seed)
    complaints = [matter for matter in MATTERS if matter.kind == "complaint"]
    cases = [_past_case(chance, index) for index in range(PAST)]
    for index, (age, state) in enumerate(PRESENT):
        matter = complaints[index % len(complaints)] if index % 3 else chance.choice(MATTERS)
        state = "investigating" if state == "decision" and matter.kind != "complaint" else state
        cases.append(Case(matter, age, state, None, None, _intake(chance), None))
    return sorted(cases, key=lambda case: -case.age)


def _past_case(chance, index):
    matter = chance.choice(MATTERS)
    age = 20 + 160 * (index + chance.random()) / PAST
    outcome, relief, _weight = chance.choices(ENDINGS, [ending[2] for ending in ENDINGS])[0]
    if matter.kind != "complaint":
        outcome, relief = None, None
    # Legal deadlines of the invented bank are 15 days: a few answers came too late.
    took = chance.uniform(15.5, 19) if index % 14 == 5 else chance.uniform(0.5, 13)
    return Case(matter, age, "closed", outcome, relief, _intake(chance), took)


def _intake(chance):
    return chance.choices(list(INTAKES), list(INTAKES.values()))[0]


def moment(now, days):
    """Return the moment ``days`` before ``now``."""
    return now - timedelta(days=days)
