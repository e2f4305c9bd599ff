"""The reject file: rows that were not entered, with every error; written in step with the register (エラー行; docs/import.md).

Beside it the list of characters that were stored in another spelling of the same glyph. The length of each is kept in the register's own
transaction. So after a crash it is cut to what the register says, and no row is lost or doubled.
"""

import os
from pathlib import Path

from openjuki.nodes.resident_files import REJECT_COLUMNS, Source, csv_line, reject_line
from openjuki.register.errors import OpenJukiError
from openjuki.register.spellings import Respelled, character_name

RESPELLED_COLUMNS = ("line", "item", "place", "as_written", "as_stored", "name")


class Rejects:
    """A reject file beside an import; made with the first row that goes there."""

    def __init__(self, path: Path, columns: list[str], language: str) -> None:
        self.path, self._language = path, language
        self._columns = [column for column in columns if column not in REJECT_COLUMNS]

    def write(self, length: int, rejected: list[tuple[Source, list[OpenJukiError]]]) -> int:
        """Cut the file to `length` bytes, add rows durably, return its length; nothing is touched when there is nothing to add."""
        if not rejected:
            return length
        lines = [reject_line(source, self._all(errors), self._columns) for source, errors in rejected]
        if length == 0 and self._columns:
            lines.insert(0, csv_line([*self._columns, *REJECT_COLUMNS]))
        return _append(self.path, length, lines)

    def _all(self, errors: list[OpenJukiError]) -> str:
        return " / ".join(error.text(self._language) for error in errors)


class Respellings:
    """The list of what was stored in another spelling of the same glyph; made with the first of them."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, length: int, respelled: list[tuple[int, Respelled]]) -> int:
        """As `Rejects.write`, for (line of the file, what was respelled)."""
        if not respelled:
            return length
        rows = [
            [str(line), key, str(place), written, stored, str(character_name(stored))] for line, (key, place, written, stored) in respelled
        ]
        return _append(self.path, length, [csv_line(row) for row in ([list(RESPELLED_COLUMNS)] if length == 0 else []) + rows])


def _append(path: Path, length: int, lines: list[str]) -> int:
    """Cut the file to `length` bytes, add lines, return its length once they are on disk."""
    with path.open("r+b" if path.exists() else "w+b") as file:
        file.truncate(length)
        file.seek(length)
        file.write("".join(lines).encode("utf-8", "surrogateescape"))
        file.flush()
        os.fsync(file.fileno())
        return file.tell()
