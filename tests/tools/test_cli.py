"""The command line: what is understood, what is refused, and how failures read."""

import os
import subprocess

import pytest

from tools.dev.cli import main, parse
from tools.dev.paths import ROOT


def test_serve_has_the_documented_defaults():
    options = parse(["serve"])
    assert (options.db, options.port, options.no_demo, options.workers, options.detach) == (
        "bank_crm",
        8069,
        False,
        0,
        False,
    )


def test_serve_options():
    options = parse(["serve", "--db", "other", "--port", "9000", "--no-demo", "--workers", "2", "--detach"])
    assert (options.db, options.port, options.no_demo, options.workers, options.detach) == (
        "other",
        9000,
        True,
        2,
        True,
    )


def test_arguments_of_test_are_passed_on_untouched():
    arguments = ["bank_crm/tests/tier", "-k", "downgrade", "--db", "-x", "--help"]
    assert parse(["test", *arguments]).arguments == arguments


@pytest.mark.parametrize("name", ["", "two words", "-x", "a;b", "../a", 'a"b'])
def test_a_database_name_that_a_shell_or_sql_could_trip_over_is_refused(name, capsys):
    with pytest.raises(SystemExit) as stop:
        parse(["serve", f"--db={name}"])
    assert stop.value.code == 2
    assert "is no database name" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments", [["serve", "--workers", "-1"], ["serve", "--port", "x"], ["import", "other", "d"]]
)
def test_wrong_values_are_refused(arguments):
    with pytest.raises(SystemExit) as stop:
        parse(arguments)
    assert stop.value.code == 2


@pytest.mark.parametrize("arguments", [[], ["help"], ["--help"]])
def test_help_names_every_command(arguments, capsys):
    with pytest.raises(SystemExit) as stop:
        parse(arguments)
    assert stop.value.code == 0
    text = capsys.readouterr().out
    for command in ("serve", "stop", "psql", "shell", "test", "lint", "bench", "import", "i18n", "status"):
        assert f"  {command} " in text


def test_an_unknown_gate_is_one_sentence(capsys):
    assert main(["lint", "--only", "nonsense"]) == 1
    error = capsys.readouterr().err
    assert error.startswith("./dev lint: There is no gate nonsense")
    assert "ruff" in error


def test_a_wrong_odoo_source_is_one_sentence_without_a_traceback(tmp_path):
    """The real program, in a copy of its own: nothing but the sentence appears."""
    (tmp_path / "tools").symlink_to(ROOT / "tools")
    (tmp_path / "dev").write_bytes((ROOT / "dev").read_bytes())
    env = {**os.environ, "ODOO_SOURCE": str(tmp_path / "nowhere"), "PYTHONDONTWRITEBYTECODE": "1"}
    env["PYTHONPATH"] = str(tmp_path)
    code = (
        "import pathlib, sys; from tools.dev import cli, paths, system; "
        f"cli.Paths = lambda: paths.Paths(pathlib.Path({str(tmp_path)!r})); "
        "system.ensure_packages = lambda *a: None; sys.exit(cli.main(['setup']))"
    )
    done = subprocess.run(["python3", "-c", code], env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert f"ODOO_SOURCE: no Odoo in {tmp_path}/nowhere" in done.stderr
