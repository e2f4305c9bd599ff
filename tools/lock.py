"""Settles the packages anew (依存関係の固定): one lock per part, by hash, without any download address.

python tools/lock.py            keeps what is locked unless pyproject.toml asks for something else
python tools/lock.py --upgrade  takes the newest of everything
"""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OPTIONS = ["--quiet", "--universal", "--python-version", "3.11", "--generate-hashes", "--no-header", "--no-annotate"]
NO_ADDRESSES = ["--no-emit-index-url", "--no-emit-find-links"]
TESTED = ["--extra", "dev", "--extra", "postgres"]
KEPT = ["--constraints", "requirements/core.txt"]
EXTRAS = {"core": TESTED, "bench": [*TESTED, "--extra", "bench", *KEPT], "reader": [*TESTED, "--extra", "reader", *KEPT]}


def lock(part: str, options: Sequence[str]) -> None:
    """Writes `requirements/PART.txt`; raises CalledProcessError if the requirements contradict one another."""
    sources = ["pyproject.toml", "requirements/build.in", "--output-file", f"requirements/{part}.txt"]
    uv = [sys.executable, "-m", "uv", "pip", "compile"]
    subprocess.run([*uv, *OPTIONS, *NO_ADDRESSES, *EXTRAS[part], *sources, *options], cwd=ROOT, check=True)


def main(options: Sequence[str]) -> int:
    """Locks every part; the others keep the versions of the core."""
    for part in EXTRAS:
        lock(part, options)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
