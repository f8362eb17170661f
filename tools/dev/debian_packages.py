"""Downloads Debian packages with a private apt state: nothing is added to the system, no root is needed.

The mirror is the one in the machine's own apt configuration, the signatures are checked with Debian's archive keys.
"""

import shutil
import tempfile
from pathlib import Path

from tools.dev.errors import DevError, PackageGone
from tools.dev.process import run, run_logged
from tools.dev.progress import warn

KEYRINGS = [Path("/usr/share/keyrings") / f"debian-archive-keyring.{kind}" for kind in ("gpg", "pgp")]


def obstacle():
    """Why Debian's packages cannot be fetched on this machine, as a sentence; empty when they can."""
    if not shutil.which("apt-get"):
        return "this machine has no apt-get."
    if not _keyring():
        return "this machine does not have Debian's archive keys (it is not Debian), so signatures cannot be checked."
    if not _mirror():
        return "this machine's apt configuration names no Debian mirror."
    return ""


def _keyring():
    return next((path for path in KEYRINGS if path.is_file()), None)


def _mirror():
    """The address of the main archive that apt already uses, or an empty string."""
    lines = run(
        [
            "apt-get",
            "indextargets",
            "--format",
            "$(ORIGIN)|$(REPO_URI)",
            "Created-By: Packages",
            "Component: main",
        ]
    ).splitlines()
    pairs = [line.split("|", 1) for line in lines if "|" in line]
    addresses = [
        address.rstrip("/") for origin, address in pairs if origin in ("", "Debian") and "security" not in address
    ]
    return min(addresses, default="")


def download(pins, folder, log_file):
    """Fetch the pinned packages (or, said aloud, the version that the suite has now) into `folder`.

    :raises PackageGone: the suite has no package `odoo-19` any more
    :raises DevError: no network, wrong signature, …
    """
    part = folder.with_name(folder.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    with tempfile.TemporaryDirectory(prefix="bank-crm-apt.") as scratch:
        options = _private_state(Path(scratch), sorted({pin.suite for pin in pins}))
        run_logged(
            ["apt-get", *options, "update"],
            log_file,
            what="apt-get update (private, Debian's own archive)",
            remedy="check the network and the signature error below, if any",
        )
        wanted = [_wanted(pin, options) for pin in pins]
        run_logged(["apt-get", *options, "download", *wanted], log_file, cwd=part, what="Downloading Odoo's packages")
    shutil.rmtree(folder, ignore_errors=True)
    part.rename(folder)


def _private_state(scratch, suites):
    for name in ("lists/partial", "cache/archives/partial"):
        (scratch / name).mkdir(parents=True)
    (scratch / "status").touch()
    sources = scratch / "odoo.sources"
    sources.write_text(
        f"Types: deb\nURIs: {_mirror()}\nSuites: {' '.join(suites)}\nComponents: main\nSigned-By: {_keyring()}\n"
    )
    settings = {
        "APT::Sandbox::User": "",
        "Acquire::Languages": "none",
        "Acquire::Retries": "3",
        "Acquire::AllowInsecureRepositories": "false",
        "APT::Get::AllowUnauthenticated": "false",
        "APT::Update::Error-Mode": "any",
        "APT::Update::Post-Invoke-Success": "",
        "Dir::Etc::sourcelist": sources,
        "Dir::Etc::sourceparts": "-",
        "Dir::Etc::preferences": "-",
        "Dir::Etc::preferencesparts": "-",
        "Dir::State": scratch,
        "Dir::State::lists": scratch / "lists",
        "Dir::State::status": scratch / "status",
        "Dir::Cache": scratch / "cache",
    }
    return ["-q", *(part for name, value in settings.items() for part in ("-o", f"{name}={value}"))]


def _wanted(pin, options):
    """`name=version` of the pinned version if the suite has it, else of the newest one there."""
    rows = [line.split("|") for line in run(["apt-cache", *options, "madison", pin.name]).splitlines()]
    found = [fields[1].strip() for fields in rows if len(fields) > 2 and pin.suite in fields[2]]
    if pin.version in found:
        return f"{pin.name}={pin.version}"
    if not found:
        kind = PackageGone if pin.name == "odoo-19" else DevError
        raise kind(f"Debian's suite {pin.suite} has no package {pin.name} any more.")
    warn(f"Debian's suite {pin.suite} has {pin.name} {found[0]} now, no longer {pin.version}.")
    return f"{pin.name}={found[0]}"
