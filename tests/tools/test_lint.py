"""The other gates of `./dev lint` find planted mistakes."""

from pathlib import Path

import pytest

from tools.dev.errors import DevError
from tools.dev.lint import portable as portable_gate
from tools.dev.lint.imported_tests import imported_tests
from tools.dev.lint.linters import judge_odoo_lint
from tools.dev.lint.portable import portable
from tools.dev.lint.repository import repository_files
from tools.dev.log_lines import is_allowed, unexpected_lines

# ---------------------------------------------------------------------- portable


@pytest.fixture(autouse=True)
def fixed_hosts(monkeypatch):
    monkeypatch.setattr(portable_gate, "registry_hosts", lambda: ["mirror.example"])


def lines_of(tmp_path, text):
    (tmp_path / "file.md").write_text(text)
    return portable(tmp_path, [Path("file.md")])


@pytest.mark.parametrize("folder", ["work", "root", "home", "Users", "mnt"])
@pytest.mark.parametrize("before", ["", "see ", "'", "=", "(", "file://"])
def test_a_path_of_one_machine_is_found(tmp_path, folder, before):
    assert lines_of(tmp_path, f"{before}/{folder}/somebody/x").pop().startswith("file.md:1: ")


@pytest.mark.parametrize(
    "text", ["/my/" + "home/x", "a/" + "home/b", "../" + "work/x", "/usr/share/x", "/var/tmp/x", "~/" + "work/x"]
)
def test_relative_and_common_paths_are_left_alone(tmp_path, text):
    assert lines_of(tmp_path, text) == []


def test_a_registry_host_is_found(tmp_path):
    assert "registry host" in lines_of(tmp_path, "pip install -i https://mirror.example/simple x").pop()


def test_binary_files_are_left_alone(tmp_path):
    (tmp_path / "x.png").write_bytes(b"\0/ho" + b"me/joe/x")
    assert portable(tmp_path, [Path("x.png")]) == []


def test_the_state_folder_is_no_part_of_the_repository(tmp_path):
    for name in (".dev/x.py", "a/__pycache__/x.py", "a/y.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert repository_files(tmp_path) == [Path("a/y.py")]


# ---------------------------------------------------------------------- imported tests


@pytest.fixture
def tests_folder(tmp_path):
    folder = tmp_path / "bank_a" / "tests"
    (folder / "tier").mkdir(parents=True)
    (tmp_path / "bank_a" / "__manifest__.py").write_text("{'name': 'A'}")
    (folder / "__init__.py").write_text("from . import test_one\nfrom .tier import *\n")
    (folder / "test_one.py").touch()
    (folder / "tier" / "__init__.py").write_text("from . import test_two\n")
    (folder / "tier" / "test_two.py").touch()
    (folder / "common.py").touch()
    return folder


def test_imported_tests_pass(tests_folder):
    assert imported_tests(tests_folder.parents[1]) == []


@pytest.mark.parametrize("name", ["test_three.py", "tier/test_three.py"])
def test_a_forgotten_test_file_is_found(tests_folder, name):
    (tests_folder / name).touch()
    problems = imported_tests(tests_folder.parents[1])
    assert len(problems) == 1
    assert f"bank_a/tests/{name}: is not imported" in problems[0]


def test_a_forgotten_folder_of_tests_is_found(tests_folder):
    (tests_folder / "__init__.py").write_text("from . import test_one\n")
    assert "bank_a/tests/tier: is not imported" in imported_tests(tests_folder.parents[1])[0]


@pytest.mark.parametrize("form", ["from . import tier", "from .tier import test_two"])
def test_a_folder_that_odoo_does_not_look_into_is_found(tests_folder, form):
    (tests_folder / "__init__.py").write_text(f"from . import test_one\n{form}\n")
    assert "write `from .tier import *`" in imported_tests(tests_folder.parents[1]).pop()


def test_two_test_files_of_one_name_are_found(tests_folder):
    (tests_folder / "tier" / "test_one.py").touch()
    (tests_folder / "tier" / "__init__.py").write_text("from . import test_one, test_two\n")
    (problem,) = imported_tests(tests_folder.parents[1])
    assert problem.startswith("bank_a/tests/tier/test_one.py: has the name of bank_a/tests/test_one.py")


def test_a_folder_without_init_is_found(tests_folder):
    (tests_folder / "tier" / "__init__.py").unlink()
    assert any("has no __init__.py" in problem for problem in imported_tests(tests_folder.parents[1]))


# ---------------------------------------------------------------------- Odoo's lint and log

RAN = "2026-01-01 00:00:00,000 1 INFO db odoo.tests.stats: test_lint: 28 tests 9.44s 9 queries\n"
OURS = (
    "2026-01-01 00:00:00,000 1 ERROR db odoo.addons.test_lint.tests.test_index: FAIL: TestIndex.test_x\n"
    "Traceback (most recent call last):\nAssertionError: bank_a.models.thing.x_id needs an index\n"
)
OTHERS = "2026-01-01 00:00:00,000 1 ERROR db odoo.addons.test_lint.tests.test_index: FAIL: sale.order needs an index\n"


def test_odoo_lint_counts_only_what_concerns_our_addons():
    problems = judge_odoo_lint(RAN + OURS + OTHERS, ["bank_a"], 1, "log")
    assert problems == OURS.strip().splitlines()
    assert judge_odoo_lint(RAN + OTHERS, ["bank_a"], 1, "log") == []


def test_a_lint_that_did_not_run_is_no_success():
    with pytest.raises(DevError, match="did not run"):
        judge_odoo_lint("ModuleNotFoundError: No module named 'pylint' (test_lint)", ["bank_a"], 255, "log")


def test_unexpected_log_lines():
    log = (
        "2026-01-01 00:00:00,000 1 INFO db odoo.modules: fine\n"
        "2026-01-01 00:00:00,000 1 WARNING db odoo.modules: not fine\n"
        "2026-01-01 00:00:00,000 1 WARNING db odoo.addons.rpc.controllers.xmlrpc: "
        "/xmlrpc/2 endpoints are deprecated in Odoo 19\n"
    )
    assert unexpected_lines(log) == ["WARNING odoo.modules: not fine"]


def test_an_entry_of_the_allow_list_is_for_one_logger():
    text = "The /xmlrpc, /xmlrpc/2 and /jsonrpc endpoints are deprecated in Odoo 19"
    assert is_allowed("odoo.addons.rpc.controllers.xmlrpc", text)
    assert not is_allowed("odoo.addons.bank_crm", text)
