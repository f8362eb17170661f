"""Packages of npm that tests use: `.dev/node`, as `tests/node/package-lock.json` pins them."""

import shutil

from tools.dev.errors import DevError
from tools.dev.lock import exclusive
from tools.dev.process import run_logged
from tools.dev.stamps import Stamp, digest

FILES = ("package.json", "package-lock.json", ".npmrc")


def ensure_node_modules(paths):
    """`.dev/node/node_modules`; installed on first use.

    The lock file names no host: npm takes the packages from the registry that it is configured for and compares their
    digests.

    :returns: the folder
    :raises DevError: Node or npm is missing, or the packages cannot be fetched
    """
    node, npm = shutil.which("node"), shutil.which("npm")
    if not (node and npm):
        raise DevError("Node and npm are not on this machine: install the packages nodejs and npm.")
    source, folder = paths.root / "tests" / "node", paths.state / "node"
    stamp = Stamp(folder / ".complete", digest(*(source / name for name in FILES)))
    folder.mkdir(parents=True, exist_ok=True)
    with exclusive(folder / ".lock", "the packages of npm"):
        if not stamp.is_current():
            for name in FILES:
                shutil.copy(source / name, folder / name)
            run_logged(
                [npm, "ci"],
                paths.logs / "npm.log",
                cwd=folder,
                what="Installing packages of npm",
                remedy="check the network and run the same command again",
            )
            stamp.write()
    return folder / "node_modules"
