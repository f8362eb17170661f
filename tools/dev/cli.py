"""Command line of `./dev`."""

import argparse
import os
import signal
import sys

from tools.dev.errors import DevError
from tools.dev.paths import Paths

DEFAULT_DATABASE = "bank_crm"
DEFAULT_PORT = 8069
EPILOG = """\
Everything that ./dev makes is in .dev/ (delete that folder to begin anew).

environment variables:
  ODOO_SOURCE=DIR     use this Odoo 19.0 (a checkout of branch 19.0 or an unpacked package)
  ODOO_DEB_DIR=DIR    take the package odoo-19 and its fonts from files kept in DIR
  ODOO_DEB_FALLBACK_DIR=DIR  the same, only where Debian's suite has no odoo-19 any more
  PG_BIN=DIR          use these PostgreSQL programs (or the word: embedded)
  PYTHON=FILE         use this Python (3.10 to 3.13)
"""


def main(argv):
    """Run one command.

    :returns: exit code: 0 done, 1 failed, 2 wrong arguments, 130 interrupted
    """
    signal.signal(signal.SIGTERM, _end)
    options = parse(argv)
    try:
        return options.command(Paths(), options)
    except DevError as error:
        print(f"./dev {options.name}: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"\n./dev {options.name}: interrupted; the same command goes on where it stopped.", file=sys.stderr)
        return 130


def _end(_signal, _frame):
    raise KeyboardInterrupt


def parse(argv):
    """The command (`options.command`) and its options. Arguments of `test` are passed on to pytest untouched."""
    parser = build_parser()
    if argv[:1] == ["test"]:
        options = parser.parse_args(["test"])
        options.arguments = argv[1:]
        return options
    if not argv or argv == ["help"]:
        argv = ["--help"]
    return parser.parse_args(argv)


def build_parser():
    parser = argparse.ArgumentParser(
        prog="./dev",
        description="Bank CRM for Odoo 19: work on it with one command.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    commands = parser.add_subparsers(dest="name", required=True, metavar="COMMAND")

    serve = _add(commands, "serve", _serve, "set up, make the database with demonstration data, serve on 127.0.0.1")
    _database(serve)
    serve.add_argument("--port", type=int, default=DEFAULT_PORT, help=f"HTTP port (default {DEFAULT_PORT})")
    serve.add_argument("--no-demo", action="store_true", help="make the database without demonstration data")
    serve.add_argument(
        "--workers", type=_natural, default=0, metavar="N", help="worker processes (default 0: threads)"
    )
    serve.add_argument("--detach", action="store_true", help="return when the server answers, and leave it running")

    stopping = _add(commands, "stop", _stop, "stop the server (all servers and PostgreSQL without --db)")
    stopping.add_argument("--db", metavar="NAME", help="only the server of this database")

    psql = _add(commands, "psql", _psql, "open psql on a database")
    _database(psql)
    psql.add_argument("-c", dest="sql", metavar="SQL", help="run this and return")

    _database(_add(commands, "shell", _shell, "open Odoo's Python shell on a database"))

    _add(commands, "test", _test, "run the tests; all arguments go to pytest")

    lint = _add(commands, "lint", _lint, "check style, translations and forbidden words")
    lint.add_argument("--only", action="append", metavar="GATE", help="only this gate (may be repeated)")
    lint.add_argument("--list", action="store_true", help="name the gates and return")

    _add(commands, "i18n", _i18n, "export the translation templates and merge them into zh_CN.po")

    bench = _add(commands, "bench", _bench, "run benchmarks (all without a name)")
    bench.add_argument("names", nargs="*", metavar="NAME")
    bench.add_argument(
        "--scale", type=float, default=1.0, metavar="N", help="multiplies the number of rows (default 1)"
    )

    loading = _add(commands, "import", _import, "load real input through the public methods for other systems")
    loading.add_argument(
        "kind",
        choices=["berka", "cfpb", "ecsi"],
        help="berka: the PKDD'99 files; cfpb: consumer complaints of the CFPB; ecsi: answers of a satisfaction index",
    )
    loading.add_argument("path", metavar="PATH", help="folder with the files, or the file (cfpb, ecsi)")
    _database(loading)
    loading.add_argument("--port", type=int, default=DEFAULT_PORT, help="port if the server has to be started")

    shot = _add(commands, "screenshot", _screenshot, "save a picture of a page of the running server")
    shot.add_argument("path", metavar="PATH", help="e.g. /odoo/contacts")
    shot.add_argument("out", metavar="OUT.png")
    _database(shot)
    shot.add_argument("--login", default="admin")
    shot.add_argument("--password", default="admin")
    shot.add_argument("--size", default="1366x768", metavar="WxH")

    _add(commands, "setup", _setup, "only set up what is missing")
    _add(commands, "status", _status, "say what is set up and what is running")
    return parser


def _add(commands, name, function, text):
    command = commands.add_parser(name, help=text, description=text, allow_abbrev=False)
    command.set_defaults(command=function, name=name)
    return command


def _database(command):
    command.add_argument(
        "--db",
        default=DEFAULT_DATABASE,
        metavar="NAME",
        type=_database_name,
        help=f"database (default {DEFAULT_DATABASE})",
    )


def _database_name(text):
    if not text or not all(letter.isalnum() or letter in "_-." for letter in text) or not text[0].isalnum():
        raise argparse.ArgumentTypeError(f"{text!r} is no database name: use letters, digits, _ - and .")
    return text


def _natural(text):
    if not text.isdigit():
        raise argparse.ArgumentTypeError(f"{text!r} must be 0 or a positive number")
    return int(text)


# Each command imports what it needs: `./dev help` answers at once.


def _serve(paths, options):
    from tools.dev.serving import serve

    return serve(
        paths,
        database=options.db,
        port=options.port,
        demo=not options.no_demo,
        workers=options.workers,
        detach=options.detach,
    )


def _stop(paths, options):
    from tools.dev.serving import stop_servers

    return stop_servers(paths, options.db)


def _existing(paths, options):
    from tools.dev.workbench import Workbench

    bench = Workbench.prepare(paths=paths)
    if not bench.databases.exists(options.db):
        raise DevError(f"There is no database {options.db}: ./dev serve --db {options.db} makes it.")
    return bench


def _psql(paths, options):
    bench = _existing(paths, options)
    arguments = ["-d", options.db, *(["-c", options.sql] if options.sql else [])]
    sys.stdout.flush()
    os.execve(bench.cluster.bin / "psql", ["psql", *arguments], bench.env)


def _shell(paths, options):
    bench = _existing(paths, options)
    command = bench.odoo("shell", "-d", options.db, "--no-http")
    sys.stdout.flush()
    os.chdir(paths.state)
    os.execve(command[0], command, bench.env)


def _test(paths, options):
    from tools.dev.testing import run_tests

    return run_tests(paths, options.arguments)


def _lint(paths, options):
    from tools.dev.lint.runner import run_lint

    return run_lint(paths, options.only, list_only=options.list)


def _i18n(paths, _options):
    from tools.dev.translations import update_translations

    return update_translations(paths)


def _bench(paths, options):
    from tools.dev.bench import run_benchmarks

    return run_benchmarks(paths, options.names, options.scale)


def _import(paths, options):
    from tools.dev.importing import import_berka, import_cfpb, import_ecsi

    load = {"berka": import_berka, "cfpb": import_cfpb, "ecsi": import_ecsi}[options.kind]
    return load(paths, options.path, database=options.db, port=options.port)


def _screenshot(paths, options):
    from tools.dev.screenshots import take_screenshot

    return take_screenshot(paths, options)


def _setup(paths, _options):
    from tools.dev.progress import say
    from tools.dev.workbench import Workbench

    Workbench.prepare(needed_for_tests=True, paths=paths)
    say("Everything is set up: ./dev serve, ./dev test.")
    return 0


def _status(paths, _options):
    from tools.dev.status import show_status

    return show_status(paths)
