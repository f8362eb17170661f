import sys

from tools.dev.cli import main

sys.exit(main(sys.argv[1:]))
