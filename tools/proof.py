"""Writes docs/proof.md (証明の一覧) from the results kept in proof/: what must be shown, what came out, when, and how to see it again.

python -m tools.proof           writes the page
python -m tools.proof --check   exit 1 if the page is not what the results say
"""

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from tools.record import PROOF, Line, lines

PAGE = PROOF.parent / "docs" / "proof.md"
HEAD = """<!-- written by tools/proof.py; run `make proof` after a new result -->
# Proof

What must be shown, and what came out the last time. CI = shown every time by `make test` or `.ci/run`; bench = by `make bench`;
campaign = by `make campaign`, the long search. The raw results are in [proof/](../proof).
"""


def results(folder: Path = PROOF) -> dict[str, Mapping[str, object]]:
    """What was kept, by line id."""
    return {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.json"))}


def page(listed: Sequence[Line], kept: Mapping[str, Mapping[str, object]]) -> str:
    """The whole page: a table per issue, and a count at its head."""
    met = sum(1 for line in listed if kept.get(line.id, {}).get("ok") is True)
    parts = [HEAD, f"{met} of {len(listed)} lines met.\n"]
    for issue in dict.fromkeys(line.issue for line in listed):
        parts += [
            f"## Issue {issue}\n",
            "| line | must show | state | figure | see it again | where | date |",
            "|---|---|---|---|---|---|---|",
        ]
        parts += [row(line, kept.get(line.id)) for line in listed if line.issue == issue]
        parts.append("")
    return "\n".join(parts)


def row(line: Line, result: Mapping[str, object] | None) -> str:
    """One line of the table; without a result it says so."""
    if result is None:
        return f"| `{line.id}` | {line.text} | **not met yet** | | | | |"
    state = "met" if result["ok"] is True else "**not met**"
    cells = [str(result["figure"]), f"`{result['command']}`", str(result["where"]), str(result["date"])]
    return f"| `{line.id}` | {line.text} | {state} | " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def main(arguments: Sequence[str]) -> int:
    """Writes the page, or with --check compares it."""
    text = page(lines(), results())
    if "--check" not in arguments:
        PAGE.write_text(text, "utf-8")
        return 0
    if PAGE.exists() and PAGE.read_text("utf-8") == text:
        return 0
    print("docs/proof.md is not what proof/ says: run `make proof`", file=sys.stderr)
    return 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
