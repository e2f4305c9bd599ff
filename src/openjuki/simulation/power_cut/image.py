"""What a power cut may leave of each file: everything synced, and of the rest some, all or nothing, torn at 512 bytes (停電後の像).

A sector of 512 bytes is written whole or not at all, and writing one harms no other; beyond that nothing is promised about what was not
synced (sqlite.org/atomiccommit.html section 2).
"""

from collections.abc import Iterator, Sequence
from enum import Enum
from random import Random

from openjuki.simulation.power_cut.disk import Kind, Operation

SECTOR_BYTES = 512


class Loss(Enum):
    """How the unsynced operations of one file fare."""

    NOTHING_KEPT = 0
    ALL_KEPT = 1
    FIRST_KEPT = 2
    """Up to some operation, that one torn."""
    SOME_KEPT = 3
    """Any of them, in any shape."""


class File:
    """One file: what is safe, and what was done to it since its last sync."""

    def __init__(self) -> None:
        self.safe: bytearray | None = None
        self.unsynced: list[Operation] = []

    def take(self, operation: Operation) -> None:
        """One more operation; a sync makes everything before it safe."""
        if operation.kind is Kind.SYNC:
            for done in self.unsynced:
                self.safe = apply(self.safe, done)
            self.unsynced.clear()
        elif operation.kind is not Kind.OPEN or (self.safe is None and not self.unsynced) or self._is_deleted():
            self.unsynced.append(operation)

    def name_is_safe(self) -> None:
        """The folder was synced: what was deleted stays so, what was made new is there, if with nothing in it."""
        deletions = [number for number, operation in enumerate(self.unsynced) if operation.kind is Kind.DELETE]
        if deletions:
            self.safe = None
            del self.unsynced[: deletions[-1] + 1]
        if self.unsynced and self.unsynced[0].kind is Kind.OPEN:
            self.safe = bytearray()
            del self.unsynced[0]

    def _is_deleted(self) -> bool:
        return bool(self.unsynced) and self.unsynced[-1].kind is Kind.DELETE

    def left(self, chance: Random) -> bytes | None:
        """The file as the machine finds it again; None if there is none."""
        content = None if self.safe is None else bytearray(self.safe)
        for operation in survivors(self.unsynced, chance):
            content = apply(content, operation)
        return None if content is None else bytes(content)


def apply(content: bytearray | None, operation: Operation) -> bytearray | None:
    """The content after an operation."""
    if operation.kind is Kind.DELETE:
        return None
    content = bytearray() if content is None else content
    if operation.kind is Kind.TRUNCATE:
        del content[operation.offset :]
    elif operation.kind is Kind.WRITE:
        end = operation.offset + len(operation.data)
        content.extend(bytes(max(0, end - len(content))))
        content[operation.offset : end] = operation.data
    return content


def survivors(unsynced: Sequence[Operation], chance: Random) -> Iterator[Operation]:
    """Those that reached the disk, whole or in part. A deletion that did not leaves the old file, which later writes never touched."""
    loss = chance.choice(list(Loss))
    count = chance.randrange(len(unsynced) + 1) if loss is Loss.FIRST_KEPT else len(unsynced)
    for number, operation in enumerate(unsynced):
        if loss is Loss.NOTHING_KEPT or number > count:
            return
        if loss is Loss.ALL_KEPT or (loss is Loss.FIRST_KEPT and number < count):
            yield operation
            continue
        kept = list(torn(operation, chance))
        yield from kept
        if not kept and operation.kind is Kind.DELETE:
            return


def torn(operation: Operation, chance: Random) -> Iterator[Operation]:
    """All, nothing, or some sectors of an operation."""
    fate = chance.random()
    if fate < 0.4:
        yield operation
    elif fate < 0.6 and operation.kind is Kind.WRITE:
        for start, piece in sectors(operation):
            if chance.random() < 0.5:
                yield operation._replace(offset=start, data=piece)


def sectors(operation: Operation) -> Iterator[tuple[int, bytes]]:
    """The pieces of a write that lie in different sectors, with their offsets."""
    start, end = operation.offset, operation.offset + len(operation.data)
    while start < end:
        until = min(end, (start // SECTOR_BYTES + 1) * SECTOR_BYTES)
        yield start, operation.data[start - operation.offset : until - operation.offset]
        start = until


class Cut:
    """The disk as it goes through its operations; asked for images at ever later moments."""

    def __init__(self, operations: Sequence[Operation]) -> None:
        self._operations, self._at = operations, 0
        self._files: dict[str, File] = {}

    def images(self, at: int, folder: str, chance: Random) -> dict[str, bytes]:
        """What is left of the files below `folder` if the power goes before operation `at`; `at` never goes back."""
        for operation in self._operations[self._at : at]:
            if operation.kind is Kind.SYNC_NAMES:
                for path, file in self._files.items():
                    if path.startswith(operation.path + "/"):
                        file.name_is_safe()
            else:
                self._files.setdefault(operation.path, File()).take(operation)
        self._at = at
        left = {path: file.left(chance) for path, file in self._files.items() if path.startswith(folder)}
        return {path: content for path, content in left.items() if content is not None}
