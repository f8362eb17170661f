"""Odoo servers of this working copy: started, found, stopped."""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from dataclasses import asdict, dataclass
from pathlib import Path

from tools.dev.databases import process_exists
from tools.dev.errors import DevError

START_SECONDS = 180
STOP_SECONDS = 20


@dataclass(frozen=True)
class Running:
    """A running server."""

    database: str
    port: int
    pid: int

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def is_alive(self):
        return process_exists(self.pid) and "odoo" in command_line(self.pid)


class Servers:
    """The servers of a working copy; each has a file in `.dev/run/`."""

    def __init__(self, bench):
        self.bench = bench
        self.folder = bench.paths.run

    def running(self):
        """All servers that are alive; files of dead ones are removed."""
        return running_servers(self.bench.paths)

    def find(self, database):
        return next((server for server in self.running() if server.database == database), None)

    def log_file(self, database):
        return self.bench.paths.logs / f"{database}.server.log"

    def start(self, database, port, *, workers=0, extra=()):
        """Start a server that outlives this process and wait until `/web/health` answers.

        :returns: :class:`Running`
        :raises DevError: the port is taken, or Odoo does not start
        """
        check_port(self.bench.paths, port)
        log = self.log_file(database)
        log.parent.mkdir(parents=True, exist_ok=True)
        offset = log.stat().st_size if log.exists() else 0
        arguments = [
            "-d",
            database,
            f"--db-filter=^{re.escape(database)}$",
            "--http-interface=127.0.0.1",
            f"--http-port={port}",
            "--no-database-list",
            f"--workers={workers}",
            "--max-cron-threads=1",
            *extra,
        ]
        if workers:
            arguments.append(f"--gevent-port={free_port(port + 1)}")
        # a shell in between, so that the server is nobody's child: Odoo's test classes end all children of pytest
        script = 'log=$1; shift; exec setsid "$@" >>"$log" 2>&1 </dev/null & echo $!'
        started = subprocess.run(
            ["sh", "-c", script, "sh", str(log), *self.bench.odoo(*arguments)],
            env=self.bench.env,
            cwd=self.bench.paths.state,
            capture_output=True,
            text=True,
            check=True,
        )
        server = Running(database, port, int(started.stdout))
        self._file(server).write_text(json.dumps(asdict(server)))
        try:
            self._wait(server, log, offset)
        except BaseException:
            stop(self.bench.paths, server)
            raise
        return server

    def _file(self, server):
        self.folder.mkdir(parents=True, exist_ok=True)
        return self.folder / f"{server.database}.json"

    def _wait(self, server, log, offset):
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            if answers(server.url):
                return
            if not process_exists(server.pid):
                break
            time.sleep(0.1)
        tail = "\n".join(log.read_text(errors="replace")[offset:].strip().splitlines()[-15:])
        raise DevError(f"Odoo did not start on {server.url}; correct the error below. End of {log}:\n{tail}")


def running_servers(paths):
    """All servers of a working copy that are alive; needs no set-up."""
    found = []
    for path in sorted(paths.run.glob("*.json")):
        server = None
        with contextlib.suppress(ValueError, TypeError, FileNotFoundError):
            server = Running(**json.loads(path.read_text()))
        if server and server.is_alive():
            found.append(server)
        else:
            path.unlink(missing_ok=True)
    return found


def stop(paths, server):
    """End a server: politely, after 20 seconds by force."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(server.pid, signal.SIGTERM)
        end = time.monotonic() + STOP_SECONDS
        while _is_running(server.pid) and time.monotonic() < end:
            time.sleep(0.1)
        if _is_running(server.pid):
            os.kill(server.pid, signal.SIGKILL)
    (paths.run / f"{server.database}.json").unlink(missing_ok=True)


def _is_running(pid):
    """Whether a process exists and is not merely waiting for its parent to notice its end."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def answers(url):
    """Whether `/web/health` of a server answers."""
    try:
        with urllib.request.urlopen(f"{url}/web/health", timeout=5) as response:
            return response.status == 200
    except (urllib.error.URLError, OSError):
        return False


def command_line(pid):
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    return ""


# ---------------------------------------------------------------------- ports


def check_port(paths, port):
    """
    :raises DevError: the port cannot be listened on; says who has it and what to do
    """
    if not 1 <= port <= 65535:
        raise DevError(f"Port {port} does not exist: give one from 1024 to 65535 with --port.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
            return
        except PermissionError:
            raise DevError(f"This user may not listen on port {port}: give one above 1023 with --port.") from None
        except OSError:
            pass
    own = next((server for server in running_servers(paths) if server.port == port), None)
    if own:
        raise DevError(
            f"Port {port} is taken by this repository's server of database {own.database}: "
            f"stop it (./dev stop --db {own.database}) or give another one with --port."
        )
    owner = port_owner(port)
    raise DevError(f"Port {port} is taken by {owner or 'another program'}: give another port with --port.")


def port_owner(port):
    """Who listens on a port, as far as this user may see: `process 12 (nginx …)`, else an empty string."""
    inodes = set()
    for table in ("tcp", "tcp6"):
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
                fields = line.split()
                if fields[3] == "0A" and int(fields[1].rpartition(":")[2], 16) == port:
                    inodes.add(f"socket:[{fields[9]}]")
    for descriptor in Path("/proc").glob("[0-9]*/fd/*") if inodes else ():
        with contextlib.suppress(OSError):
            if os.readlink(descriptor) in inodes:
                pid = int(descriptor.parts[2])
                return f"process {pid} ({command_line(pid)[:60]})"
    return ""


def free_port(first=20000):
    """A port from `first` on that nobody listens on; test processes that run at once look in different places."""
    first += 1000 * int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    for port in range(first, first + 2000):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise DevError(f"No free port from {first} to {first + 2000}: stop some servers.")
