"""A day at four offices on a recorded disk: births, corrections, answers, restarts, and what callers were told (停電試験の一日)."""

from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from openjuki.law.kinds import OfficeKind
from openjuki.law.policy import Field
from openjuki.nodes.node import Node
from openjuki.nodes.tables import TABLES
from openjuki.offices.hub_search import QueryKey
from openjuki.offices.marked_store import MarkedStore
from openjuki.offices.office import failed
from openjuki.offices.store import Store
from openjuki.procedures import birth, code_allotment, correction, identity_query, move_in
from openjuki.register.addresses import Address
from openjuki.register.events import Items
from openjuki.register.identity import Sex
from openjuki.simulation.declaration import CENTRE, declare
from openjuki.simulation.power_cut.disk import Disk
from openjuki.simulation.quiet import Batches, QuietCountry
from openjuki.wire.link import Link
from openjuki.wire.speech import encode

TOWN, HUB, DESK = "462250", "460001", "46-passport"
OFFICES = (CENTRE, HUB, TOWN, DESK)
CLERK, DAY = "clerk-1", "2013-12-02"
CHECKPOINT_PAGES = 60
"""Small, so that the day sees many checkpoints; a real office has 4,000."""
DIGITS = str.maketrans("0123456789", "零一二三四五六七八九")
MOTHER = move_in.MoveInNotification(
    (move_in.Arrival("住基　花子", "1980-04-03", Sex.FEMALE, "世帯主", kana="ジュウキ　ハナコ"),),
    Address(TOWN, "宮島町", "25番地"), DAY, DAY, "鹿児島県鹿児島市",
)  # fmt: skip


class Told(NamedTuple):
    """What somebody was told at a moment of the disk (operations done): from then on the query finds a row."""

    at: int
    office: str
    about: tuple[str, ...]
    """Whoever is told more about the same needs the older word no longer."""
    sql: str
    values: tuple[Any, ...]


class Watched(Node):
    """A node that notes what its peers say they have applied."""

    told: Callable[[str, tuple[str, ...], str, tuple[Any, ...]], None]

    def acknowledged(self, link: Link, epoch: bytes, sequence: int, *, expected: bool) -> None:
        """The peer's cursor: it must never go back."""
        if sequence:
            sql = "SELECT 1 FROM inbox WHERE sender = ? AND epoch = ? AND cursor >= ?"
            self.told(link.peer.code, ("cursor", self.place.code), sql, (self.place.code, epoch, sequence))
        super().acknowledged(link, epoch, sequence, expected=expected)


class Noted:
    """A mark beside a store (offices.marked_store.Mark): whatever it says, the file must hold from then on."""

    def __init__(self, note: Callable[[int], None]) -> None:
        self._note = note
        self._number: int | None = None

    def read(self) -> int | None:
        """The number."""
        return self._number

    def keep(self, number: int) -> None:
        """It may outlive the next power cut at once."""
        self._number = number
        if number:
            self._note(number)

    def close(self) -> None:
        """Nothing to sync."""


class Hasty(Batches):
    """An executor with a fault put in on purpose: it tells before the commit."""

    def submit(self, store: Store, work: Callable[..., Any], then: Callable[[Any], None]) -> None:
        """Tell inside the work."""
        super().submit(store, lambda transaction: then(work(transaction)), lambda outcome: None)


