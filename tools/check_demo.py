"""Judges what the demonstration said of itself (実演の判定): ready in time, small, every link up, every step right.

    python -m tools.check_demo up.json story.json [--record]

The two files hold what `openjuki country up --check --json` and `openjuki country story --json` said. Exit 0 if all is met, else 1.
With --record the outcome is kept in proof/ as the line `demo`.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from tools.record import record

READY_S_MAX = 30
MEMORY_MB_MAX = 500
STEPS = ("birth", "passport", "refusals", "code-change", "correction", "fault")


def up_faults(up: Mapping[str, Any]) -> list[str]:
    """What the start of the country does not keep."""
    faults = [] if up["ok"] is True else ["country up: not ok"]
    if not up["seconds_to_ready"] < READY_S_MAX:
        faults.append(f"country up: ready in {up['seconds_to_ready']} s (limit {READY_S_MAX})")
    if not 0 < up["peak_mb"] < MEMORY_MB_MAX:
        faults.append(f"country up: {up['peak_mb']} MB (limit {MEMORY_MB_MAX})")
    if not up["links_up"] > 0:
        faults.append("country up: no link is up")
    return faults


def story_faults(story: Mapping[str, Any]) -> list[str]:
    """What the story does not keep: a step that is missing, went wrong, or names no promise."""
    played = {step["id"]: step for step in story["steps"]}
    faults = [] if story["ok"] is True else ["story: not ok"]
    faults += [f"story: step {step} was not played" for step in STEPS if step not in played]
    faults += [f"story: step {name} went wrong" for name, step in played.items() if step["ok"] is not True]
    faults += [f"story: step {name} names no promise" for name, step in played.items() if not step["promises"]]
    return faults


def main(arguments: Sequence[str]) -> int:
    """Reads both files and says what is not met."""
    up, story = (json.loads(Path(path).read_text("utf-8")) for path in arguments if path != "--record")
    faults = up_faults(up) + story_faults(story)
    figure = f"ready in {up['seconds_to_ready']} s, {up['peak_mb']} MB; story: {len(story['steps'])} steps in {story['seconds']} s"
    print("\n".join(faults) or f"demonstration: {figure}")
    if "--record" in arguments:
        record("demo", "make demo", "; ".join([figure, *faults]), not faults, "CI", date.today())
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
