"""A stamp says that a step was finished, and from what; an interrupted step leaves none and is done again."""

import hashlib


def digest(*parts):
    """A short digest of strings, bytes and files (by content)."""
    total = hashlib.sha256()
    for part in parts:
        if hasattr(part, "read_bytes"):
            part = part.read_bytes() if part.is_file() else b""
        elif isinstance(part, str):
            part = part.encode()
        total.update(hashlib.sha256(part).digest())
    return total.hexdigest()[:16]


class Stamp:
    """One stamp file.

    :param path: the file
    :param value: what the step was made from; another value means that it has to be done again
    """

    def __init__(self, path, value):
        self.path = path
        self.value = value

    def is_current(self):
        return self.path.is_file() and self.path.read_text() == self.value

    def clear(self):
        self.path.unlink(missing_ok=True)

    def write(self):
        self.path.parent.mkdir(parents=True, exist_ok=True)
        part = self.path.with_name(self.path.name + ".part")
        part.write_text(self.value)
        part.replace(self.path)
