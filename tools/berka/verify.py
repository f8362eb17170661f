"""Reads the figures back over XML-RPC and compares them with the files, and with independent figures if given."""
from __future__ import annotations

import csv
import datetime
import json
from collections import Counter, defaultdict
from decimal import Decimal
from pathlib import Path

from tools.importer.checks import Check

from .balances import TOLERANCE, end_of_day_balances, mean_over_days
from .mapping import SOURCE, product_code, transaction_kind
from .records import CARD_KINDS, FREQUENCIES, ROLES

_PAGE = 5000
_WINDOW_DAYS = 90


def check_against_files(server, dataset):
    """Compare the records of these files; others of the same source do not matter.

    :return: list of :class:`Check`
    """
    loans = dataset.loans.values()
    balances = end_of_day_balances(dataset.movements.values())
    expected = {
        "clients": len(dataset.clients),
        "female clients": sum(client.gender == "female" for client in dataset.clients.values()),
        "accounts": len(dataset.accounts),
        "loans": len(dataset.loans),
        "cards": len(dataset.cards),
        "sum of loans": sum((loan.amount for loan in loans), Decimal(0)),
        "closed loans": sum(loan.is_repaid for loan in loans),
        "days with a balance": len(balances),
        "transactions": len(dataset.movements),
        "sum of transactions": sum((movement.signed_amount for movement in dataset.movements.values()), Decimal(0)),
    }
    for kind, count in Counter(map(transaction_kind, dataset.movements.values())).items():
        expected[f"transactions: {kind}"] = count
    for role, count in Counter(disposition.role for disposition in dataset.dispositions.values()).items():
        expected[f"account parties: {role}"] = count
    for frequency, count in Counter(account.frequency for account in dataset.accounts.values()).items():
        expected[f"accounts: {frequency}"] = count
    for kind, count in Counter(card.kind for card in dataset.cards.values()).items():
        expected[f"cards: {kind}"] = count
    found = read_figures(server, _ScopeOfFiles(dataset))
    checks = [Check(name, value, found.get(name, 0)) for name, value in expected.items()]
    last = {day.account_id: (day.day.isoformat(), day.amount) for day in balances}
    return [*checks, _last_balance_check(server, last, "accounts whose last balance is right")]


def check_against_oracle(server, folder):
    """Compare everything of the source with independently computed figures.

    :param folder: holds expected.json and berka_balances.csv
    :return: list of :class:`Check`
    """
    folder = Path(folder)
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))["berka"]
    found = read_figures(server, _Scope())
    checks = [Check(f"{name} (oracle)", value, found[figure]) for name, value, figure in _oracle_figures(expected)]
    with (folder / "berka_balances.csv").open(encoding="utf-8", newline="") as file:
        wanted = {int(row["account_id"]): row for row in csv.DictReader(file)}
    last = {account_id: (row["as_of"], Decimal(row["eod_balance"])) for account_id, row in wanted.items()}
    checks.append(_last_balance_check(server, last, "accounts whose last balance is right (oracle)"))
    return checks + _history_checks(server, wanted)


class _Scope:
    """Which records are asked for: all of the source."""

    def customers(self):
        """:return: domain of bank.exchange.key"""
        return [["source", "=", SOURCE]]

    def holdings(self, product_class, path=""):
        """:param str path: from the model that is asked to the holding, e.g. 'holding_id.'
        :return: domain"""
        return [[f"{path}source", "=", SOURCE], [f"{path}product_class", "=", product_class]]


    def transactions(self):
        """:return: domain of bank.transaction"""
        return [["source", "=", SOURCE]]


class _ScopeOfFiles(_Scope):
    """Only the records that a dataset names."""

    def __init__(self, dataset):
        self._accounts = [f"account-{account_id}" for account_id in dataset.accounts]
        self._customer_ids = [str(client_id) for client_id in dataset.clients]
        self._holding_ids = {
            "deposit": [f"account-{account_id}" for account_id in dataset.accounts],
            "loan": [f"loan-{loan_id}" for loan_id in dataset.loans],
            "card": [f"card-{card_id}" for card_id in dataset.cards],
        }

    def customers(self):
        return [*super().customers(), ["external_id", "in", self._customer_ids]]

    def transactions(self):
        return [*super().transactions(), ["holding_id.external_id", "in", self._accounts]]

    def holdings(self, product_class, path=""):
        named = [f"{path}external_id", "in", self._holding_ids[product_class]]
        return [*super().holdings(product_class, path), named]


def read_figures(server, scope):
    """:return: dictionary name -> figure of the scope's records on the server"""
    def count(model, *domain):
        return server.call(model, "search_count", list(domain))

    of_accounts = scope.holdings("deposit", "holding_id.")
    figures = {
        "clients": count("bank.exchange.key", *scope.customers()),
        "female clients": _count_female(server, scope),
        "closed loans": count("bank.holding", *scope.holdings("loan"), ["state", "=", "closed"]),
        "sum of loans": _sum_of_loans(server, scope),
        "days with a balance": count("bank.balance", *of_accounts),
        **_transaction_figures(server, scope),
    }
    for role in ROLES.values():
        figures[f"account parties: {role}"] = count("bank.holding.party", *of_accounts, ["role", "=", role])
    for name, product_class in (("accounts", "deposit"), ("loans", "loan"), ("cards", "card")):
        figures[name] = count("bank.holding", *scope.holdings(product_class))
    for name, product_class, kinds in (
        ("accounts", "deposit", FREQUENCIES.values()),
        ("cards", "card", CARD_KINDS.values()),
    ):
        for kind in kinds:
            of_product = ["product_id.code", "=", product_code(kind)]
            figures[f"{name}: {kind}"] = count("bank.holding", *scope.holdings(product_class), of_product)
    return figures


