"""Log lines of level WARNING or higher that fail no test run. Every entry gives its reason."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Allowed:
    """A line of `logger` whose text matches the regular expression `pattern`."""

    logger: str
    pattern: str
    reason: str


ALLOWED = (
    Allowed(
        "odoo.addons.rpc.controllers.xmlrpc",
        "endpoints are deprecated in Odoo 19",
        "/xmlrpc/2 is part of what this product offers; Odoo says so at every call",
    ),
)
