"""A municipality's office in memory with real store and procedures: an inline executor, a set clock, seeded chance (試験用の市役所)."""

import datetime
import hashlib
from collections.abc import Callable
from typing import Any

from openjuki.law.calendar import Profile
from openjuki.law.kinds import OfficeKind
from openjuki.nodes.tables import TABLES
from openjuki.offices import municipality
from openjuki.offices.office import Office
from openjuki.offices.store import Store, Work
from openjuki.procedures.move_in import Arrival, MoveInNotification, move_in
from openjuki.register.addresses import Address
from openjuki.register.change import Change, decode_change
from openjuki.register.codes import random_resident_code
from openjuki.register.errors import OpenJukiError
from openjuki.register.identity import Sex
from openjuki.register.record import ResidentRecord
from openjuki.wire.directory import Anchor, Directory, Entry
from openjuki.wire.speech import Place

AIRA, KIRISHIMA, CHIYODA, SAPPORO = "462250", "462187", "131016", "011002"
HUBS = {"46": "460001", "13": "130001", "01": "010006"}
TODAY = datetime.date(2013, 12, 10)
HOME = {
    AIRA: Address(AIRA, "宮島町", "25番地"),
    KIRISHIMA: Address(KIRISHIMA, "国分中央", "3丁目45-1"),
    CHIYODA: Address(CHIYODA, "九段南", "1-2-1"),
    SAPPORO: Address("011011", "北一条西", "2丁目"),
}
ELSEWHERE = Address(AIRA, "加治木町本町", "253番地", "加治木荘201")


class Inline:
    """An executor that runs each work at once in a commit of its own."""

    def submit(self, store: Store, work: Work[Any], then: Callable[[Any], None]) -> None:
        transaction, outcomes = store.run([work])
        assert not transaction.events, transaction.events
        then(outcomes[0])


class SetClock:
    """Wall time that moves only when told, a second for each reading."""

    def __init__(self) -> None:
        self.now_ms = 1_386_000_000_000

    def wall_ms(self) -> int:
        self.now_ms += 1_000
        return self.now_ms

    def monotonic_s(self) -> float:
        return self.now_ms / 1_000

    def call_later(self, delay_s: float, call: Callable[[], None]) -> Any:
        raise AssertionError("no timers in this town hall")


class SeededEntropy:
    """Bytes that follow from a seed."""

    def __init__(self, seed: str) -> None:
        self.seed, self.count = seed, 0

    def __call__(self, size: int) -> bytes:
        self.count += 1
        return hashlib.shake_256(f"{self.seed} {self.count}".encode()).digest(size)


def directory() -> Directory:
    """Hubs and three municipalities, as far as an office in memory asks."""
    made = Directory(Anchor("sandbox", "centre", b"", b"", "", 0))
    made.prefectures = dict(HUBS)
    for code, kind, prefecture in (
        *((code, OfficeKind.MUNICIPALITY, code[:2]) for code in HOME),
        *((code, OfficeKind.PREFECTURE, digits) for digits, code in HUBS.items()),
        ("centre", OfficeKind.CENTRE, ""),
    ):
        made.entries[code] = Entry(code, kind, code, prefecture, "", 0, (), ())
    return made


class TownHall:
    """One municipality's office, its stock of codes filled, the calendar set by hand."""

    def __init__(self, code: str = AIRA, clock: SetClock | None = None, profile: Profile = Profile.OPEN) -> None:
        self.today = TODAY
        self.clock = clock or SetClock()
        self.scripts = scripts = TABLES[OfficeKind.MUNICIPALITY].scripts
        self.office = Office(
            place=Place(code, OfficeKind.MUNICIPALITY, code[:2]), realm="sandbox", store=Store(":memory:", scripts), executor=Inline(),
            clock=self.clock, today=lambda: self.today, entropy=SeededEntropy(code), directory=directory(), seal_key="", sign=lambda b: b,
            ask=self._never, profile=profile,
        )  # fmt: skip
        stock = [random_resident_code(self.office.draw) for _ in range(200)]
        self.do(lambda transaction: municipality.put_codes(transaction, stock))

    def _never(self, *args: object) -> None:
        raise AssertionError("a municipal procedure asks nobody")

    @property
    def home(self) -> Address:
        return HOME[self.office.code]

    def do(self, work: Work[Any]) -> Any:
        """Run a work; raise what it raised."""
        return self._hand_over(lambda then: self.office.write(work, then))

    def run(self, step: Callable[..., None], *arguments: Any) -> Any:
        """Play a step of a procedure; raise the error that `then` got."""
        return self._hand_over(lambda then: step(self.office, "clerk-1", *arguments, then))

    def _hand_over(self, call: Callable[[Callable[[Any], None]], None]) -> Any:
        heard: list[Any] = []
        call(heard.append)
        (outcome,) = heard
        if isinstance(outcome, OpenJukiError):
            raise outcome
        return outcome

    def changes(self) -> list[Change]:
        """Every change in the outbox, oldest first."""
        rows = self.do(lambda t: t.all("SELECT body FROM outbox WHERE type = ? ORDER BY sequence", municipality.CHANGE))
        return [decode_change(body) for (body,) in rows]

    def now(self, code: str) -> ResidentRecord:
        """The present record of the person of a code."""
        return self.do(lambda t: municipality.record_of(t, municipality.person_of_code(t, code)))

    def events(self, code: str) -> list[Any]:
        """The person's events, oldest first."""
        return self.do(lambda t: municipality.events_of(t, municipality.person_of_code(t, code)))

    def members(self, code: str) -> list[str]:
        """Names of the residents in the household of the person of a code."""
        household = self.now(code).household
        return [record.name for record in self.do(lambda t: municipality.members(t, household))]

    def head(self, code: str) -> int | None:
        """Internal number of the householder written down for the household of the person of a code."""
        household = self.now(code).household
        return self.do(lambda t: t.value("SELECT householder FROM household WHERE id = ?", household))

    def work_items(self) -> list[str]:
        """Kinds on the work list."""
        return [kind for (kind,) in self.do(lambda t: t.all("SELECT kind FROM work_item ORDER BY id"))]

    def slips(self) -> list[str]:
        """Kinds on the print list."""
        return [kind for (kind,) in self.do(lambda t: t.all("SELECT kind FROM notice_slip ORDER BY id"))]

    def differing(self) -> list[int]:
        """Persons whose record is not the fold of their events."""
        return self.do(municipality.rebuild)


def arrival(name: str, relationship: str, birth: str = "1974-05-03", **more: Any) -> Arrival:
    """Somebody who moves in; new to every register unless `more` says otherwise."""
    return Arrival(name, birth, more.pop("sex", Sex.MALE), relationship, **more)


def arrive(hall: TownHall, *arrivals: Arrival, on: str = "2013-11-01", **more: Any) -> list[ResidentRecord]:
    """Moving in, notified on the same day."""
    notification = MoveInNotification(arrivals, more.pop("address", hall.home), on, more.pop("notified_on", on), "東京都世田谷区", **more)
    return hall.run(move_in, notification)


def family(hall: TownHall) -> list[ResidentRecord]:
    """住基 太郎, his wife 美子 and their daughter 光, with new codes."""
    return arrive(
        hall,
        arrival("住基　太郎", "世帯主"),
        arrival("住基　美子", "妻", "1976-08-01", sex=Sex.FEMALE),
        arrival("住基　光", "子", "2010-02-03", sex=Sex.FEMALE),
    )
