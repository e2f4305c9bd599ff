"""カードの運用状況の通知・確認 (令30の24): from the town through the prefecture to the centre, and what the centre answers."""

import datetime
from typing import Any

import pytest

from openjuki.card.life import CardEvent as Happening
from openjuki.card.life import CardEventKind, CardStanding, EndCause
from openjuki.law.kinds import OfficeKind
from openjuki.offices import card_states
from openjuki.procedures.card_event import CardEvent, centre_receives, prefecture_receives
from openjuki.procedures.card_state_query import CardState, CardStateQuery, receive
from openjuki.register.errors import Reason, Refused
from openjuki.wire.directory import Entry
from openjuki.wire.seal import Carried, Seal
from openjuki.wire.speech import decoder
from tests.offices.hub_office import Hub, told
from tests.procedures.municipal_office import AIRA, TownHall, family

CARD = "A000000001"
TOWN = Entry(AIRA, OfficeKind.MUNICIPALITY, "姶良市", "46", "h", 1, (), ())
SEAL = Seal(AIRA, "key", 1, 0, b"", b"signature", 1)
DAY = datetime.date(2013, 12, 9)


def rows(at: TownHall | Hub) -> list[tuple[str, bytes]]:
    return at.do(lambda t: t.all("SELECT receiver, body FROM outbox WHERE type = 'CardEvent' ORDER BY sequence"))


def tell(hall: TownHall, code: str, kind: CardEventKind, **more: Any) -> None:
    hall.do(lambda t: card_states.tell(t, hall.office, CARD, code, Happening(1, kind, DAY, **more), with_photo=True))


def carry(step: Any, hub: Hub, body: bytes, origin: Entry = TOWN) -> None:
    message = decoder(CardEvent).decode(body)
    hub.do(lambda t: step(t, hub.office, origin, message, Carried(body, SEAL)))


def asked(centre: Hub, card: str = CARD, operator: str = "madoguchi-1") -> CardState | Refused:
    heard: list[Any] = []
    receive(centre.office, TOWN, None, CardStateQuery(card, operator), heard.append)  # type: ignore[arg-type]
    return heard[0]


@pytest.fixture
def issued() -> tuple[Hub, Hub, bytes]:
    """太郎's card is issued in Aira, and prefecture and centre know him."""
    hall = TownHall(AIRA)
    taro = family(hall)[0]
    tell(hall, taro.code, CardEventKind.ISSUED, last_day=datetime.date(2023, 12, 8))
    ((receiver, body),) = rows(hall)
    assert receiver == "460001"
    prefecture, centre = Hub(OfficeKind.PREFECTURE).at(DAY), Hub().at(DAY)
    for hub in (prefecture, centre):
        hub.receive(told(code=taro.code))
    return prefecture, centre, body


def test_a_card_told_by_its_town_is_known_at_the_centre_under_the_towns_seal(issued):
    prefecture, centre, body = issued
    carry(prefecture_receives, prefecture, body)
    ((receiver, passed),) = rows(prefecture)
    assert (receiver, passed) == ("centre", body)
    assert prefecture.all("SELECT seal FROM outbox")[0][0]
    carry(centre_receives, centre, passed)
    assert asked(centre) == CardState(CardStanding.VALID, None)


def test_what_comes_twice_is_passed_on_once(issued):
    prefecture, _, body = issued
    for _ in range(2):
        carry(prefecture_receives, prefecture, body)
    assert len(rows(prefecture)) == 1


def test_who_asked_about_a_card_stands_in_the_log_even_if_there_is_none(issued):
    _, centre, body = issued
    carry(centre_receives, centre, body)
    assert asked(centre, "B1").code is Reason.NOT_FOUND
    asked(centre)
    assert centre.all("SELECT operator, what FROM audit WHERE tag = 'card:state:asked' ORDER BY id") == [
        (f"{AIRA} madoguchi-1", f"{AIRA} card B1: not-found"),
        (f"{AIRA} madoguchi-1", f"{AIRA} card {CARD}: valid"),
    ]


@pytest.mark.parametrize("operator", ["", "x" * 65, "a\nb"])
def test_nobody_asks_without_saying_who(issued, operator):
    _, centre, body = issued
    carry(centre_receives, centre, body)
    assert asked(centre, operator=operator).code is Reason.NO_OPERATOR


def test_another_prefectures_town_and_an_office_that_is_no_town_are_refused(issued):
    prefecture, centre, body = issued
    with pytest.raises(Refused):
        carry(prefecture_receives, prefecture, body, Entry("131016", OfficeKind.MUNICIPALITY, "千代田区", "13", "h", 1, (), ()))
    with pytest.raises(Refused):
        carry(centre_receives, centre, body, Entry("460001", OfficeKind.PREFECTURE, "鹿児島県", "46", "h", 1, (), ()))
    assert asked(centre).code is Reason.NOT_FOUND


def test_a_card_that_is_over_says_why():
    hall = TownHall(AIRA)
    taro = family(hall)[0]
    tell(hall, taro.code, CardEventKind.ISSUED, last_day=datetime.date(2023, 12, 8))
    with pytest.raises(Exception, match="version"):
        tell(hall, taro.code, CardEventKind.LOST)
    hall.do(
        lambda t: card_states.tell(t, hall.office, CARD, taro.code, Happening(1002, CardEventKind.ENDED, DAY, cause=EndCause.ABROAD), False)
    )
    centre = Hub().at(DAY)
    centre.receive(told(code=taro.code))
    for _, body in rows(hall):
        carry(centre_receives, centre, body)
    assert asked(centre) == CardState(CardStanding.ENDED, EndCause.ABROAD)
