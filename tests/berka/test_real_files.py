"""The real files against figures that were computed independently of this code."""
import csv
import datetime
import json
from collections import Counter, defaultdict
from decimal import Decimal

import pytest

from odoo.addons.bank_crm.models.exchange.feed.closing_balances import Day, Printed, closing_balances

from tools.berka import mapping
from tools.berka.balances import TOLERANCE, end_of_day_balances, mean_over_days
from tools.berka.dataset import load_dataset
from tools.berka.records import FREQUENCIES, ROLES

from .common import BERKA, ORACLE, needs_real_files

pytestmark = needs_real_files


@pytest.fixture(scope="module")
def dataset():
    return load_dataset(BERKA)


@pytest.fixture(scope="module")
def expected():
    return json.loads((ORACLE / "expected.json").read_text())["berka"]


def test_counts(dataset, expected):
    assert len(dataset.clients) == expected["clients"] == 3220
    assert len(dataset.accounts) == expected["accounts"] == 2711
    assert len(dataset.loans) == expected["loans"] == 428
    assert len(dataset.movements) == expected["trans"]
    assert len(dataset.districts) == 77


def test_women(dataset, expected):
    women = [client for client in dataset.clients.values() if client.gender == "female"]
    assert len(women) == expected["female_clients"] == 1577


def test_birthdates_are_possible(dataset):
    birthdates = [client.birthdate for client in dataset.clients.values()]
    assert (min(birthdates).year, max(birthdates).year) == (1911, 1987)


def test_roles(dataset, expected):
    roles = Counter(disposition.role for disposition in dataset.dispositions.values())
    assert roles == {ROLES[word]: count for word, count in expected["disp"].items()}


def test_statement_frequencies(dataset, expected):
    found = Counter(account.frequency for account in dataset.accounts.values())
    assert found == {FREQUENCIES[word]: count for word, count in expected["frequency"].items()}


def test_loans(dataset, expected):
    assert sum(loan.amount for loan in dataset.loans.values()) == expected["loan_amount_sum"] == 64_746_624
    assert Counter(loan.status for loan in dataset.loans.values()) == expected["loan_status"]


def test_finished_loans_are_those_that_matured_within_the_data(dataset):
    # ties status, date and duration together: a wrong maturity date would mix the two
    for loan in dataset.loans.values():
        assert loan.is_finished == (loan.matures_on <= datetime.date(1998, 12, 31)), loan.loan_id


def test_cards(dataset, expected):
    assert Counter(card.kind for card in dataset.cards.values()) == expected["cards"]


def test_holdings_of_each_owner(dataset, expected):
    rows = mapping.holding_rows(dataset)
    owned = Counter(
        party["customer_external_id"] for row in rows for party in row["parties"] if party["role"] == "owner"
    )
    assert Counter(map(str, owned.values())) == expected["owner_holding_counts (account + loan + cards)"]


def test_end_of_day_balances(dataset, expected):
    history = defaultdict(dict)
    for day in end_of_day_balances(dataset.movements.values()):
        assert day.difference <= Decimal("0.10"), day
        history[day.account_id][day.day] = day.amount
    with (ORACLE / "berka_balances.csv").open(newline="") as file:
        wanted = list(csv.DictReader(file))
    assert len(history) == len(wanted) == expected["trans_accounts"] == 233
    for row in wanted:
        balances = history[int(row["account_id"])]
        mean, days = mean_over_days(balances, 90)
        assert max(balances).isoformat() == row["as_of"]
        assert days == int(row["days_in_window"])
        for found, figure in (
            (balances[max(balances)], "eod_balance"),
            (min(balances.values()), "min_eod_balance"),
            (mean, "avg_daily_balance_90d"),
        ):
            assert abs(found - Decimal(row[figure])) <= TOLERANCE, (row["account_id"], figure, found)


def test_transactions(dataset):
    rows = mapping.transaction_rows(dataset)
    kinds = Counter(row["kind"] for row in rows)
    assert len(rows) == 19_080
    assert len({row["holding_external_id"] for row in rows}) == 233
    assert kinds == {
        "interest": 3373,
        "transfer_in": 996,
        "cash_in": 3335,
        "cash_out": 6847,
        "card": 36,
        "transfer_out": 2464,
        "fee": 2029,
    }


def test_the_server_computes_the_same_balances(dataset):
    """The product's arithmetic on the real postings, in an order that tells it nothing."""
    by_account = defaultdict(lambda: defaultdict(list))
    for movement in dataset.movements.values():
        by_account[movement.account_id][movement.booked_on].append(movement)
    found = {}
    for account_id, days in by_account.items():
        closings = closing_balances([
            Day(
                date,
                sum(movement.signed_amount for movement in booked),
                len(booked),
                [Printed(movement.signed_amount, movement.balance) for movement in booked],
                True,
            )
            for date, booked in sorted(days.items())
        ])
        found |= {(account_id, date): amount for date, amount in closings}
    expected = {(day.account_id, day.day): day.amount for day in end_of_day_balances(dataset.movements.values())}
    assert found == expected


def test_row_keys_are_unique(dataset):
    for rows, key in (
        (mapping.customer_rows(dataset), lambda row: row["external_id"]),
        (mapping.holding_rows(dataset), lambda row: row["external_id"]),
        (mapping.transaction_rows(dataset), lambda row: row["external_id"]),
    ):
        assert len({key(row) for row in rows}) == len(rows)
