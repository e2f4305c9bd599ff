"""Judges what the demonstration said of itself (実演の判定): ready in time, small, every link up, every step right.

    python -m tools.check_demo up.json story.json [--record]

The two files hold what `openjuki country up --check --json` and `openjuki country story --json` said. Exit 0 if all is met, else 1; a file
that says nothing of it (empty, cut off, of another command) is named and is a fault. With --record the outcome is kept in proof/ as the
line `demo`.
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
SAID = {
    "country up": {"ok": bool, "seconds_to_ready": float, "peak_mb": float, "links_up": int},
    "story": {"ok": bool, "seconds": float, "steps": list},
}
"""What each command says, by name, with its JSON type."""
OF_A_STEP = {"id": str, "ok": bool, "promises": list}
USAGE = "usage: python -m tools.check_demo up.json story.json [--record]"


class SaysNothing(ValueError):
    """A file does not hold what the command says; the text says which file, and why."""


def read(path: Path, command: str) -> Mapping[str, Any]:
    """What a command said. Raises SaysNothing."""
    try:
        text = path.read_text("utf-8")
        said = json.loads(text) if text.strip() else None
    except OSError as error:
        raise SaysNothing(f"{command}: {path} cannot be read ({error.strerror})") from error
    except ValueError as error:
        raise SaysNothing(f"{command}: {path} is no JSON; it may be cut off") from error
    if said is None:
        raise SaysNothing(f"{command}: {path} is empty; the command may have ended with an error before it said anything")
    if isinstance(said, dict) and isinstance(told := said.get("error"), dict):
        raise SaysNothing(f"{command}: ended with an error: {told.get('item')}: {told.get('reason')}")
    wrong = unsaid(said, SAID[command])
    if not wrong and command == "story":
        wrong = [f"steps: {item}" for step in said["steps"] for item in unsaid(step, OF_A_STEP)]
    if wrong:
        raise SaysNothing(f"{command}: {path} does not say {', '.join(dict.fromkeys(wrong))}")
    return said  # type: ignore[no-any-return]


def unsaid(said: Any, wanted: Mapping[str, type]) -> list[str]:
    """Items that are missing or of another type."""
    if not isinstance(said, dict):
        return ["an object"]
    return [name for name, kind in wanted.items() if not _is(said.get(name), kind)]


def _is(value: Any, kind: type) -> bool:
    """JSON knows one kind of number, and true is none."""
    return isinstance(value, int | float) and not isinstance(value, bool) if kind in (int, float) else isinstance(value, kind)


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
    paths = [Path(path) for path in arguments if path != "--record"]
    if len(paths) != len(SAID):
        print(USAGE, file=sys.stderr)
        return 2
    figure, faults = judge(*paths)
    print("\n".join(faults) or f"demonstration: {figure}")
    if "--record" in arguments:
        record("demo", "make demo", "; ".join([figure, *faults] if figure else faults), not faults, "CI", date.today())
    return 1 if faults else 0


def judge(up_file: Path, story_file: Path) -> tuple[str, list[str]]:
    """The figure ("" if a file says nothing of it), and all that is not met."""
    said, faults = list[Mapping[str, Any]](), list[str]()
    for path, command in ((up_file, "country up"), (story_file, "story")):
        try:
            said.append(read(path, command))
        except SaysNothing as error:
            faults.append(str(error))
    if faults:
        return "", faults
    up, story = said
    figure = f"ready in {up['seconds_to_ready']} s, {up['peak_mb']} MB; story: {len(story['steps'])} steps in {story['seconds']} s"
    return figure, up_faults(up) + story_faults(story)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
