"""Anything that may happen in a town hall, drawn by numbers: what is refused is refused, the rest happens (役所の一年)."""

import datetime
from collections.abc import Callable, Sequence
from functools import partial

import msgspec

from openjuki.nodes.entering import read_event
from openjuki.offices import municipality
from openjuki.offices.municipality_households import Relation, Staying
from openjuki.procedures.alias import AliasRequest, record_alias
from openjuki.procedures.annulment import Annulled, AnnulmentOrder, annul
from openjuki.procedures.change_of_address import ChangeOfAddressNotification, change_address
from openjuki.procedures.code_change import CodeChangeRequest, change_code
from openjuki.procedures.correction import CorrectionOrder, correct
from openjuki.procedures.death import DeathNotification, RemovalExOfficio, enter_death, remove_ex_officio
from openjuki.procedures.entry_ex_officio import EntryExOfficio, enter_ex_officio
from openjuki.procedures.household_change import (
    HouseholdChangeNotification,
    HouseholderChangeNotification,
    change_household,
    change_householder,
)
from openjuki.procedures.minister_notices import MinisterNotice, MinisterNotices, take_notices
from openjuki.procedures.move_in import MoveInNotification, arrivals_of, move_in
from openjuki.procedures.move_out import MoveOutNotification, move_out
from openjuki.procedures.nationality import NationalityAcquired, NationalityLost, become_foreign, become_japanese
from openjuki.procedures.provisional_entry import Decision, ProvisionalEntry, decide, keep
from openjuki.procedures.remake import RemakeOrder, remake
from openjuki.procedures.renumbering import RenumberingOrder, renumber
from openjuki.register.addresses import Address
from openjuki.register.events import Items
from openjuki.register.foreign_residents import is_foreign
from openjuki.register.moving_out_certificate import MoveOutCertificate
from openjuki.register.record import ResidentRecord
from openjuki.register.renumbered_addresses import Renumbered
from tests.procedures.municipal_office import TownHall, arrival

NAMES = ("住基　太郎", "住基　美子", "辻　花子", "不詳　一郎")


