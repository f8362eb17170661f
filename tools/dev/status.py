"""`./dev status`: what is set up and what runs; changes nothing."""

from tools.dev.progress import say
from tools.dev.server import running_servers
from tools.dev.workbench import Workbench


def show_status(paths):
    """Print it.

    :returns: exit code, 0
    """
    if not (paths.venv / ".complete").exists():
        say("Nothing is set up yet: ./dev serve or ./dev test does it.")
        return 0
    bench = Workbench.attach(paths)
    alive = bench.cluster.is_running()
    say(f"Odoo: {bench.source.library}")
    say(f"PostgreSQL: {'running' if alive else 'stopped'}, {bench.cluster.bin}, files in {bench.cluster.places.base}")
    if alive:
        for name in bench.databases.names():
            say(f"database: {name}")
    for server in running_servers(paths):
        say(f"server: {server.database} on {server.url} (process {server.pid})")
    return 0
