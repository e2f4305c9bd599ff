"""A storm of commands against cards, in process and through PC/SC, at length (コマンドの乱射試験): `python -m benchmarks.card_storm`.

    python -m benchmarks.card_storm --random 1000000 --grammar 200000 --reader 20000

The tests do the same in small with other seeds. Ends with 0 only if no card died, no program ended, no secret came out and nothing guarded
without its condition.
"""

import argparse
import json
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from openjuki.terminal.card_file import CardFiles
from tests.card.apdu_storm import grammar_command, random_command, storm
from tests.card.cards import issued_files
from tests.terminal.reader_room import ReaderRoom
from tests.terminal.reader_storm import storm_through

FIRST_SEED, SHARD = 1_000, 20_000
"""The tests use the seeds before it."""


def in_process(count: int, kind: object, first: int) -> tuple[Counter[str], list[object], int]:
    """So many commands of one kind in shards, each with a seed of its own."""
    heard, faults, opened = Counter[str](), [], 0
    for number, start in enumerate(range(0, count, SHARD)):
        found, wrong, read = storm(first + number, min(SHARD, count - start), kind)
        heard, faults, opened = heard + found, faults + wrong, opened + read
        if number % 10 == 9:
            print(f"{start + SHARD:,} of {count:,} commands", flush=True)
    return heard, faults, opened


def through_reader(count: int) -> tuple[int, list[object]]:
    """So many through pcscd and vpcd, half of either kind, to one card in the reader."""
    with tempfile.TemporaryDirectory(prefix="openjuki-card-storm-") as name:
        folder = Path(name)
        files, made = CardFiles(folder / "card"), issued_files()
        files.write_image(made.image)
        files.write_chip(made.chip)
        room = ReaderRoom(folder)
        card = room.start(sys.executable, "-m", "tests.terminal.card_process", str(files.image))
        try:
            room.wait_for_card()
            found = [storm_through(room, FIRST_SEED, count // 2, kind, folder / kind) for kind in ("random", "grammar")]
            alive = card.poll() is None
        finally:
            card.kill()
            card.wait()
            room.close()
    return sum(heard.total() for heard, _ in found), [fault for _, faults in found for fault in faults] + ([] if alive else ["card ended"])


def main(given: Sequence[str]) -> int:
    """0 if nothing came out that may not."""
    parser = argparse.ArgumentParser(prog="benchmarks.card_storm", description="A storm of commands against cards.")
    for name, count in (("random", 1_000_000), ("grammar", 200_000), ("reader", 20_000)):
        parser.add_argument(f"--{name}", type=int, default=count)
    asked = parser.parse_args(given)
    rough, rough_faults, _ = in_process(asked.random, random_command, FIRST_SEED)
    near, near_faults, opened = in_process(asked.grammar, grammar_command, 2 * FIRST_SEED)
    through, reader_faults = through_reader(asked.reader)
    faults = rough_faults + near_faults + reader_faults
    found = {
        "ok": not faults and (rough.total(), near.total(), through) == (asked.random, asked.grammar, asked.reader // 2 * 2) and opened > 0,
        "random": rough.total(), "grammar": near.total(), "through_reader": through, "faults": len(faults),
        "guarded_files_read_with_their_condition": opened, "kinds_of_answer": len(rough + near),
    }  # fmt: skip
    print(json.dumps(found, indent=1))
    print("\n".join(map(str, faults[:20])), file=sys.stderr)
    return os.EX_OK if found["ok"] else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
