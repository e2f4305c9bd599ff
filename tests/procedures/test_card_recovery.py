"""カードの運用状況の復旧の電文: who may hear what was told of cards, and how much of it at once (令30の24; architecture section 4)."""

from typing import Any

import msgspec
import pytest

from openjuki.card.life import CardEventKind, EndCause
from openjuki.law.kinds import OfficeKind
from openjuki.offices import card_told
from openjuki.offices.card_told import NUMBER_MAX, VERSION_MAX, CardTold
from openjuki.procedures.card_recovery import PAGE_MAX, BucketCards, HeldCards, held
from openjuki.register.errors import Reason, Refused
from openjuki.wire.directory import Entry
from openjuki.wire.speech import encode
from tests.offices.hub_office import AIRA, KIRISHIMA, Hub
from tests.offices.test_card_told import FOUND, ISSUED, LOST

CHIYODA, KAGOSHIMA, TOKYO = "131016", "460001", "130001"
ENTRIES = {
    code: Entry(code, kind, code, code[:2], "h", 1, (), ())
    for code, kind in (
        (AIRA, OfficeKind.MUNICIPALITY),
        (KIRISHIMA, OfficeKind.MUNICIPALITY),
        (CHIYODA, OfficeKind.MUNICIPALITY),
        (KAGOSHIMA, OfficeKind.PREFECTURE),
        (TOKYO, OfficeKind.PREFECTURE),
    )
}


def hub(kind: OfficeKind) -> Hub:
    made = Hub(kind).at("2014-04-01")
    made.office.directory.entries.update(ENTRIES)
    for office, told in (ISSUED, LOST, FOUND):
        made.do(lambda t, office=office, told=told: card_told.keep(t, office, told, 0))
    return made


def asked(at: Hub, asker: str, about: str, after: CardTold | None = None) -> HeldCards | Refused:
    heard: list[Any] = []
    held(at.office, ENTRIES[asker], None, BucketCards(about, after), heard.append)  # type: ignore[arg-type]
    return heard[0]


@pytest.mark.parametrize(("kind", "asker"), [(OfficeKind.PREFECTURE, AIRA), (OfficeKind.CENTRE, KAGOSHIMA)])
def test_the_town_and_its_prefecture_hear_what_it_told_and_the_log_says_so(kind, asker):
    at = hub(kind)
    assert asked(at, asker, AIRA) == HeldCards((FOUND[1], LOST[1], ISSUED[1]))
    assert asked(at, asker, AIRA, LOST[1]) == HeldCards((ISSUED[1],))
    assert asked(at, asker, AIRA, ISSUED[1]) == HeldCards(())
    whats = [what for (what,) in at.all("SELECT what FROM audit WHERE tag = 'recovery:cards:given' ORDER BY id")]
    assert whats == [f"{asker} {AIRA}  3", f"{asker} {AIRA} {LOST[1].card} 1", f"{asker} {AIRA} {ISSUED[1].card} 0"]


@pytest.mark.parametrize(
    ("kind", "asker", "about"),
    [
        (OfficeKind.PREFECTURE, KIRISHIMA, AIRA),
        (OfficeKind.CENTRE, TOKYO, AIRA),
        (OfficeKind.CENTRE, KAGOSHIMA, CHIYODA),
        (OfficeKind.CENTRE, KAGOSHIMA, KAGOSHIMA),
        (OfficeKind.CENTRE, KAGOSHIMA, "999999"),
    ],
)
def test_nobody_hears_of_anothers_cards(kind, asker, about):
    refused = asked(hub(kind), asker, about)
    assert isinstance(refused, Refused) and refused.code is Reason.WRONG_OFFICE


def test_a_page_of_the_longest_events_fits_into_its_frame_and_so_does_the_question_for_the_next():
    longest = CardTold(
        "A" * NUMBER_MAX, "24727059608", True, VERSION_MAX - 1, max(CardEventKind, key=len), "2013-12-02", "2023-12-01",
        max(EndCause, key=lambda cause: len(cause.encode())), "2014-01-01",
    )  # fmt: skip
    card_told.check_told(longest)
    assert len(encode(HeldCards((longest,) * PAGE_MAX))) <= HeldCards.size_max
    assert len(encode(BucketCards(AIRA, longest))) <= BucketCards.size_max
    assert msgspec.msgpack.decode(encode(HeldCards((longest,))))
