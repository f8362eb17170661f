"""Command line of the importer."""
from __future__ import annotations

import argparse
import os
import sys
import time

from . import mapping
from .balances import TOLERANCE, end_of_day_balances
from .configuration import ensure_configuration, has_exchange_rate
from .dataset import load_dataset
from .feed import DEFAULT_CHUNK, RejectedError, check_ready, push
from .problems import SHOWN_PROBLEMS, BadDataError
from .server import Server, ServerError
from .verify import check_against_files, check_against_oracle

OK, BAD_DATA, NO_SERVER, WRONG_FIGURES = 0, 1, 2, 3
INTERRUPTED = 130

_DESCRIPTION = """\
Load the PKDD'99 financial data (clients, accounts, loans, cards, end-of-day balances of a Czech bank, 1993-1998)
into a running Bank CRM, over XML-RPC and the public exchange API only. Running it again changes nothing.
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
        prog="./dev import berka",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("folder", metavar="DIR", help="folder with client.csv, account.csv, disp.csv, ...")
    parser.add_argument("--url", default="http://127.0.0.1:8069", help="the server (default: %(default)s)")
    parser.add_argument("--db", default="", help="its database (default: the only one there is)")
    parser.add_argument("--login", default="admin", help="a user of the group Operations (default: %(default)s)")
    parser.add_argument(
        "--password",
        default=os.environ.get("ODOO_PASSWORD", "admin"),
        help="password or API key (default: the environment variable ODOO_PASSWORD, else admin)",
    )
    parser.add_argument(
        "--chunk", type=_chunk, default=DEFAULT_CHUNK, metavar="N", help="rows a batch (default: %(default)s)"
    )
    parser.add_argument(
        "--verify", metavar="DIR", help="compare also with expected.json and berka_balances.csv of this folder"
    )
    return parser


def _chunk(text):
    number = int(text)
    if not 1 <= number <= 100_000:
        raise argparse.ArgumentTypeError("write a number from 1 to 100000")
    return number


def _run(options):
    dataset = load_dataset(options.folder)
    print(_dataset_text(dataset))
    _warn_of_gaps(dataset)
    server = Server(options.url, options.db, options.login, options.password)
    check_ready(server)
    created = ensure_configuration(server, dataset)
    print("configuration: " + ", ".join(f"{count} {thing}" for thing, count in created.items()))
    tallies = _push_all(server, dataset, options.chunk)
    print(_tally_text(tallies))
    if not any(created.values()) and not any(tally.created or tally.updated for tally in tallies.values()):
        print("Nothing changed: the server had all of it already.")
    if not has_exchange_rate(server):
        print(
            f"Note: {mapping.CURRENCY} has no exchange rate, so totals of customers take it 1 for 1."
            " Add a rate under Currencies."
        )
    return _verify(server, dataset, options.verify)


def _dataset_text(dataset):
    counts = {
        "districts": dataset.districts,
        "clients": dataset.clients,
        "accounts": dataset.accounts,
        "loans": dataset.loans,
        "cards": dataset.cards,
        "transactions": dataset.movements,
    }
    return "read: " + ", ".join(f"{len(records):,} {name}" for name, records in counts.items())


def _warn_of_gaps(dataset):
    gaps = [day for day in end_of_day_balances(dataset.movements.values()) if day.difference > TOLERANCE]
    if gaps:
        print(
            f"Warning: on {len(gaps)} days the transactions do not add up to the balance the file gives (first:"
            f" row {gaps[0].row}); transactions may be missing. The file's balance is taken.",
            file=sys.stderr,
        )


def _push_all(server, dataset, chunk):
    tallies = {}
    for kind, rows in (
        ("customers", mapping.customer_rows(dataset)),
        ("holdings", mapping.holding_rows(dataset)),
        ("balances", mapping.balance_rows(dataset)),
    ):
        tallies[kind] = push(server, kind, rows, chunk, _reporter(kind, len(rows)))
    return tallies


def _reporter(kind, total):
    def report(tally):
        print(f"{kind}: {tally.rows:,} of {total:,} rows, {tally.rows_per_second:,.0f} rows/s", flush=True)

    return report


def _tally_text(tallies):
    columns = ("rows", "created", "updated", "unchanged", "replayed", "rejected")
    lines = [f"{'':10}" + "".join(f"{column:>11}" for column in columns)]
    for kind, tally in tallies.items():
        lines.append(f"{kind:10}" + "".join(f"{getattr(tally, column):>11,}" for column in columns))
    return "\n".join(lines)


def _rejection_text(error):
    lines = [f"The server rejected a batch of {len(error.rows)} {error.kind} and kept none of it:"]
    errors = error.answer["errors"]
    for entry in errors[:SHOWN_PROBLEMS]:
        lines.append(f"  row {entry['row']}{_key_text(error.rows, entry['row'])}: {entry['message']}")
    if len(errors) > SHOWN_PROBLEMS:
        lines.append(f"  ... and {len(errors) - SHOWN_PROBLEMS} more")
    lines.append(f"The batch {error.answer['batch_key']} is on screen under Bank CRM, Exchange.")
    return "\n".join(lines)


def _key_text(rows, number):
    """The key by which a row is found in the files, e.g. `loan-4959`; row 0 is the batch itself."""
    if not number:
        return ""
    row = rows[number - 1]
    return f" ({row.get('external_id') or row.get('holding_external_id')})"


def _verify(server, dataset, oracle):
    began = time.monotonic()
    checks = check_against_files(server, dataset)
    if oracle:
        checks += check_against_oracle(server, oracle)
    for check in checks:
        verdict = "ok" if check.is_right else f"WRONG, expected {check.expected:,}"
        print(f"  {check.name:55} {check.found:>14,} {verdict}")
    wrong = sum(not check.is_right for check in checks)
    if wrong:
        print(
            f"{wrong} of {len(checks)} figures read back differ. Data from elsewhere under the source"
            f" {mapping.SOURCE!r} may be in this database; load into a fresh one to compare.",
            file=sys.stderr,
        )
        return WRONG_FIGURES
    print(f"{len(checks)} figures read back and right ({time.monotonic() - began:.1f} s).")
    return OK
