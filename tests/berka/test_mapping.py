"""Rows of the exchange, from small files."""
import pytest

from tools.berka import mapping
from tools.berka.dataset import load_dataset
from tools.berka.records import Movement
from tools.importer.exchange import batch_key

from .common import spoilt, write_small_files


@pytest.fixture
def dataset(tmp_path):
    return load_dataset(write_small_files(tmp_path))


def test_customers(dataset):
    assert mapping.customer_rows(dataset)[1] == {
        "external_id": "12",
        "name": "Client 12",
        "type": "individual",
        "birthdate": "1940-10-09",
        "gender": "female",
        "country_code": "CZ",
        "branch_code": "BERKA-D01",
        "relationship_start_on": "1993-01-01",
    }


def test_client_without_account_has_no_start(tmp_path):
    text = spoilt("client.csv", "13,685229,69", "13,685229,69\n14,450204,1")
    row = mapping.customer_rows(load_dataset(write_small_files(tmp_path, client=text)))[-1]
    assert row["external_id"] == "14"
    assert "relationship_start_on" not in row


def test_account(dataset):
    assert mapping.holding_rows(dataset)[0] == {
        "external_id": "account-1",
        "product_code": "BERKA-ACCOUNT-MONTHLY",
        "number": "0000000001",
        "currency": "CZK",
        "opened_on": "1993-01-01",
        "branch_code": "BERKA-D01",
        "parties": [
            {"customer_external_id": "11", "role": "owner", "share_pct": 100},
            {"customer_external_id": "12", "role": "signatory"},
        ],
    }


def test_loan_is_owed_and_closed_at_maturity(dataset):
    assert mapping.holding_rows(dataset)[2] == {
        "external_id": "loan-31",
        "product_code": "BERKA-LOAN",
        "currency": "CZK",
        "opened_on": "1994-01-31",
        "matures_on": "1995-02-28",
        "closed_on": "1995-02-28",
        "branch_code": "BERKA-D01",
        "balance": "80952",
        "balance_on": "1994-01-31",
        "parties": [{"customer_external_id": "11", "role": "owner", "share_pct": 100}],
    }


@pytest.mark.parametrize("status", ["C", "D"])
def test_running_loan_stays_open(tmp_path, status):
    text = spoilt("loan.csv", "3373.00,A", f"3373.00,{status}")
    row = mapping.holding_rows(load_dataset(write_small_files(tmp_path, loan=text)))[2]
    assert row["matures_on"] == "1995-02-28"
    assert "closed_on" not in row


def test_card_belongs_to_the_client_of_its_disposition(tmp_path):
    text = spoilt("card.csv", "41,22,", "41,21,")
    row = mapping.holding_rows(load_dataset(write_small_files(tmp_path, card=text)))[3]
    assert row == {
        "external_id": "card-41",
        "product_code": "BERKA-CARD-GOLD",
        "currency": "CZK",
        "opened_on": "1993-11-07",
        "branch_code": "BERKA-D01",
        "parties": [{"customer_external_id": "12", "role": "owner", "share_pct": 100}],
    }


def test_transactions(dataset):
    assert mapping.transaction_rows(dataset)[:2] == [
        {
            "external_id": "51",
            "holding_external_id": "account-1",
            "booked_on": "1993-01-02",
            "amount": "900.00",
            "kind": "cash_in",
            "balance_after": "900.00",
            "text": "credit in cash",
        },
        {
            "external_id": "52",
            "holding_external_id": "account-1",
            "booked_on": "1993-01-05",
            "amount": "-50.00",
            "kind": "payment_out",
            "balance_after": "1850.00",
        },
    ]


def test_a_transfer_names_the_other_account(tmp_path):
    text = spoilt("trans_subset.csv.gz", "52,1,930105,withdrawal,,50.00,1850.00, ,,", (
        "52,1,930105,withdrawal,remittance to another bank,50.00,1850.00,household,QR,84854560"
    ))
    row = mapping.transaction_rows(load_dataset(write_small_files(tmp_path, trans_subset=text)))[1]
    assert (row["kind"], row["text"], row["counterparty"]) == ("transfer_out", "household", "QR 84854560")


@pytest.mark.parametrize(("direction", "operation", "symbol", "kind"), [
    (1, "", "interest credited", "interest"),
    (-1, "withdrawal in cash", "sanction interest if negative balance", "interest"),
    (-1, "withdrawal in cash", "payment for statement", "fee"),
    (-1, "withdrawal in cash", "household", "cash_out"),
    (-1, "withdrawal in cash", "", "cash_out"),
    (1, "credit in cash", "", "cash_in"),
    (-1, "credit card withdrawal", "", "card"),
    (1, "collection from another bank", "", "transfer_in"),
    (-1, "remittance to another bank", "insurrance payment", "transfer_out"),
    (-1, "PREVOD NA UCET", "UVER", "loan_repayment"),
    (-1, "PREVOD NA UCET", "SIPO", "transfer_out"),
    (1, "PREVOD Z UCTU", "DUCHOD", "transfer_in"),
    (-1, "VYBER", "SLUZBY", "fee"),
    (1, "", "", "payment_in"),
    (-1, "something new", "something new", "payment_out"),
])
def test_kinds(direction, operation, symbol, kind):
    movement = Movement(1, 1, 1, None, direction, 5, 5, operation, symbol)
    assert mapping.transaction_kind(movement) == kind


def test_branches_hang_below_their_region(dataset):
    assert [tuple(branch) for branch in mapping.wanted_branches(dataset)] == [
        ("BERKA-PRAGUE", "Prague", ""),
        ("BERKA-NORTH-MORAVIA", "North Moravia", ""),
        ("BERKA-D01", "Hl.m. Praha", "BERKA-PRAGUE"),
        ("BERKA-D69", "Jesenik", "BERKA-NORTH-MORAVIA"),
    ]


def test_every_product_a_holding_names_is_wanted(dataset):
    wanted = {product.code for product in mapping.wanted_products()}
    assert {row["product_code"] for row in mapping.holding_rows(dataset)} <= wanted


def test_batch_key_follows_the_content(dataset):
    rows = mapping.customer_rows(dataset)
    reordered = [dict(reversed(row.items())) for row in rows]
    assert batch_key("customers", rows) == batch_key("customers", reordered)
    assert batch_key("customers", rows) != batch_key("customers", rows[:-1])
    assert batch_key("customers", rows) != batch_key("holdings", rows)
    changed = [rows[0] | {"name": "Someone else"}, *rows[1:]]
    assert batch_key("customers", rows) != batch_key("customers", changed)
