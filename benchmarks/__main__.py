"""`python -m benchmarks [NAME ...]`: the one command of the measurements (性能比較)."""

import sys

from benchmarks.run import main

if __name__ == "__main__":
    sys.exit(main())
