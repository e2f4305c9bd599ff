"""Export of a register: every resident as a row of the item list, as CSV or JSONL (データ出力, Act art. 7; docs/import.md)."""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from openjuki.nodes.resident_files import csv_line
from openjuki.offices.municipality import decode_record
from openjuki.offices.office import Office
from openjuki.offices.resident_rows import row_of
from openjuki.offices.store import Transaction
from openjuki.register.identity import Status
from openjuki.register.items import ITEMS

CHUNK = 2_000
"""Records read in one turn of the store, so that the office goes on working meanwhile."""
_SQL = """SELECT p.id, p.record, coalesce(h.number, p.household) FROM person p LEFT JOIN household h ON h.id = p.household
  WHERE p.status = ? AND p.id > ? ORDER BY p.id LIMIT ?"""

Row = dict[str, str]


async def export(office: Office, call: Callable[..., Any], path: Path, tell: Callable[[int, int], None]) -> int:
    """Write all present residents to a file readable by its owner only; returns how many. The file is there only when it is whole."""
    total, done, after = await call(office.write, _count), 0, 0
    part = path.with_name(path.name + ".part")
    lines = _json_lines if path.suffix == ".jsonl" else _csv_lines
    with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.writelines(lines(None))
        while rows := await call(office.write, lambda transaction: transaction.all(_SQL, int(Status.RESIDENT), after, CHUNK)):  # noqa: B023
            file.writelines(lines([row_of(decode_record(body), str(number)) for _, body, number in rows]))
            after, done = rows[-1][0], done + len(rows)
            tell(done, total)
        file.flush()
        os.fsync(file.fileno())
    part.rename(path)
    return done


def _count(transaction: Transaction) -> int:
    return int(transaction.value("SELECT count(*) FROM person WHERE status = ?", int(Status.RESIDENT)))


def _csv_lines(rows: list[Row] | None) -> Iterator[str]:
    """The header for None."""
    if rows is None:
        yield csv_line([item.japanese for item in ITEMS])
        return
    for row in rows:
        yield csv_line([row.get(item.key, "") for item in ITEMS])


def _json_lines(rows: list[Row] | None) -> Iterator[str]:
    for row in rows or ():
        yield json.dumps(row, ensure_ascii=False) + "\n"
