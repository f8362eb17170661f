"""What pytest-odoo leaves to the project: skips count in CI, log lines count, asset bundles are built once.

With `-n 2` (`./dev test` without arguments) all of it holds in each process, and what they found is added up.
"""

import inspect
import logging
import os
import sys
import threading

import pytest

from tools.dev.log_lines import is_allowed

BUNDLES = {
    "web.assets_web": "js css",
    "web.assets_web_print": "css",
    "web.assets_tests": "js",
    "web.assets_frontend": "css",
    "web.assets_frontend_minimal": "js",
    "web.assets_frontend_lazy": "js",
}

# A test may be skipped in CI when the data beside the repository is absent (its reason says so) or when it is marked.
ABSENT_DATA = "../shared"


def _uses_browser(item):
    cls = getattr(item, "cls", None)
    return cls is not None and any(word in inspect.getsource(cls) for word in ("start_tour(", "browser_js("))


def pytest_collection_finish(session):
    session.config.stash[BROWSER_USED] = any(_uses_browser(item) for item in session.items)


BROWSER_USED = pytest.StashKey()


@pytest.fixture(scope="session", autouse=True)
def asset_bundles(request):
    """Build the asset bundles once and commit them.

    Each HttpCase test rolls its bundles back, so without this every tour pays some 10 seconds for them.
    (Odoo's own runner does the same before its post_install tests.)
    """
    if not request.config.stash.get(BROWSER_USED, False):
        return
    request.getfixturevalue("load_registry")
    import odoo.api
    from odoo.modules.registry import Registry
    from odoo.tests.common import get_db_name

    with Registry(get_db_name()).cursor() as cr:
        qweb = odoo.api.Environment(cr, odoo.api.SUPERUSER_ID, {})["ir.qweb"]
        for name, kinds in BUNDLES.items():
            bundle = qweb._get_asset_bundle(name, css="css" in kinds, js="js" in kinds)
            if "js" in kinds:
                bundle.js()
            if "css" in kinds:
                bundle.css()


# ---------------------------------------------------------------------- several processes at once (pytest-xdist)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_cmdline_main(config):
    """Give a process among several a clone of the installed database, before pytest-odoo reads its name."""
    if hasattr(config, "workerinput") and config.getoption("--odoo-database", None):
        _take_own_database(config)
    return (yield)


def _take_own_database(config):
    from tools.dev.workbench import Workbench

    database = f"{os.environ['PGDATABASE']}_{config.workerinput['workerid']}"
    Workbench.attach().databases.clone(os.environ["BANK_CRM_INSTALLED_DATABASE"], database)
    # ./dev test drops it; every other database of this process is named after it
    os.environ["PGDATABASE"] = config.option.odoo_database = database


@pytest.fixture(scope="session", autouse=True)
def load_registry(request):
    """Load the registry, as pytest-odoo's fixture of this name does.

    That one would clone the database once more for a process among several, with the file store of all the others.
    """
    if not request.config.pluginmanager.hasplugin("odoo"):
        return
    from odoo.modules.registry import Registry
    from odoo.tests.common import get_db_name

    threading.current_thread().testing = True
    Registry(get_db_name())


# Where many tests last long: they begin first, so that no process is left alone with them at the end.
LONGEST = ("tests/test_access_matrix.py", "tests/test_install.py", "tests/live/")


def pytest_collection_modifyitems(config, items):
    if hasattr(config, "workerinput"):
        items.sort(key=_turn)


def _turn(item):
    for number, path in enumerate(LONGEST):
        if item.nodeid.startswith(path):
            return number
    return len(LONGEST) + (not _uses_browser(item))


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node):
    """Take over what a process found; one that died has nothing to say (and its test has failed)."""
    found = getattr(node, "workeroutput", None) or {}
    FOUND.matrices.append(found.get("matrix", {}))
    FOUND.late_lines += found.get("late_lines", [])


class _Found:
    """What the processes of a run found, or the one process."""

    def __init__(self):
        self.matrices = []
        self.late_lines = []


FOUND = _Found()


# ---------------------------------------------------------------------- a second, committed database for a test


@pytest.fixture(scope="session")
def live_server(request):
    """A real server on a database of its own, for clients that commit.

    Its attributes: ``url``, ``database``, ``port``, ``login``, ``password``; all addons, no demonstration data.
    """
    from types import SimpleNamespace

    from tools.dev.server import Servers, free_port, stop
    from tools.dev.workbench import Workbench

    installed = os.environ.get("BANK_CRM_INSTALLED_DATABASE")
    if not installed:
        pytest.fail("the fixture live_server needs ./dev test (it clones the database that ./dev made)")
    bench = Workbench.attach()
    database = f"{os.environ['PGDATABASE']}_live"
    bench.databases.clone(installed, database)
    server = Servers(bench).start(database, free_port(21000))
    try:
        yield SimpleNamespace(
            url=server.url, database=database, port=server.port, login="admin", password="admin", bench=bench
        )
    finally:
        stop(bench.paths, server)
        bench.databases.drop(database)


# ---------------------------------------------------------------------- log lines


class _Watch(logging.Handler):
    """Keeps the WARNING and ERROR lines of Odoo that the allow-list does not name."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.lines = []

    def emit(self, record):
        text = record.getMessage()
        if record.name.startswith("odoo") and not is_allowed(record.name, text):
            self.lines.append(f"{record.levelname} {record.name}: {text}")

    def take(self):
        lines, self.lines = self.lines, []
        return lines


WATCH = _Watch()


def pytest_configure():
    logging.getLogger().addHandler(WATCH)


def pytest_sessionfinish(session):
    """Lines logged after the last test (by threads, at the end) fail the run too."""
    tally = sys.modules.get("tests.access.tally")
    matrix, lines = tally.TALLY.totals() if tally else {}, WATCH.take()
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput |= {"matrix": matrix, "late_lines": lines}
        return
    FOUND.matrices.append(matrix)
    FOUND.late_lines += lines
    if FOUND.late_lines and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter):
    if any(FOUND.matrices):
        from tests.access.tally import table

        terminalreporter.section("access matrix")
        for line in table(FOUND.matrices):
            terminalreporter.write_line(line)
    if FOUND.late_lines:
        terminalreporter.section("unexpected log lines outside of tests")
        for line in FOUND.late_lines:
            terminalreporter.write_line(line)


# ---------------------------------------------------------------------- verdicts


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """A skip fails in CI (a missing Chromium skips tours silently); an unexpected line in the log fails anywhere."""
    report = (yield).get_result()
    lines = WATCH.take()
    if report.skipped and os.environ.get("CI") and not hasattr(report, "wasxfail") and not _may_skip(item, report):
        report.outcome = "failed"
        report.longrepr = f"skipped in CI: {report.longrepr}"
    elif report.passed and lines:
        report.outcome = "failed"
        report.longrepr = (
            "Odoo logged what the test did not expect (assertLogs or mute_logger if it should, "
            "tools/dev/log_allow_list.py if nobody can help it):\n" + "\n".join(lines)
        )


def _may_skip(item, report):
    return item.get_closest_marker("may_skip") or ABSENT_DATA in str(report.longrepr)