class Clerk:
    """Draws what happens next from small numbers, among the town halls given; papers are handed on from one to another."""

    def __init__(self, *halls: TownHall) -> None:
        self.halls = halls
        self.codes: list[str] = []
        self.papers: list[MoveOutCertificate] = []
        self.deeds: tuple[Callable[[TownHall, int, int], None], ...] = (
            self.newcomer, self.newcomer, self.mover, self.mover, self.leaver, self.leaver, self.address, self.code, self.error,
            self.since_ever, self.undo, self.undo, self.undo, self.death, self.removal, self.separation, self.head,
            self.nationality, self.nationality, self.alias, self.remake, self.renumber, self.found, self.notice, self.decided,
        )  # fmt: skip

    def act(self, deed: int, hall: int, one: int, other: int) -> None:
        """Do something; an OpenJukiError is the town hall's own word that it may not be."""
        self.deeds[deed % len(self.deeds)](self.halls[hall % len(self.halls)], one, other)

    def newcomer(self, hall: TownHall, one: int, other: int) -> None:
        self._enter(hall, (arrival(NAMES[one % 4], "世帯主", f"19{50 + other % 40}-05-03", nobody_known=True),), other)

    def mover(self, hall: TownHall, one: int, other: int) -> None:
        if self.papers:
            paper = self.papers[one % len(self.papers)]
            (person,) = paper.persons
            arrivals = arrivals_of(paper, {person.code: "世帯主"})
            known = [code for code in self.codes if hall.office.code and self._knows(hall, code) and code == person.code]
            self._enter(hall, tuple(msgspec.structs.replace(each, nobody_known=not known) for each in arrivals), other)

    def _knows(self, hall: TownHall, code: str) -> bool:
        return hall.do(lambda t: t.value("SELECT 1 FROM code_used WHERE code = ?", code)) is not None

    def _enter(self, hall: TownHall, arrivals: Sequence, other: int) -> None:
        on = _day(other)
        records = hall.run(move_in, MoveInNotification(tuple(arrivals), hall.home, on, on, "元"))
        self.codes += [record.code for record in records]

    def _who(self, hall: TownHall, one: int) -> ResidentRecord:
        return hall.now(self.codes[one % len(self.codes)] if self.codes else "24727059608")

    def _staying(self, hall: TownHall, record: ResidentRecord) -> Staying:
        others = [member for member in _members(hall, record) if member.person != record.person]
        return Staying(others[0].code, tuple(Relation(member.code, "縁故者") for member in others[1:])) if others else Staying()

    def leaver(self, hall: TownHall, one: int, other: int) -> None:
        record, on = self._who(hall, one), _day(other)
        staying = self._staying(hall, record) if record.relationship == "世帯主" else Staying()
        self.papers.append(hall.run(move_out, MoveOutNotification((record.code,), "先", on, _day(max(other, one)), staying=staying)))

    def address(self, hall: TownHall, one: int, other: int) -> None:
        record, on = self._who(hall, one), _day(other)
        staying = self._staying(hall, record) if record.relationship == "世帯主" else Staying()
        address = Address(hall.home.municipality, hall.home.town, f"{other}番地")
        hall.run(change_address, ChangeOfAddressNotification((Relation(record.code, "世帯主"),), address, on, on, staying=staying))

    def code(self, hall: TownHall, one: int, other: int) -> None:
        self.codes.append(hall.run(change_code, CodeChangeRequest(self._who(hall, one).code, _day(other))).code)

    def error(self, hall: TownHall, one: int, other: int) -> None:
        hall.run(correct, CorrectionOrder(self._who(hall, one).code, Items(name=NAMES[other % 4]), _day(other), asked_for=True))

    def since_ever(self, hall: TownHall, one: int, other: int) -> None:
        items = Items(birth=f"19{50 + other % 40}-06-04", registered_domicile=f"宮島町{other}")
        hall.run(correct, CorrectionOrder(self._who(hall, one).code, items, _day(other), since_ever=True))

    def undo(self, hall: TownHall, one: int, other: int) -> None:
        record = self._who(hall, one)
        events = hall.events(record.code)
        target = events[-1 - other % len(events)]
        hall.run(annul, AnnulmentOrder((Annulled(record.code, target.sequence),), _day(other)))

    def death(self, hall: TownHall, one: int, other: int) -> None:
        record = self._who(hall, one)
        hall.run(enter_death, DeathNotification(record.code, "2013-11-00", _day(other), self._staying(hall, record)))

    def removal(self, hall: TownHall, one: int, other: int) -> None:
        record = self._who(hall, one)
        hall.run(remove_ex_officio, RemovalExOfficio(record.code, _day(other), _day(other), self._staying(hall, record)))

    def separation(self, hall: TownHall, one: int, other: int) -> None:
        record, host = self._who(hall, one), self._who(hall, other)
        joins = host.code if host.household != record.household else ""
        relation = Relation(record.code, "縁故者" if joins else "世帯主")
        staying = self._staying(hall, record) if record.relationship == "世帯主" else Staying()
        hall.run(change_household, HouseholdChangeNotification((relation,), _day(other), _day(other), joins, staying))

    def head(self, hall: TownHall, one: int, other: int) -> None:
        record = self._who(hall, one)
        others = tuple(Relation(member.code, "同居人") for member in _members(hall, record) if member.person != record.person)
        hall.run(change_householder, HouseholderChangeNotification(record.code, others, _day(other), _day(other)))

    def nationality(self, hall: TownHall, one: int, other: int) -> None:
        record, on = self._who(hall, one), _day(other)
        if is_foreign(record.other):
            hall.run(become_japanese, NationalityAcquired(record.code, NAMES[other % 4], f"宮島町{other}", NAMES[one % 4], on, on))
        else:
            card = {"residence_class": "特別永住者", "residence_card_number": f"AB{one:08d}CD"}
            hall.run(become_foreign, NationalityLost(record.code, "ＪＵＫＩ　ＴＡＲＯ", "カナダ", on, on, "", card))

    def alias(self, hall: TownHall, one: int, other: int) -> None:
        record = self._who(hall, one)
        hall.run(record_alias, AliasRequest(record.code, "" if record.alias else NAMES[other % 4], _day(other)))

    def remake(self, hall: TownHall, one: int, other: int) -> None:
        hall.run(remake, RemakeOrder((self._who(hall, one).code,), _day(other), lost=bool(other % 2)))

    def renumber(self, hall: TownHall, one: int, other: int) -> None:
        record = self._who(hall, one)
        after = Address(hall.home.municipality, hall.home.town, f"{one}番{other}号")
        hall.run(renumber, RenumberingOrder((Renumbered(record.address, after),), _day(min(one, other)), _day(max(one, other))))

    def found(self, hall: TownHall, one: int, other: int) -> None:
        record, on = self._who(hall, one), _day(other)
        back = (arrival(record.name, "世帯主", record.birth, known_as=record.code),)
        hall.run(enter_ex_officio, EntryExOfficio(back, hall.home, on, on, "不明"))

    def notice(self, hall: TownHall, one: int, other: int) -> None:
        record = self._who(hall, one)
        number = record.other.get("residence_card_number", "")
        notice = MinisterNotice(number, record.birth, _day(other), {"name": "ＪＵＫＩ　ＪＩＲＯ"}, ended=bool(one % 2))
        hall.run(take_notices, MinisterNotices((notice,), _day(max(one, other))))

    def decided(self, hall: TownHall, one: int, other: int) -> None:
        event = {"kind": "code-change", "code": self._who(hall, one).code, "requested_on": _day(other)}
        number = hall.run(partial(keep, read_event), ProvisionalEntry(event)).number
        decided = partial(decide, read_event)
        outcome = hall.run(lambda office, _, *rest: decided(office, "chief", *rest), Decision(number, approved=bool(other % 3)))
        self.codes += [outcome.code] if outcome else []


def _members(hall: TownHall, record: ResidentRecord) -> list[ResidentRecord]:
    return hall.do(lambda t: municipality.members(t, record.household))


def _day(number: int) -> str:
    return (datetime.date(2013, 11, 1) + datetime.timedelta(days=number % 40)).isoformat()
