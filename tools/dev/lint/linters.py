"""Linters made by others: ruff, pylint-odoo, OCA's checks, Odoo's own `test_lint`."""

import os
import re
import subprocess

from tools.dev.errors import DevError
from tools.dev.log_lines import LINE

ODOO_LINT_TESTS = (
    "TestNaming",
    "TestIndex",
    "TestOnchangeDomains",
    "TestOverrideSignatures",
    "ManifestLinter",
    "TestTestHoles",
    "RoutesLinter",
    "TestDunderinit",
    "TestI18n",
)


def _lint_program(bench, name, *arguments):
    """Output lines of a linter if it complains."""
    folder = bench.paths.lint_venv / "bin"
    env = {**bench.env, "PATH": f"{folder}:{os.environ.get('PATH', '')}"}
    done = subprocess.run(
        [str(folder / name), *map(str, arguments)],
        cwd=bench.paths.root,
        env=env,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    lines = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    return (lines or [f"{name} ended with {done.returncode}"]) if done.returncode else []


def ruff(bench):
    return _lint_program(bench, "ruff", "check", "--quiet", "--output-format=concise", ".")


def pylint_odoo(bench):
    return _lint_program(bench, "pylint", "--rcfile=.pylintrc", "--disable=missing-readme", *bench.addon_names())


def oca_checks(bench):
    return _lint_program(bench, "oca-checks-odoo-module", *bench.addon_names())


def oca_po_checks(bench):
    files = [path for name in bench.addon_names() for path in sorted((bench.paths.root / name).glob("i18n/*.po*"))]
    return _lint_program(bench, "oca-checks-po", *files) if files else []


def odoo_lint(bench):
    """Odoo's own lint tests in a clone of the test database; only what concerns our addons counts."""
    installed, _log = bench.databases.ensure_addons()
    bench.databases.drop_abandoned()
    database = f"test_{os.getpid()}_lint"
    bench.databases.clone(installed, database)
    log = bench.paths.logs / "odoo-lint.log"
    tags = ",".join(f"/test_lint:{name}" for name in ODOO_LINT_TESTS)
    command = bench.odoo(
        "-d",
        database,
        "--no-http",
        "--stop-after-init",
        "-i",
        "test_lint",
        f"--test-tags={tags}",
        "--log-level=info",
        "--without-demo",
    )
    try:
        with log.open("w") as file:
            done = subprocess.run(command, env=bench.env, cwd=bench.paths.state, stdout=file, stderr=file, check=False)
    finally:
        bench.databases.drop(database)
    return judge_odoo_lint(log.read_text(errors="replace"), bench.addon_names(), done.returncode, log)


def judge_odoo_lint(text, addon_names, code, log):
    """Problems in the log of Odoo's lint: each failed test or warning that names one of our addons.

    :raises DevError: no lint test ran at all
    """
    if not re.search(r"odoo\.tests\.stats: .*|[1-9]\d* tests? ", text) or "test_lint" not in text:
        raise DevError(f"Odoo's lint did not run: read {log}.")
    names = re.compile(rf"\b({'|'.join(map(re.escape, addon_names))})\b")
    problems = []
    for record in re.split(r"(?m)^(?=\d{4}-\d\d-\d\d [\d:,]+ \d+ [A-Z]+ )", text):
        match = LINE.match(record)
        if match and names.search(record):
            problems += record.strip().splitlines()
    return problems
