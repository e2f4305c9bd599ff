"""Export of a register: every resident as a row of the item list, as CSV or JSONL (データ出力, Act art. 7; docs/import.md).

UTF-8 holds every name as recorded. A file of cp932 says in a column of its own where another character stands for one that it cannot
hold, and a report beside it lists each of them by name.
"""

import json
import os
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, TextIO

from openjuki.law.ways_out import Asker, WayOut
from openjuki.nodes.resident_files import csv_line
from openjuki.offices import restraint_guard, restraint_housemates
from openjuki.offices.municipality import decode_record
from openjuki.offices.office import Office
from openjuki.offices.resident_rows import row_of
from openjuki.offices.store import Transaction
from openjuki.register import old_encoding
from openjuki.register.errors import InvalidInput, Say
from openjuki.register.identity import Status
from openjuki.register.items import BY_KEY, ITEMS
from openjuki.register.spellings import character_name

ENCODINGS = {"utf-8": "utf-8", "utf-8-bom": "utf-8-sig", old_encoding.ENCODING: old_encoding.ENCODING}
"""Names of the profiles and Python's names of their codecs; the second begins with a byte order mark, as spreadsheets want it."""
REPORT_COLUMNS = ("line", "address_number", "item", "place", "character", "name", "stands_for_it")
CHUNK = 2_000
"""Records read in one turn of the store, so that the office goes on working meanwhile."""
_SQL = """SELECT p.id, p.record, coalesce(h.number, p.household) FROM person p LEFT JOIN household h ON h.id = p.household
  WHERE p.status = ? AND p.id > ? ORDER BY p.id LIMIT ?"""

Row = dict[str, str]


class Exported(NamedTuple):
    """What an export wrote: residents, characters that another stands for, and where each of them is listed."""

    residents: int
    replaced: int = 0
    report: Path | None = None


async def export(
    office: Office, call: Callable[..., Any], path: Path, tell: Callable[[int, int], None], encoding: str = "utf-8",
    asker: Asker = Asker.REGISTER_CLERK,
) -> Exported:  # fmt: skip
    """Write all present residents to a file readable by its owner only. The file is there only when it is whole.

    For whoever is not of the register's desk it is as if nobody restrained, and nobody who lives with them, were a resident.

    InvalidInput for JSONL in another encoding than UTF-8, which is what JSON is.
    """
    writing = _Writing(path, encoding)
    total, done, after = await call(office.write, partial(_count, office=office, asker=asker)), 0, 0
    with writing:
        while chunk := await call(office.write, partial(_read, office=office, asker=asker, after=after)):
            writing.add(row_of(decode_record(body), str(number)) for _, body, number in chunk.rows)
            after, done = chunk.last, done + len(chunk.rows)
            tell(done, total)
    return Exported(done, writing.replaced, writing.report if writing.replaced else None)


class _Chunk(NamedTuple):
    """Some residents: the number of the last one looked at, and the rows of those that may go."""

    last: int
    rows: list[tuple[int, bytes, str]]


def _read(transaction: Transaction, office: Office, asker: Asker, after: int) -> _Chunk | None:
    found = transaction.all(_SQL, int(Status.RESIDENT), after, CHUNK)
    may = set(restraint_guard.shown(transaction, office, WayOut.REGISTER_EXPORT, asker, [row[0] for row in found]))
    return _Chunk(found[-1][0], [row for row in found if row[0] in may]) if found else None


def _count(transaction: Transaction, office: Office, asker: Asker) -> int:
    total = int(transaction.value("SELECT count(*) FROM person WHERE status = ?", int(Status.RESIDENT)))
    persons = sorted(restraint_housemates.concerned(transaction, Status.RESIDENT))
    return total - len(persons) + len(restraint_guard.shown(transaction, office, WayOut.REGISTER_EXPORT, asker, persons))


class _Writing:
    """The file on its way, and the report of what its encoding cannot hold; both get their names when they are whole."""

    def __init__(self, path: Path, encoding: str) -> None:
        self.path, self.encoding, self.report, self.replaced, self._line = path, encoding, path.with_name(f"{path.stem}.replaced.csv"), 0, 1
        self._is_json, self._is_lossy = path.suffix == ".jsonl", encoding == old_encoding.ENCODING
        if self._is_json and encoding != "utf-8":
            reason = Say("JSONL is always UTF-8.", "JSONLはUTF-8に限ります。")
            raise InvalidInput("encoding", reason, Say("Leave --encoding out, or write CSV.", "--encoding を外すか、CSVにしてください。"))

    def __enter__(self) -> "_Writing":
        self._file = _opened(_part(self.path), ENCODINGS[self.encoding])
        self._reported = _opened(_part(self.report), "utf-8") if self._is_lossy else None
        if not self._is_json:
            self._file.write(csv_line([item.japanese for item in ITEMS] + [old_encoding.COLUMN] * self._is_lossy))
        if self._reported:
            self._reported.write(csv_line(list(REPORT_COLUMNS)))
        return self

    def add(self, rows: Iterable[Row]) -> None:
        """More residents."""
        self._file.writelines(map(self._json_line if self._is_json else self._csv_line, rows))

    def _json_line(self, row: Row) -> str:
        return json.dumps(row, ensure_ascii=False) + "\n"

    def _csv_line(self, row: Row) -> str:
        held, replaced = old_encoding.to_old_encoding(row) if self._is_lossy else (row, [])
        line = csv_line([held.get(item.key, "") for item in ITEMS] + [held.get(old_encoding.COLUMN, "")] * self._is_lossy)
        self._line += 1
        if replaced and self._reported:
            self.replaced += len(replaced)
            self._reported.writelines(map(csv_line, self._report_rows(row, replaced)))
        return line

    def _report_rows(self, row: Row, replaced: list[old_encoding.Replaced]) -> Iterator[list[str]]:
        for item, place, sign, stands in replaced:
            named = [f"{item} {BY_KEY[item].japanese}", str(place), sign, str(character_name(sign)), stands]
            yield [str(self._line), row.get("address_number", ""), *named]

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        for file, path in ((self._file, self.path), (self._reported, self.report)):
            if file is not None:
                file.flush()
                os.fsync(file.fileno())
                file.close()
                if error is None and (path == self.path or self.replaced):
                    _part(path).rename(path)
                elif path != self.path:
                    _part(path).unlink()


def _part(path: Path) -> Path:
    return path.with_name(path.name + ".part")


def _opened(path: Path, encoding: str) -> TextIO:
    return open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding=encoding, newline="")
