"""No file names a path of somebody's machine or the host of a package registry."""

import re
import subprocess

from tools.dev.lint.repository import repository_files, text_lines

# (spelt with a gap, so that this file passes its own gate)
FOLDERS = [name.replace(" ", "") for name in ("wo rk", "ro ot", "ho me", "Us ers", "m nt", "me dia")]
PATHS = re.compile(rf"(?:(?<![\w./:@%~*-])|(?<=file://))/(?:{'|'.join(FOLDERS)})/[\w.-]+")
PUBLIC_REGISTRIES = [
    name.replace(" ", "")
    for name in (
        "deb.debian .org",
        "ftp.debian .org",
        "security.debian .org",
        "archive.ubuntu .com",
        "pypi .org",
        "files.pythonhosted .org",
        "registry.npmjs .org",
        "proxy.golang .org",
    )
]
COMMANDS_THAT_NAME_REGISTRIES = [
    ["apt-get", "indextargets", "--format", "$(REPO_URI)"],
    ["pip", "config", "list"],
    ["npm", "config", "get", "registry"],
]
HOST = re.compile(r"\w+://(?:[^/@\s]*@)?([\w.-]+)")


def registry_hosts():
    """Hosts of the well-known registries and of those that this machine is configured for."""
    hosts = set(PUBLIC_REGISTRIES)
    for command in COMMANDS_THAT_NAME_REGISTRIES:
        try:
            answer = subprocess.run(
                command, capture_output=True, text=True, check=False, timeout=20, stdin=subprocess.DEVNULL
            )
        except (OSError, subprocess.TimeoutExpired):
            continue
        hosts.update(HOST.findall(answer.stdout))
    return sorted(host for host in hosts if "." in host)


def portable(root, files=None):
    """Problems as `file:line: …`."""
    hosts = re.compile("|".join(map(re.escape, registry_hosts())))
    problems = []
    for path in files if files is not None else repository_files(root):
        for number, line in enumerate(text_lines(root / path), 1):
            if match := PATHS.search(line):
                problems.append(f"{path}:{number}: `{match[0]}` is a path of one machine: make it relative")
            if match := hosts.search(line):
                problems.append(f"{path}:{number}: `{match[0]}` is a registry host: leave it to the machine")
    return problems
