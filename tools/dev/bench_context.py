"""What a benchmark gets: databases, servers, connections, a folder for its files."""

import contextlib
import functools
import json
import os
import subprocess

from tools.dev.process import run
from tools.dev.progress import say
from tools.dev.server import Servers, free_port, stop


class Context:
    """Given to `run(context)` of `tools/bench/NAME.py`, which returns a list of rows (see `bench_table`).

    Everything it made is removed when the benchmark ends.

    :param scale: multiplies the number of rows, see :meth:`rows`
    """

    def __init__(self, bench, name, scale):
        self.bench = bench
        self.name = name
        self.scale = scale
        self.out = bench.paths.state / "bench"
        self.out.mkdir(exist_ok=True)
        self._cleanup = contextlib.ExitStack()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        return self._cleanup.__exit__(*error)

    def say(self, text):
        """Tell the user what the benchmark is doing."""
        say(text)

    def rows(self, number):
        """A number of rows at this scale, at least 1."""
        return max(1, round(number * self.scale))

    # ------------------------------------------------------------------ databases

    def database(self, suffix="main"):
        """A new database with all addons, no demonstration data.

        :returns: its name
        """
        return self.clone(self._installed, suffix)

    def core_database(self, suffix="core"):
        """A new database with Odoo's own modules only."""
        return self.clone(self.bench.databases.ensure_core(), suffix)

    def clone(self, source, suffix):
        """A new database that is a copy of another one, to which nobody is connected."""
        name = f"test_{os.getpid()}_{self.name}_{suffix}"
        self.bench.databases.clone(source, name)
        self._cleanup.callback(self.bench.databases.drop, name)
        return name

    def kept_database(self, key, source=None, shared=None):
        """A database that outlives the benchmark, for data that takes long to make: `(name, is_new)`.

        When `is_new` the caller fills it and calls :meth:`keep`; an interrupted filling is done again.

        :param source: the database to begin with; without it the one with all addons
        :param shared: a name for what several benchmarks use
        """
        source = source or self._installed
        name = f"bench_{shared or self.name}_{key}"
        if self.bench.databases.exists(name) and self.bench.databases.record(name).get("made_from") == source:
            return name, False
        self.bench.databases.clone(source, name)
        return name, True

    def keep(self, name, source=None):
        """Say that a kept database is complete."""
        self.bench.databases.write_record(name, {"made_from": source or self._installed})

    @functools.cached_property
    def _installed(self):
        """The database with all addons, as they were when the benchmark began."""
        installed, _log = self.bench.databases.ensure_addons()
        return installed

    def connect(self, database):
        """A psycopg2 connection in autocommit mode; it is closed when the benchmark ends."""
        import psycopg2

        environment = self.bench.cluster.env
        connection = psycopg2.connect(dbname=database, host=environment["PGHOST"], user=environment["PGUSER"])
        connection.autocommit = True
        self._cleanup.callback(connection.close)
        return connection

    # ------------------------------------------------------------------ Odoo

    @contextlib.contextmanager
    def server(self, database, workers=0):
        """A running server of a database: its attributes are `url`, `port`, `pid`, `database`."""
        server = Servers(self.bench).start(database, free_port(22000), workers=workers)
        try:
            yield server
        finally:
            stop(self.bench.paths, server)

    def shell(self, database, code):
        """Run Python code in an Odoo shell (`env` is there) and return what it printed as `RESULT <json>`.

        The code calls ``print("RESULT", json.dumps(value))`` with what it wants to hand back, and commits itself.
        """
        command = self.bench.odoo("shell", "-d", database, "--no-http", "--log-level=warn")
        done = subprocess.run(
            command,
            input=code,
            env=self.bench.env,
            cwd=self.bench.paths.state,
            text=True,
            capture_output=True,
            check=False,
        )
        results = [line.removeprefix("RESULT ") for line in done.stdout.splitlines() if line.startswith("RESULT ")]
        if done.returncode or not results:
            raise RuntimeError(
                f"the Odoo shell failed ({done.returncode}):\n{done.stdout[-3000:]}{done.stderr[-3000:]}"
            )
        return json.loads(results[-1])

    def memory(self, pid):
        """Resident memory of a process in MB."""
        return int(run(["ps", "-o", "rss=", "-p", pid]).strip()) / 1024
