"""Everything a command needs, set up on first use: Odoo, Python, PostgreSQL, keys, odoo.conf."""

import functools
import os

from tools.dev import addons, python_env, system
from tools.dev.databases import Databases
from tools.dev.keys import development_keys
from tools.dev.lock import exclusive
from tools.dev.odoo_source import ensure_odoo
from tools.dev.paths import Paths
from tools.dev.postgres import SUPERUSER, Cluster
from tools.dev.python_env import without_python_path

CONFIG = """\
; written by ./dev, do not edit
[options]
addons_path = {addons_path}
data_dir = {data}
db_host = {socket}
db_user = {user}
bin_path = {bin}
http_interface = 127.0.0.1
max_cron_threads = 0
screenshots = {state}/screenshots
limit_time_real = 3600
limit_time_cpu = 3600
"""


class Workbench:
    """One working copy, ready for use.

    Make it with :meth:`prepare` (sets up what is missing) or, in a process that `./dev` started, with :meth:`attach`.
    """

    def __init__(self, paths, source):
        self.paths = paths
        self.source = source
        self.cluster = Cluster(paths)
        self.databases = Databases(self)

    @classmethod
    def prepare(cls, *, needed_for_tests=False, paths=None):
        """Set up what is missing and start PostgreSQL.

        :param needed_for_tests: a browser is a must
        """
        paths = paths or Paths()
        paths.make()
        with exclusive(paths.state / "setup.lock", "the set-up"):
            system.ensure_packages(paths, needed_for_tests)
            source = ensure_odoo(paths)
            python_env.ensure_venv(paths, source)
            bench = cls(paths, source)
            bench.cluster.start()
            bench.write_config()
        return bench

    @classmethod
    def attach(cls, paths=None):
        """The working copy as an earlier `./dev` left it; sets up nothing."""
        paths = paths or Paths()
        return cls(paths, ensure_odoo(paths))

    @property
    def addons_path(self):
        return [self.paths.root, *self.source.addons]

    def write_config(self):
        text = CONFIG.format(
            addons_path=",".join(map(str, self.addons_path)),
            data=self.paths.data,
            socket=self.cluster.places.socket,
            user=SUPERUSER,
            bin=self.paths.venv / "bin",
            state=self.paths.state,
        )
        if not self.paths.config.is_file() or self.paths.config.read_text() != text:
            part = self.paths.config.with_name("odoo.conf.part")
            part.write_text(text)
            part.replace(self.paths.config)

    @functools.cached_property
    def env(self):
        """Environment of every Odoo process: PostgreSQL, keys, programs."""
        return {
            **without_python_path(),
            **self.cluster.env,
            **development_keys(self.paths.keys),
            "ODOO_RC": str(self.paths.config),
            "BANK_CRM_DEV": str(self.paths.root),
        }

    def odoo(self, *arguments):
        """Command line of an Odoo command, e.g. ``bench.odoo("shell", "-d", "x")``."""
        command = arguments[:1] if arguments and not arguments[0].startswith("-") else ()
        # (the subcommands that have subcommands want them before -c)
        return [
            str(self.paths.venv / "bin" / "odoo"),
            *command,
            "-c",
            str(self.paths.config),
            *arguments[len(command) :],
        ]

    def addon_names(self):
        return addons.addon_names(self.paths.root)

    def is_root(self):
        return os.geteuid() == 0
