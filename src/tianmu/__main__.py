"""`python -m tianmu` is the `tianmu` command."""

import sys

from tianmu.cli import main

if __name__ == "__main__":
    sys.exit(main())
