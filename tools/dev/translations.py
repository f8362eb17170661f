"""Translation templates and the shipped Chinese: kept complete by a gate, brought up to date by `./dev i18n`."""

import json
import os

from tools.dev.process import run, run_logged
from tools.dev.progress import Step, say
from tools.dev.workbench import Workbench


def check_translations(bench):
    """Problems: an out-of-date template, a missing, empty, fuzzy or broken translation."""
    return _with_exports(bench, "check")


def update_translations(paths):
    """Write every addon's `.pot` and merge it into `zh_CN.po`; new entries are left empty.

    :returns: exit code, 0
    """
    bench = Workbench.prepare(paths=paths)
    for line in _with_exports(bench, "update"):
        say(line)
    return 0


def _with_exports(bench, action):
    """Export the terms of every addon and hand them to `po_files` (which needs polib, so another Python)."""
    installed, _log = bench.databases.ensure_addons()
    folder = bench.paths.state / "i18n"
    folder.mkdir(exist_ok=True)
    jobs, memory = [], _odoo_translations(bench)
    with Step("exporting the terms of the addons"):
        for name in bench.addon_names():
            fresh = folder / f"{name}.pot"
            fresh.unlink(missing_ok=True)
            _export(bench, installed, name, fresh)
            jobs.append(
                {"addon": name, "fresh": str(fresh), "i18n": str(bench.paths.root / name / "i18n"), "memory": memory}
            )
    env = {**bench.env, "PYTHONPATH": str(bench.paths.root)}
    return run(
        [bench.paths.python, "-m", "tools.dev.po_files", action], env=env, text_input=json.dumps(jobs)
    ).splitlines()


def _odoo_translations(bench):
    """Odoo's own Chinese files, those of the most general modules first."""
    modules = ["base", "web", "mail", *bench.databases.core_modules()]
    folder = bench.source.library / "odoo" / "addons"
    return [str(path / name / "i18n" / "zh_CN.po") for name in modules for path in (folder, *bench.source.addons)]


def _export(bench, database, addon, target):
    """In a clone: the cached database must have no connections while others clone it."""
    clone = f"test_{os.getpid()}_i18n"
    bench.databases.clone(database, clone)
    try:
        command = [
            str(bench.paths.venv / "bin" / "odoo"),
            "i18n",
            "export",
            "-c",
            str(bench.paths.config),
            "-d",
            clone,
            "-l",
            "pot",
            "-o",
            str(target),
            addon,
        ]
        run_logged(
            command, bench.paths.logs / "i18n-export.log", env=bench.env, cwd=bench.paths.state, what="Exporting terms"
        )
    finally:
        bench.databases.drop(clone)
