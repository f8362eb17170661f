"""Reads Odoo's log: which WARNING and ERROR lines nobody expects."""

import re

from tools.dev.log_allow_list import ALLOWED

LINE = re.compile(
    r"^\d{4}-\d\d-\d\d [\d:,]+ \d+ (?P<level>WARNING|ERROR|CRITICAL) \S+ "
    r"(?P<logger>[\w.]+): (?P<text>.*)"
)


def is_allowed(logger, text):
    return any(entry.logger == logger and re.search(entry.pattern, text) for entry in ALLOWED)


def unexpected_lines(log):
    """Lines of an Odoo log (text) of level WARNING or higher that the allow-list does not name."""
    found = (LINE.match(line) for line in log.splitlines())
    return [
        f"{match['level']} {match['logger']}: {match['text']}"
        for match in found
        if match and not is_allowed(match["logger"], match["text"])
    ]
