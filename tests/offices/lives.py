"""Lives played through the municipal procedures at three offices, as the changes that the hubs get of them (人の一生の変更情報)."""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from openjuki.offices import municipality
from openjuki.offices.municipality_households import Relation
from openjuki.procedures.annulment import Annulled, AnnulmentOrder, annul
from openjuki.procedures.change_of_address import ChangeOfAddressNotification, change_address
from openjuki.procedures.code_change import CodeChangeRequest, CodeCorrection, change_code, correct_code
from openjuki.procedures.correction import CorrectionOrder, correct
from openjuki.procedures.move_in import MoveInNotification, arrivals_of, move_in
from openjuki.procedures.move_out import MoveOutNotification, move_out
from openjuki.register.change import Change
from openjuki.register.codes import with_check_digit
from openjuki.register.events import Event, EventKind, Items
from openjuki.register.identity import Reason, Status
from openjuki.register.moving_out_certificate import MoveOutCertificate
from tests.procedures.municipal_office import AIRA, CHIYODA, ELSEWHERE, KIRISHIMA, SetClock, TownHall, arrival, arrive


class Halls:
    """The three offices of one life, on one clock."""

    def __init__(self) -> None:
        clock = SetClock()
        self.aira, self.kirishima, self.chiyoda = (TownHall(code, clock) for code in (AIRA, KIRISHIMA, CHIYODA))

    def born(self, hall: TownHall, name: str = "住基　太郎") -> str:
        """Somebody's first residence; the code."""
        return arrive(hall, arrival(name, "世帯主"))[0].code

    def out(self, hall: TownHall, code: str, on: str) -> MoveOutCertificate:
        """Moving out."""
        return hall.run(move_out, MoveOutNotification((hall.now(code).code,), "先", on, on))

    def into(self, hall: TownHall, certificate: MoveOutCertificate, on: str, **more) -> str:
        """Moving in on a certificate; the code."""
        relationships = {person.code: "世帯主" for person in certificate.persons}
        arrivals = tuple(msgspec.structs.replace(each, **more) for each in arrivals_of(certificate, relationships))
        return hall.run(move_in, MoveInNotification(arrivals, hall.home, on, on, "元"))[0].code

    def recode(self, hall: TownHall, code: str) -> str:
        """A change of code; the new one."""
        return hall.run(change_code, CodeChangeRequest(code, "2013-12-05")).code

    def undo(self, hall: TownHall, code: str, sequence: int | None = None) -> None:
        """The annulment of an event, the last one if none is named."""
        named = hall.events(code)[-1].sequence if sequence is None else sequence
        hall.run(annul, AnnulmentOrder((Annulled(code, named),), "2013-12-09"))

    def changes(self) -> list[Change]:
        """What all three have told."""
        return [*self.aira.changes(), *self.kirishima.changes(), *self.chiyoda.changes()]


class Person(NamedTuple):
    """What a hub should hold of one person in the end."""

    codes: frozenset[str]
    code: str
    office: str
    n: int
    status: Status


class Life(NamedTuple):
    """The changes of a life, what the centre should hold in the end, and which offices must hear of a contest."""

    changes: list[Change]
    persons: frozenset[Person]
    told: frozenset[str] = frozenset()


def _life(halls: Halls, *persons: tuple[Sequence[str], str, int, Status], told: Sequence[str] = ()) -> Life:
    """Each person as (codes, the present one first; office; residence; status)."""
    return Life(
        halls.changes(),
        frozenset(Person(frozenset(codes), codes[0], office, n, status) for codes, office, n, status in persons),
        frozenset(told),
    )


def moves_and_codes() -> Life:
    """A code is changed at the old and at the new office, then the person comes back: 7 changes."""
    halls = Halls()
    first = halls.born(halls.aira)
    second = halls.recode(halls.aira, first)
    halls.into(halls.chiyoda, halls.out(halls.aira, second, "2013-12-05"), "2013-12-06")
    third = halls.recode(halls.chiyoda, second)
    halls.into(halls.aira, halls.out(halls.chiyoda, third, "2013-12-07"), "2013-12-08", known_as=second)
    return _life(halls, ((third, second, first), AIRA, 3, Status.RESIDENT))


def a_move_that_never_was() -> Life:
    """A move is annulled at both ends, then made in earnest elsewhere after a change of code: 8 changes less none: 7."""
    halls = Halls()
    first = halls.born(halls.aira)
    certificate = halls.out(halls.aira, first, "2013-12-05")
    halls.into(halls.kirishima, certificate, "2013-12-06")
    halls.undo(halls.kirishima, first)
    halls.undo(halls.aira, first)
    second = halls.recode(halls.aira, first)
    halls.out(halls.aira, second, "2013-12-09")
    return _life(halls, ((second, first), AIRA, 1, Status.REMOVED))


def a_return_that_never_was() -> Life:
    """Away and back, and the return is annulled: two changes of one event; 7 changes."""
    halls = Halls()
    code = halls.born(halls.aira)
    halls.into(halls.kirishima, halls.out(halls.aira, code, "2013-12-04"), "2013-12-05")
    halls.into(halls.aira, halls.out(halls.kirishima, code, "2013-12-06"), "2013-12-07")
    halls.undo(halls.aira, code)
    return _life(halls, ((code,), KIRISHIMA, 2, Status.REMOVED))


