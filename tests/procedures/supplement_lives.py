"""Random lives over three towns, and what their address supplements must say, kept by a rule of its own (試験用の生涯).

The truth here is a plain list: an act appends a line, takes the last back, or writes it otherwise. It knows no events, rows or versions.
"""

import datetime
from random import Random
from typing import NamedTuple

import msgspec

from openjuki.offices import supplement
from openjuki.offices.municipality_households import Relation
from openjuki.procedures.annulment import Annulled, AnnulmentOrder, annul
from openjuki.procedures.change_of_address import ChangeOfAddressNotification, change_address
from openjuki.procedures.code_change import CodeChangeRequest, change_code
from openjuki.procedures.correction import CorrectionOrder, correct
from openjuki.procedures.death import DeathNotification, RemovalExOfficio, enter_death, remove_ex_officio
from openjuki.procedures.entry_ex_officio import EntryExOfficio, enter_ex_officio
from openjuki.procedures.move_in import Arrival, MoveInNotification, arrivals_of, move_in
from openjuki.procedures.move_out import MoveOutNotification, move_out
from openjuki.procedures.supplement_entries import RegisteredPerson, SupplementMade, make
from openjuki.register.addresses import Address
from openjuki.register.events import Items
from tests.procedures.municipal_office import AIRA, CHIYODA, HOME, KIRISHIMA, SetClock, TownHall, arrival, arrive
from tests.procedures.municipal_post import Post

TOWNS = (AIRA, KIRISHIMA, CHIYODA)
DOMICILES = {
    AIRA: "鹿児島県姶良市宮島町25番地",
    KIRISHIMA: "鹿児島県霧島市国分中央三丁目45番地1",
    CHIYODA: "東京都千代田区九段南一丁目2番",
}
BORN = datetime.date(2013, 1, 5)


class Line(NamedTuple):
    """One line as a copy shows it."""

    standing: str
    place: str
    since: str


