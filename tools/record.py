"""Keeps what was measured (測定結果の記録): one committed file per line that must be shown.

    from tools.record import record
    record("kill-9", command="make campaign", figure="30 of 30, nothing lost", ok=True, where="campaign", date=date.today())

or from a shell, today's date:

    python -m tools.record kill-9 --command "make campaign" --figure "30 of 30, nothing lost" --where campaign [--failed]

`proof/lines.toml` says which lines there are; `tools/proof.py` makes the page from both.
"""

import argparse
import json
import tomllib
from collections.abc import Sequence
from datetime import date as Date
from pathlib import Path
from typing import NamedTuple

PROOF = Path(__file__).resolve().parent.parent / "proof"
PLACES = ("CI", "bench", "campaign")


class Line(NamedTuple):
    """One line that must be shown: its id, the issue that asks for it, and what it says in short."""

    id: str
    issue: int
    text: str


class UnknownLine(ValueError):
    """The id is not in `proof/lines.toml`; add the line there first."""


def lines(folder: Path = PROOF) -> list[Line]:
    """All lines that must be shown, in the order of the list."""
    listed = tomllib.loads((folder / "lines.toml").read_text("utf-8"))["line"]
    return [Line(**line) for line in listed]


def record(line_id: str, command: str, figure: str, ok: bool, where: str, date: Date, folder: Path = PROOF) -> Path:
    """Writes `proof/<line_id>.json` in place of what stood there; returns the file.

    `command` repeats it, `figure` is what came out with its unit, `where` is CI, bench or campaign. A line that fails is recorded too.
    Raises UnknownLine for an id that is not listed and ValueError for another place.
    """
    if line_id not in {line.id for line in lines(folder)}:
        raise UnknownLine(f"{line_id}: not in proof/lines.toml; add the line there first")
    if where not in PLACES:
        raise ValueError(f"where: one of {', '.join(PLACES)}")
    result = {"id": line_id, "ok": ok, "figure": figure, "command": command, "where": where, "date": date.isoformat()}
    path = folder / f"{line_id}.json"
    path.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return path


def main(arguments: Sequence[str] | None = None) -> int:
    """Records one result from a shell, dated today."""
    parser = argparse.ArgumentParser(description="Keep one result in proof/.")
    parser.add_argument("line_id")
    parser.add_argument("--command", required=True)
    parser.add_argument("--figure", required=True)
    parser.add_argument("--where", required=True, choices=PLACES)
    parser.add_argument("--failed", action="store_true")
    given = parser.parse_args(arguments)
    record(given.line_id, given.command, given.figure, not given.failed, given.where, Date.today())
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
