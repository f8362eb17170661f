"""Every fault of a file is named with file, row and column, and stops the import."""
import gzip

import pytest

from tools.berka.cli import main
from tools.berka.dataset import load_dataset
from tools.importer.commandline import BAD_DATA, NO_SERVER

from .common import SMALL_FILES, problems_of, spoilt, write_small_files

STEMS = [name.split(".", maxsplit=1)[0] for name in SMALL_FILES]
TRANS = "trans_subset.csv.gz"


def zipped(name):
    """A small file, compressed; without the time, so that the names of the tests are the same in each run."""
    return gzip.compress(SMALL_FILES[name].encode(), mtime=0)


def test_small_files_are_good(tmp_path):
    dataset = load_dataset(write_small_files(tmp_path))
    assert (len(dataset.clients), len(dataset.accounts), len(dataset.movements)) == (3, 2, 3)


@pytest.mark.parametrize("stem", STEMS)
def test_missing_file(tmp_path, stem):
    (problem,) = problems_of(write_small_files(tmp_path, **{stem: None}))
    assert problem.startswith(f"{stem}.csv")
    assert "the file is missing. Put it into the folder" in problem


def test_missing_folder(tmp_path):
    (problem,) = problems_of(tmp_path / "nowhere")
    assert "there is no such folder" in problem


@pytest.mark.parametrize("stem", STEMS)
def test_missing_column(tmp_path, stem):
    name = next(name for name in SMALL_FILES if name.startswith(stem))
    second_column = SMALL_FILES[name].split(",")[1].strip()
    (problem,) = problems_of(write_small_files(tmp_path, **{stem: spoilt(name, f",{second_column},", ",renamed,")}))
    assert problem.startswith(f"{name}, row 1, column {second_column}: the column is missing; the header has ")


@pytest.mark.parametrize(("name", "old", "new", "place", "words"), [
    # identifiers
    ("client.csv", "13,685229", "11,685229", "row 4, column client_id", "there more than once"),
    ("client.csv", "13,685229", "x,685229", "row 4, column client_id", "is not a whole number"),
    ("district.csv", "69,Jes", "1,Jes", "row 3, column A1", "there more than once"),
    ("account.csv", "2,69", "1,69", "row 3, column account_id", "there more than once"),
    ("disp.csv", "23,13", "22,13", "row 4, column disp_id", "there more than once"),
    (TRANS, "52,1", "51,1", "row 3, column trans_id", "there more than once"),
    # references
    ("client.csv", "406009,1", "406009,99", "row 3, column district_id", "'99' is not in district.csv"),
    ("account.csv", "1,1,POP", "1,77,POP", "row 2, column district_id", "'77' is not in district.csv"),
    ("disp.csv", "21,12", "21,99", "row 2, column client_id", "'99' is not in client.csv"),
    ("disp.csv", "12,1", "12,99", "row 2, column account_id", "'99' is not in account.csv"),
    ("loan.csv", "31,1", "31,99", "row 2, column account_id", "'99' is not in account.csv"),
    ("card.csv", "41,22", "41,99", "row 2, column disp_id", "'99' is not in disp.csv"),
    (TRANS, "53,1", "53,99", "row 4, column account_id", "'99' is not in account.csv"),
    # dates and birth numbers
    ("account.csv", "930101", "930230", "row 2, column date", "impossible day: 1993-02 has the days 01 to 28"),
    ("account.csv", "930101", "1993-01-01", "row 2, column date", "is not a date. Write it as YYMMDD"),
    ("client.csv", "685229", "695229", "row 4, column birth_number", "impossible day"),
    ("client.csv", "685229", "686329", "row 4, column birth_number", "impossible month (63)"),
    ("card.csv", "00:00:00", "24:61:00", "row 2, column issued", "impossible time"),
    (TRANS, "930102", "931302", "row 2, column date", "impossible month (13)"),
    # numbers and words
    ("loan.csv", "80952", "many", "row 2, column amount", "is not a number"),
    ("loan.csv", "80952", "-5", "row 2, column amount", "is not above zero"),
    ("loan.csv", ",13,", ",0,", "row 2, column duration", "from 1 to 600"),
    ("loan.csv", "3373.00,A", "3373.00,E", "row 2, column status", "Use one of: A, B, C, D"),
    ("account.csv", "TYDNE", "ROCNE", "row 3, column frequency", "Use one of: POPLATEK MESICNE"),
    ("disp.csv", "DISPONENT", "FRIEND", "row 2, column type", "Use one of: OWNER, DISPONENT"),
    ("card.csv", "gold", "wood", "row 2, column type", "Use one of: classic, gold, junior"),
    (TRANS, "900.00,900.00", "900.00,", "row 2, column balance", "'' is not a number"),
    (TRANS, "52,1,930105,withdrawal", "52,1,930105,gift", "row 3, column type", "Use one of: credit"),
    ("district.csv", "Jesenik", "", "row 3, column A2", "the cell is empty"),
    # shape
    ("client.csv", "12,406009,1", "12,406009", "row 3", "has 2 cells, but the header has 3"),
    ("client.csv", "12,406009,1", "12,406009,1,9", "row 3", "has 4 cells, but the header has 3"),
    ("client.csv", "birth_number", "client_id,birth_number", "row 1, column client_id", "more than once"),
    ("client.csv", "12,406009,1", '12,"406009,1', "row 4", "is not valid CSV"),
    # who owns what
    ("disp.csv", "DISPONENT", "OWNER", "row 3, column type", "account 1 has a second OWNER"),
    ("disp.csv", "21,12,1", "21,11,1", "row 3, column client_id", "named twice for account 1"),
    ("disp.csv", "22,11,1", "22,11,2", "row 4, column type", "account 2 has a second OWNER"),
])
def test_fault_in_a_row(tmp_path, name, old, new, place, words):
    problems = problems_of(write_small_files(tmp_path, **{name.split(".", maxsplit=1)[0]: spoilt(name, old, new)}))
    assert any(problem.startswith(f"{name}, {place}: ") and words in problem for problem in problems), problems


