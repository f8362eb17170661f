"""`./dev import berka`: hands the files to the importer in tools/berka, against the running server of a database."""

import subprocess
from pathlib import Path

from tools.dev.errors import DevError
from tools.dev.progress import Step, say
from tools.dev.server import Servers, check_port
from tools.dev.serving import ADMINISTRATOR, ensure_database
from tools.dev.workbench import Workbench


def import_berka(paths, folder, *, database, port):
    """Load the files; a server is started where none runs, and left running.

    :returns: exit code of the importer
    """
    files = Path(folder).expanduser().resolve()
    if not files.is_dir():
        raise DevError(
            f"{folder} is not a folder: give the one with client.csv, account.csv, trans.csv and the others."
        )
    bench = Workbench.prepare(paths=paths)
    server = Servers(bench).find(database)
    if not server:
        check_port(paths, port)
        ensure_database(bench, database)
        with Step(f"starting Odoo on port {port}"):
            server = Servers(bench).start(database, port)
        say(f"{database} is served on {server.url}; stop it: ./dev stop --db {database}")
    command = [
        str(paths.python), "-m", "tools.berka", str(files), "--url", server.url, "--db", database,
        "--login", ADMINISTRATOR["login"], "--password", ADMINISTRATOR["password"],
    ]  # fmt: skip
    oracle = files.parent / "oracle"
    if files.name == "berka" and (oracle / "expected.json").is_file():  # the oracle was computed from just these files
        command += ["--verify", str(oracle)]
    env = {**bench.env, "PYTHONPATH": str(paths.root)}
    return subprocess.run(command, env=env, cwd=paths.root, check=False).returncode
