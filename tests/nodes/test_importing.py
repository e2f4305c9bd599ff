"""Import of a file (移行データの取込み): every row is entered or rejected with its reason, once, whatever breaks in between."""

import asyncio
import csv
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from openjuki.law.kinds import OfficeKind
from openjuki.nodes import importing
from openjuki.nodes.importing import BATCH_ROWS, Importing, Standing
from openjuki.nodes.rejects import Rejects
from openjuki.nodes.resident_files import ResidentFile, Source
from openjuki.nodes.tables import TABLES
from openjuki.offices.store import DISK_FULL, Store, Work
from openjuki.procedures import code_allotment
from openjuki.register.codes import with_check_digit
from openjuki.register.errors import Conflict, NotReady, OpenJukiError, Say
from tests.procedures.municipal_office import AIRA, Inline, TownHall

ROW = {
    "household_number": "1", "address_number": "1", "name": "住基　太郎", "kana": "ジュウキ　タロウ", "birth": "1974-05-03", "sex": "1",
    "relationship": "世帯主", "registered_domicile": "鹿児島県姶良市宮島町25", "registered_domicile_head": "住基　太郎",
    "became_resident_on": "2010-04-01", "municipality": AIRA, "town": "宮島町", "block": "25番地",
}  # fmt: skip
NO_LINK = NotReady("link", Say("no link.", "回線がありません。"), Say("Wait.", "お待ちください。"))


class FullOnce(Inline):
    """An executor whose disk is full for one work."""

    def __init__(self, works_before: int) -> None:
        self.works_before = works_before

    def submit(self, store: Store, work: Work[Any], then: Callable[[Any], None]) -> None:
        self.works_before -= 1
        if self.works_before == -1:
            then(DISK_FULL)
        else:
            super().submit(store, work, then)


class PowerCutError(Exception):
    """The process ends here."""


