"""`./dev serve` and `./dev stop`."""

import json
import signal
import subprocess
import time

from tools.dev.addons import addon_folders
from tools.dev.errors import DevError
from tools.dev.lock import exclusive
from tools.dev.progress import Step, say, warn
from tools.dev.server import Servers, check_port, process_exists, running_servers, stop
from tools.dev.workbench import Workbench

ADMINISTRATOR = {"login": "admin", "password": "admin", "role": "system administrator"}


def serve(paths, *, database, port, demo, workers, detach):
    """Serve a database, making it first where there is none.

    :returns: exit code
    """
    running = next((server for server in running_servers(paths) if server.database == database), None)
    if running:
        say(f"{database} is already served.")
        _announce(paths, running, Workbench.attach(paths))
        return 0
    check_port(paths, port)
    bench = Workbench.prepare(paths=paths)
    with exclusive(paths.state / f"serve-{database}.lock", f"the database {database}"):
        ensure_database(bench, database, demo=demo)
        with Step(f"starting Odoo on port {port}"):
            server = Servers(bench).start(database, port, workers=workers)
    _announce(paths, server, bench)
    if workers:
        say("Live notifications need a reverse proxy for /websocket when --workers is used (docs/administration.md).")
    return 0 if detach else _stay(paths, server, Servers(bench).log_file(database))


def ensure_database(bench, database, *, demo=True):
    """Make the database, or bring it up to date with the addons' files."""
    if not bench.databases.exists(database):
        bench.databases.make_for_use(database, demo=demo)
        return
    record = bench.databases.record(database)
    if record and record.get("demo") and not demo:
        warn(f"{database} was made with demonstration data; for one without, give another name with --db.")
    bench.databases.refresh(database)


def logins(root):
    """Who can log in to a database with demonstration data, from the addons' `demo/logins.json`."""
    found = [ADMINISTRATOR]
    for folder in addon_folders(root):
        path = folder / "demo" / "logins.json"
        if path.is_file():
            try:
                found += [{key: row[key] for key in ADMINISTRATOR} for row in json.loads(path.read_text())]
            except (ValueError, KeyError, TypeError) as error:
                raise DevError(f"{path} must be a list of objects with login, password and role: {error}.") from error
    return list({row["login"]: row for row in reversed(found)}.values())[::-1]


def _announce(paths, server, bench):
    record = bench.databases.record(server.database)
    people = logins(paths.root) if record.get("demo") else [ADMINISTRATOR]
    say(f"\nOdoo serves the database {server.database} on {server.url}\n")
    width = max(len(row["login"]) for row in people), max(len(row["password"]) for row in people)
    say(f"  {'login':{width[0]}}  {'password':{width[1]}}  role")
    for row in people:
        say(f"  {row['login']:{width[0]}}  {row['password']:{width[1]}}  {row['role']}")
    say(f"\nLog: {Servers(bench).log_file(server.database)}")
    say(f"Stop it: ./dev stop --db {server.database}")


def _stay(paths, server, log):
    """Wait until the server ends or the user presses Ctrl-C, which stops it; its log is shown meanwhile."""
    say("(or Ctrl-C)\n")
    tail = subprocess.Popen(["tail", "-n", "0", "-F", str(log)], stderr=subprocess.DEVNULL)
    try:
        while process_exists(server.pid):
            time.sleep(0.5)
        say(f"Odoo has ended; its log is {log}.")
        return 0
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # (a second Ctrl-C would leave the server running)
        say("\nstopping Odoo")
        stop(paths, server)
        return 0
    finally:
        tail.terminate()


def stop_servers(paths, database=None):
    """Stop one server, or all of this working copy and PostgreSQL when nobody else uses it."""
    servers = [server for server in running_servers(paths) if database in (None, server.database)]
    for server in servers:
        with Step(f"stopping the server of {server.database}"):
            stop(paths, server)
    if not servers:
        say(f"No server of {database} is running." if database else "No server is running.")
    if database is None and paths.python.exists():
        _stop_postgres(Workbench.attach(paths).cluster)
    return 0


def _stop_postgres(cluster):
    if not cluster.is_running():
        return
    others = cluster.query(
        "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
    )
    if others[0][0] != "0":
        say("PostgreSQL goes on running: another program is connected to it.")
        return
    cluster.stop()
    say("PostgreSQL is stopped.")
