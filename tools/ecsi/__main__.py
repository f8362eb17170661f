"""`python -m tools.ecsi DIR`: same as `./dev import ecsi DIR`."""
import sys

from .cli import main

sys.exit(main(sys.argv[1:]))
