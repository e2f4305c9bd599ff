"""The issuer's journal of cards as a file: one line per change, on disk before the card is told (発行簿, Order art. 30-14)."""

import json
import os
from collections.abc import Sequence
from pathlib import Path

from openjuki.card.personalisation import Stage


class JournalFile:
    """A journal in a file of JSON lines, readable by its owner only. A line that a kill has cut is as if never written. A `Journal`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._cards: dict[str, tuple[str, Stage]] = {}
        if path.exists():
            self._read(path.read_bytes())

    def stage(self, card_id: str) -> Stage | None:
        return self._cards[card_id][1] if card_id in self._cards else None

    def write(self, card_id: str, person: str, stage: Stage) -> None:
        line = json.dumps({"card": card_id, "person": person, "stage": stage}) + "\n"
        descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(line.encode("utf-8"))
            file.flush()
            os.fsync(file.fileno())
        self._cards[card_id] = (person, stage)

    def not_void(self, person: str) -> Sequence[str]:
        return [card_id for card_id, (whose, stage) in self._cards.items() if whose == person and stage is not Stage.VOID]

    def _read(self, content: bytes) -> None:
        """Takes whole lines; what a kill has cut is taken off the file, so that the next line begins on its own."""
        whole = content[: content.rfind(b"\n") + 1]
        for line in whole.decode("utf-8").splitlines():
            told = json.loads(line)
            self._cards[told["card"]] = (told["person"], Stage(told["stage"]))
        if whole != content:
            os.truncate(self._path, len(whole))
