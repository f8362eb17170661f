"""Where the source of Odoo 19 Community comes from.

1. `ODOO_SOURCE=/path`, given by the user: a checkout of Odoo 19 or an unpacked package
2. Debian's package `odoo-19`, pinned; or the same packages kept in `ODOO_DEB_DIR`
3. a shallow clone of Odoo's public branch 19.0
"""

import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tools.dev import debian_packages
from tools.dev.errors import DevError, PackageGone
from tools.dev.pins import check_package, find_package, load_pins
from tools.dev.process import run, run_logged
from tools.dev.progress import Step, say, warn
from tools.dev.stamps import Stamp, digest

GIT_URL = "https://github.com/odoo/odoo"
GIT_BRANCH = "19.0"
DIST = "usr/lib/python3/dist-packages"
KEPT_LANGUAGE = "zh_CN"

# The one file that Debian leaves out and an asset bundle names: without it every page logs a console error, which
# fails every tour. Only the blurred background of video calls would use it.
STRIPPED_FILE = "odoo/addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js"


@dataclass(frozen=True)
class OdooSource:
    """A usable Odoo.

    :param library: the folder that holds the Python package `odoo`
    :param addons: addons folders outside of that package (a git checkout has one)
    :param key: changes when another source is used
    """

    library: Path
    addons: tuple
    key: str


def ensure_odoo(paths):
    """The Odoo source, fetched on first use."""
    given = os.environ.get("ODOO_SOURCE")
    if given:
        return described(Path(given).expanduser().resolve(), "ODOO_SOURCE")
    stamp = Stamp(paths.odoo / ".complete", f"odoo 19.0 {KEPT_LANGUAGE}")
    if not stamp.is_current():
        part = paths.state / "odoo.part"
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        _fetch(paths, part)
        described(part, "the fetched Odoo source")
        Stamp(part / ".complete", stamp.value).write()
        shutil.rmtree(paths.odoo, ignore_errors=True)
        part.rename(paths.odoo)
    return described(paths.odoo, "the fetched Odoo source")


def described(prefix, origin):
    """Recognize an unpacked package, a git checkout, or a folder with the package `odoo` in it.

    :raises DevError: when there is no Odoo 19 in `prefix`.
    """
    for library in (prefix / DIST, prefix):
        release = library / "odoo" / "release.py"
        if release.is_file():
            break
    else:
        raise DevError(f"{origin}: no Odoo in {prefix}; it must hold odoo/release.py (a checkout of branch 19.0).")
    version = re.search(r"version_info\s*=\s*\((\d+),\s*(\d+)", release.read_text())
    if not version or version.groups() != ("19", "0"):
        raise DevError(f"{origin}: {prefix} is not Odoo 19.0; give a checkout of branch 19.0.")
    outside = library / "addons"
    addons = (outside,) if (outside / "web" / "__manifest__.py").is_file() else ()
    return OdooSource(library, addons, digest(str(library), release))


def _fetch(paths, part):
    kept = os.environ.get("ODOO_DEB_DIR")
    if kept:
        say(f"Odoo is taken from the packages kept in ODOO_DEB_DIR={kept}, not from a Debian mirror.")
        _unpack(Path(kept).expanduser().resolve(), part)
        return
    try:
        _fetch_debian(paths, part)
    except DevError as reason:
        fallback = os.environ.get("ODOO_DEB_FALLBACK_DIR")
        if isinstance(reason, PackageGone) and fallback:
            warn(f"{reason} Odoo is taken from the packages kept in {fallback} instead.")
            _unpack(Path(fallback).expanduser().resolve(), part)
            return
        say(f"Debian's package odoo-19 cannot be used: {reason}")
        _clone(paths, part)


def _fetch_debian(paths, part):
    obstacle = debian_packages.obstacle()
    if obstacle:
        raise DevError(obstacle)
    downloads = paths.state / "debs"
    with Step("fetching Debian's package odoo-19 and its fonts (about 130 MB)"):
        debian_packages.download(load_pins(), downloads, paths.logs / "apt.log")
    _unpack(downloads, part)
    shutil.rmtree(downloads, ignore_errors=True)


def _unpack(folder, part):
    """Check the packages in `folder` against their pins and unpack them below `part`."""
    if not folder.is_dir():
        raise DevError(f"{folder} is not a folder: give the folder that holds odoo-19_….deb.")
    with Step("checking and unpacking Odoo 19"):
        for pin in load_pins():
            package = find_package(folder, pin)
            check_package(package, pin)
            _extract(package, part, main=pin.name == "odoo-19")
        _drop_other_languages(part)
        stub = part / DIST / STRIPPED_FILE
        stub.parent.mkdir(parents=True, exist_ok=True)
        if not stub.exists():
            stub.write_text("/* not in the Debian package: minified without its source */\n")


def _extract(package, part, main):
    # (addons, doc and setup at the top level of dist-packages are leftovers of Debian's build)
    left_out = [f"--exclude=./{DIST}/{name}" for name in ("addons", "doc", "setup")] if main else []
    with tempfile.TemporaryFile() as tar:
        try:
            subprocess.run(["dpkg-deb", "--fsys-tarfile", str(package)], stdout=tar, check=True)
            tar.seek(0)
            subprocess.run(["tar", "-x", "--no-same-owner", "-C", str(part), *left_out], stdin=tar, check=True)
        except FileNotFoundError as error:
            raise DevError("dpkg-deb and tar are needed to unpack the packages: install dpkg and tar.") from error
        except subprocess.CalledProcessError as error:
            raise DevError(f"{package.name} cannot be unpacked: delete it and try again ({error}).") from error


def _drop_other_languages(part):
    """All translations of Odoo are 840 MB; only the shipped language is kept."""
    for path in part.rglob("i18n/*.po*"):
        if path.stem not in (KEPT_LANGUAGE, KEPT_LANGUAGE.split("_")[0]):
            path.unlink()


def _clone(paths, part):
    if not shutil.which("git"):
        raise DevError("git is needed to fetch Odoo: install git, or set ODOO_SOURCE to a checkout of Odoo 19.0.")
    shutil.rmtree(part, ignore_errors=True)
    with Step(f"cloning Odoo's public branch {GIT_BRANCH} (about 250 MB)"):
        run_logged(
            ["git", "clone", "--quiet", "--depth", "1", "--branch", GIT_BRANCH, GIT_URL, part],
            paths.logs / "git-clone.log",
            env={**os.environ, "GIT_TERMINAL_PROMPT": "0"},
            what="Cloning Odoo",
            remedy="check the network, or set ODOO_SOURCE to a checkout of Odoo 19.0",
        )
    commit = run(["git", "-C", part, "rev-parse", "--short", "HEAD"]).strip()
    say(f"Odoo 19.0 from git, commit {commit} (not pinned: the tests were run with Debian's package).")