def person(number: int, **items: str) -> dict[str, str]:
    """A row of its own: the code says which one it is."""
    numbered = {"household_number": str(number // 3), "address_number": str(number), "resident_code": code_of(number)}
    return ROW | numbered | {"relationship": "世帯主" if number % 3 == 0 else "子"} | items


def code_of(number: int) -> str:
    return with_check_digit(f"{number:010d}")


def write(path: Path, rows: list[dict[str, str]], encoding: str = "utf-8") -> Path:
    with path.open("w", encoding=encoding, errors="surrogateescape", newline="") as file:
        writer = csv.DictWriter(file, [*ROW, "resident_code"], restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", errors="surrogateescape", newline="") as file:
        return list(csv.DictReader(file))


async def call(step: Any, *arguments: Any) -> Any:
    """As `Country.call`, for steps that are done at once or later."""
    answered = asyncio.get_running_loop().create_future()
    step(*arguments, answered.set_result)
    outcome = await answered
    if isinstance(outcome, OpenJukiError):
        raise outcome
    return outcome


def bring_in(hall: TownHall, path: Path, *, encoding: str = "utf-8", stop_after: int | None = None, **how: bool) -> Standing:
    """Import as the operation does; with `stop_after` the process ends when it has read that many rows."""
    file = ResidentFile(path, encoding)

    async def run() -> Standing:
        one = Importing(hall.office, call, "clerk-1", lambda now: None, Rejects(rejects_of(path), file.columns, "en"))
        rows = file.rows(await one.begin(file, **how))
        return await one.run(rows if stop_after is None else cut(rows, stop_after))

    return asyncio.run(run())


def cut(rows: Iterator[Source], after: int) -> Iterator[Source]:
    yield from islice(rows, after)
    raise PowerCutError


def rejects_of(path: Path) -> Path:
    return path.with_suffix(".rejects.csv")


def codes_here(hall: TownHall) -> list[str]:
    return [code for (code,) in hall.do(lambda t: t.all("SELECT code FROM person ORDER BY id"))]


def test_every_row_is_entered_or_rejected_and_the_corrected_rejects_complete_it(tmp_path):
    hall, numbers = TownHall(), range(100)
    rows = [person(n, birth="1974-13-03") if n % 10 == 3 else person(n) for n in numbers]
    rows[50] = person(50, resident_code=code_of(40))
    path = write(tmp_path / "residents.csv", rows)
    done = bring_in(hall, path)
    assert (done.entered, done.refused, done.done) == (89, 11, True)
    rejected = read(rejects_of(path))
    assert [int(row["line"]) for row in rejected] == [n + 2 for n in numbers if n % 10 == 3 or n == 50]
    assert all("birth 生年月日" in row["errors"] for row in rejected if row["line"] != "52")
    assert "code" in rejected[5]["errors"]
    corrected = [row | {"birth": "1974-12-03", "resident_code": code_of(int(row["address_number"]))} for row in rejected]
    assert bring_in(hall, write(tmp_path / "corrected.csv", [{k: row[k] for k in person(0)} for row in corrected])).refused == 0
    assert sorted(codes_here(hall)) == [code_of(n) for n in numbers]


@pytest.mark.slow
def test_an_import_that_a_crash_ended_goes_on_with_the_next_row(tmp_path):
    hall, numbers = TownHall(), range(2 * BATCH_ROWS + 300)
    rows = [person(n, sex="X") if n % 100 == 7 else person(n) for n in numbers]
    path, register = write(tmp_path / "residents.csv", rows), tmp_path / "register.db"
    hall.office.store = Store(str(register), TABLES[OfficeKind.MUNICIPALITY].scripts)
    with pytest.raises(PowerCutError):
        bring_in(hall, path, stop_after=BATCH_ROWS + 100)
    held = hall.do(importing.standing)
    assert (held.line, held.entered, held.refused, held.done) == (BATCH_ROWS + 1, BATCH_ROWS - 5, 5, False)
    with rejects_of(path).open("ab") as file:
        file.write(b"rows of a batch that never came to its commit\n")
    hall.office.store.close()
    hall.office.store = Store(str(register), TABLES[OfficeKind.MUNICIPALITY].scripts)
    with pytest.raises(Conflict, match="resume"):
        bring_in(hall, path)
    done = bring_in(hall, path, resume=True)
    assert done.done
    assert codes_here(hall) == [code_of(n) for n in numbers if n % 100 != 7]
    assert [row["resident_code"] for row in read(rejects_of(path))] == [code_of(n) for n in numbers if n % 100 == 7]
    assert [c.identity.code for c in hall.changes()] == codes_here(hall), "each is notified once"


def test_a_file_that_was_imported_is_not_entered_again_unless_one_says_so(tmp_path):
    hall, path = TownHall(), write(tmp_path / "residents.csv", [person(1), person(2)])
    assert bring_in(hall, path).entered == 2
    with pytest.raises(Conflict, match="imported already"):
        bring_in(hall, path)
    with pytest.raises(Conflict, match="imported already"):
        bring_in(hall, path, resume=True)
    again = bring_in(hall, path, again=True)
    assert (again.entered, again.refused) == (0, 2), "their codes are written for them"
    assert len(codes_here(hall)) == 2


def test_a_file_of_an_older_system_is_read_in_its_encoding(tmp_path):
    hall, names = TownHall(), ["髙﨑　昴", "彅野　祥", "住基　彁"]
    path = write(tmp_path / "residents.csv", [person(n, name=name) for n, name in enumerate(names)], "cp932")
    mistaken = bring_in(hall, path)
    assert (mistaken.entered, mistaken.refused) == (0, 3), "read as UTF-8 it is no text"
    assert bring_in(hall, path, encoding="cp932", again=True).entered == 3
    assert [hall.now(code_of(n)).name for n in range(3)] == names


def test_bytes_of_no_encoding_are_rejected_as_they_came_and_hold_up_nobody(tmp_path):
    hall, bad = TownHall(), b"\xff\xfe\x81"
    path = write(tmp_path / "residents.csv", [person(1), person(2, name=bad.decode("utf-8", "surrogateescape")), person(3)])
    with path.open("ab") as file:
        file.write(b"one,cell,too,few\n" + b'"' + b"x" * 140_000 + b'"\n')
    done = bring_in(hall, path)
    assert (done.entered, done.refused) == (2, 3)
    assert codes_here(hall) == [code_of(1), code_of(3)]
    kept = rejects_of(path).read_bytes()
    assert bad in kept
    assert b"one,cell,too,few" in kept
    assert b"x" * 140_000 in kept


@pytest.mark.slow
def test_when_a_batch_fails_nothing_behind_it_says_that_its_rows_are_done(tmp_path):
    hall = TownHall()
    path = write(tmp_path / "residents.csv", [person(n) for n in range(3 * BATCH_ROWS)])
    hall.office.executor = FullOnce(works_before=4)
    with pytest.raises(NotReady, match="full"):
        bring_in(hall, path)
    assert codes_here(hall) == []
    assert bring_in(hall, path, resume=True).entered == 3 * BATCH_ROWS
    assert codes_here(hall) == [code_of(n) for n in range(3 * BATCH_ROWS)]


@pytest.mark.slow
def test_codes_are_asked_for_before_they_run_short_and_nobody_waits_for_them(tmp_path):
    hall, asked = TownHall(), list[int]()
    hall.office.ask = lambda office, question, answer, then, deadline_ms: asked.append(question.wanted)
    rows = [person(n, resident_code="" if n % 4 == 0 else code_of(n)) for n in range(BATCH_ROWS + 100)]
    assert bring_in(hall, write(tmp_path / "residents.csv", rows)).entered == BATCH_ROWS + 100
    assert asked == [code_allotment.POOL_MAX]


def test_an_import_ends_when_there_are_no_codes_and_none_can_be_got(tmp_path):
    hall = TownHall()
    hall.do(lambda t: t.execute("DELETE FROM code_stock").fetchall())
    hall.office.ask = lambda office, question, answer, then, deadline_ms: then(NO_LINK)
    path = write(tmp_path / "residents.csv", [person(1, resident_code="")])
    with pytest.raises(NotReady, match="no link"):
        bring_in(hall, path)
    assert not codes_here(hall)
    assert not hall.do(importing.standing).done
