"""Which Debian packages the Odoo source is made of, pinned by version and SHA-256 in `pins.json`."""

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path

from tools.dev.errors import DevError
from tools.dev.progress import warn

PINS_FILE = Path(__file__).with_name("pins.json")


@dataclass(frozen=True)
class Pin:
    """One package: the version that was tried, its hash and the suite it is in."""

    name: str
    version: str
    suite: str
    sha256: str


def load_pins(path=PINS_FILE):
    return [Pin(name, **values) for name, values in json.loads(path.read_text()).items()]


def find_package(folder, pin):
    """The newest `NAME_VERSION_ARCH.deb` in a folder.

    :raises DevError: when there is none.
    """
    found = sorted(folder.glob(f"{pin.name}_*.deb"))
    if not found:
        raise DevError(f"{folder} has no {pin.name}_….deb: put the package there or unset ODOO_DEB_DIR.")
    return found[-1]


def version_in_file_name(path):
    """`odoo-19_19.0.0%2b…_all.deb` → the Debian version."""
    version = path.name.split("_")[1]
    return re.sub(r"%([0-9a-fA-F]{2})", lambda match: chr(int(match[1], 16)), version)


def check_package(path, pin):
    """Compare one package file with its pin.

    Another version is said aloud and accepted; the pinned version with another content is refused.

    :returns: True when it is exactly what was pinned
    :raises DevError: same version, other hash.
    """
    found = version_in_file_name(path)
    if found != pin.version:
        warn(f"{pin.name} is version {found}; this repository was tested with {pin.version}. Going on with {found}.")
        return False
    actual = hashlib.sha256(path.read_bytes()).hexdigest()
    if actual != pin.sha256:
        raise DevError(
            f"{path.name} has SHA-256 {actual}, but {pin.name} {pin.version} must have {pin.sha256}: "
            "the file is damaged or was replaced; delete it and try again, and do not use it."
        )
    return True