def _transaction_figures(server, scope):
    groups = server.call(
        "bank.transaction", "formatted_read_group", scope.transactions(), ["kind"], ["__count", "amount:sum"]
    )
    figures = {f"transactions: {group['kind']}": group["__count"] for group in groups}
    figures["transactions"] = sum(group["__count"] for group in groups)
    figures["sum of transactions"] = sum((_money(group["amount:sum"]) for group in groups), Decimal(0))
    return figures


def _oracle_figures(expected):
    yield "clients", expected["clients"], "clients"
    yield "female clients", expected["female_clients"], "female clients"
    yield "accounts", expected["accounts"], "accounts"
    yield "loans", expected["loans"], "loans"
    yield "sum of loans", Decimal(expected["loan_amount_sum"]), "sum of loans"
    yield "transactions", expected["trans"], "transactions"
    yield "closed loans", expected["loan_status"]["A"], "closed loans"
    for word, role in ROLES.items():
        yield f"account parties: {role}", expected["disp"][word], f"account parties: {role}"
    for word, frequency in FREQUENCIES.items():
        yield f"accounts: {frequency}", expected["frequency"][word], f"accounts: {frequency}"
    for word, kind in CARD_KINDS.items():
        yield f"cards: {kind}", expected["cards"][word], f"cards: {kind}"


def _pages(server, model, domain, fields):
    """Read all matching records page by page, so that no single answer grows large."""
    last_id = 0
    while True:
        page = server.call(model, "search_read", [*domain, ["id", ">", last_id]], fields, limit=_PAGE, order="id")
        yield from page
        if len(page) < _PAGE:
            return
        last_id = page[-1]["id"]


def _count_female(server, scope):
    keys = _pages(server, "bank.exchange.key", scope.customers(), ["partner_id"])
    partner_ids = [key["partner_id"][0] for key in keys]
    return sum(
        server.call(
            "bank.financial.profile", "search_count",
            [["partner_id", "in", partner_ids[start:start + _PAGE]], ["gender", "=", "female"]],
        )
        for start in range(0, len(partner_ids), _PAGE)
    )


def _sum_of_loans(server, scope):
    loans = _pages(server, "bank.holding", scope.holdings("loan"), ["balance"])
    return sum((_money(loan["balance"]) for loan in loans), Decimal(0))


def _money(number):
    """XML-RPC carries amounts as floats; the cents are meant."""
    return Decimal(str(number)).quantize(Decimal("0.01"))


def _is_close(found, expected):
    return abs(found - expected) <= TOLERANCE


def _last_balance_check(server, wanted, name):
    """:param wanted: dictionary account id -> (ISO day, amount)"""
    holdings = _pages(
        server, "bank.holding", [*_Scope().holdings("deposit"), ["balance_on", "!=", False]],
        ["external_id", "balance", "balance_on"],
    )
    found = {holding["external_id"]: holding for holding in holdings}
    right = 0
    for account_id, (day, amount) in wanted.items():
        holding = found.get(f"account-{account_id}")
        right += bool(holding) and holding["balance_on"] == day and _is_close(_money(holding["balance"]), amount)
    return Check(name, len(wanted), right)


def _history_checks(server, wanted):
    """Lowest balance, and mean over the last days, out of the whole stored history."""
    named = [f"account-{account_id}" for account_id in wanted]
    of_accounts = [*_Scope().holdings("deposit", "holding_id."), ["holding_id.external_id", "in", named]]
    rows = _pages(server, "bank.balance", of_accounts, ["holding_id", "date", "amount"])
    by_holding = defaultdict(dict)
    for row in rows:
        by_holding[row["holding_id"][0]][datetime.date.fromisoformat(row["date"])] = _money(row["amount"])
    external_ids = {
        holding["id"]: holding["external_id"]
        for holding in _pages(server, "bank.holding", [["id", "in", list(by_holding)]], ["external_id"])
    }
    lowest = mean = 0
    for holding_id, balances in by_holding.items():
        row = wanted[int(external_ids[holding_id].removeprefix("account-"))]
        lowest += _is_close(min(balances.values()), Decimal(row["min_eod_balance"]))
        average, days = mean_over_days(balances, _WINDOW_DAYS)
        mean += days == int(row["days_in_window"]) and _is_close(average, Decimal(row["avg_daily_balance_90d"]))
    return [
        Check("accounts whose lowest balance is right (oracle)", len(wanted), lowest),
        Check(f"accounts whose mean of {_WINDOW_DAYS} days is right (oracle)", len(wanted), mean),
    ]
