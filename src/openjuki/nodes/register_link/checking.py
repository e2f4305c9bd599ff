"""The check: extract, prefecture and centre against the register; a report for the clerk (整合性確認, standard 7.1.1.2).

municipality                       prefecture                       centre
  1 extract against register
  2 what the prefecture holds  -- BucketRecords -->
  3                                what the centre holds  -- BucketRecords -->      (where the prefecture's office runs in this process)
  4 report, readable by its owner only; the answer and the log name codes and items, no values
"""

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from openjuki.nodes.register_link import comparing
from openjuki.nodes.register_link.comparing import CENTRE, PREFECTURE, REGISTER, Compared, Difference
from openjuki.nodes.register_link.extract import IDENTITY, RECORD, Extract, open_extract
from openjuki.nodes.resident_files import csv_line
from openjuki.offices import outbox
from openjuki.offices.office import ASK_DEADLINE_MS, Office, Then
from openjuki.offices.store import Transaction
from openjuki.procedures.recovery import BucketRecords, HeldRecords
from openjuki.register.errors import InvalidInput, OpenJukiError, Say

PORTION = 500
LISTED_MAX = 10_000
"""Differences named in the answer; the report has all."""
PATIENCE_S, POLL_S = 10.0, 0.1
"""How long notices on their way are waited for before hubs are asked."""
COLUMNS = ("code", "where", "item", "register", "other")
SCOPES = {"identity": IDENTITY, "all": RECORD}

Call = Callable[..., Awaitable[Any]]


class Check:
    """One check of one municipality."""

    def __init__(self, office: Office, call: Call, hubs: dict[str, Office], tell: Callable[[int, int], None]) -> None:
        self._office, self._call, self._hubs, self._tell = office, call, hubs, tell
        self._found: list[Difference] = []

    async def run(self, against: Path, encoding: str, scope: str, report: Path, operator: str) -> dict[str, Any]:
        """Compare, write the report if there is anything to say, log that it was done. InvalidInput for a file that is no extract."""
        if scope not in SCOPES:
            raise InvalidInput("items", Say("is no choice.", "選択肢にありません。"), Say("Use identity or all.", "identity か all です。"))
        extract = await asyncio.to_thread(open_extract, against, encoding, SCOPES[scope])  # it may read the whole file
        compared: dict[str, int | None] = {REGISTER: await self._extract(extract)}
        waiting = await self._at_rest()
        for where in (PREFECTURE, CENTRE):
            compared[where] = await self._hub(where, self._hubs[where]) if where in self._hubs else None
        file = await asyncio.to_thread(self._write, report) if self._found else ""
        what = f"{len(self._found)} differences, compared {' '.join(f'{where}={count}' for where, count in compared.items())}"
        await self._call(self._office.write, lambda t: outbox.record(t, self._office.clock.wall_ms(), "link:check:done", operator, what))
        return {
            "compared": compared, "waiting": waiting, "count": len(self._found), "report": file,
            "differences": [{"code": one.code, "where": one.where, "item": one.item} for one in self._found[:LISTED_MAX]],
        }  # fmt: skip

    async def _extract(self, extract: Extract) -> int:
        seen, named, count, entries = set[int](), list[int](), 0, extract.entries()
        while portion := list(islice(entries, PORTION)):
            done = await self._compared(comparing.with_extract, extract, portion)
            named += [person for person in done.persons if person in seen]
            named += _twice(done.persons)
            seen.update(done.persons)
            count += len(portion)
            self._tell(count, 0)
        await self._compared(comparing.missing, seen, REGISTER, False)
        await self._compared(comparing.named_twice, named)
        return count

    async def _at_rest(self) -> int:
        """Wait for what is on its way to the prefecture, then for what that office passes on; how many a hub cannot know of yet."""
        missing = await self._heard(self._office, self._office.prefecture_office)
        if CENTRE in self._hubs:
            missing += await self._heard(self._hubs[CENTRE], self._office.centre)
        return missing

    async def _heard(self, sender: Office, hub: str) -> int:
        """Wait until `hub` has applied what `sender` had written for it by now (later rows are not waited for); how many are missing."""
        until: int = await self._call(sender.write, lambda transaction: outbox.last_sequence(transaction, hub))
        missing: int = 0
        for _ in range(int(PATIENCE_S / POLL_S)):
            if not (missing := await self._call(sender.write, lambda transaction: _missing(transaction, hub, until))):
                break
            await asyncio.sleep(POLL_S)
        return missing

    async def _hub(self, where: str, asker: Office) -> int | None:
        """What a hub holds of this municipality, page by page; None if it cannot be asked now."""
        seen, after, count = set[int](), 0, 0
        hub = asker.prefecture_office if where == PREFECTURE else asker.centre
        while True:
            try:
                page: HeldRecords = await self._call(_ask_page, asker, hub, self._office.code, after)
            except OpenJukiError:
                return None
            done = await self._compared(comparing.with_hub, self._office, where, page.records)
            seen.update(done.persons)
            count, after = count + len(page.records), page.after
            self._tell(count, 0)
            if not after:
                break
        await self._compared(comparing.missing, seen, where, True)
        return count

    async def _compared(self, work: Callable[..., Compared], *arguments: Any) -> Compared:
        done: Compared = await self._call(self._office.write, lambda transaction: work(transaction, *arguments))
        self._found += done.differences
        return done

    def _write(self, folder: Path) -> str:
        """The report with values: a file of its owner's in a folder of its owner's."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if folder.stat().st_mode & 0o077:
            reason = Say("others than its owner may look into the folder.", "所有者以外が読めるフォルダです。")
            raise InvalidInput("report", reason, Say("chmod 700 it, or choose another.", "chmod 700 するか、別のフォルダにしてください。"))
        path = folder / f"check-{self._office.code}-{self._office.clock.wall_ms()}-{self._office.entropy(4).hex()}.csv"
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600), "w", encoding="utf-8") as file:
            file.writelines(_lines(self._found))
            file.flush()
            os.fsync(file.fileno())
        return str(path)


def _lines(found: list[Difference]) -> Iterator[str]:
    yield csv_line(list(COLUMNS))
    for one in found:
        yield csv_line(list(one))


def _twice(persons: tuple[int, ...]) -> list[int]:
    return sorted({person for person in persons if persons.count(person) > 1}) if len(set(persons)) < len(persons) else []


def _missing(transaction: Transaction, hub: str, until: int) -> int:
    return max(until - outbox.applied_up_to(transaction, hub), 0)


def _ask_page(asker: Office, hub: str, municipality: str, after: int, then: Then) -> None:
    asker.ask(hub, BucketRecords(municipality, (), after), HeldRecords, then, ASK_DEADLINE_MS)
