"""What `./dev` does: set-up, serving, tests, lint, benchmarks.

Standard library only: it runs before anything is installed.
"""