def two_claims() -> Life:
    """One certificate, entered twice by mistake; one of the claimants has changed the code meanwhile: 6 changes."""
    halls = Halls()
    first = halls.born(halls.aira)
    certificate = halls.out(halls.aira, first, "2013-12-04")
    halls.into(halls.kirishima, certificate, "2013-12-05")
    halls.into(halls.chiyoda, certificate, "2013-12-06")
    second = halls.recode(halls.chiyoda, first)
    halls.kirishima.today = halls.kirishima.today.replace(day=4)
    halls.kirishima.run(correct, CorrectionOrder(first, Items(name="住基　太朗"), "2013-12-04"))
    return _life(halls, ((second, first), CHIYODA, 2, Status.RESIDENT), told=(KIRISHIMA, CHIYODA))


def two_claims_settled() -> Life:
    """As before, on one day, and the wrong claim is annulled in the end: 6 changes."""
    halls = Halls()
    code = halls.born(halls.aira)
    certificate = halls.out(halls.aira, code, "2013-12-05")
    halls.into(halls.kirishima, certificate, "2013-12-05")
    halls.into(halls.chiyoda, certificate, "2013-12-05")
    halls.undo(halls.kirishima, code)
    halls.out(halls.chiyoda, code, "2013-12-08")
    return _life(halls, ((code,), CHIYODA, 2, Status.REMOVED))


def restored() -> Life:
    """An office is restored and tells the full state again, its version raised above what the hubs hold: 6 changes."""
    halls = Halls()
    first = halls.born(halls.aira)
    second = halls.recode(halls.aira, first)
    halls.aira.run(change_address, ChangeOfAddressNotification((Relation(second, "世帯主"),), ELSEWHERE, "2013-12-05", "2013-12-05"))
    adopted = _adopted(halls.aira, second)
    halls.aira.do(lambda t: municipality.enter(t, halls.aira.office, adopted, above=9))
    third = halls.recode(halls.aira, second)
    halls.into(halls.chiyoda, halls.out(halls.aira, third, "2013-12-08"), "2013-12-09")
    return _life(halls, ((third, second, first), CHIYODA, 2, Status.RESIDENT))


def _adopted(hall: TownHall, code: str) -> Event:
    """What a restored office enters of a state that its hub holds and it had lost."""
    person = hall.now(code).person
    items = Items(name="住基　太朗")
    return Event(
        0, person, EventKind.CORRECTION, Reason.CORRECTION_EX_OFFICIO, "2013-12-10", "2013-12-10", 0, "recovery", items, ex_officio=True
    )


def a_forgetful_restore() -> Life:
    """An office was restored, forgot two changes, and used their versions again for something else: 6 changes."""
    halls = Halls()
    first = halls.born(halls.aira)
    second = halls.recode(halls.aira, first)
    halls.aira.run(correct, CorrectionOrder(second, Items(name="住基　太朗"), "2013-12-05"))
    told = halls.changes()
    twisted = [msgspec.structs.replace(each, identity=msgspec.structs.replace(each.identity, name="住基　多郎")) for each in told[1:]]
    halls.out(halls.aira, second, "2013-12-08")
    life = _life(halls, ((second, first), AIRA, 1, Status.REMOVED))
    return life._replace(changes=[*life.changes, *twisted])


def one_human_with_two_codes() -> Life:
    """Entered as never registered though registered elsewhere; the old code is found and written ex officio: 5 changes."""
    halls = Halls()
    true = halls.born(halls.aira)
    halls.out(halls.aira, true, "2013-12-01")
    wrong = arrive(halls.chiyoda, arrival("住基　太郎", "世帯主"), on="2013-12-02")[0].code
    other = halls.recode(halls.chiyoda, wrong)
    halls.chiyoda.run(correct_code, CodeCorrection(other, "2013-12-09", true))
    return _life(halls, ((true, wrong, other), CHIYODA, 1, Status.RESIDENT), told=(AIRA, CHIYODA))


def a_stranger_s_code() -> Life:
    """A mover is entered under the code of somebody else who lives elsewhere; the tie is cut: 6 changes, two persons."""
    halls = Halls()
    strangers, own = halls.born(halls.kirishima, "辻　花子"), halls.born(halls.aira)
    certificate = halls.out(halls.aira, own, "2013-12-04")
    (certified,) = certificate.persons
    mistyped = msgspec.structs.replace(certified, code=strangers, ended=msgspec.structs.replace(certified.ended, code=strangers))
    halls.into(halls.chiyoda, msgspec.structs.replace(certificate, persons=(mistyped,)), "2013-12-05")
    order = CodeCorrection(strangers, "2013-12-09", own, another_holds_it=True, ended=certified.ended)
    halls.chiyoda.run(correct_code, order)
    return _life(halls, ((strangers,), KIRISHIMA, 1, Status.RESIDENT), ((own,), CHIYODA, 2, Status.RESIDENT))


LIVES = (
    moves_and_codes, a_move_that_never_was, a_return_that_never_was, two_claims, two_claims_settled, restored, a_forgetful_restore,
    one_human_with_two_codes, a_stranger_s_code,
)  # fmt: skip


def newcomers(count: int) -> list[Change]:
    """First changes of persons of whom nothing else is told."""
    who = moves_and_codes().changes[0]
    codes = [with_check_digit(f"{7_000_000_000 + 999 * number}") for number in range(count)]
    return [msgspec.structs.replace(who, identity=msgspec.structs.replace(who.identity, code=code)) for code in codes]
