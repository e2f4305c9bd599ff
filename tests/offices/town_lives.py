"""Lives drawn by chance, as events in the tables of a town: moves, codes, corrections, annulments, partial days (異動の生成)."""

import random
from datetime import date, timedelta

from openjuki.offices import history, municipality, outbox
from openjuki.offices.store import Store, Transaction
from openjuki.register.addresses import Address
from openjuki.register.events import Event, EventKind, Items, encode_event
from openjuki.register.identity import Reason, Status

START = date(2013, 1, 1)
START_MS = 1_357_000_000_000
HOMES = tuple(Address("462250", "宮島町", f"{number}番地", building) for number in range(1, 7) for building in ("", "加治木荘201"))
DEEDS = (
    *[EventKind.CHANGE] * 5, EventKind.CODE_CHANGE, EventKind.CORRECTION, *[EventKind.REMOVAL] * 2, *[EventKind.ENTRY] * 2,
    *[EventKind.PAST_CORRECTION] * 3, *[EventKind.ANNULMENT] * 3,
)  # fmt: skip
NOT_CORRECTED = (EventKind.ANNULMENT, EventKind.PAST_CORRECTION)


class Town:
    """The events of some persons, entered in turn, in a store as a municipality has it."""

    def __init__(self, seed: int, persons: int = 25, events: int = 150) -> None:
        self.chance = random.Random(seed)
        self.events: dict[int, list[Event]] = {person: [] for person in range(1, persons + 1)}
        self.now_ms = START_MS
        for sequence in range(1, events + 1):
            person = sequence if sequence <= persons else self.chance.randint(1, persons)
            self.events[person].append(self._event(sequence, person))

    def store(self) -> tuple[Store, Transaction]:
        """A store with all events, in the order of entering."""
        store = Store(":memory:", (outbox.SCRIPT + ";\n" + municipality.SCRIPT, history.SCRIPT))
        transaction = Transaction(store.connection)
        for event in sorted((event for life in self.events.values() for event in life), key=lambda event: event.sequence):
            transaction.execute("INSERT INTO event (person, body) VALUES (?, ?)", (event.person, encode_event(event)))
        return store, transaction

    def _event(self, sequence: int, person: int) -> Event:
        life, chance = self.events[person], self.chance
        kind = chance.choice(DEEDS) if life else EventKind.ENTRY
        aims = [event.sequence for event in life if kind is EventKind.ANNULMENT or event.kind not in NOT_CORRECTED]
        target = chance.choice(aims) if kind in NOT_CORRECTED else 0
        notified = START + timedelta(sequence * 4 + chance.randint(-20, 20))
        self.now_ms += chance.choice((0, 1, 1_000, 86_400_000, 345_600_000, 345_600_000)) - (chance.random() < 0.02) * 5_000
        items = self._items(kind, sequence, person)
        happened = self._happened(notified)
        return Event(sequence, person, kind, Reason.CORRECTION_EX_OFFICIO, happened, str(notified), self.now_ms, "c", items, target)

    def _happened(self, notified: date) -> str:
        """A day before the notification, mostly; in nearly half of all cases not wholly known."""
        chance = self.chance
        day = notified - timedelta(chance.choice((-9, 0, 0, 3, 10, 40, 200)))
        month, year = f"{day:%Y-%m}", f"{day:%Y}"
        partial = (
            f"{month}-00", f"{month}-00", f"{month}-{chance.choice(('E1', 'E2', 'E3'))}", f"{year}-00-00",
            f"{year}-{chance.choice(('A1', 'A2', 'A3', 'A4'))}-00", "0000-00-00", "", f"{day}~", "2013-02-29",
            f"{day - timedelta(6)}/{day}", f"{month}-00?",
        )  # fmt: skip
        return chance.choice(partial) if chance.random() < 0.45 else str(day)

    def _items(self, kind: EventKind, sequence: int, person: int) -> Items:
        chance = self.chance
        address, name = chance.choice(HOMES), chance.choice(("住基　太郎", "住基　太朗", "辻　花子"))
        if kind is EventKind.ENTRY:
            return Items(
                name=name, birth=chance.choice(("1974-05-03", "1974-00-00", "0000-00-00")), address=address, code=f"{person:011d}",
                relationship="世帯主", residence=sequence, status=Status.RESIDENT, other={"note": str(sequence)},
            )  # fmt: skip
        if kind is EventKind.REMOVAL:
            return Items(status=chance.choice((Status.REMOVED, Status.DEAD)), moved_to="先")
        if kind is EventKind.CODE_CHANGE:
            return Items(code=f"{sequence:011d}")
        if kind is EventKind.ANNULMENT:
            return Items()
        return chance.choice((
            Items(address=address), Items(address=address), Items(name=name), Items(birth="1974-05-04"), Items(relationship="妻"),
            Items(other={"mark": str(sequence)}), Items(address=address, name=name, other={"note": "n"}),
        ))  # fmt: skip
