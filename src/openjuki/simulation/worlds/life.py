"""One life of an office's process, from its start to its crash, and what the world adds to the office to watch it (業務サーバの一生)."""

import datetime
from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import Any, NamedTuple

from openjuki.law.kinds import OfficeKind
from openjuki.nodes.network import Network
from openjuki.nodes.node import Listen, Node
from openjuki.nodes.tables import TABLES, Tables, Take
from openjuki.offices.office import Office
from openjuki.offices.outbox import Told
from openjuki.offices.store import Transaction
from openjuki.simulation.worlds import cast
from openjuki.simulation.worlds.disk import CrashPoint, DelayedExecutor, Disk
from openjuki.simulation.worlds.scheduler import OfficeClock, Scheduler
from openjuki.simulation.worlds.weather import Weather
from openjuki.wire.directory import Directory, Entry
from openjuki.wire.sides import TIMEOUTS
from openjuki.wire.speech import Place

WITNESS = """
CREATE TABLE world_applied (id INTEGER PRIMARY KEY, sender TEXT NOT NULL, type TEXT NOT NULL, payload BLOB NOT NULL)"""
"""What was applied here, in order, written in the transaction of the effect."""

FIRST_DAY = datetime.date(2013, 12, 2)
UNUSED_S, SHORT_OF_PATIENCE = 5.0, 4
"""In one world of four, links that nobody uses close in its midst; else it is over long before the ten minutes of an office.

Not in each: a link that is dialled anew mends what was lost on the old one, and would hide that it is not sent again.
"""


class Parts(NamedTuple):
    """The code under trial. The tests of this search put parts with a fault of their own here."""

    node: type[Node] = Node
    executor: type[DelayedExecutor] = DelayedExecutor
    tables: Mapping[OfficeKind, Tables] = TABLES


class Surroundings(NamedTuple):
    """What every life in a world shares."""

    seed: str
    scheduler: Scheduler
    network: Network
    directory: Directory
    weather: Callable[[], Weather]
    listen: Listen
    parts: Parts


def _sender(here: Place, origin: Entry, directory: Directory) -> str:
    """Over whose link a notice of that origin comes: prefectures pass on between municipality and centre."""
    if here.kind is OfficeKind.CENTRE and origin.kind is OfficeKind.MUNICIPALITY:
        return directory.prefectures[origin.prefecture]
    if here.kind is OfficeKind.MUNICIPALITY and origin.kind is OfficeKind.CENTRE:
        return directory.prefectures[here.prefecture]
    return origin.code


def _witnessed(step: Take, name: str) -> Take:
    def take(transaction: Transaction, office: Office, told: Sequence[Told]) -> None:
        step(transaction, office, told)
        rows = [(_sender(office.place, one.origin, office.directory), name, one.carried.payload) for one in told]
        transaction.connection.executemany("INSERT INTO world_applied (sender, type, payload) VALUES (?, ?, ?)", rows)

    return take


def watched(tables: Tables) -> Tables:
    """The same tables, with a witness of everything that is applied."""
    notices = {message: _witnessed(step, message.type_name()) for message, step in tables.notices.items()}
    return tables._replace(notices=notices, scripts=(*tables.scripts, WITNESS))


class Life:
    """A running office: its node with clock, executor and store. Ends with a crash or a stop; its disk stays."""

    def __init__(self, code: str, number: int, disk: Disk, around: Surroundings, crashed: Callable[["Life", CrashPoint], None]) -> None:
        entry = around.directory.entries[code]
        tables = watched(around.parts.tables[entry.kind])
        self.code, self.disk, self.number = code, disk, number
        self.clock = OfficeClock(around.scheduler)
        chance = Random(f"{around.seed}/{code}/{number}")  # noqa: S311 - a world is repeated from its seed
        self.executor = around.parts.executor(self.clock, chance, around.weather, lambda point: crashed(self, point))
        self.store = disk.open(tables.scripts)
        self.open_steps: dict[int, Callable[[], None]] = {}
        """Steps begun and not told of yet, each with what to do if nobody will ever be told."""
        entropy = Random(f"{around.seed}/{code}/{number}/entropy")  # noqa: S311 - as above
        office = Office(
            place=Place(code, entry.kind, entry.prefecture), realm=cast.REALM, store=self.store, executor=self.executor, clock=self.clock,
            today=lambda: FIRST_DAY + datetime.timedelta(seconds=around.scheduler.now_s), entropy=entropy.randbytes,
            directory=around.directory, seal_key=entry.seal_keys[-1].key_id, sign=cast.signer(code), ask=_no_node,
        )  # fmt: skip
        self.node = around.parts.node(office, around.network, tables, around.listen)
        if int(around.seed) % SHORT_OF_PATIENCE == 0:
            self.node.admission.timeouts = TIMEOUTS._replace(unused_s=UNUSED_S)

    @property
    def office(self) -> Office:
        """The office."""
        return self.node.office

    @property
    def ready(self) -> bool:
        """Whether it runs and has opened."""
        return self.clock.running and self.node.running

    def end(self) -> None:
        """The process is gone: nothing of it is called any more, an open transaction is rolled back."""
        self.clock.running = False
        self.store.close()


def _no_node(*arguments: Any) -> None:
    raise RuntimeError("an office asks only once it has a node")
