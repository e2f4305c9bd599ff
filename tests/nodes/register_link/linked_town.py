"""A town hall in memory with a link to an existing register system (試験用の連携).

Every part is the real one but for the line between link and office: the desk is called directly.
"""

import asyncio
from pathlib import Path
from typing import Any

from openjuki.law.kinds import OfficeKind
from openjuki.nodes.entering import read_event
from openjuki.nodes.register_link.desk import OPERATIONS, Desk
from openjuki.nodes.register_link.lines import Line
from openjuki.nodes.tables import TABLES
from openjuki.offices import municipality, outbox
from openjuki.offices.store import Store
from openjuki.register.codes import random_resident_code
from openjuki.register.errors import OpenJukiError
from tests.procedures.municipal_office import TownHall

DAY = "2013-12-01"
SOURCE = "juki"


class LinkedTown(TownHall):
    """A municipality with the tables of a running one, and an open link."""

    def __init__(self, path: Path | str = ":memory:", codes: int = 200, opened: bool = True, read: Any = read_event) -> None:
        super().__init__()
        self.office.store = Store(str(path), TABLES[OfficeKind.MUNICIPALITY].scripts)
        self.events_told: list[tuple[str, str]] = []
        self.office.executor = self
        self.desk = Desk(self.office, self.call, read)
        if not self.do(outbox.epoch):
            self.do(lambda transaction: outbox.begin_epoch(transaction, b"first"))
            stock = [random_resident_code(self.office.draw) for _ in range(codes)]
            self.do(lambda transaction: municipality.put_codes(transaction, stock))
            if opened:
                self.ask("link-open", operator="chief", first=1)

    def submit(self, store: Store, work: Any, then: Any) -> None:
        """The executor: each work at once in a commit of its own; what would be told to the audit is kept."""
        transaction, outcomes = store.run([work])
        self.events_told += transaction.events
        then(outcomes[0])

    async def call(self, step: Any, *arguments: Any) -> Any:
        heard: list[Any] = []
        step(*arguments, heard.append)
        if isinstance(heard[0], OpenJukiError):
            raise heard[0]
        return heard[0]

    def ask(self, operation: str, **asked: Any) -> Any:
        """What the link's process would get from the office."""
        return asyncio.run(OPERATIONS[operation](self.desk, {"source": SOURCE, **asked}))

    def send(self, *lines: Line) -> Any:
        return self.ask("link-take", lines=[{"sequence": one.sequence, "operator": one.operator, "event": one.event} for one in lines])

    def status(self) -> Any:
        return self.ask("link-status")["links"][0]


def moved_in(number: int, name: str = "住基　太郎", **more: Any) -> Line:
    """A line: somebody moves in alone."""
    arrival = {"name": name, "birth": "1974-05-03", "sex": 1, "relationship": "世帯主", "nobody_known": True}
    event = {
        "kind": "move-in", "arrivals": [arrival], "address": ["462250", "宮島町", "25番地"], "moved_on": DAY, "notified_on": DAY,
        "previous_address": "東京都世田谷区",
    }  # fmt: skip
    return Line(number, "window-1", event | more)


def born(number: int, mother: str, name: str = "住基　光", **more: Any) -> Line:
    """A line: a child is born."""
    event = {
        "kind": "birth", "mother_code": mother, "name": name, "kana": "ジュウキ　ヒカリ", "birth": DAY, "sex": 2,
        "relationship": "子", "notified_on": DAY,
    }  # fmt: skip
    return Line(number, "window-2", event | more)


def died(number: int, code: str) -> Line:
    """A line: somebody dies."""
    return Line(number, "window-3", {"kind": "death", "code": code, "died_on": DAY, "notified_on": DAY})
