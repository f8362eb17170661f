"""`./dev bench`: runs `tools/bench/NAME.py` in Odoo's Python, prints tables, keeps JSON under `.dev/bench/`."""

import subprocess

from tools.dev.errors import DevError
from tools.dev.progress import say
from tools.dev.workbench import Workbench


def benchmark_names(root):
    return sorted(path.stem for path in (root / "tools" / "bench").glob("*.py") if not path.stem.startswith("_"))


def run_benchmarks(paths, names, scale):
    """Run benchmarks one after the other.

    :returns: exit code; 1 when one of them could not run (a missed aim is shown, it is no failure)
    """
    known = benchmark_names(paths.root)
    unknown = [name for name in names if name not in known]
    if unknown:
        raise DevError(f"There is no benchmark {', '.join(unknown)}: there are {', '.join(known) or 'none yet'}.")
    if scale <= 0:
        raise DevError(f"--scale {scale} must be greater than 0: 1 is the normal number of rows, 0.1 a tenth of it.")
    if not known:
        say("There are no benchmarks yet (tools/bench/*.py).")
        return 0
    bench = Workbench.prepare(paths=paths)
    env = {**bench.env, "PYTHONPATH": str(paths.root)}
    codes = []
    for name in names or known:
        command = [str(paths.python), "-m", "tools.dev.bench_runner", name, str(scale)]
        codes.append(subprocess.run(command, env=env, cwd=paths.state, check=False).returncode)
    return int(any(codes))
