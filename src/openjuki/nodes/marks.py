"""The marks of a machine's offices: one small file for each, outside of the folders that are backed up (世代印; architecture section 4).

DIR/marks/CODE holds the number of the last commit of DIR/offices/CODE/register.db (offices/marked_store.py).
"""

import os
import re
from pathlib import Path

from openjuki.offices.marked_store import said_restored

_DIGITS = 20
_SHAPE = re.compile(rb"[0-9]{20}\n")


class FileMark:
    """A mark on disk (offices.marked_store.Mark); made, and safe from a power cut, before the first commit is counted."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor = -1

    def read(self) -> int | None:
        """The number; None if there is no mark, or none that can be read."""
        try:
            held = self._path.read_bytes()
        except FileNotFoundError:
            return None
        return int(held) if _SHAPE.fullmatch(held) else None

    def keep(self, number: int) -> None:
        """Write the number over the last one: one write inside one sector, which is whole or not at all."""
        if self._descriptor < 0:
            self._open(number)
        os.pwrite(self._descriptor, b"%0*d\n" % (_DIGITS, number), 0)

    def close(self) -> None:
        """Sync and close; it is opened again when there is something to keep."""
        if self._descriptor >= 0:
            os.fsync(self._descriptor)
            os.close(self._descriptor)
            self._descriptor = -1

    def _open(self, number: int) -> None:
        """Open the file; one that is not there is made under another name first, so that it is never seen empty."""
        if self.read() is None:
            self._path.parent.mkdir(exist_ok=True)
            new = self._path.with_suffix(".new")
            with new.open("wb") as file:
                file.write(b"%0*d\n" % (_DIGITS, number))
                file.flush()
                os.fsync(file.fileno())
            new.replace(self._path)
            _sync_names(self._path.parent)
            _sync_names(self._path.parent.parent)
        self._descriptor = os.open(self._path, os.O_RDWR | os.O_CLOEXEC)


def _sync_names(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    os.fsync(descriptor)
    os.close(descriptor)


def mark_of(office_folder: Path) -> FileMark:
    """The mark of the office of a folder DIR/offices/CODE."""
    return FileMark(office_folder.parent.parent / "marks" / office_folder.name)


def say_restored(office_folder: Path) -> None:
    """The operator's word that the file is an old copy: the mark goes out of its reach, and the next start begins a recovery."""
    mark = mark_of(office_folder)
    mark.keep(said_restored(mark.read()))
    mark.close()
