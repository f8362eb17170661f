"""Command line of the importer."""
from __future__ import annotations

import sys

from tools.importer import commandline
from tools.importer.exchange import DEFAULT_CHUNK, check_ready, push
from tools.importer.server import Server

from . import mapping
from .balances import TOLERANCE, end_of_day_balances
from .configuration import ensure_configuration, has_exchange_rate
from .dataset import load_dataset
from .verify import check_against_files, check_against_oracle

_DESCRIPTION = """\
Load the PKDD'99 financial data (clients, accounts, loans, cards, transactions of a Czech bank, 1993-1998) into a
running Bank CRM, over XML-RPC and the public exchange API only. Running it again changes nothing.
"""


def main(argv):
    """Run the importer.

    :param list argv: command line without the program's name
    :return: exit code, see the help text
    :rtype: int
    """
    parser = commandline.make_parser(
        "berka",
        _DESCRIPTION,
        "DIR",
        "folder with client.csv, account.csv, disp.csv, ...",
        "a user of the group Operations",
        chunk=DEFAULT_CHUNK,
        largest_chunk=100_000,
        oracle="expected.json and berka_balances.csv",
    )
    return commandline.run_guarded(_run, parser.parse_args(argv))


def _run(options):
    dataset = load_dataset(options.path)
    print(_dataset_text(dataset))
    _warn_of_gaps(dataset)
    server = Server(options.url, options.db, options.login, options.password)
    check_ready(server, mapping.SOURCE)
    created = ensure_configuration(server, dataset)
    print("configuration: " + ", ".join(f"{count} {thing}" for thing, count in created.items()))
    tallies = _push_all(server, dataset, options.chunk)
    print(_tally_text(tallies))
    commandline.say_if_nothing_changed(
        *created.values(), *(tally.created + tally.updated for tally in tallies.values())
    )
    if not has_exchange_rate(server):
        print(
            f"Note: {mapping.CURRENCY} has no exchange rate, so totals of customers take it 1 for 1."
            " Add a rate under Currencies."
        )
    return commandline.verify(
        lambda: _read_checks(server, dataset, options.verify),
        f"from the files. Data from elsewhere under the source {mapping.SOURCE!r} may be in this database; load into a"
        " fresh one to compare.",
    )


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
        ("transactions", mapping.transaction_rows(dataset)),
    ):
        tallies[kind] = push(server, mapping.SOURCE, kind, rows, chunk, _reporter(kind, len(rows)))
    return tallies


def _reporter(kind, total):
    def report(tally):
        commandline.print_progress(kind, tally.rows, total, tally.rows_per_second)

    return report


def _tally_text(tallies):
    columns = ("rows", "created", "updated", "unchanged", "replayed", "rejected")
    lines = [f"{'':12}" + "".join(f"{column:>11}" for column in columns)]
    for kind, tally in tallies.items():
        lines.append(f"{kind:12}" + "".join(f"{getattr(tally, column):>11,}" for column in columns))
    return "\n".join(lines)


def _read_checks(server, dataset, oracle):
    checks = check_against_files(server, dataset)
    return checks + check_against_oracle(server, oracle) if oracle else checks
