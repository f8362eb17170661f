"""Command line of the importer."""
from __future__ import annotations

from tools.importer import commandline
from tools.importer.exchange import check_ready, push
from tools.importer.server import Server

from . import mapping
from .answers import send_answers
from .configuration import ensure_configuration, read_questions
from .dataset import load_dataset
from .verify import check_against_file, check_against_oracle

_DESCRIPTION = """\
Load the answers of customers of a Spanish credit institution (ECSI, 27 items from 0 to 10) into a running Bank CRM:
a programme, invented customers, an invitation for each, and each answer through the page behind its own link.
Running it again changes nothing.
"""


def main(argv):
    """Run the importer.

    :param list argv: command line without the program's name
    :return: exit code, see the help text
    :rtype: int
    """
    parser = commandline.make_parser(
        "ecsi",
        _DESCRIPTION,
        "DIR",
        "folder with satisfaction.csv, or the file",
        "a user of the groups Operations and Satisfaction Manager",
        chunk=500,
        largest_chunk=5000,
    )
    return commandline.run_guarded(_run, parser.parse_args(argv))


def _run(options):
    respondents = load_dataset(options.path)
    print(f"read: {len(respondents):,} answers")
    server = Server(options.url, options.db, options.login, options.password)
    check_ready(server, mapping.SOURCE)
    created = ensure_configuration(server)
    print("configuration: " + ", ".join(f"{count} {thing}" for thing, count in created.items()))
    rows = [mapping.customer_row(respondent) for respondent in respondents]
    customers = push(server, mapping.SOURCE, "customers", rows, options.chunk, lambda tally: None)
    print(f"customers: {customers.created:,} created, {customers.updated:,} updated")
    answers = send_answers(server, respondents, read_questions(server), _report)
    print(
        f"answers: {answers.invited:,} invited, {answers.sent:,} sent, {answers.there:,} there already,"
        f" {answers.seconds:.1f} s"
    )
    commandline.say_if_nothing_changed(*created.values(), customers.created, customers.updated, answers.sent)
    return commandline.verify(lambda: _read_checks(server, respondents, options.verify))


def _report(sent, total, seconds):
    commandline.print_progress("answers", sent, total, sent / seconds)


def _read_checks(server, respondents, oracle):
    checks = check_against_file(server, respondents)
    return checks + check_against_oracle(server, oracle) if oracle else checks
