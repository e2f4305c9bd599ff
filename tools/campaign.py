"""Runs the long searches one after the other and keeps what they found (長時間試験): `make campaign`.

    python -m tools.campaign [NAME ...]     all of them, or those named

A search is a module that is run as a program, says one JSON value with "ok" and its figures, and exits with 0 only if all went right.
Each is kept in proof/ under the line that it shows; afterwards `make proof` writes the page.
"""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from tools.record import record

ROOT = Path(__file__).resolve().parent.parent


class Search(NamedTuple):
    """One long search: its name, the line of proof/lines.toml that it shows, and the module with its arguments."""

    name: str
    line: str
    command: tuple[str, ...]


SEARCHES = (Search("power-cut", "power-cut", ("openjuki.simulation.power_cut", "--images", "5000")),)
"""In the order in which they run; whoever writes a search adds its row."""


def figure(found: Mapping[str, Any]) -> str:
    """What was found in one line: every number and word of the search's own report but for "ok"."""
    plain = {name: value for name, value in found.items() if name != "ok" and isinstance(value, int | float | str)}
    return ", ".join(
        f"{name.replace('_', ' ')} {value:,}" if isinstance(value, int) else f"{name.replace('_', ' ')} {value}"
        for name, value in plain.items()
    )


def last_json(text: str) -> dict[str, Any]:
    """The JSON object that a search said, also after lines of progress; empty if it said none."""
    start = text.find("{\n") if "{\n" in text else text.find("{")
    try:
        said = json.loads(text[start:]) if start >= 0 else {}
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def run(search: Search) -> bool:
    """Runs one search and keeps its outcome; a search that breaks off is kept as failed."""
    print(f"campaign: {search.name}", file=sys.stderr, flush=True)
    done = subprocess.run([sys.executable, "-m", *search.command], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    found = last_json(done.stdout)
    ok = done.returncode == 0 and found.get("ok") is True
    told = figure(found) or f"broke off with exit code {done.returncode}"
    record(search.line, f"make campaign SEARCH={search.name}", told, ok, "campaign", date.today())
    print(f"campaign: {search.name}: {'ok' if ok else 'FAILED'}: {told}", file=sys.stderr, flush=True)
    return ok


def main(names: Sequence[str]) -> int:
    """Runs the searches named, or all; exit 1 if one failed, 2 for a name that is none."""
    unknown = sorted(set(names) - {search.name for search in SEARCHES})
    if unknown:
        print(f"campaign: no search {unknown[0]}; there are: {', '.join(search.name for search in SEARCHES)}", file=sys.stderr)
        return 2
    outcomes = [run(search) for search in SEARCHES if not names or search.name in names]
    return 0 if all(outcomes) else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
