"""Databases: templates with the core modules, cached databases with the addons, clones for one use.

A database is built under the name `NAME_part` and renamed when complete: an interrupted one is never taken for whole.
Cloning takes half a second: PostgreSQL copies the files, the file store is shared by hard links.
"""

import json
import os
import shutil

from tools.dev import addons
from tools.dev.errors import DevError
from tools.dev.lock import exclusive
from tools.dev.log_lines import unexpected_lines
from tools.dev.process import run_logged
from tools.dev.progress import Step, say
from tools.dev.stamps import digest

CORE = ("calendar", "contacts", "crm", "mail", "portal", "resource", "survey")
LANGUAGES = "en_US,zh_CN"  # the first one is the default of new users and partners
KEPT_CACHES = 3  # databases with earlier states of the addons that are kept (a branch switched back starts at once)


class Databases:
    """The databases of a workbench."""

    def __init__(self, bench):
        self.bench = bench
        self.paths = bench.paths

    # ------------------------------------------------------------------ plain operations

    def exists(self, name):
        return bool(self._query(f"SELECT 1 FROM pg_database WHERE datname = {literal(name)}"))

    def names(self, prefix=""):
        """Names of all databases that begin with `prefix`."""
        rows = self._query("SELECT datname FROM pg_database WHERE NOT datistemplate AND datname <> 'postgres'")
        return sorted(name for (name,) in rows if name.startswith(prefix))

    def drop(self, name):
        """Remove a database with its file store; it is no error when there is none."""
        self._query(f"DROP DATABASE IF EXISTS {identifier(name)} WITH (FORCE)")
        shutil.rmtree(self._filestore(name), ignore_errors=True)
        self._record(name).unlink(missing_ok=True)

    def clone(self, source, target):
        """Make `target` a copy of `source`; an earlier `target` is dropped. Nobody may be connected to `source`."""
        self.drop(target)
        self._query(f"CREATE DATABASE {identifier(target)} TEMPLATE {identifier(source)}")
        if self._filestore(source).is_dir():
            shutil.copytree(self._filestore(source), self._filestore(target), copy_function=os.link)

    def rename(self, source, target):
        self.drop(target)
        self._query(f"ALTER DATABASE {identifier(source)} RENAME TO {identifier(target)}")
        if self._filestore(source).is_dir():
            self._filestore(source).rename(self._filestore(target))

    def _query(self, sql):
        return self.bench.cluster.query(sql)

    def _filestore(self, name):
        return self.paths.data / "filestore" / name

    def _record(self, name):
        return self.paths.databases / f"{name}.json"

    def record(self, name):
        """What a database was made from, as a dictionary; empty when unknown."""
        try:
            return json.loads(self._record(name).read_text())
        except (FileNotFoundError, ValueError):
            return {}

    def write_record(self, name, values):
        self.paths.databases.mkdir(parents=True, exist_ok=True)
        part = self._record(name).with_suffix(".part")
        part.write_text(json.dumps(values, indent=1))
        part.replace(self._record(name))

    # ------------------------------------------------------------------ Odoo

    def run_odoo(self, name, *arguments, what, log_name=None):
        """Run Odoo on a database until it stops, e.g. to install modules.

        :returns: the WARNING and ERROR lines of its log that nobody expects
        :raises DevError: Odoo failed
        """
        log = self.paths.logs / (log_name or f"{name}.install.log")
        command = self.bench.odoo("-d", name, "--no-http", "--stop-after-init", "--log-level=warn", *arguments)
        run_logged(
            command,
            log,
            env=self.bench.env,
            cwd=self.paths.state,
            what=what,
            remedy="correct the first error in the log and run the same command again",
        )
        return unexpected_lines(log.read_text(errors="replace"))

    def installed(self, name):
        """Names of the modules that are installed in a database."""
        rows = self.bench.cluster.query("SELECT name FROM ir_module_module WHERE state = 'installed'", name)
        return {module for (module,) in rows}

    def core_modules(self):
        return sorted({*CORE, *addons.outside_dependencies(self.paths.root)})

    def ensure_core(self, *, demo=False, language=False):
        """The template with the core modules; made once per Odoo, requirements and list of modules.

        :returns: its name
        """
        modules = self.core_modules()
        kind = f"core{'_demo' if demo else ''}{'_zh' if language else ''}"
        requirements = self.paths.root / "requirements.txt"
        name = (
            f"{kind}_{digest(self.bench.source.key, requirements, ' '.join(modules), LANGUAGES if language else '')}"
        )
        with exclusive(self.paths.state / "databases.lock", "a template database"):
            if self.exists(name):
                return name
            for old in self._of_kind(kind):
                self.drop(old)
            with Step(f"installing Odoo's own modules into a template database ({', '.join(modules)})"):
                self._build(name, modules, demo=demo, language=language)
        return name

    def _of_kind(self, kind):
        return [
            name for name in self.names(f"{kind}_") if "_" not in name.removeprefix(f"{kind}_").removesuffix("_part")
        ]

    def _build(self, name, modules, *, demo, language, start=None):
        """Install modules into a new database (a clone of `start`) under a provisional name, then rename it."""
        part = f"{name}_part"
        if start:
            self.clone(start, part)
        else:
            self.drop(part)
        options = ["--with-demo" if demo else "--without-demo"]
        if language and not start:
            options.append(f"--load-language={LANGUAGES}")
        lines = self.run_odoo(
            part,
            "-i",
            ",".join(modules),
            *options,
            what=f"Installing {', '.join(modules)}",
            log_name=f"{name}.install.log",
        )
        missing = set(modules) - self.installed(part)
        if missing:
            log = self.paths.logs / f"{name}.install.log"
            raise DevError(f"Odoo did not install {', '.join(sorted(missing))}: the reason is in {log}.")
        self.rename(part, name)
        return lines

    def ensure_addons(self):
        """The cached database for tests: core modules and all addons, no demonstration data.

        :returns: (its name, the unexpected log lines of its installation)
        """
        core = self.ensure_core()
        names = self.bench.addon_names()
        hashes = [addons.content_hash(self.paths.root / name) for name in names]
        name = f"addons_{digest(core, *names, *hashes)}"
        with exclusive(self.paths.state / "databases.lock", "the test database"):
            if not self.exists(name):
                with Step(f"installing {', '.join(names)}"):
                    lines = self._build(name, names, demo=False, language=False, start=core)
                self.write_record(name, {"log": lines})
                self._forget_old_caches(name)
        return name, self.record(name).get("log", [])

    def _forget_old_caches(self, current):
        rows = self._query("SELECT datname FROM pg_database WHERE datname LIKE 'addons\\_%' ORDER BY oid DESC")
        others = [name for (name,) in rows if name != current]
        for name in others[KEPT_CACHES:]:
            self.drop(name)

    def make_for_use(self, name, *, demo):
        """The database that people work in: all addons, Chinese loaded, with or without demonstration data."""
        core = self.ensure_core(demo=demo, language=True)
        names = self.bench.addon_names()
        with Step(f"making the database {name} ({', '.join(names)}{', demonstration data' if demo else ''})"):
            hashes = self._hashes(demo)
            self._build(name, names, demo=demo, language=True, start=core)
        self.write_record(name, {"addons": hashes, "demo": demo})

    def _hashes(self, demo):
        return {
            folder.name: addons.content_hash(folder, with_demo=demo, everything=True)
            for folder in addons.addon_folders(self.paths.root)
        }

    def refresh(self, name):
        """Update the addons that changed since the database was made, and install new ones; said aloud."""
        record = self.record(name)
        demo = record.get("demo", False)
        now, then = self._hashes(demo), record.get("addons", {})
        installed = self.installed(name)
        changed = sorted(addon for addon in now if addon in installed and now[addon] != then.get(addon))
        new = sorted(set(now) - installed)
        if not changed and not new:
            return
        say(f"The files of {', '.join(changed + new)} changed since {name} was made: it is updated.")
        options = ["--with-demo" if demo else "--without-demo"]
        options += ["-u", ",".join(changed)] if changed else []
        options += ["-i", ",".join(new)] if new else []
        with Step(f"updating {name}"):
            self.run_odoo(name, *options, what=f"Updating {name}", log_name=f"{name}.update.log")
        self.write_record(name, {"addons": now, "demo": demo})

    def drop_abandoned(self):
        """Remove test databases whose run is over (the process in their name is gone)."""
        for name in self.names("test_"):
            owner = name.split("_")[1].split("-")[0]
            if owner.isdigit() and not process_exists(int(owner)):
                self.drop(name)


def process_exists(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def identifier(name):
    return '"' + name.replace('"', '""') + '"'


def literal(text):
    return "'" + text.replace("'", "''") + "'"
