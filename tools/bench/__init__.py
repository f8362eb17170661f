"""Benchmarks: every module here but this one has `run(context)`, see tools/dev/bench_context.py and bench_table.py."""
