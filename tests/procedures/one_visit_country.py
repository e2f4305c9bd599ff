"""太郎's family in Aira announces a move to Chiyoda; his card is a key of the test's own (転入届の特例の試験用の国)."""

import datetime
from typing import Any

from openjuki.card.evidence import shown_words
from openjuki.keys.door import SEAL
from openjuki.keys.software import SoftwareKeys, key_from_seed, public_der
from openjuki.offices import transfer_arrivals, transfer_notices, transfers
from openjuki.offices.municipality import record_of
from openjuki.offices.transfer_asking import CardShown
from openjuki.procedures import one_visit_move
from openjuki.procedures.one_visit_move import FirstNotification, OneVisitArrival, OneVisitNotification
from openjuki.register.addresses import Address
from openjuki.register.record import ResidentRecord
from openjuki.register.transfer_record import CardData
from tests.procedures.wide_area_country import AIRA, CHIYODA, WideAreaCountry

THERE = Address(CHIYODA, "九段南", "1-2-1")
DESTINATION = "東京都千代田区九段南1-2-1"
TODAY = datetime.date(2013, 12, 10)


class Card:
    """A Juki card as far as this procedure meets it: its data, and proofs that it was shown."""

    def __init__(self, name: str = "taro", valid_until: str = "2020-04-01") -> None:
        key = key_from_seed(f"card of {name}".encode())
        self._keys = SoftwareKeys({SEAL: key})
        self.data = CardData(f"4622500{len(name)}", "2010-04-01", valid_until, True, public_der(key))

    def shown(self, country: WideAreaCountry, code: str, at: str = CHIYODA, *, shown_ms: int = 0) -> CardShown:
        """Its proof for one office and one holder, now."""
        when = shown_ms or country.now_ms
        return CardShown(self.data.number, when, self._keys.sign(SEAL, shown_words(country.office(at).realm, at, code, when)))


class MovingCountry(WideAreaCountry):
    """The country, the card, and both counters."""

    def __init__(self, folder: Any = None) -> None:
        super().__init__(folder, TODAY)
        self.card = Card()
        self.taro, self.yoshiko, self.hikari = self.family
        self.codes = tuple(record.code for record in self.family)

    def announce(self, **changed: Any) -> transfers.WaitingMove:
        """太郎 announces by post that the family moves on the 12th."""
        given = {
            "leavers": self.codes, "holder": self.codes[0], "card": self.card.data, "destination": DESTINATION,
            "leaves_on": "2013-12-12", "notified_on": "2013-12-09", "way": transfers.Announced.POST,
        }  # fmt: skip
        notification = OneVisitNotification(**given | changed)
        return self.call(one_visit_move.notify_move_out, self.office(AIRA), "clerk-1", notification)

    def visit(self, **changed: Any) -> transfer_arrivals.ExpectedArrival:
        """He shows his card in Chiyoda."""
        at = changed.pop("at", CHIYODA)
        operator = changed.pop("operator", "clerk-7")
        code = changed.get("code", self.codes[0])
        given = {"old_office": AIRA, "code": code, "moved_on": self.day.isoformat(), "notified_on": self.day.isoformat()}
        if "card" not in changed:
            given["card"] = self.card.shown(self, code, at)
        return self.call(one_visit_move.ask_transfer, self.office(at), operator, FirstNotification(**given | changed))

    def enter(self, number: int, *codes: str, **changed: Any) -> list[ResidentRecord]:
        """Those of the family who came are entered."""
        words = dict(zip(self.codes, ("世帯主", "妻", "子"), strict=True))
        relationships = {code: words[code] for code in codes or self.codes}
        given = {"number": number, "relationships": relationships, "address": THERE}
        return self.call(one_visit_move.enter_arrival, self.office(CHIYODA), "clerk-7", OneVisitArrival(**given | changed))

    def moved(self) -> list[ResidentRecord]:
        """All of it."""
        self.announce()
        records = self.enter(self.visit().number)
        self.settle()
        return records

    def next_day(self, day: datetime.date | None = None) -> None:
        """The register calendar goes on, and the offices see to the day."""
        self.day = day or self.day + datetime.timedelta(days=1)
        self.settle()

    def at(self, office: str, code: str) -> ResidentRecord:
        """A record as it stands."""
        person = self.look(office, "SELECT person FROM code_used WHERE code = ?", code)[0][0]
        return self.call(lambda then: self.office(office).write(lambda t: record_of(t, person), then))

    def arrived(self, code: str, ended: int = 1) -> list[transfer_notices.Arrived]:
        """What Aira was told of somebody's arrival."""
        person = self.look(AIRA, "SELECT person FROM code_used WHERE code = ?", code)[0][0]
        return self.call(lambda then: self.office(AIRA).write(lambda t: transfer_notices.arrived(t, person, ended), then))

    def questions(self, at: str = AIRA) -> list[str]:
        """The old office's log."""
        return [outcome for (outcome,) in self.look(at, "SELECT outcome FROM transfer_question ORDER BY id")]

    def state(self, number: int) -> transfers.MoveState:
        """What became of an announcement."""
        return self.call(lambda then: self.office(AIRA).write(lambda t: transfers.announced(t, number), then)).state

    def work(self, office: str) -> list[str]:
        """Kinds on a work list."""
        return [kind for (kind,) in self.look(office, "SELECT kind FROM work_item WHERE done_ms = 0 ORDER BY id")]
