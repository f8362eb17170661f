"""Command line of the importer."""
from __future__ import annotations

from tools.importer import commandline
from tools.importer.server import Server

from . import mapping
from .configuration import ensure_configuration
from .dataset import load_dataset
from .feed import DEFAULT_CHUNK, register, respond
from .pseudonyms import Scrubber
from .verify import check_against_file, check_against_oracle

_DESCRIPTION = """\
Load complaints of the US Consumer Financial Protection Bureau into a running Bank CRM, over XML-RPC and the public
methods of bank.ticket only. The companies get invented names before anything is sent: nobody verified what is said
about them. Running it again changes nothing.
"""


def main(argv):
    """Run the importer.

    :param list argv: command line without the program's name
    :return: exit code, see the help text
    :rtype: int
    """
    parser = commandline.make_parser(
        "cfpb",
        _DESCRIPTION,
        "FILE",
        "the complaints (.csv or .csv.gz), or their folder",
        "a user of the groups Operations and Administrator",
        chunk=DEFAULT_CHUNK,
        largest_chunk=5000,
    )
    return commandline.run_guarded(_run, parser.parse_args(argv))


def _run(options):
    complaints = load_dataset(options.path)
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
    commandline.say_if_nothing_changed(*created.values(), *(tally.counts[tally.words[0]] for tally in tallies))
    return commandline.verify(lambda: _read_checks(server, complaints, scrubber, options.verify))


def _report(tally, total):
    commandline.print_progress(tally.kind, tally.rows, total, tally.rows_per_second)


def _read_checks(server, complaints, scrubber, oracle):
    checks = check_against_file(server, complaints, scrubber)
    return checks + check_against_oracle(server, oracle) if oracle else checks
