"""Failures that a person can do something about."""


class DevError(Exception):
    """An expected failure: its text is one sentence that says what is wrong and what to do. No traceback is shown."""


class PackageGone(DevError):
    """The Debian suite no longer offers the package `odoo-19`."""