class Life:
    """One person, alive somewhere or away, with the truth about their addresses."""

    def __init__(self, halls: dict[str, TownHall], chance: Random, name: str) -> None:
        self.halls, self.chance, self.name = halls, chance, name
        self.domicile = chance.choice(TOWNS)
        self.day = BORN
        self.at: str | None = None
        self.away = ""
        self.lines: list[Line] = []
        self.known: dict[str, str] = {}
        """The code last used in each town."""
        self.blocks = 0
        registered = SupplementMade(DOMICILES[self.domicile], name, "2013-01-05", (RegisteredPerson(name, "1974-05-03"),))
        self.number = halls[self.domicile].run(make, registered).number
        self._settle(chance.choice(TOWNS))

    def _tomorrow(self) -> str:
        self.day += datetime.timedelta(days=self.chance.randint(1, 9))
        return self.day.isoformat()

    def _home(self, town: str) -> Address:
        self.blocks += 1
        return msgspec.structs.replace(HOME[town], block=f"{self.blocks}番地")

    def _hall(self) -> TownHall:
        hall = self.halls[self.at]
        hall.today = self.day
        return hall

    def _lives(self, address: Address, since: str) -> None:
        self.address, self.since = address, since
        self.lines.append(Line("lives", address.text(), since))

    def _settle(self, town: str) -> None:
        self.at, on = town, self._tomorrow()
        home = self._home(town)
        (record,) = arrive(self._hall(), self._arrival(), on=on, address=home)
        self.code = record.code
        self._lives(home, on)

    def _arrival(self, **more) -> Arrival:
        return arrival(self.name, "世帯主", registered_domicile=DOMICILES[self.domicile], registered_domicile_head=self.name, **more)

    # -- acts -----------------------------------------------------------------------------------------------------

    def act(self) -> None:
        """One thing that happens, drawn by chance."""
        at_home = (
            self.moves, self.moves, self.leaves_for, self.leaves_for, self.corrected, self.corrected_since_ever, self.took_back,
            self.came_in_vain, self.changes_code, self.goes_abroad, self.is_not_found,
        )  # fmt: skip
        if self.away != "dead":
            self.chance.choice((self.is_back,) if self.away else at_home)()

    def moves(self) -> None:
        on, home = self._tomorrow(), self._home(self.at)
        self._hall().run(change_address, ChangeOfAddressNotification((Relation(self.code, "世帯主"),), home, on, on))
        self._lives(home, on)

    def leaves_for(self) -> None:
        self._goes(self.chance.choice([town for town in TOWNS if town != self.at]))

    def _goes(self, town: str) -> None:
        on = self._tomorrow()
        certificate = self._hall().run(move_out, MoveOutNotification((self.code,), town, on, on))
        self.known[self.at] = self.code
        self.at, home = town, self._home(town)
        (someone,) = arrivals_of(certificate, {self.code: "世帯主"})
        arrivals = (msgspec.structs.replace(someone, known_as=self.known.get(town, "")),)
        self._hall().run(move_in, MoveInNotification(arrivals, home, on, on, certificate.old_address.text()))
        self._lives(home, on)

    def corrected(self) -> None:
        """The home is written otherwise from now on: a line with the same day."""
        self._tomorrow()
        home = self._home(self.at)
        self._hall().run(correct, CorrectionOrder(self.code, Items(address=home), self.day.isoformat()))
        self._lives(home, self.since)

    def corrected_since_ever(self) -> None:
        self._tomorrow()
        home = self._home(self.at)
        self._hall().run(correct, CorrectionOrder(self.code, Items(address=home), self.day.isoformat(), since_ever=True))
        self.lines.pop()
        self._lives(home, self.since)

    def took_back(self) -> None:
        """A move that never was."""
        before = (self.address, self.since)
        self.moves()
        self._annul_last(self.at)
        self.lines.pop()
        self.address, self.since = before

    def came_in_vain(self) -> None:
        """A move to another town that never was: entry there and removal here are undone."""
        before = (self.at, self.address, self.since)
        self.leaves_for()
        there, self.at = self.at, before[0]
        self.known[there] = self.code
        for town in (there, self.at):
            self._annul_last(town)
        self.lines.pop()
        _, self.address, self.since = before

    def _annul_last(self, town: str) -> None:
        hall = self.halls[town]
        hall.today = self.day
        order = AnnulmentOrder((Annulled(self.code, hall.events(self.code)[-1].sequence),), self.day.isoformat())
        hall.run(annul, order)

    def changes_code(self) -> None:
        self._tomorrow()
        self.code = self._hall().run(change_code, CodeChangeRequest(self.code, self.day.isoformat())).code

    def goes_abroad(self) -> None:
        on = self._tomorrow()
        self._hall().run(move_out, MoveOutNotification((self.code,), "アメリカ合衆国", on, on, abroad=True))
        self.away = "abroad"
        self.lines.append(Line("abroad", "アメリカ合衆国", on))

    def is_not_found(self) -> None:
        on = self._tomorrow()
        self._hall().run(remove_ex_officio, RemovalExOfficio(self.code, on, on))
        self.away = "removed"
        self.lines.append(Line("removed", "", on))

    def is_back(self) -> None:
        """In the town that the person left, where the record still is."""
        on, home, self.away = self._tomorrow(), self._home(self.at), ""
        someone = self._arrival(code=self.code)
        self._hall().run(enter_ex_officio, EntryExOfficio((someone,), home, on, on))
        self._lives(home, on)

    def dies(self) -> None:
        if not self.away:
            on = self._tomorrow()
            self._hall().run(enter_death, DeathNotification(self.code, on, on))
            self.away = "dead"
            self.lines.append(Line("dead", "", on))

    # -- what the supplement says ---------------------------------------------------------------------------------

    def told(self) -> list[Line]:
        """What a copy of the supplement would show."""
        kept = self.halls[self.domicile].do(lambda t: supplement.supplement_of(t, self.number))
        rows = kept.members[0].history
        return [Line(row.standing.value, row.address.text() if row.address else row.destination, row.since) for row in rows]


def towns() -> tuple[dict[str, TownHall], Post]:
    """Three town halls on one clock, and the post between them."""
    clock = SetClock()
    halls = {code: TownHall(code, clock) for code in TOWNS}
    return halls, Post(*halls.values())
