"""Notices between town halls in memory: each outbox in its order, each notice applied in a transaction of its own (試験用の通知)."""

from collections.abc import Sequence
from random import Random
from typing import Any

from openjuki.law.kinds import OfficeKind
from openjuki.nodes.tables import SPEECH, TABLES
from openjuki.offices.outbox import Told
from openjuki.wire.seal import Carried
from openjuki.wire.speech import decoder
from tests.procedures.municipal_office import TownHall

NOTICES = TABLES[OfficeKind.MUNICIPALITY].notices


class Post:
    """What has been delivered between some halls so far; links differ in speed, but each keeps its order."""

    def __init__(self, *halls: TownHall) -> None:
        self.halls = {hall.office.code: hall for hall in halls}
        self.cursors: dict[tuple[str, str], int] = {}
        self.delivered: list[tuple[str, str, Any]] = []

    def waiting(self, sender: str, receiver: str) -> list[tuple[int, str, bytes]]:
        after = self.cursors.get((sender, receiver), 0)
        sql = "SELECT sequence, type, body FROM outbox WHERE receiver = ? AND sequence > ? ORDER BY sequence"
        return self.halls[sender].do(lambda t: t.all(sql, receiver, after))

    def deliver(self, chance: Random | None = None) -> list[Any]:
        """Deliver all that waits, in any order of links; the messages delivered now."""
        done = len(self.delivered)
        while links := [(s, r) for s in self.halls for r in self.halls if s != r and self.waiting(s, r)]:
            sender, receiver = chance.choice(links) if chance else links[0]
            self.one(sender, receiver)
        return [message for _, _, message in self.delivered[done:]]

    def one(self, sender: str, receiver: str) -> None:
        sequence, name, body = self.waiting(sender, receiver)[0]
        self.hand_over(sender, receiver, SPEECH.messages[name, 1], body)
        self.cursors[sender, receiver] = sequence

    def hand_over(self, sender: str, receiver: str, message_type: Any, body: bytes) -> None:
        """Apply one notice as a node would; raises what it could not be applied for."""
        hall, message = self.halls[receiver], decoder(message_type).decode(body)
        origin = hall.office.directory.entry(sender)
        hall.do(lambda t: NOTICES[message_type](t, hall.office, [Told(origin, message, Carried(body, None))]))
        self.delivered.append((sender, receiver, message))

    def again(self) -> None:
        """All outboxes are sent again, as after a restore of their offices."""
        self.cursors.clear()
        self.deliver()


def sent(hall: TownHall, receiver: str = "") -> Sequence[tuple[str, str]]:
    """(receiver, type) of the outbox rows of a hall to other municipalities."""
    rows = hall.do(lambda t: t.all("SELECT receiver, type FROM outbox WHERE type <> 'IdentityChange' ORDER BY receiver, sequence"))
    return [row for row in rows if not receiver or row[0] == receiver]
