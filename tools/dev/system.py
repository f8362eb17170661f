"""Packages of the operating system: installed as root on Debian and Ubuntu, named in one sentence otherwise."""

import importlib.util
import os
import shutil
from pathlib import Path

from tools.dev.browser import find_browser
from tools.dev.errors import DevError
from tools.dev.process import run_logged
from tools.dev.progress import Step, warn


def missing_essentials():
    """Packages without which nothing runs."""
    missing = []
    if not (importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip")):
        missing.append("python3-venv")
    return missing


def missing_comforts():
    """Packages for tours, PDF and screenshots: tests need them, the server itself does not."""
    missing = []
    if not find_browser():
        missing.append("chromium")
    if not _has_chinese_font():
        missing.append("fonts-noto-cjk")
    return missing


def _has_chinese_font():
    folders = (Path("/usr/share/fonts"), Path.home() / ".fonts", Path.home() / ".local/share/fonts")
    words = ("cjk", "wqy", "arphic", "uming", "ukai", "hansans", "hanserif", "simsun", "droidsansfallback")
    return any(
        any(word in path.name.lower() for word in words) for folder in folders for path in folder.rglob("*.tt[cf]")
    ) or any("cjk" in path.name.lower() for folder in folders for path in folder.rglob("*.otf"))


def ensure_packages(paths, needed_for_tests):
    """Install what is missing, or say what to install.

    :param needed_for_tests: the browser is a must (tests, lint), not a comfort
    :raises DevError: something essential is missing and this user cannot install it.
    """
    essentials, comforts = missing_essentials(), missing_comforts()
    wanted = essentials + comforts
    if not wanted:
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        _install(paths, wanted, required=bool(essentials) or (needed_for_tests and not find_browser()))
        return
    sentence = f"Install the missing packages and run the same command again: sudo apt-get install {' '.join(wanted)}"
    if essentials or (needed_for_tests and "chromium" in comforts):
        raise DevError(sentence)
    warn(f"PDF files and Chinese screenshots need more packages: sudo apt-get install {' '.join(comforts)}")


def _install(paths, packages, required):
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        with Step(f"installing system packages: {' '.join(packages)}"):
            run_logged(["apt-get", "update", "-q"], paths.logs / "apt-update.log", env=env)
            run_logged(
                ["apt-get", "install", "-y", "-q", "--no-install-recommends", *packages],
                paths.logs / "apt-install.log",
                env=env,
            )
    except DevError as error:
        if required:
            raise
        warn(f"{' '.join(packages)} could not be installed (PDF files and Chinese screenshots need them): {error}")
