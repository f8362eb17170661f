"""The real file against figures that were computed independently, and its texts against the list of companies."""
import json
import re

import pytest

from tools.cfpb import mapping, places, pseudonyms
from tools.cfpb.dataset import load_dataset
from tools.cfpb.verify import ORACLE_KEY, figures_of_file

from .common import CFPB, ORACLE, needs_real_file

pytestmark = needs_real_file


@pytest.fixture(scope="module")
def complaints():
    return load_dataset(CFPB)


@pytest.fixture(scope="module")
def rows(complaints):
    scrubber = pseudonyms.Scrubber(complaint.company for complaint in complaints)
    return [mapping.registration_row(complaint, scrubber) for complaint in complaints]


def test_figures(complaints):
    expected = json.loads((ORACLE / "expected.json").read_text(encoding="utf-8"))[ORACLE_KEY]
    assert figures_of_file(complaints) == expected
    assert (expected["rows"], expected["timely"]["No"], expected["routing_lag_gt_15d"]) == (3976, 56, 79)


def test_invented_names_and_codes_are_as_many_as_companies(complaints):
    companies = {complaint.company for complaint in complaints}
    assert len({pseudonyms.name_of(company) for company in companies}) == len(companies) == 539
    assert len({pseudonyms.code_of(company) for company in companies}) == 539


def test_every_known_issue_and_product_has_a_cause(complaints):
    wanted = places.wanted_places(complaints)
    assert {place.name for place in wanted if place.parent_code == "C99"} == {"Other"}
    assert not [place.name for place in wanted if place.parent_code == "B99"]
    assert len({(place.axis, place.code) for place in wanted}) == len(wanted) == 290


def test_no_company_leaves_the_program(complaints, rows):
    texts = "\n".join(str(value) for row in rows for value in row.values())
    told = re.sub(r"[\s,.]+", " ", texts).casefold()
    for company in {complaint.company for complaint in complaints}:
        plain = re.sub(r"[\s,._]+", " ", company).casefold().strip()
        # as a word of its own: "ERC" is part of "merchant"
        assert plain not in told or not re.search(rf"(?<!\w){re.escape(plain)}(?!\w)", told), company
    for word in ("experian", "equifax", "transunion", "wells fargo", "bank of america", "navient", "capital one"):
        assert word not in told


def test_traps_of_the_format(complaints, rows):
    assert max(len(complaint.narrative) for complaint in complaints) > 10_000
    assert sum("\n" in complaint.narrative for complaint in complaints) > 100
    assert [row["external_ref"] for row in rows if row["description"].startswith("-")]
    assert any("ZIP code: 330XX" in row["description"] for row in rows)
    assert any("ZIP code" not in row["description"] for row in rows)
    assert len({row["external_ref"] for row in rows}) == len(rows)
