"""The bank's rows in the shape of `bank.exchange` (see the integration guide), and the configuration they need.

Signs: the balance of a loan is what the customer owes, as a positive number; Bank CRM subtracts it in net assets.
"""
from __future__ import annotations

from typing import NamedTuple

SOURCE = "berka"
CURRENCY = "CZK"
COUNTRY = "CZ"

_ACCOUNT_PRODUCTS = {
    "monthly": ("BERKA-ACCOUNT-MONTHLY", "Current account, monthly statement"),
    "weekly": ("BERKA-ACCOUNT-WEEKLY", "Current account, weekly statement"),
    "transaction": ("BERKA-ACCOUNT-TRANSACTION", "Current account, statement after each transaction"),
}
_LOAN_PRODUCT = ("BERKA-LOAN", "Loan with monthly instalments")
_CARD_PRODUCTS = {
    "classic": ("BERKA-CARD-CLASSIC", "Classic card"),
    "gold": ("BERKA-CARD-GOLD", "Gold card"),
    "junior": ("BERKA-CARD-JUNIOR", "Junior card"),
}


# What a transaction is for tells more than how it was made. The subset speaks English, the original Czech.
_SYMBOL_KINDS = {
    "interest credited": "interest",
    "UROK": "interest",
    "sanction interest if negative balance": "interest",
    "SANKC. UROK": "interest",
    "payment for statement": "fee",
    "SLUZBY": "fee",
    "loan payment": "loan_repayment",
    "UVER": "loan_repayment",
}
# operation: kind of money in, kind of money out
_OPERATION_KINDS = {
    "credit in cash": ("cash_in", "cash_out"),
    "VKLAD": ("cash_in", "cash_out"),
    "withdrawal in cash": ("cash_in", "cash_out"),
    "VYBER": ("cash_in", "cash_out"),
    "credit card withdrawal": ("reversal", "card"),
    "VYBER KARTOU": ("reversal", "card"),
    "collection from another bank": ("transfer_in", "transfer_out"),
    "PREVOD Z UCTU": ("transfer_in", "transfer_out"),
    "remittance to another bank": ("transfer_in", "transfer_out"),
    "PREVOD NA UCET": ("transfer_in", "transfer_out"),
}


class BranchWanted(NamedTuple):
    """:ivar parent_code: empty for a region"""

    code: str
    name: str
    parent_code: str


class ProductWanted(NamedTuple):
    """:ivar product_class: deposit, loan or card"""

    code: str
    name: str
    product_class: str


def product_code(kind):
    """:param kind: a statement frequency, a card kind, or 'loan'"""
    if kind == "loan":
        return _LOAN_PRODUCT[0]
    return {**_ACCOUNT_PRODUCTS, **_CARD_PRODUCTS}[kind][0]


def wanted_products():
    """:return: list of :class:`ProductWanted`, all that the holdings refer to"""
    products = [ProductWanted(*pair, "deposit") for pair in _ACCOUNT_PRODUCTS.values()]
    products.append(ProductWanted(*_LOAN_PRODUCT, "loan"))
    return products + [ProductWanted(*pair, "card") for pair in _CARD_PRODUCTS.values()]


def wanted_branches(dataset):
    """:return: list of :class:`BranchWanted`: regions first, then a branch for each district"""
    regions = sorted({district.region for district in dataset.districts.values()})
    wanted = [BranchWanted(_region_code(region), region[:1].upper() + region[1:], "") for region in regions]
    for district_id, district in sorted(dataset.districts.items()):
        wanted.append(BranchWanted(_branch_code(district_id), district.name, _region_code(district.region)))
    return wanted


def customer_rows(dataset):
    """:return: rows of push_customers, one for each client, by client id"""
    since = {}
    for disposition in dataset.dispositions.values():
        opened_on = dataset.accounts[disposition.account_id].opened_on
        since[disposition.client_id] = min(opened_on, since.get(disposition.client_id, opened_on))
    return [_customer_row(client, since.get(client_id)) for client_id, client in sorted(dataset.clients.items())]


