"""What becomes of a complaint, and that nothing of a company leaves the program."""
import re

import pytest

from tools.cfpb import mapping, places, pseudonyms
from tools.cfpb.dataset import load_dataset
from tools.cfpb.records import CHANNELS, RESPONSES

from .common import small_file


@pytest.fixture
def complaints(tmp_path):
    return load_dataset(small_file(tmp_path))


@pytest.fixture
def scrubber(complaints):
    return pseudonyms.Scrubber(complaint.company for complaint in complaints)


def test_a_registration(complaints, scrubber):
    invented = pseudonyms.name_of("First Invented Bank, Inc.")
    place = places.product_place("Mortgage", "FHA mortgage")[-1]
    assert mapping.registration_row(complaints[0], scrubber) == {
        "kind": "complaint",
        "subject": "Trouble during payment process",
        "description": f'{invented} lost my payment.\n\n"Twice", in fact, by {invented}\n\n'
        "Product: Mortgage\nState: FL\nZIP code: 330XX",
        "anonymous": True,
        "external_ref": "CFPB-1001",
        "channel_code": "A0103",
        "product_code": place.code,
        "cause_code": places.cause_place("Trouble during payment process")[-1].code,
        "branch_code": pseudonyms.code_of("First Invented Bank, Inc."),
        "received_at": "2019-03-01T12:00:00Z",
        "forwarded_at": "2019-03-04T12:00:00Z",
        "regime_codes": ["US-CFPB"],
    }


def test_a_narrative_begins_the_description(complaints, scrubber):
    row = mapping.registration_row(complaints[1], scrubber)
    assert row["description"].startswith("- no fee was agreed\n\n")
    assert "Tags: Older American, Servicemember" in row["description"]
    assert mapping.registration_row(complaints[2], scrubber)["description"].startswith(mapping.NO_NARRATIVE)


def test_answers(complaints):
    rows = [mapping.response_row(complaint) for complaint in complaints]
    explained = {"outcome": "not_upheld", "relief": "explanation", "closed": True}
    assert rows == [
        {"external_ref": "CFPB-1001", "in_time": True, **explained},
        {"external_ref": "CFPB-1002", "in_time": False, "outcome": "upheld", "relief": "monetary", "closed": True},
        {"external_ref": "CFPB-1003", "in_time": True, "in_progress": True, "rule_code": "response"},
        {"external_ref": "CFPB-1004", "in_time": False, "outcome": "no_response", "closed": True},
        {"external_ref": "CFPB-1005", "in_time": True, "outcome": "not_upheld", "relief": "none", "closed": True},
        {"external_ref": "CFPB-1006", "in_time": True, "outcome": "upheld", "relief": "non_monetary", "closed": True},
    ]


def test_nothing_is_lost_on_the_way():
    assert len(set(RESPONSES.values())) == len(RESPONSES)
    assert len(set(CHANNELS.values())) == len(CHANNELS)


def test_places(complaints):
    wanted = places.wanted_places(complaints)
    by_label = {place.label_path: place for place in wanted}
    assert by_label["Mortgage"].parent_code == "B0201"
    assert by_label["Mortgage > FHA mortgage"].parent_code == by_label["Mortgage"].code
    assert by_label["Managing an account > Fee problem"].name == "Fee problem"
    assert by_label["A product of tomorrow"].parent_code == "B99"
    assert by_label["An issue of tomorrow"].parent_code == "C99"
    seen = set()
    for place in wanted:
        assert "-US-" not in place.parent_code or place.parent_code in seen, "those above come first"
        seen.add(place.code)
    assert len({(place.axis, place.code) for place in wanted}) == len(wanted)
    assert len({(place.axis, place.label_path) for place in wanted}) == len(wanted)


def test_codes_stay_the_same():
    # tickets refer to them: another code would be another place
    assert places.product_place("Mortgage", "FHA mortgage")[-1].code == "B0201-US-2F8833.C50158"
    assert places.cause_place("Fraud or scam")[-1].code == "C1002-US-556D82"


def test_companies_get_stable_names():
    company = "WELLS FARGO & COMPANY"
    assert pseudonyms.name_of(company) == pseudonyms.name_of(f" {company} ")
    assert re.fullmatch(r"CFPB-[0-9A-F]{8}", pseudonyms.code_of(company))
    assert "wells" not in pseudonyms.name_of(company).lower()


@pytest.mark.parametrize(
    "text",
    [
        "Wells Fargo did it", "wells fargo did it", "WELLS FARGO & COMPANY did it", "The Medical Business Bureau",
        "Call Medical Business Bureau, now", "at Wells  Fargo.", "Wells Fargo's fee", "Wells Fargos fee",
        "Experians muscles", "I paid TransUnion", "trans union too",
        "(Experian)", "my Chase card", "with chase", "Discover declined it", "my discover card",
    ],
)  # fmt: skip
def test_names_are_replaced(text):
    companies = (
        "WELLS FARGO & COMPANY", "Medical Business Bureau, Inc.", "TRANSUNION INTERMEDIATE HOLDINGS, INC.",
        "Experian Information Solutions Inc.", "JPMORGAN CHASE & CO.", "DISCOVER BANK",
    )  # fmt: skip
    scrubbed = pseudonyms.Scrubber(companies).scrub(text)
    assert any(pseudonyms.name_of(company) in scrubbed for company in companies)
    for name in ("wells", "fargo", "medical business", "transunion", "trans union", "experian", "chase", "discover"):
        assert name not in scrubbed.lower()


@pytest.mark.parametrize(
    "text",
    ["I purchased a car", "we discover errors", "my ally in this", "a medical business bureau", "the bureaus", ""],
)
def test_words_of_the_language_stay(text):
    companies = ("DISCOVER BANK", "ALLY FINANCIAL INC.", "Medical Business Bureau Company, Inc.", "The Bureaus, Inc.",
                 "JPMORGAN CHASE & CO.")  # fmt: skip
    assert pseudonyms.Scrubber(companies).scrub(text) == text
