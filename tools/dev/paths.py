"""Where things are. Everything that `./dev` makes is below `.dev/` in the repository (git-ignored)."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Paths:
    """The folders of one working copy."""

    root: Path = ROOT

    @property
    def state(self):
        return self.root / ".dev"

    @property
    def odoo(self):
        """The unpacked Odoo source."""
        return self.state / "odoo"

    @property
    def venv(self):
        return self.state / "venv"

    @property
    def lint_venv(self):
        return self.state / "lint-venv"

    @property
    def python(self):
        """The Python that has Odoo and its requirements."""
        return self.venv / "bin" / "python"

    @property
    def data(self):
        """Odoo's data_dir: file stores and sessions."""
        return self.state / "data"

    @property
    def logs(self):
        return self.state / "log"

    @property
    def run(self):
        """One JSON file per running server."""
        return self.state / "run"

    @property
    def databases(self):
        """One JSON file per database: what it was made from."""
        return self.state / "databases"

    @property
    def stamps(self):
        return self.state / "stamps"

    @property
    def keys(self):
        return self.state / "keys.env"

    @property
    def config(self):
        """The odoo.conf that every command uses."""
        return self.state / "odoo.conf"

    @property
    def fingerprint(self):
        """Tells this working copy from others on the same machine (8 characters)."""
        return hashlib.sha256(str(self.root).encode()).hexdigest()[:8]

    def make(self):
        for folder in (self.state, self.data, self.logs, self.run, self.databases, self.stamps):
            folder.mkdir(parents=True, exist_ok=True)