def holding_rows(dataset):
    """:return: rows of push_holdings: accounts, then loans, then cards"""
    parties = dataset.dispositions_by_account()
    rows = [_account_row(account, parties[account_id]) for account_id, account in sorted(dataset.accounts.items())]
    for _loan_id, loan in sorted(dataset.loans.items()):
        rows.append(_loan_row(loan, dataset.accounts[loan.account_id], parties[loan.account_id][0]))
    for _card_id, card in sorted(dataset.cards.items()):
        disposition = dataset.dispositions[card.disp_id]
        rows.append(_card_row(card, dataset.accounts[disposition.account_id], disposition))
    return rows


def transaction_rows(dataset):
    """:return: rows of push_transactions, by account and day; the accounts' balances follow from them"""
    movements = sorted(dataset.movements.values(), key=lambda m: (m.account_id, m.booked_on, m.trans_id))
    return [_transaction_row(movement) for movement in movements]


def transaction_kind(movement):
    """:return: kind of bank.transaction"""
    by_symbol = _SYMBOL_KINDS.get(movement.symbol)
    if by_symbol:
        return by_symbol
    incoming, outgoing = _OPERATION_KINDS.get(movement.operation, ("payment_in", "payment_out"))
    return incoming if movement.direction > 0 else outgoing


def _region_code(region):
    return "BERKA-" + region.upper().replace(" ", "-")


def _branch_code(district_id):
    return f"BERKA-D{district_id:02d}"


def _customer_row(client, since):
    row = {
        "external_id": str(client.client_id),
        "name": f"Client {client.client_id}",  # the source is anonymised
        "type": "individual",
        "birthdate": client.birthdate.isoformat(),
        "gender": client.gender,
        "country_code": COUNTRY,
        "branch_code": _branch_code(client.district_id),
    }
    if since:
        row["relationship_start_on"] = since.isoformat()
    return row


def _account_row(account, dispositions):
    return {
        "external_id": f"account-{account.account_id}",
        "product_code": product_code(account.frequency),
        "number": f"{account.account_id:010d}",
        "currency": CURRENCY,
        "opened_on": account.opened_on.isoformat(),
        "branch_code": _branch_code(account.district_id),
        "parties": [_party(disposition) for disposition in dispositions],
    }


def _loan_row(loan, account, owner):
    row = {
        "external_id": f"loan-{loan.loan_id}",
        "product_code": product_code("loan"),
        "currency": CURRENCY,
        "opened_on": loan.granted_on.isoformat(),
        "matures_on": loan.matures_on.isoformat(),
        "branch_code": _branch_code(account.district_id),
        # what was lent, owed on the day it was paid out: the source knows no later figure
        "balance": str(loan.amount),
        "balance_on": loan.granted_on.isoformat(),
        "parties": [_sole_owner(owner)],
    }
    if loan.is_repaid:
        row["closed_on"] = loan.matures_on.isoformat()
    return row


def _card_row(card, account, disposition):
    return {
        "external_id": f"card-{card.card_id}",
        "product_code": product_code(card.kind),
        "currency": CURRENCY,
        "opened_on": card.issued_on.isoformat(),
        "branch_code": _branch_code(account.district_id),
        "parties": [_sole_owner(disposition)],
    }


def _transaction_row(movement):
    row = {
        "external_id": str(movement.trans_id),
        "holding_external_id": f"account-{movement.account_id}",
        "booked_on": movement.booked_on.isoformat(),
        "amount": str(movement.signed_amount),
        "kind": transaction_kind(movement),
        "balance_after": str(movement.balance),
    }
    if text := movement.symbol or movement.operation:
        row["text"] = text
    if movement.bank:
        row["counterparty"] = f"{movement.bank} {movement.account}".strip()
    return row


def _sole_owner(disposition):
    return {"customer_external_id": str(disposition.client_id), "role": "owner", "share_pct": 100}


def _party(disposition):
    if disposition.role == "owner":
        return _sole_owner(disposition)
    return {"customer_external_id": str(disposition.client_id), "role": disposition.role}