class Day:
    """One day, played from a seed."""

    def __init__(self, folder: Path, disk: Disk, seed: str, *, synchronous: str = "FULL", hasty: bool = False) -> None:
        self.folder, self.disk, self._synchronous, self._hasty = folder, disk, synchronous, hasty
        self.country = QuietCountry([office for office in declare((TOWN,)).offices if office.code in OFFICES], seed=seed)
        self.chance = Random(seed)  # noqa: S311 - repeatable on purpose
        self.said: list[Told] = []
        self.codes: list[str] = []
        self._waiting = self._births = 0
        generation = "SELECT 1 FROM setting WHERE key = 'generation' AND value >= ?"
        self._marks = {code: Noted(lambda n, code=code: self.told(code, ("mark",), generation, (n,))) for code in OFFICES}  # type: ignore[misc]

    def told(self, office: str, about: tuple[str, ...], sql: str, values: tuple[Any, ...]) -> None:
        """Note what was told now."""
        self.said.append(Told(len(self.disk.operations), office, about, sql, values))

    def path(self, code: str) -> str:
        """Folder of an office's files."""
        return str(self.folder / code) + "/"

    def play(self, rounds: int) -> None:
        """The whole day."""
        for code in OFFICES:
            Path(self.path(code)).mkdir(parents=True)
            self._open(code)
        self._ask_for_codes()
        mother = self.country.call(move_in.move_in, self.country.nodes[TOWN].office, CLERK, MOTHER)[0]
        self._entered(mother.code, 1)
        for number in range(1, rounds + 1):
            self._round()
            if number % 10 == 0:
                self._restart(self.chance.choice(OFFICES))
        for code in OFFICES:
            self.country.close(code)

    def _open(self, code: str) -> None:
        kind = self.country.offices[code].kind
        file, scripts = self.path(code) + "register.db", TABLES[kind].scripts
        store = MarkedStore(file, scripts, self._marks[code], vfs=self.disk.name, synchronous=self._synchronous)
        store.connection.execute(f"PRAGMA wal_autocheckpoint={CHECKPOINT_PAGES}").fetchall()
        node = self.country.open(code, store, Watched)
        assert isinstance(node, Watched)  # noqa: S101 - it was made so
        node.told = self.told
        if self._hasty and kind is OfficeKind.MUNICIPALITY:
            node.office.executor = Hasty(self.country.agenda)

    def _restart(self, code: str) -> None:
        self.country.close(code)
        self._open(code)

    def _ask_for_codes(self) -> None:
        free = self.country.call(code_allotment.request, self.country.nodes[TOWN].office, 40)
        self.told(CENTRE, ("codes",), "SELECT 1 FROM code_given GROUP BY office HAVING count(*) >= ?", (len(self.codes) + free,))

    def _round(self) -> None:
        """Some births at once, then corrections and questions while their notices are under way."""
        if self._births % 30 > 24:
            self._births += 6
            self._ask_for_codes()
        for _ in range(self.chance.randint(1, 3)):
            self._birth()
        if self.chance.random() < 0.5:
            self._correction(self.chance.choice(self.codes))
        if self.chance.random() < 0.7:
            self._question()
        self.country.agenda.run(lambda: self._waiting == 0)

    def _awaited(self, then: Callable[[Any], None]) -> Callable[[Any], None]:
        self._waiting += 1

        def heard(outcome: Any) -> None:
            self._waiting -= 1
            if not failed(outcome):
                then(outcome)

        return heard

    def _birth(self) -> None:
        self._births += 1
        mother, name = self.codes[0], "住基　" + str(self._births).translate(DIGITS)
        notification = birth.BirthNotification(mother, name, "ジュウキ", DAY, Sex.FEMALE, "子", DAY)
        then = self._awaited(lambda record: self._entered(record.code, 1))
        birth.enter_birth(self.country.nodes[TOWN].office, CLERK, notification, then)

    def _entered(self, code: str, version: int) -> None:
        if version == 1:
            self.codes.append(code)
        sql = "SELECT 1 FROM code_used c JOIN person p ON p.id = c.person JOIN event e ON e.person = p.id WHERE c.code = ? AND version >= ?"
        self.told(TOWN, ("person", code), sql, (code, version))

    def _correction(self, code: str) -> None:
        kana = "ジュウキ　" + chr(self.chance.randrange(ord("ア"), ord("ン")))
        order = correction.CorrectionOrder(code, Items(kana=kana), DAY)
        then = self._awaited(lambda record: self._entered(code, 2))
        correction.correct(self.country.nodes[TOWN].office, CLERK, order, then)

    def _question(self) -> None:
        key = QueryKey(name="住基花子", birth="1980-04-03")
        query = identity_query.IdentityQuery("appendix:5:6", "2013-1", "officer-7", key, (Field.NAME, Field.BIRTH))
        identity_query.ask(self.country.nodes[DESK].office, HUB, query, self._awaited(self._answered))

    def _answered(self, answer: identity_query.IdentityAnswer) -> None:
        sql = "SELECT 1 FROM provision WHERE log = ? AND position = ? AND answer = ?"
        where = (answer.promise.log, answer.promise.first_index + answer.promise.position)
        self.told(HUB, ("answer", *map(str, where)), sql, (*where, encode(answer.persons)))
