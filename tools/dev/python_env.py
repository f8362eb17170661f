"""The Python environments: `.dev/venv` (Odoo, tests) and `.dev/lint-venv` (linters)."""

import os
import platform
import shutil
import sys

from tools.dev.odoo_wheel import write_wheel
from tools.dev.process import run, run_logged
from tools.dev.progress import Step
from tools.dev.stamps import Stamp, digest


def ensure_venv(paths, source):
    """`.dev/venv` with Odoo's and the tests' requirements."""
    files = [paths.root / name for name in ("requirements.txt", "requirements-test.txt")]
    wheel = write_wheel(source.library, paths.state / "wheels")
    stand_in = paths.root / "tools" / "bin" / "wkhtmltopdf"
    stamp = Stamp(paths.venv / ".complete", digest(platform.python_version(), source.key, *files, stand_in))
    if stamp.is_current():
        return
    with Step("installing Odoo's Python packages"):
        _make(paths.venv)
        # (--force-reinstall of the wheel alone: its version never changes, its target may)
        _install(paths, paths.venv, ["--force-reinstall", "--no-deps", wheel], "pip-odoo.log")
        _install(paths, paths.venv, ["-r", files[1]], "pip.log")
        _install_stand_in(paths, stand_in)
    stamp.write()


def ensure_lint_venv(paths):
    """`.dev/lint-venv` with the linters."""
    requirements = paths.root / "requirements-lint.txt"
    stamp = Stamp(paths.lint_venv / ".complete", digest(platform.python_version(), requirements))
    if stamp.is_current():
        return
    with Step("installing the linters"):
        _make(paths.lint_venv)
        _install(paths, paths.lint_venv, ["-r", requirements], "pip-lint.log")
    stamp.write()


def ensure_layered_venv(paths, source, venv, requirements):
    """An environment on top of `.dev/venv`: some packages more, which that one never sees.

    :param venv: its folder
    :param requirements: pinned requirements, as pip takes them
    :raises DevError: a package cannot be fetched
    """
    wheel = write_wheel(source.library, paths.state / "wheels")
    below = (paths.venv / ".complete").read_text()
    stamp = Stamp(venv / ".complete", digest(platform.python_version(), below, *requirements))
    if stamp.is_current():
        return
    with Step(f"installing {', '.join(requirements)} into {venv.name}"):
        _make(venv)
        (site_packages,) = venv.glob("lib/python*/site-packages")
        (lower,) = paths.venv.glob("lib/python*/site-packages")
        (site_packages / "layer.pth").write_text(f"import site; site.addsitedir({str(lower)!r})\n")
        # (the small wheel of Odoo first: the packages require `odoo==19.0.*`)
        _install(paths, venv, ["--force-reinstall", "--no-deps", wheel], f"pip-odoo-{venv.name}.log")
        _install(paths, venv, list(requirements), f"pip-{venv.name}.log")
    stamp.write()


def _make(venv):
    """A usable environment; a broken one (its Python is gone) is made again, an interrupted one is kept and filled."""
    (venv / ".complete").unlink(missing_ok=True)
    python = venv / "bin" / "python"
    usable = python.exists() and (_uv() or (venv / "bin" / "pip").exists())
    if not usable:
        shutil.rmtree(venv, ignore_errors=True)
        run([sys.executable, "-m", "venv", venv])


def _uv():
    return shutil.which("uv")


def _install(paths, venv, what, log_name):
    python = venv / "bin" / "python"
    pip = (
        [_uv(), "pip", "install", "--python", python]
        if _uv()
        else [
            python,
            "-m",
            "pip",
            "install",
            "--disable-pip-version-check",
            "--no-input",
        ]
    )
    run_logged(
        [*pip, *what],
        paths.logs / log_name,
        env=without_python_path(),
        what="Installing Python packages",
        remedy="check the network and run the same command again (it resumes)",
    )


def _install_stand_in(paths, script):
    """The stand-in for the patched wkhtmltopdf, run by the environment's own Python, first on PATH."""
    _first, _newline, rest = script.read_text().partition("\n")
    target = paths.venv / "bin" / "wkhtmltopdf"
    target.write_text(f"#!{paths.python}\n{rest}")
    target.chmod(0o755)


def without_python_path():
    """The environment without PYTHONPATH (which `./dev` sets for itself)."""
    return {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")}
