"""One scene for each of the 37 reasons: a town hall, what its clerk enters, and whom it concerns (異動事由ごとの場面)."""

import datetime
from collections.abc import Callable
from typing import Any

from openjuki.offices import municipality
from openjuki.offices.municipality_households import Relation
from openjuki.procedures.alias import AliasRequest, record_alias
from openjuki.procedures.annulment import Annulled, AnnulmentOrder, annul
from openjuki.procedures.birth import BirthNotification, enter_birth
from openjuki.procedures.change_of_address import ChangeOfAddressNotification, change_address
from openjuki.procedures.code_change import CodeChangeRequest, CodeCorrection, change_code, correct_code
from openjuki.procedures.correction import CorrectionOrder, correct
from openjuki.procedures.death import DeathNotification, RemovalExOfficio, enter_death, remove_ex_officio
from openjuki.procedures.entry_ex_officio import EntryExOfficio, enter_ex_officio
from openjuki.procedures.former_name import FormerNameRequest, record_former_name
from openjuki.procedures.household_change import (
    HouseholdChangeNotification,
    HouseholderChangeNotification,
    change_household,
    change_householder,
)
from openjuki.procedures.individual_number_change import IndividualNumberOrder, NumberBasis, record_individual_number
from openjuki.procedures.move_out import MoveOutNotification, move_out
from openjuki.procedures.nationality import NationalityAcquired, NationalityLost, become_foreign, become_japanese
from openjuki.procedures.remake import RemakeOrder, remake
from openjuki.register.events import Items
from openjuki.register.identity import Sex
from openjuki.register.record import ResidentRecord
from tests.procedures.municipal_office import ELSEWHERE, TownHall, arrival, arrive, family

DAY = "2020-03-01"
ON = (DAY, "2020-03-02")
NUMBERS = ("123456789018", "983205673214")
FOREIGN = {
    "nationality": "ブラジル", "became_foreign_resident_on": "2019-06-01", "residence_class": "中長期在留者",
    "status_of_residence": "定住者", "period_of_stay": "3年", "stay_until": "2022-06-01", "residence_card_number": "AB12345678CD",
}  # fmt: skip
Scene = Callable[[], "Played"]


class Played:
    """A town hall before the event; `events` and `told` are what came after."""

    def __init__(self, *people: Any) -> None:
        self.hall = TownHall()
        self.hall.today = datetime.date(2020, 4, 1)
        self.people: list[ResidentRecord] = arrive(self.hall, *people) if people else family(self.hall)
        self.taro = self.people[0]
        self.start()

    def start(self) -> None:
        """What was entered so far only sets the scene."""
        self.seen = (len(self.all_events()), len(self.hall.changes()))

    def enter(self, step: Callable[..., None], notification: Any) -> "Played":
        self.hall.run(step, notification)
        return self

    def all_events(self) -> list[Any]:
        codes = self.hall.do(lambda t: t.all("SELECT code FROM person ORDER BY id"))
        return sorted((event for (code,) in codes for event in self.hall.events(code)), key=lambda event: event.sequence)

    @property
    def events(self) -> list[Any]:
        return self.all_events()[self.seen[0] :]

    @property
    def told(self) -> list[Any]:
        return self.hall.changes()[self.seen[1] :]


def foreigner() -> Played:
    return Played(arrival("ＳＩＬＶＡ　ＪＯＡＯ", "世帯主", foreign=FOREIGN))


def moving_in(from_abroad: bool) -> Played:
    played = Played()
    newcomer = arrival("辻　花子", "世帯主", "1988-07-07", sex=Sex.FEMALE, registered_domicile="東京都千代田区九段南1")
    arrive(played.hall, newcomer, address=ELSEWHERE, on=DAY, from_abroad=from_abroad)
    return played


def birth() -> Played:
    played = Played()
    child = BirthNotification(played.taro.code, "住基　望", "ジュウキ　ノゾミ", DAY, Sex.FEMALE, "子", ON[1])
    return played.enter(enter_birth, child)


def naturalised() -> Played:
    played = foreigner()
    return played.enter(become_japanese, NationalityAcquired(played.taro.code, "住基　如庵", "鹿児島県姶良市宮島町25", "住基　如庵", *ON))


def nationality_lost() -> Played:
    played = Played()
    return played.enter(become_foreign, NationalityLost(played.taro.code, "ＪＵＫＩ　ＴＡＲＯ", "カナダ", *ON))


def found_living_here() -> Played:
    played = Played()
    entry = EntryExOfficio((arrival("辻　花子", "世帯主", "1988-07-07", sex=Sex.FEMALE),), ELSEWHERE, "2020-02-00", DAY, "不明")
    return played.enter(enter_ex_officio, entry)


def remade(lost: bool) -> Played:
    played = Played()
    return played.enter(remake, RemakeOrder((played.taro.code,), DAY, lost))


