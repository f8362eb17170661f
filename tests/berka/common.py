"""Small valid files, where the real ones are, and how a test spoils one of them."""
import gzip
from pathlib import Path

import pytest

from tools.berka.dataset import load_dataset
from tools.importer.problems import BadDataError

_DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
BERKA = _DATA / "berka"
ORACLE = _DATA / "oracle"

needs_real_files = pytest.mark.skipif(
    not (BERKA / "client.csv").is_file() or not (ORACLE / "expected.json").is_file(),
    reason="the PKDD'99 files are not kept in the repository; put them beside it: ../shared/data/berka and /oracle",
)

# Two accounts: 1 with a second user, a finished loan and a card; 2 bare. Invented, in the source's format.
SMALL_FILES = {
    "district.csv": """\
A1,A2,A3,A4,A12
1,Hl.m. Praha,Prague,1204953,0.43
69,Jesenik,north Moravia,42821,?
""",
    "client.csv": """\
client_id,birth_number,district_id
11,450204,1
12,406009,1
13,685229,69
""",
    "account.csv": """\
account_id,district_id,frequency,date
1,1,POPLATEK MESICNE,930101
2,69,POPLATEK TYDNE,960229
""",
    "disp.csv": """\
disp_id,client_id,account_id,type
21,12,1,DISPONENT
22,11,1,OWNER
23,13,2,OWNER
""",
    "loan.csv": """\
loan_id,account_id,date,amount,duration,payments,status
31,1,940131,80952,13,3373.00,A
""",
    "card.csv": """\
card_id,disp_id,type,issued
41,22,gold,931107 00:00:00
""",
    "trans_subset.csv.gz": """\
trans_id,account_id,date,type,operation,amount,balance,k_symbol,bank,account
51,1,930102,credit,credit in cash,900.00,900.00,,,
52,1,930105,withdrawal,,50.00,1850.00, ,,
53,1,930105,credit,credit in cash,1000.00,1900.00,,,
""",
}


def write_small_files(folder, **replaced):
    """Write a valid folder; `replaced` gives other content by file stem: text, bytes, or None to leave it out."""
    for name, text in SMALL_FILES.items():
        content = replaced.get(name.split(".", maxsplit=1)[0], text)
        if content is None:
            continue
        if isinstance(content, str):
            content = content.encode()
            content = gzip.compress(content) if name.endswith(".gz") else content
        (folder / name).write_bytes(content)
    return folder


def spoilt(name, old, new):
    """:return: text of a small file with one place changed"""
    text = SMALL_FILES[name]
    assert text.count(old) == 1, f"{old!r} must be in {name} exactly once"
    return text.replace(old, new)


def problems_of(folder):
    """:return: what :func:`load_dataset` has to say against a folder, one string a problem"""
    with pytest.raises(BadDataError) as caught:
        load_dataset(folder)
    return [str(problem) for problem in caught.value.problems.shown]
