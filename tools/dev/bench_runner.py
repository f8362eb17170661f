"""Runs one benchmark (`python -m tools.dev.bench_runner NAME SCALE`, by the environment's Python)."""

import datetime
import importlib
import json
import os
import platform
import subprocess
import sys

from tools.dev.bench_context import Context
from tools.dev.bench_table import table, with_ratios
from tools.dev.errors import DevError
from tools.dev.progress import say
from tools.dev.workbench import Workbench


def main(name, scale):
    bench = Workbench.attach()
    bench.databases.drop_abandoned()
    os.environ.update(bench.env)
    module = importlib.import_module(f"tools.bench.{name}")
    say(f"\n{name}: {(module.__doc__ or '').strip().splitlines()[0] if module.__doc__ else ''}")
    with Context(bench, name, scale) as context:
        rows = module.run(context)
    say(table(rows))
    result = {"benchmark": name, "scale": scale, **_circumstances(bench), "rows": with_ratios(rows)}
    path = bench.paths.state / "bench" / f"{name}.json"
    path.write_text(json.dumps(result, indent=1, default=str) + "\n")
    say(f"kept in {path.relative_to(bench.paths.root)}")


def _circumstances(bench):
    commit = subprocess.run(
        ["git", "-C", str(bench.paths.root), "rev-parse", "--short", "HEAD"],
        capture_output=True,
        text=True,
        check=False,
    )
    return {
        "at": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "commit": commit.stdout.strip(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "postgresql": bench.cluster.query("SHOW server_version")[0][0],
    }


if __name__ == "__main__":
    try:
        main(sys.argv[1], float(sys.argv[2]))
    except DevError as error:
        sys.exit(f"{sys.argv[1]}: {error}")
