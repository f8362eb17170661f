"""The translation gate finds what is missing, and the update keeps what is there."""

import pytest

polib = pytest.importorskip("polib")

from tools.dev import po_files

TERMS = [("Customer", "model:a"), ("%(count)s rows", "code:b"), ("ID", "model:c")]
GOOD = {"Customer": "客户", "%(count)s rows": "%(count)s 行", "ID": "ID"}


def write(path, entries):
    catalogue = polib.POFile()
    catalogue.metadata = {"Content-Type": "text/plain; charset=UTF-8"}
    for msgid, place, msgstr in entries:
        catalogue.append(polib.POEntry(msgid=msgid, msgstr=msgstr, occurrences=[(place, "0")]))
    catalogue.save(str(path))


@pytest.fixture
def addon(tmp_path):
    folder = tmp_path / "i18n"
    folder.mkdir()
    fresh = tmp_path / "fresh.pot"
    write(fresh, [(msgid, place, "") for msgid, place in TERMS])
    write(folder / "a.pot", [(msgid, place, "") for msgid, place in TERMS])
    write(folder / "zh_CN.po", [(msgid, place, GOOD[msgid]) for msgid, place in TERMS])
    return fresh, folder


def problems(addon):
    return po_files.check("a", *addon)


def change(addon, msgid, **values):
    path = addon[1] / "zh_CN.po"
    catalogue = polib.pofile(str(path))
    for name, value in values.items():
        setattr(catalogue.find(msgid), name, value)
    catalogue.save(str(path))


def test_a_complete_translation_passes(addon):
    assert problems(addon) == []


@pytest.mark.parametrize(
    ("msgid", "values", "complaint"),
    [("Customer", {"msgstr": ""}, "is not translated"), ("Customer", {"msgstr": "  "}, "is not translated"),
     ("Customer", {"flags": ["fuzzy"]}, "is marked fuzzy"), ("%(count)s rows", {"msgstr": "行"}, "other placeholders"),
     ("Customer", {"occurrences": []}, "more places"), ("Customer", {"obsolete": True}, "is not in the file")],
)  # fmt: skip
def test_an_incomplete_translation_is_found(addon, msgid, values, complaint):
    change(addon, msgid, **values)
    (problem,) = problems(addon)
    assert complaint in problem


def test_a_new_term_makes_template_and_translation_fail(addon):
    write(addon[0], [(msgid, place, "") for msgid, place in [*TERMS, ("New", "model:d")]])
    assert ["out of date" in problems(addon)[0], "not in the file" in problems(addon)[1]] == [True, True]


def test_missing_files_are_named(addon):
    (addon[1] / "zh_CN.po").unlink()
    assert problems(addon) == ["a/i18n/zh_CN.po is missing: run ./dev i18n"]


def test_update_keeps_translations_adds_new_terms_and_drops_old_ones(addon, tmp_path):
    terms = [("Customer", "model:a"), ("ID", "model:c"), ("New", "model:d"), ("Email", "model:e")]
    write(addon[0], [(msgid, place, "") for msgid, place in terms])
    memory = tmp_path / "odoo.po"
    write(memory, [("Email", "model:x", "电子邮件"), ("Customer", "model:x", "顾客")])
    report = po_files.update("a", *addon, [str(memory)])
    assert report == ["a: 4 terms, 1 still to translate in a/i18n/zh_CN.po"]
    catalogue = {entry.msgid: entry.msgstr for entry in polib.pofile(str(addon[1] / "zh_CN.po"))}
    assert catalogue == {"Customer": "客户", "ID": "ID", "New": "", "Email": "电子邮件"}
    assert [problem for problem in problems(addon) if "pot" in problem] == []


def test_update_twice_changes_nothing(addon):
    po_files.update("a", *addon)
    before = [(addon[1] / name).read_bytes() for name in ("a.pot", "zh_CN.po")]
    po_files.update("a", *addon)
    assert [(addon[1] / name).read_bytes() for name in ("a.pot", "zh_CN.po")] == before


def test_update_makes_the_files_of_a_new_addon(addon):
    for path in addon[1].iterdir():
        path.unlink()
    po_files.update("a", *addon)
    assert sorted(path.name for path in addon[1].iterdir()) == ["a.pot", "zh_CN.po"]
    assert all("is not translated" in problem for problem in problems(addon))
