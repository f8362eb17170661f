"""`./dev import berka|cfpb|ecsi`: hand files to an importer, against the server of a database."""

import subprocess
from pathlib import Path

from tools.dev.errors import DevError
from tools.dev.progress import Step, say
from tools.dev.server import Servers, check_port
from tools.dev.serving import ADMINISTRATOR, ensure_database
from tools.dev.workbench import Workbench


def import_berka(paths, folder, *, database, port):
    """Load the PKDD'99 files.

    :returns: exit code of the importer
    """
    files = Path(folder).expanduser().resolve()
    if not files.is_dir():
        raise DevError(
            f"{folder} is not a folder: give the one with client.csv, account.csv, trans.csv and the others."
        )
    oracle = files.parent / "oracle" if files.name == "berka" else None  # it was computed from just these files
    return _run(paths, "tools.berka", files, oracle, database=database, port=port)


def import_cfpb(paths, path, *, database, port):
    """Load complaints of the CFPB.

    :param path: the file, or its folder
    :returns: exit code of the importer
    """
    files, oracle = _find(path, "complaints", "cfpb")
    return _run(paths, "tools.cfpb", files, oracle, database=database, port=port)


def import_ecsi(paths, path, *, database, port):
    """Load the answers of the satisfaction index.

    :param path: the file, or its folder
    :returns: exit code of the importer
    """
    files, oracle = _find(path, "answers", "satisfaction_ecsi")
    return _run(paths, "tools.ecsi", files, oracle, database=database, port=port)


def _find(path, things, usual_folder):
    """Return the file or its folder, and the folder of the figures that were computed from just this file."""
    files = Path(path).expanduser().resolve()
    if not files.exists():
        raise DevError(f"{path} does not exist: give the file with the {things} (.csv or .csv.gz), or its folder.")
    folder = files if files.is_dir() else files.parent
    return files, folder.parent / "oracle" if folder.name == usual_folder else None


def _run(paths, importer, files, oracle, *, database, port):
    """Run an importer; a server is started where none runs, and left running.

    :param importer: its Python package
    :param oracle: folder of figures to compare with, when it is there
    """
    bench = Workbench.prepare(paths=paths)
    server = Servers(bench).find(database)
    if not server:
        check_port(paths, port)
        ensure_database(bench, database)
        with Step(f"starting Odoo on port {port}"):
            server = Servers(bench).start(database, port)
        say(f"{database} is served on {server.url}; stop it: ./dev stop --db {database}")
    command = [
        str(paths.python), "-m", importer, str(files), "--url", server.url, "--db", database,
        "--login", ADMINISTRATOR["login"], "--password", ADMINISTRATOR["password"],
    ]  # fmt: skip
    if oracle and (oracle / "expected.json").is_file():
        command += ["--verify", str(oracle)]
    env = {**bench.env, "PYTHONPATH": str(paths.root)}
    return subprocess.run(command, env=env, cwd=paths.root, check=False).returncode
