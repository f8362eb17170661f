"""Running other programs: quietly into a log file, with a clear sentence when one fails."""

import os
import subprocess

from tools.dev.errors import DevError

TAIL_LINES = 15


def run(arguments, *, env=None, cwd=None, text_input=None):
    """Run a program and return its standard output.

    :raises DevError: when the program is missing or answers with an error; the text holds the end of its output.
    """
    try:
        done = subprocess.run(
            [str(argument) for argument in arguments],
            env=env,
            cwd=cwd,
            input=text_input,
            stdin=None if text_input is not None else subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError as error:
        raise DevError(f"The program {arguments[0]} is not on this machine: install it and try again.") from error
    if done.returncode:
        raise DevError(f"{_title(arguments)} failed ({done.returncode}): {_tail(done.stderr or done.stdout)}")
    return done.stdout


def run_logged(arguments, log_file, *, env=None, cwd=None, what=None, remedy="read the log and try again"):
    """Run a program with all of its output in `log_file`.

    :raises DevError: with the end of the log and its path when the program fails.
    """
    log_file.parent.mkdir(parents=True, exist_ok=True)
    with log_file.open("w") as log:
        done = subprocess.run(
            [str(argument) for argument in arguments],
            env=env,
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if done.returncode:
        tail = _tail(log_file.read_text(errors="replace"))
        raise DevError(f"{what or _title(arguments)} failed; {remedy}. End of {log_file}:\n{tail}")


def _title(arguments):
    return " ".join(os.path.basename(str(argument)) for argument in arguments[:3])


def _tail(text):
    return "\n".join(text.strip().splitlines()[-TAIL_LINES:])
