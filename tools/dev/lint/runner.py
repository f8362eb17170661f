"""Runs the gates: one line each, with the details of those that fail."""

import functools
import time

from tools.dev import python_env, translations
from tools.dev.errors import DevError
from tools.dev.lint import linters
from tools.dev.lint.forbidden_words import forbidden_words
from tools.dev.lint.imported_tests import imported_tests
from tools.dev.lint.portable import portable
from tools.dev.progress import say
from tools.dev.workbench import Workbench

DETAILS = 60  # lines shown of one gate

# name → function of the workbench that returns problems, one a line
GATES = {
    "ruff": linters.ruff,
    "forbidden-words": lambda bench: forbidden_words(bench.paths.root),
    "portable": lambda bench: portable(bench.paths.root),
    "tests-imported": lambda bench: imported_tests(bench.paths.root),
    "pylint-odoo": linters.pylint_odoo,
    "oca-checks": linters.oca_checks,
    "oca-po-checks": linters.oca_po_checks,
    "odoo-lint": linters.odoo_lint,
    "translations": translations.check_translations,
}


def run_lint(paths, only=None, list_only=False):
    """Run all gates, or those named.

    :returns: exit code, 1 when any gate fails
    """
    if list_only:
        say("\n".join(GATES))
        return 0
    unknown = set(only or ()) - set(GATES)
    if unknown:
        raise DevError(f"There is no gate {', '.join(sorted(unknown))}: the gates are {', '.join(GATES)}.")
    bench = Workbench.prepare(paths=paths)
    python_env.ensure_lint_venv(paths)
    failed = [
        name
        for name, gate in GATES.items()
        if (not only or name in only) and not _run(name, functools.partial(gate, bench))
    ]
    if failed:
        say(f"lint failed: {', '.join(failed)}")
    return 1 if failed else 0


def _run(name, gate):
    started = time.monotonic()
    try:
        problems = gate()
    except DevError as error:
        problems = str(error).splitlines()
    seconds = time.monotonic() - started
    if not problems:
        say(f"ok      {name} ({seconds:.1f} s)")
        return True
    say(f"failed  {name} ({seconds:.1f} s), {len(problems)} lines:")
    for line in problems[:DETAILS]:
        say(f"        {line}")
    if len(problems) > DETAILS:
        say(f"        … and {len(problems) - DETAILS} more: ./dev lint --only {name}")
    return False
