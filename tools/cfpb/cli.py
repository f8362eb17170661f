"""Command line of the importer."""
from __future__ import annotations

import argparse
import os
import sys
import time

from tools.berka.problems import SHOWN_PROBLEMS, BadDataError
from tools.berka.server import Server, ServerError

from . import mapping
from .configuration import ensure_configuration
from .dataset import load_dataset
from .feed import DEFAULT_CHUNK, RejectedError, register, respond
from .pseudonyms import Scrubber
from .verify import check_against_file, check_against_oracle

OK, BAD_DATA, NO_SERVER, WRONG_FIGURES = 0, 1, 2, 3
INTERRUPTED = 130

_DESCRIPTION = """\
Load complaints of the US Consumer Financial Protection Bureau into a running Bank CRM, over XML-RPC and the public
methods of bank.ticket only. The companies get invented names before anything is sent: nobody verified what is said
about them. Running it again changes nothing.
"""
_EPILOG = """\
exit codes: 0 loaded and checked; 1 the data is bad, nothing of it was sent (or the server rejected a batch);
2 the server cannot be reached, the login is wrong, or the server refused; 3 loaded, but figures read back differ
"""


def main(argv):
    """Run the importer.

    :param list argv: command line without the program's name
    :return: exit code, see the help text
    :rtype: int
    """
    options = _parser().parse_args(argv)
    try:
        return _run(options)
    except BadDataError as error:
        print(error.report(), file=sys.stderr)
        return BAD_DATA
    except RejectedError as error:
        print(_rejection_text(error), file=sys.stderr)
        return BAD_DATA
    except ServerError as error:
        print(error, file=sys.stderr)
        return NO_SERVER
    except KeyboardInterrupt:
        print("Interrupted. Run it again to go on: what the server has is not repeated.", file=sys.stderr)
        return INTERRUPTED


def _parser():
    parser = argparse.ArgumentParser(
        prog="./dev import cfpb",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", metavar="FILE", help="the complaints (.csv or .csv.gz), or their folder")
    parser.add_argument("--url", default="http://127.0.0.1:8069", help="the server (default: %(default)s)")
    parser.add_argument("--db", default="", help="its database (default: the only one there is)")
    parser.add_argument(
        "--login", default="admin", help="a user of the groups Operations and Administrator (default: %(default)s)"
    )
    parser.add_argument(
        "--password",
        default=os.environ.get("ODOO_PASSWORD", "admin"),
        help="password or API key (default: the environment variable ODOO_PASSWORD, else admin)",
    )
    parser.add_argument(
        "--chunk", type=_chunk, default=DEFAULT_CHUNK, metavar="N", help="rows a batch (default: %(default)s)"
    )
    parser.add_argument("--verify", metavar="DIR", help="compare also with expected.json of this folder")
    return parser


def _chunk(text):
    number = int(text)
    if not 1 <= number <= 5000:
        raise argparse.ArgumentTypeError("write a number from 1 to 5000")
    return number


def _run(options):
    complaints = load_dataset(options.file)
    companies = {complaint.company for complaint in complaints}
    print(f"read: {len(complaints):,} complaints about {len(companies):,} companies")
    scrubber = Scrubber(companies)
    server = Server(options.url, options.db, options.login, options.password)
    server.call("bank.ticket", "search_count", [["external_ref", "=like", f"{mapping.PREFIX}%"]])  # may it at all?
    created = ensure_configuration(server, complaints)
    print("configuration: " + ", ".join(f"{count} {thing}" for thing, count in created.items()))
    tallies = [
        register(
            server,
            [mapping.registration_row(complaint, scrubber) for complaint in complaints],
            options.chunk,
            _report,
        ),
        respond(server, [mapping.response_row(complaint) for complaint in complaints], options.chunk, _report),
    ]
    for tally in tallies:
        counts = ", ".join(f"{count:,} {word}" for word, count in tally.counts.items())
        print(f"{tally.kind}: {tally.rows:,} rows in {tally.seconds:.1f} s: {counts}")
    if not any(created.values()) and not any(tally.counts[tally.words[0]] for tally in tallies):
        print("Nothing changed: the server had all of it already.")
    return _verify(server, complaints, scrubber, options.verify)


def _report(tally, total):
    print(f"{tally.kind}: {tally.rows:,} of {total:,} rows, {tally.rows_per_second:,.0f} rows/s", flush=True)


def _rejection_text(error):
    lines = [f"The server rejected a batch of {len(error.rows)} {error.kind} and kept none of it:"]
    errors = error.answer["errors"]
    for entry in errors[:SHOWN_PROBLEMS]:
        key = error.rows[entry["row"] - 1]["external_ref"] if entry["row"] else "the batch"
        lines.append(f"  row {entry['row']} ({key}): {entry['message']}")
    if len(errors) > SHOWN_PROBLEMS:
        lines.append(f"  ... and {len(errors) - SHOWN_PROBLEMS} more")
    return "\n".join(lines)


def _verify(server, complaints, scrubber, oracle):
    began = time.monotonic()
    checks = check_against_file(server, complaints, scrubber)
    if oracle:
        checks += check_against_oracle(server, oracle)
    for check in checks:
        found = f"{check.found:,}" if isinstance(check.found, int) else check.found
        verdict = "ok" if check.is_right else f"WRONG, expected {check.expected}"
        print(f"  {check.name:66} {found:>12} {verdict}")
    wrong = sum(not check.is_right for check in checks)
    if wrong:
        print(f"{wrong} of {len(checks)} figures read back differ from the file.", file=sys.stderr)
        return WRONG_FIGURES
    print(f"{len(checks)} figures read back and right ({time.monotonic() - began:.1f} s).")
    return OK
