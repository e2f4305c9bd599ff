"""`python -m openjuki.simulation.power_cut --images N`: the long search, several days, and its controls (停電試験の実行; P13)."""

import argparse
import json
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from openjuki.simulation.power_cut.trial import Result, played, try_images, try_restarts

IMAGES_PER_DAY = 5_000
ROUNDS = 30
CONTROL_IMAGES = 300


def search(images: int, seed: str) -> dict[str, object]:
    """Days of 5,000 images each, one hundredth of them with a restart of the whole country; then both controls, which must fail."""
    began_s, results, restarts = time.monotonic(), list[Result](), list[Result]()
    with tempfile.TemporaryDirectory() as folder:
        for number, start in enumerate(range(0, images, IMAGES_PER_DAY)):
            day = played(Path(folder) / str(number), f"{seed}/{number}", ROUNDS)
            count = min(IMAGES_PER_DAY, images - start)
            results.append(try_images(day, count))
            restarts.append(try_restarts(day, max(1, count // 100)))
        unsynced = try_images(played(Path(folder) / "off", seed, ROUNDS, synchronous="OFF"), CONTROL_IMAGES)
        hasty = try_images(played(Path(folder) / "hasty", seed, ROUNDS, hasty=True), CONTROL_IMAGES)
    broken = sum(result.broken for result in (*results, *restarts))
    return {
        "ok": not broken and lossy(unsynced) and lossy(hasty),
        "images": images,
        "restarts": sum(result.images for result in restarts),
        "operations": sum(result.operations for result in results),
        "told": sum(result.told for result in results),
        "broken": broken,
        "faults": {what: times for result in (*results, *restarts) for what, times in result.faults.items()},
        "control_synchronous_off": f"{unsynced.broken} of {unsynced.images} images lost something",
        "control_told_before_commit": f"{hasty.broken} of {hasty.images} images lost something",
        "seconds": round(time.monotonic() - began_s, 1),
    }


def lossy(result: Result) -> bool:
    """Whether something that was told was seen to be lost."""
    return any(fault.startswith("lost") for fault in result.faults)


def main(arguments: Sequence[str] | None = None) -> int:
    """Search, say what was found as JSON, and end with 1 if anything was."""
    parser = argparse.ArgumentParser(prog="python -m openjuki.simulation.power_cut", description="Power cuts of recorded days.")
    parser.add_argument("--images", type=int, default=IMAGES_PER_DAY)
    parser.add_argument("--seed", default="1")
    given = parser.parse_args(arguments)
    found = search(given.images, given.seed)
    print(json.dumps(found, ensure_ascii=False, indent=1))
    return 0 if found["ok"] else 1


if __name__ == "__main__":
    raise SystemExit(main())
