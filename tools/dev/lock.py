"""One set-up at a time: a file lock that says whom it waits for."""

import contextlib
import fcntl
import os

from tools.dev.progress import say


@contextlib.contextmanager
def exclusive(path, what):
    """Hold the lock file `path`; wait, saying so, while another process holds it.

    The kernel releases the lock when its owner dies, so a killed set-up blocks nobody.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            say(f"waiting: another ./dev (process {file.read().strip() or '?'}) is busy with {what}")
            fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        file.truncate()
        file.write(str(os.getpid()))
        file.flush()
        yield
