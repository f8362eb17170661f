"""What pytest-odoo leaves to the project: skips count in CI, log lines count, asset bundles are built once."""

import inspect
import logging
import os
import sys

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
    database = f"{os.environ['PGDATABASE']}_live{os.environ.get('PYTEST_XDIST_WORKER', '')}"
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
    lines = WATCH.take()
    if lines and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
    session.config.stash[LATE_LINES] = lines


LATE_LINES = pytest.StashKey()


def pytest_terminal_summary(terminalreporter, config):
    matrix = sys.modules.get("tests.test_access_matrix")
    if matrix and matrix.TALLY.cases:
        terminalreporter.section("access matrix")
        for line in matrix.TALLY.table():
            terminalreporter.write_line(line)
    lines = config.stash.get(LATE_LINES, [])
    if lines:
        terminalreporter.section("unexpected log lines outside of tests")
        for line in lines:
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
