"""The fingerprint by which a repeated batch is recognised."""

import hashlib
import json

_encoder = json.JSONEncoder(sort_keys=True, separators=(",", ":"), default=str)


def of_batch(kind, rows):
    """Return the SHA-256 (hex) of the rows in canonical JSON: sorted keys, no blanks.

    The order of the keys of a row does not matter, the order of the rows does.
    """
    hasher = hashlib.sha256(kind.encode())
    for row in rows:
        hasher.update(b"\n")
        hasher.update(_canonical(row))
    return hasher.hexdigest()


def _canonical(row):
    try:
        return _encoder.encode(row).encode()
    except (TypeError, ValueError, RecursionError):  # keys of mixed types: the schema will refuse the row
        return repr(row).encode("utf-8", "backslashreplace")
