"""Runs an importer's command line like a user, against a test's own server or a committed database."""

import contextlib
import io


def run_main(main, path, *, url, database, login, password, arguments=()):
    """:param main: of the importer
    :return: (exit code, standard output, standard error)"""
    out, err = io.StringIO(), io.StringIO()
    command = [str(path), "--url", url, "--db", database, "--login", login, "--password", password, *arguments]
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(command)
    return code, out.getvalue(), err.getvalue()


def run_in_case(case, main, path, *, login, password, arguments=()):
    """Run it against the server of a test (``HttpCase``), which then reads anew what was written."""
    case.env.flush_all()
    with case.allow_requests(all_requests=True):
        result = run_main(
            main, path, url=case.base_url(), database=case.env.cr.dbname, login=login, password=password,
            arguments=arguments,
        )  # fmt: skip
    case.env.invalidate_all()
    return result


def run_on(live_server, main, path, *arguments):
    """Run it as the administrator of a server of its own."""
    return run_main(
        main, path, url=live_server.url, database=live_server.database, login=live_server.login,
        password=live_server.password, arguments=arguments,
    )  # fmt: skip
