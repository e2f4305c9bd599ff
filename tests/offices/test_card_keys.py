"""カードの真正性の確認: a real card shown at another town, believed by its own town only while it serves (Act art. 12-4(1))."""

import os

import pytest

from openjuki.card.at_the_counter import show_card
from openjuki.card.evidence import evidence
from openjuki.card.system import CardSystem
from openjuki.offices import card_keys
from openjuki.procedures import card_life
from openjuki.procedures.card_life import LossReport
from openjuki.procedures.code_change import CodeChangeRequest, change_code
from openjuki.register.errors import Conflict
from openjuki.register.wide_area_copy import CheckedBy, CopyOf, CopyRequest, IdentityCheck
from openjuki.terminal.door import InProcessDoor, converse
from tests.card.cards import terminal
from tests.procedures.card_hall import PIN, CardHall
from tests.procedures.municipal_office import CHIYODA, KIRISHIMA, arrival, arrive

FIRST, SECOND = "A000000001", "A000000002"
SHOWN_MS = 1_386_637_200_000


@pytest.fixture(scope="module")
def issued():
    """太郎 and 美子 of Aira, each with a card."""
    hall = CardHall()
    taro, yoshiko = (arrive(hall, arrival(name, "世帯主"))[0].code for name in ("住基　太郎", "住基　美子"))
    hall.issue(taro, FIRST)
    hall.issue(yoshiko, SECOND)
    return hall, taro, yoshiko, hall.snapshot()


@pytest.fixture
def hall(issued):
    issued[0].restart(issued[3])
    return issued[0]


def shown(hall, card_id=FIRST, office=CHIYODA):
    """What the card shown at that office's desk proves."""
    door = InProcessDoor(CardSystem(hall.cards[card_id], os.urandom))
    door.connect()
    found = converse(door, show_card(terminal(office=office, day=hall.today), PIN, hall.today, SHOWN_MS))
    return evidence(found.certificate, SHOWN_MS, found.proof)


def believed(hall, code, card, asker=CHIYODA, shown_ms=SHOWN_MS):
    check = IdentityCheck(CheckedBy.CARD, shown_ms, card=card)
    request = CopyRequest(bytes(16), "住基　太郎", code, CopyOf.HOUSEHOLD, (), (), check)
    return hall.do(lambda t: card_keys.own_valid_card(t, hall.office, asker, request))


def test_the_own_town_believes_a_card_where_when_and_for_whom_it_was_shown(hall, issued):
    _, taro, yoshiko, _ = issued
    card = shown(hall)
    assert believed(hall, taro, card)
    assert not believed(hall, taro, card, asker=KIRISHIMA)
    assert not believed(hall, taro, card, shown_ms=SHOWN_MS + 1)
    assert not believed(hall, yoshiko, card)
    assert not believed(hall, "00000000000", card)
    assert not believed(hall, taro, shown(hall, SECOND))


def test_what_is_no_proof_or_was_changed_is_not_believed(hall, issued):
    taro, card = issued[1], shown(hall)
    for changed in (b"", b"\xc1", card[:-1], card[:-1] + bytes([card[-1] ^ 1]), evidence(b"no certificate", SHOWN_MS, b"")):
        assert not believed(hall, taro, changed)


def test_a_lost_card_and_one_with_another_code_are_not_believed(hall, issued):
    _, taro, yoshiko, _ = issued
    first, second = shown(hall), shown(hall, SECOND)
    hall.run(card_life.report_loss, LossReport(taro, "住基　太郎", "1974-05-03"))
    assert not believed(hall, taro, first) and believed(hall, yoshiko, second)
    changed = hall.run(change_code, CodeChangeRequest(yoshiko, hall.today.isoformat()))
    assert not believed(hall, yoshiko, second) and not believed(hall, changed.code, second)


def test_a_second_card_of_one_number_is_a_copy(hall):
    with pytest.raises(Conflict):
        hall.do(lambda t: card_keys.keep(t, FIRST, b"another certificate"))
