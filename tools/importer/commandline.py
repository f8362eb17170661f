"""The command line that every importer has: the same options, the same exit codes, the same sentences."""
from __future__ import annotations

import argparse
import os
import sys
import time

from .checks import count_wrong
from .problems import BadDataError
from .rejection import RejectedError
from .server import ServerError

OK, BAD_DATA, NO_SERVER, WRONG_FIGURES = 0, 1, 2, 3
INTERRUPTED = 130

EPILOG = """\
exit codes: 0 loaded and checked; 1 the data is bad, nothing of it was sent (or the server rejected a batch);
2 the server cannot be reached, the login is wrong, or the server refused; 3 loaded, but figures read back differ
"""


def make_parser(name, description, path_name, path_help, login_help, *, chunk, largest_chunk, oracle="expected.json"):
    """Return the parser of an importer.

    :param name: its word behind `./dev import`
    :param path_name: the argument that says where the files are, e.g. FILE or DIR
    :param login_help: which rights the login needs
    :param chunk: rows a batch, unless somebody asks for others, up to ``largest_chunk``
    :param oracle: the files with independent figures
    """
    parser = argparse.ArgumentParser(
        prog=f"./dev import {name}",
        description=description,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("path", metavar=path_name, help=path_help)
    parser.add_argument("--url", default="http://127.0.0.1:8069", help="the server (default: %(default)s)")
    parser.add_argument("--db", default="", help="its database (default: the only one there is)")
    parser.add_argument("--login", default="admin", help=f"{login_help} (default: %(default)s)")
    parser.add_argument(
        "--password",
        default=os.environ.get("ODOO_PASSWORD", "admin"),
        help="password or API key (default: the environment variable ODOO_PASSWORD, else admin)",
    )
    parser.add_argument(
        "--chunk", type=_up_to(largest_chunk), default=chunk, metavar="N", help="rows a batch (default: %(default)s)"
    )
    parser.add_argument("--verify", metavar="DIR", help=f"compare also with {oracle} of this folder")
    return parser


def _up_to(largest):
    def number(text):
        if not text.isdigit() or not 1 <= int(text) <= largest:
            raise argparse.ArgumentTypeError(f"write a number from 1 to {largest}")
        return int(text)

    return number


def run_guarded(run, options):
    """Call ``run(options)`` and turn what can go wrong into a sentence and an exit code.

    :return: exit code
    :rtype: int
    """
    try:
        return run(options)
    except (BadDataError, RejectedError) as error:
        print(error.report(), file=sys.stderr)
        return BAD_DATA
    except ServerError as error:
        print(error, file=sys.stderr)
        return NO_SERVER
    except KeyboardInterrupt:
        print("Interrupted. Run it again to go on: what the server has is not repeated.", file=sys.stderr)
        return INTERRUPTED


def print_progress(kind, rows, total, rows_per_second):
    print(f"{kind}: {rows:,} of {total:,} rows, {rows_per_second:,.0f} rows/s", flush=True)


def verify(read_checks, hint="from the file."):
    """Read figures back and print them.

    :param read_checks: function that returns the :class:`~.checks.Check` of everything
    :param hint: how the sentence "... figures read back differ" goes on
    :return: exit code
    """
    began = time.monotonic()
    checks = read_checks()
    if wrong := count_wrong(checks, began):
        print(f"{wrong} of {len(checks)} figures read back differ {hint}", file=sys.stderr)
        return WRONG_FIGURES
    return OK


def say_if_nothing_changed(*counts):
    """:param counts: numbers of what was created or changed"""
    if not any(counts):
        print("Nothing changed: the server had all of it already.")