def undone(step: Callable[..., None], notification: Callable[[Played], Any]) -> Played:
    played = Played()
    played.enter(step, notification(played))
    last = played.events[-1]
    code = next(each.code for each in played.hall.do(_records) if each.person == last.person)
    played.start()
    return played.enter(annul, AnnulmentOrder((Annulled(code, last.sequence),), DAY))


def _records(transaction: Any) -> list[ResidentRecord]:
    return [municipality.decode_record(body) for (body,) in transaction.all("SELECT record FROM person")]


def moving_out(abroad: bool) -> Played:
    played = Played()
    leaving = MoveOutNotification((played.people[2].code,), "カナダ" if abroad else "鹿児島県霧島市", "2020-04-05", DAY, abroad)
    return played.enter(move_out, leaving)


def death() -> Played:
    played = Played()
    return played.enter(enter_death, DeathNotification(played.people[2].code, "2020-02-E3", DAY))


def found_not_here() -> Played:
    played = Played()
    return played.enter(remove_ex_officio, RemovalExOfficio(played.people[2].code, *ON))


def moving() -> Played:
    played = Played()
    return played.enter(change_address, ChangeOfAddressNotification((Relation(played.people[2].code, "世帯主"),), ELSEWHERE, *ON))


def corrected(items: Items, **more: Any) -> Played:
    played = Played()
    return played.enter(correct, CorrectionOrder(played.taro.code, items, DAY, **more))


def numbered(basis: NumberBasis) -> Played:
    played = Played(arrival("住基　太郎", "世帯主", individual_number="" if basis is NumberBasis.ENTERED else NUMBERS[0]))
    return played.enter(record_individual_number, IndividualNumberOrder(played.taro.code, NUMBERS[1], basis, DAY))


def code_changed() -> Played:
    played = Played()
    return played.enter(change_code, CodeChangeRequest(played.taro.code, DAY))


def code_corrected() -> Played:
    played = Played()
    return played.enter(correct_code, CodeCorrection(played.taro.code, DAY))


def separated() -> Played:
    played = Played()
    return played.enter(change_household, HouseholdChangeNotification((Relation(played.people[2].code, "世帯主"),), *ON))


def merged() -> Played:
    played = separated()
    played.start()
    joining = HouseholdChangeNotification((Relation(played.people[2].code, "子"),), *ON, played.taro.code)
    return played.enter(change_household, joining)


def changed_household() -> Played:
    played = separated()
    played.start()
    joining = HouseholdChangeNotification((Relation(played.people[1].code, "母"),), *ON, played.people[2].code)
    return played.enter(change_household, joining)


def new_head() -> Played:
    played = Played()
    taro, yoshiko, hikari = played.people
    relations = (Relation(taro.code, "夫"), Relation(hikari.code, "子"))
    return played.enter(change_householder, HouseholderChangeNotification(yoshiko.code, relations, *ON))


def former_name(before: str, after: str) -> Played:
    played = Played(arrival("住基　美子", "世帯主", former_name=before))
    return played.enter(record_former_name, FormerNameRequest(played.taro.code, after, DAY))


def alias(before: str, after: str) -> Played:
    played = Played(arrival("ＳＩＬＶＡ　ＪＯＡＯ", "世帯主", foreign=FOREIGN, alias=before))
    return played.enter(record_alias, AliasRequest(played.taro.code, after, DAY))


SCENES: dict[int, Scene] = dict(enumerate((
    lambda: moving_in(False), lambda: moving_in(True), birth, naturalised, nationality_lost, found_living_here,
    lambda: remade(False), lambda: remade(True),
    lambda: undone(enter_death, lambda played: DeathNotification(played.people[2].code, DAY, DAY)),
    lambda: moving_out(False), lambda: moving_out(True), death, naturalised, nationality_lost, found_not_here,
    lambda: remade(False), lambda: remade(True),
    lambda: undone(enter_birth, lambda played: BirthNotification(
        played.taro.code, "住基　望", "ジュウキ　ノゾミ", DAY, Sex.FEMALE, "子", DAY)),
    moving, lambda: corrected(Items(name="住基　太朗"), minor=True), lambda: corrected(Items(name="重基　太郎")),
    lambda: corrected(Items(birth="1974-03-05"), since_ever=True),
    lambda: numbered(NumberBasis.REQUESTED), lambda: numbered(NumberBasis.CORRECTED), lambda: numbered(NumberBasis.ENTERED),
    code_changed, code_corrected, separated, merged, changed_household, new_head,
    lambda: former_name("", "旧氏"), lambda: former_name("旧氏", "旧々氏"), lambda: former_name("旧氏", ""),
    lambda: alias("", "住基　次郎"), lambda: alias("住基　次郎", ""),
    lambda: undone(change_household, lambda played: HouseholdChangeNotification((Relation(played.people[2].code, "世帯主"),), *ON)),
), 1))  # fmt: skip
"""By the number of the reason in the standard's list."""
