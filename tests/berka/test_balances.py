"""End-of-day balances from unordered transactions."""
import datetime
from decimal import Decimal

from tools.berka.balances import TOLERANCE, end_of_day_balances, mean_over_days
from tools.berka.records import Movement

JAN_1 = datetime.date(1993, 1, 1)


def movement(trans_id, day, amount, balance, account_id=1):
    amount = Decimal(amount)
    return Movement(
        trans_id, trans_id, account_id, JAN_1 + datetime.timedelta(days=day),
        1 if amount >= 0 else -1, abs(amount), Decimal(balance),
    )


def amounts(movements):
    return [str(day.amount) for day in end_of_day_balances(movements)]


def test_order_within_the_day_does_not_matter():
    day = [movement(1, 0, "900", "900"), movement(2, 0, "-50", "1850"), movement(3, 0, "1000", "1900")]
    for movements in (day, day[::-1], [day[1], day[2], day[0]]):
        assert amounts(movements) == ["1850"]


def test_days_and_accounts_are_kept_apart():
    result = end_of_day_balances([
        movement(4, 1, "5", "6", account_id=2),
        movement(3, 0, "1", "1", account_id=2),
        movement(2, 2, "-10", "90"),
        movement(1, 0, "100", "100"),
    ])
    assert [(day.account_id, (day.day - JAN_1).days, str(day.amount)) for day in result] == [
        (1, 0, "100"), (1, 2, "90"), (2, 0, "1"), (2, 1, "6"),
    ]


def test_rounding_of_the_source_does_not_add_up():
    # each day is off by 0.1 against its amount; the printed balance stays the truth
    movements = [movement(day + 1, day, "1.1", str(day + 1)) for day in range(30)]
    result = end_of_day_balances(movements)
    assert result[-1].amount == 30
    assert max(day.difference for day in result) == Decimal("0.1")


def test_history_that_does_not_start_at_zero():
    assert amounts([movement(1, 0, "-50", "1950"), movement(2, 0, "-100", "1850"), movement(3, 1, "1", "1851")]) == [
        "1850", "1851",
    ]


def test_missing_transaction_is_noticed():
    result = end_of_day_balances([movement(1, 0, "100", "100"), movement(2, 3, "10", "160")])
    assert [day.difference > TOLERANCE for day in result] == [False, True]
    assert result[1].amount == 160


def test_mean_carries_quiet_days_forward():
    balances = {JAN_1: Decimal(100), JAN_1 + datetime.timedelta(days=3): Decimal(200)}
    assert mean_over_days(balances, 90) == (Decimal(125), 4)
    assert mean_over_days(balances, 2) == (Decimal(150), 2)
    assert mean_over_days(balances, 1) == (Decimal(200), 1)
