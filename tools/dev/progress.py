"""Says what is happening: one line per step, with its seconds while it runs."""

import sys
import threading
import time

HEARTBEAT_SECONDS = 15  # how often a step says that it still runs when nobody watches a terminal


def say(text):
    """Print a line at once (also into a pipe)."""
    print(text, flush=True)


def warn(text):
    """Print something that the user should know although the work goes on."""
    print(f"warning: {text}", file=sys.stderr, flush=True)


class Step:
    """Context manager around one long step.

    On a terminal the line counts the seconds; elsewhere there is a line at the start, every 15 seconds and at the end.
    """

    def __init__(self, title):
        self.title = title
        self.started = 0.0
        self._stop = threading.Event()
        self._ticker = threading.Thread(target=self._tick, daemon=True)
        self._live = sys.stdout.isatty()

    def __enter__(self):
        self.started = time.monotonic()
        if self._live:
            print(f"… {self.title}", end="", flush=True)
        else:
            say(f"… {self.title}")
        self._ticker.start()
        return self

    @property
    def seconds(self):
        return time.monotonic() - self.started

    def _tick(self):
        while not self._stop.wait(1 if self._live else HEARTBEAT_SECONDS):
            text = f"… {self.title} ({self.seconds:.0f} s)"
            print(f"\r{text}" if self._live else text, end="" if self._live else "\n", flush=True)

    def __exit__(self, kind, _value, _traceback):
        self._stop.set()
        self._ticker.join()
        mark = "failed:" if kind else "done:"
        print(f"{chr(13) if self._live else ''}{mark} {self.title} ({self.seconds:.1f} s)", flush=True)
        return False