def test_one_fault_is_reported_once(tmp_path):
    """A row with a bad cell still counts as known to the rows that refer to it."""
    assert len(problems_of(write_small_files(tmp_path, client=spoilt("client.csv", "450204", "450230")))) == 1
    assert len(problems_of(write_small_files(tmp_path, client=spoilt("client.csv", "11,450204", "??,450204")))) == 1


def test_account_without_owner(tmp_path):
    text = spoilt("disp.csv", "23,13,2,OWNER", "23,13,2,DISPONENT")
    (problem,) = problems_of(write_small_files(tmp_path, disp=text))
    assert problem.startswith("account.csv, row 3, column account_id: the account 2 has no OWNER in disp.csv")


@pytest.mark.parametrize(("content", "words"), [
    (b"", "is empty"),
    (b"\n \n", "is empty"),
    (b"client_id,birth_number,district_id\n", "has a header but no rows"),
    (SMALL_FILES["client.csv"].replace(",", ";").encode(), "row 1: uses semicolons as separators"),
    (SMALL_FILES["client.csv"].replace(",", "\t").encode(), "row 1: uses tabs as separators"),
    (SMALL_FILES["client.csv"].encode("utf-16"), "row 1: is encoded in UTF-16. Save it as UTF-8"),
    (b"\x7fELF\x02\x01\x01\x00\x00garbage", "row 1: contains binary data (byte 0x7f)"),
    (b"client_id,birth_number,district_id\n11,45\x000204,1\n", "row 2, column birth_number: contains binary data"),
    (b"\x89PNG\r\n\x1a\n\xff\xfe\xfd", "row 2: contains binary data (byte 0x1a)"),
    (zipped("client.csv"), "is compressed with gzip"),
])
def test_unreadable_file(tmp_path, content, words):
    (problem,) = problems_of(write_small_files(tmp_path, client=content))
    assert problem.startswith("client.csv")
    assert words in problem


