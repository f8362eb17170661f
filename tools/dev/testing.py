"""`./dev test`: the suite through pytest-odoo on a cached database, each run in a clone of its own."""

import os
import subprocess
from pathlib import Path

from tools.dev.progress import say, warn
from tools.dev.server import running_servers, stop
from tools.dev.workbench import Workbench

# Folders of tests that need no database: selected alone, they start at once.
PLAIN_FOLDERS = ("tests/tools", "tests/berka")
# The whole suite runs in two processes, with a database each (conftest.py); a narrow run only when it is given -n.
WHOLE_SUITE = ("-n", "2")


def run_tests(paths, arguments):
    """Run pytest with the given arguments (without any: all tests, in two processes).

    :returns: exit code of pytest; 1 when the addons' installation logged something unexpected
    """
    if only_plain(arguments, paths.root):
        bench = Workbench.prepare(paths=paths)
        return _pytest(bench, ["-p", "no:odoo", "-o", "addopts=-ra", *arguments], bench.env)
    bench = Workbench.prepare(needed_for_tests=True, paths=paths)
    installed, log = bench.databases.ensure_addons()
    bench.databases.drop_abandoned()
    database = f"test_{os.getpid()}"
    bench.databases.clone(installed, database)
    env = {
        **bench.env,
        "PGDATABASE": database,
        "BANK_CRM_INSTALLED_DATABASE": installed,
    }
    try:
        options = [f"--odoo-database={database}", f"--odoo-config={paths.config}", *selection(arguments)]
        code = _pytest(bench, options, env)
    finally:
        _clean_up(bench, database)
    return _judge_installation(log, code)


def _clean_up(bench, database):
    """Remove the databases of a run; processes that were interrupted leave their servers behind."""
    for server in running_servers(bench.paths):
        if server.database.startswith(f"{database}_"):
            stop(bench.paths, server)
    for name in (database, *bench.databases.names(f"{database}_")):
        bench.databases.drop(name)


def selection(arguments):
    """What pytest is told beside the database."""
    return arguments or list(WHOLE_SUITE)


def _pytest(bench, arguments, env):
    """Run pytest in the repository's root; Ctrl-C goes to it and its own summary is shown."""
    env = {**env, "HYPOTHESIS_STORAGE_DIRECTORY": str(bench.paths.state / "hypothesis")}
    process = subprocess.Popen([str(bench.paths.python), "-m", "pytest", *arguments], env=env, cwd=bench.paths.root)
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue


def _judge_installation(log, code):
    if not log:
        return code
    warn("installing the addons logged what the allow-list (tools/dev/log_allow_list.py) does not name:")
    for line in log:
        say(f"  {line}")
    return code or 1


def only_plain(arguments, root):
    """Whether the arguments select files in the folders of plain tests and nothing else."""
    targets = [argument.partition("::")[0] for argument in arguments if not argument.startswith("-")]
    selected = [(root / target).resolve() for target in targets if (root / target).exists() and "/" in target]
    plain = [(root / folder).resolve() for folder in PLAIN_FOLDERS]
    return bool(selected) and all(any(_is_within(path, folder) for folder in plain) for path in selected)


def _is_within(path: Path, folder: Path):
    return path == folder or folder in path.parents
