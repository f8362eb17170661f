"""OCA's helpdesk beside our tickets: in an environment and databases of its own.

It is AGPL-3: it is installed from PyPI when the benchmark runs, called over the public names of its models, and no
part of this repository.
"""

from dataclasses import dataclass

from tools.dev.databases import Databases
from tools.dev.errors import DevError
from tools.dev.paths import Paths
from tools.dev.progress import Step
from tools.dev.python_env import ensure_layered_venv
from tools.dev.stamps import digest
from tools.dev.workbench import Workbench

REQUIREMENTS = ("odoo-addon-helpdesk-mgmt==19.0.1.3.2", "odoo-addon-helpdesk-mgmt-sla==19.0.1.0.0.4")
MODULES = ("helpdesk_mgmt", "helpdesk_mgmt_sla")


@dataclass(frozen=True)
class PeerPaths(Paths):
    """The working copy with the peer's environment in place of ours."""

    @property
    def venv(self):
        return self.state / "helpdesk-venv"


def prepare(bench):
    """Install the peer.

    :param bench: :class:`~tools.dev.workbench.Workbench` of this working copy
    :returns: the same with the peer's Python: its servers and shells know the peer's modules
    :raises DevError: the packages cannot be fetched; the text says what to do
    """
    paths = PeerPaths(bench.paths.root)
    try:
        ensure_layered_venv(bench.paths, bench.source, paths.venv, REQUIREMENTS)
    except DevError as error:
        raise DevError(
            f"The peer ({', '.join(REQUIREMENTS)}) could not be installed from PyPI: {error} "
            "Make the package index reachable, or keep the two wheels in a folder and name it with PIP_FIND_LINKS."
        ) from error
    return Workbench(paths, bench.source)


def ensure_database(peer):
    """The template with the peer's modules; made once for each version and Odoo.

    :returns: its name
    """
    databases = Databases(peer)
    core = databases.ensure_core()
    name = f"helpdesk_{digest(core, *REQUIREMENTS)}"
    if databases.exists(name):
        return name
    part = f"{name}_part"
    databases.clone(core, part)
    with Step(f"installing {', '.join(MODULES)}"):
        databases.run_odoo(part, "-i", ",".join(MODULES), "--without-demo", what="Installing the peer")
    missing = set(MODULES) - databases.installed(part)
    if missing:
        raise DevError(f"Odoo did not install {', '.join(sorted(missing))}: see {peer.paths.logs / part}.install.log.")
    databases.rename(part, name)
    return name
