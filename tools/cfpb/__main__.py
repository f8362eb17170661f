"""`python -m tools.cfpb FILE`: same as `./dev import cfpb FILE`."""
import sys

from .cli import main

sys.exit(main(sys.argv[1:]))