def test_wrong_encoding_names_row_and_column(tmp_path):
    content = SMALL_FILES["district.csv"].replace("Jesenik", "Jeseník").encode("latin-1")
    (problem,) = problems_of(write_small_files(tmp_path, district=content))
    assert problem == "district.csv, row 3, column A2: is not encoded in UTF-8 (byte 0xed). Save the file as UTF-8."


@pytest.mark.parametrize(("content", "words"), [
    (zipped(TRANS)[:-12], "is cut off: the gzip data ends too early"),
    (zipped(TRANS)[:5], "is cut off"),
    (SMALL_FILES[TRANS].encode(), "is not a gzip file"),
    (b"", "is empty"),
    (gzip.compress(b"", mtime=0), "is empty"),
    (zipped(TRANS)[:20] + b"\xff" * 40, "is not a gzip file, or is damaged"),
])
def test_unreadable_gzip(tmp_path, content, words):
    (problem,) = problems_of(write_small_files(tmp_path, trans_subset=content))
    assert problem.startswith(TRANS)
    assert words in problem


def test_byte_order_mark_crlf_blank_lines_and_more_columns_are_harmless(tmp_path):
    text = SMALL_FILES["client.csv"].replace("district_id", "district_id,remark").replace("\n", ",x\n")
    text = text.replace("remark,x", "remark").replace("\n", "\r\n") + "\r\n"
    dataset = load_dataset(write_small_files(tmp_path, client=b"\xef\xbb\xbf" + text.encode()))
    assert len(dataset.clients) == 3


def test_no_loans_cards_or_transactions_are_harmless(tmp_path):
    heads = {
        stem: text.split("\n", maxsplit=1)[0] + "\n"
        for stem, text in zip(STEMS, SMALL_FILES.values(), strict=True)
        if stem in ("loan", "card", "trans_subset")
    }
    dataset = load_dataset(write_small_files(tmp_path, **heads))
    assert not dataset.loans and not dataset.cards and not dataset.movements


def test_problems_of_all_files_are_collected_and_cut(tmp_path, capsys):
    write_small_files(
        tmp_path,
        client="client_id,birth_number,district_id\n" + "".join(f"{n},999999,1\n" for n in range(1, 31)),
        loan=spoilt("loan.csv", "80952", "many"),
    )
    assert main([str(tmp_path), "--url", "http://127.0.0.1:1"]) == BAD_DATA
    output = capsys.readouterr()
    lines = output.err.splitlines()
    assert len(lines) == 22
    assert lines[0].startswith("client.csv, row 2, column birth_number: ")
    # 30 birth numbers, the loan, and disp.csv still finds clients 11 to 13
    assert lines[20:] == [
        "... and 11 more",
        "31 problems found, nothing was sent. Rows are counted from 1 and include the header.",
    ]
    assert "Cannot reach" not in output.err  # bad files are told before anybody is called


def test_long_and_strange_cells_are_cut_and_escaped(tmp_path):
    (problem,) = problems_of(write_small_files(tmp_path, client=spoilt("client.csv", "450204", "\x9b" + "9" * 5000)))
    assert "\x9b" not in problem
    assert len(problem) < 250


def test_no_server(tmp_path, capsys):
    assert main([str(write_small_files(tmp_path)), "--url", "http://127.0.0.1:1", "--db", "any"]) == NO_SERVER
    assert capsys.readouterr().err.startswith("Cannot reach http://127.0.0.1:1 (Connection refused). Start the server")


@pytest.mark.parametrize("url", ["127.0.0.1:8069", "ftp://127.0.0.1", "http://", ""])
def test_not_an_address(tmp_path, capsys, url):
    assert main([str(write_small_files(tmp_path)), "--url", url]) == NO_SERVER
    assert "is not a server's address. Give --url as http://HOST:PORT." in capsys.readouterr().err


@pytest.mark.parametrize("chunk", ["0", "-1", "x", "1000000"])
def test_impossible_chunk(tmp_path, chunk):
    with pytest.raises(SystemExit) as caught:
        main([str(tmp_path), "--chunk", chunk])
    assert caught.value.code == 2
