"""A prefecture's or the centre's office in memory: real store, provision log and keys, an inline executor, a set clock (試験用の拠点)."""

import datetime
import random
from collections.abc import Callable
from hashlib import sha256
from typing import Any

from openjuki.keys.door import SEAL, key_id
from openjuki.keys.software import SoftwareKeys, key_from_seed, public_der
from openjuki.law.calendar import Profile
from openjuki.law.kinds import OfficeKind
from openjuki.nodes.tables import TABLES
from openjuki.offices import identity, provision
from openjuki.offices.office import Office
from openjuki.offices.provision import Provision
from openjuki.offices.retention_batch import start_of
from openjuki.offices.retention_traffic import HUB_SWEEPS
from openjuki.offices.store import Store, Work
from openjuki.procedures.retention import SweepOrder, sweep
from openjuki.register.addresses import Address
from openjuki.register.change import Change, Previous, Residence
from openjuki.register.codes import with_check_digit
from openjuki.register.errors import OpenJukiError
from openjuki.register.identity import Identity, Reason, Sex, Status
from openjuki.wire.directory import Anchor, Directory
from openjuki.wire.speech import Place
from tests.procedures.municipal_office import SeededEntropy

CODES = ("24727059608", "73845926087", "51840360240", "86030529316")
AIRA, KIRISHIMA = "462250", "462187"
NOON_MS = 12 * 3_600_000


class AtOnce:
    """An executor that runs each work at once in a commit of its own."""

    def submit(self, store: Store, work: Work[Any], then: Callable[[Any], None]) -> None:
        _, (outcome,) = store.run([work])
        then(outcome)


class SetDay:
    """Wall time that stands at noon of a day in Japan until it is set."""

    def __init__(self) -> None:
        self.now_ms = 0

    def set(self, day: datetime.date) -> None:
        self.now_ms = start_of(day) + NOON_MS

    def wall_ms(self) -> int:
        return self.now_ms

    def monotonic_s(self) -> float:
        return self.now_ms / 1_000


class Hub:
    """One hub whose clock and calendar are set by hand."""

    def __init__(
        self, kind: OfficeKind = OfficeKind.CENTRE, profile: Profile = Profile.JAPAN, path: str = ":memory:", prefecture: str = "46",
        store: Store | None = None,
    ) -> None:  # fmt: skip
        self.clock, self.today = SetDay(), datetime.date(2002, 8, 5)
        keys = SoftwareKeys({SEAL: key_from_seed(b"hub")}, deterministic=True)
        self.public = public_der(key_from_seed(b"hub"))
        code, prefecture = ("centre", "") if kind is OfficeKind.CENTRE else (with_check_digit(f"{prefecture}000"), prefecture)
        self.office = Office(
            place=Place(code, kind, prefecture), realm="sandbox", store=store or Store(path, TABLES[kind].scripts), executor=AtOnce(),
            clock=self.clock, today=lambda: self.today, entropy=SeededEntropy(code),
            directory=Directory(Anchor("sandbox", "centre", b"", b"", "", 0)),
            seal_key=key_id(self.public), sign=lambda message: keys.sign(SEAL, message), ask=lambda *asked: None, profile=profile,
        )  # fmt: skip
        office = self.office
        office.log = self.do(lambda t: provision.open_log(t, office, b"epoch-16-bytes.."))
        office.store.after_commit = lambda transaction: provision.promise(transaction, office, office.log)

    def do(self, work: Work[Any]) -> Any:
        """Run a work; raise what it raised."""
        return self.outcome(lambda then: self.office.write(work, then))

    @staticmethod
    def outcome(call: Callable[[Callable[[Any], None]], None]) -> Any:
        """What a step came to; an error is raised."""
        heard: list[Any] = []
        call(heard.append)
        (outcome,) = heard
        if isinstance(outcome, OpenJukiError):
            raise outcome
        return outcome

    def at(self, day: datetime.date | str) -> "Hub":
        """Let it be noon of that day, on wall and calendar."""
        self.today = datetime.date.fromisoformat(day) if isinstance(day, str) else day
        self.clock.set(self.today)
        return self

    def receive(self, *changes: Change) -> None:
        """Changes arrive now."""
        for change in changes:
            self.do(lambda t, change=change: identity.receive(t, change, self.clock.wall_ms(), self.office.place.prefecture))

    def answer(self, persons: str, asker: str = "pension", affair: str = "appendix:1:77", answer: bytes = b"answer") -> Any:
        """An answer is written into the log now."""
        question = f"question about {persons}".encode()
        one = Provision(asker, affair, "2013-1", "officer-7", question, sha256(question).digest(), persons, len(persons.split()), answer)
        return self.do(lambda t: provision.record(t, self.office, self.office.log, [one]))[0]

    def all(self, sql: str, *values: Any) -> list[Any]:
        """Rows of the store."""
        return self.do(lambda t: t.all(sql, *values))

    def break_in(self, sql: str) -> None:
        """Change the file behind the office's back, as who has the disk can."""
        connection, ordinary = self.office.store.connection, self.office.store.connection.authorizer
        connection.authorizer = None
        for statement in sql.split(";\n"):
            connection.execute(statement).fetchall()
        connection.authorizer = ordinary


def told(
    version: int = 1, status: Status = Status.RESIDENT, *, n: int = 1, office: str = AIRA, code: str = CODES[0], follows: str = "",
    name: str = "住基　太郎", address: str = "25番地",
) -> Change:  # fmt: skip
    """A change of one person; `follows` is the code that the one before it had, if another."""
    who = Identity(name, "", "1974-05-03", Sex.MALE, Address(office, "宮島町", address), code)
    reason = {Status.RESIDENT: Reason.CHANGE_OF_ADDRESS, Status.REMOVED: Reason.MOVE_OUT, Status.DEAD: Reason.DEATH}
    previous = Previous(n, office, version - 1, follows or code) if version > 1 else None
    return Change(who, Residence(n, office), version, previous, reason.get(status, Reason.CORRECTION_EX_OFFICIO), status, "2002-08-05")


def life(random_: random.Random, states_max: int = 7) -> list[Change]:
    """Changes of one person in the order of their life: residences in two towns, ends, deaths, annulments."""
    changes, n, office, version = [told()], 1, AIRA, 1
    for _ in range(random_.randrange(states_max)):
        if random_.random() < 0.3:
            n, office = n + 1, random_.choice((AIRA, KIRISHIMA))
            version = max((one.version for one in changes if one.residence.office == office), default=0)
        version += 1
        status = random_.choice((Status.RESIDENT, Status.RESIDENT, Status.REMOVED, Status.DEAD, Status.ANNULLED))
        changes.append(told(version, status, n=n, office=office, address=f"{len(changes)}番地"))
    return changes


def swept(hub: Hub, on: str = "", *, really: bool = True, by: str = "retention-1") -> dict[str, int]:
    """What went by rule: rows."""
    at = datetime.date.fromisoformat(on) if on else hub.today
    if on and really:
        hub.at(on)
    found = hub.outcome(lambda then: sweep(hub.office, SweepOrder(at, by, really), HUB_SWEEPS, lambda done, total: None, then))
    counts = dict[str, int]()
    for one in found:
        counts[one.rule] = counts.get(one.rule, 0) + one.rows
    return counts


def dead(hub: Hub) -> None:
    """Somebody enters on 2003-04-01 and is told dead a year later."""
    hub.at("2003-04-01").receive(told())
    hub.at("2004-04-01").receive(told(2, Status.DEAD))


def answered(hub: Hub) -> None:
    """An answer about two persons on 2003-04-01."""
    hub.at("2003-04-01").answer("1 2")
