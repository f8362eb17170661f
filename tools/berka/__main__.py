"""`python -m tools.berka DIR`: same as `./dev import berka DIR`."""
import sys

from .cli import main

sys.exit(main(sys.argv[1:]))
