"""The files inside a ``winmail.dat``, the capsule in which Outlook hides attachments from everybody else (MS-OXTNEF).

``tnefparse`` (LGPL-3) reads it where it is installed; without it the capsule stays closed and the caller says so.
"""

import logging
from collections import namedtuple

try:
    from tnefparse import TNEF
except ImportError:
    TNEF = None

# body: plain text or ""; files: list of (name, bytes)
Capsule = namedtuple("Capsule", ["body", "files"])

SIGNATURE = b"\x78\x9f\x3e\x22"
MAX_FILES = 100

_logger = logging.getLogger(__name__)


def is_capsule(content):
    """Tell whether ``content`` (bytes) is a TNEF stream, whatever its name and declared type."""
    return content.startswith(SIGNATURE)


def open_capsule(content):
    """Return what is inside as a :class:`Capsule`, or None if it cannot be opened."""
    if TNEF is None or not is_capsule(content):
        return None
    try:
        capsule = TNEF(content, do_checksum=False)
        found = enumerate(capsule.attachments[:MAX_FILES], start=1)
        files = [(_name(attachment, index), bytes(attachment.data or b"")) for index, attachment in found]
        return Capsule(_text(capsule.body), [(name, data) for name, data in files if data])
    except Exception as error:  # noqa: BLE001 - the library checks no lengths: a damaged capsule ends in any error
        _logger.info("A winmail.dat could not be opened: %s", type(error).__name__)
        return None


def _name(attachment, index):
    for value in (_long_name(attachment), attachment._name):
        if name := _text(value).strip("\x00 "):
            return name
    return f"attachment-{index}"


def _long_name(attachment):
    try:
        return attachment.long_filename()
    except UnicodeDecodeError:  # a name in the sender's own code page
        return ""


def _text(value):
    """Names and bodies are in the code page of the sender's Windows."""
    if isinstance(value, list):
        value = value[0] if value else ""
    if isinstance(value, str):
        return value
    for encoding in ("utf-8", "gb18030", "cp1252"):
        try:
            return (value or b"").decode(encoding).strip("\x00")
        except UnicodeDecodeError:
            continue
    return ""
