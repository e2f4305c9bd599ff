"""The life of a card at its municipality: lost, found, PINs, face, moves, ends, returns (住基カードの運用, 令30の16-30の24; C8, C9)."""

import datetime
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openjuki.card.at_the_counter import notes
from openjuki.card.holder import CardKind
from openjuki.card.life import CardEvent, CardEventKind, CardStanding, EndCause, fold
from openjuki.card.personalisation import Stage
from openjuki.card.third_party import check_face
from openjuki.law.calendar import Profile
from openjuki.offices import card_holders, card_issue_services
from openjuki.offices.card_applications import Ground, Proof, Receiver
from openjuki.offices.card_issue_handover import Confirmed, HandOver
from openjuki.offices.card_told import RESIDENCE_SPAN
from openjuki.offices.municipality_households import Relation
from openjuki.procedures import card_life
from openjuki.procedures.card_issue import begin, complete_hand_over
from openjuki.procedures.card_life import ContinuedCard, FaceChange, FoundReport, HandedIn, LossReport, NumberCard, PinRequest
from openjuki.procedures.change_of_address import ChangeOfAddressNotification, change_address
from openjuki.procedures.code_change import CodeChangeRequest, CodeCorrection, change_code, correct_code
from openjuki.procedures.death import DeathNotification, RemovalExOfficio, enter_death, remove_ex_officio
from openjuki.procedures.move_in_notice import MoveInNotice, notice_arrives
from openjuki.procedures.move_out import MoveOutNotification, move_out
from openjuki.procedures.nationality import NationalityAcquired, become_japanese
from openjuki.register.errors import Conflict, InvalidInput
from openjuki.register.moved_in import MovedIn
from openjuki.terminal.door import converse
from tests.card.cards import authority
from tests.procedures.card_hall import CardHall
from tests.procedures.municipal_office import ELSEWHERE, HOME, KIRISHIMA, arrival, arrive

FIRST, SECOND = "A000000001", "A000000002"
SHOWN = frozenset({Proof.PHOTO_DOCUMENT})
TWO = frozenset({Proof.PHOTO_DOCUMENT, Proof.OTHER_DOCUMENT})
NAME, BIRTH = "住基　太郎", "1974-05-03"


def issued(hall, code, card_id=FIRST, **more):
    """A card in its holder's hands, as the office's journal has it; its chip stays out of these tests."""
    filed = hall.apply(code, **more)
    making = hall.run(begin, filed.number, card_id)
    for stage in (Stage.SECURING, Stage.ISSUED):
        hall.desk_journal().write(card_id, str(making.person), stage)
    given = HandOver(card_id, Receiver.HOLDER, SHOWN, filed.fee.total_yen, old_card=more.get("old_card", ""))
    return hall.run(complete_hand_over, given, Confirmed(card_id, making.order.holder.code))


@pytest.fixture
def hall():
    return CardHall()


@pytest.fixture
def taro(hall):
    code = arrive(hall, arrival(NAME, "世帯主"))[0].code
    issued(hall, code)
    return code


def cause(hall, card_id=FIRST):
    return hall.do(lambda t: card_holders.held(t, card_id)).life.cause(hall.today)


def acts(hall, card_id=FIRST):
    return [one.act for one in hall.do(lambda t: card_holders.acts(t, card_id))]


def day(hall):
    return hall.today.isoformat()


def test_a_loss_told_by_phone_suspends_the_card_at_once_and_only_once(hall, taro):
    report = LossReport(taro, NAME, BIRTH, by_phone=True)
    assert hall.run(card_life.report_loss, report).life.standing(hall.today) is CardStanding.SUSPENDED
    hall.run(card_life.report_loss, report)
    assert acts(hall) == ["making", "issued", "lost"] and hall.valid(taro) == []


def test_whoever_does_not_know_name_and_birth_date_suspends_nobodys_card(hall, taro):
    for report in (LossReport(taro, NAME, "1974-05-04", True), LossReport(taro, "住基　次郎", BIRTH, True)):
        with pytest.raises(InvalidInput):
            hall.run(card_life.report_loss, report)
    assert hall.valid(taro) == [FIRST]


def test_a_found_card_serves_again_for_its_holder_in_person(hall, taro):
    hall.run(card_life.report_loss, LossReport(taro, NAME, BIRTH))
    with pytest.raises(InvalidInput):
        hall.run(card_life.report_found, FoundReport(FIRST, frozenset()))
    hall.run(card_life.report_found, FoundReport(FIRST, SHOWN))
    assert hall.valid(taro) == [FIRST]


def test_a_card_found_after_another_was_issued_is_handed_in_and_destroyed(hall, taro):
    hall.run(card_life.report_loss, LossReport(taro, NAME, BIRTH))
    issued(hall, taro, SECOND, ground=Ground.LOST)
    assert cause(hall) is EndCause.REISSUED and hall.valid(taro) == [SECOND]
    with pytest.raises(Conflict):
        hall.run(card_life.report_found, FoundReport(FIRST, SHOWN))
    hall.run(card_life.hand_in, HandedIn(FIRST, "発見"))
    assert "card-destroy" in hall.work_items()
    hall.run(card_life.destroy, FIRST)
    assert hall.standing(FIRST) is CardStanding.DESTROYED and hall.valid(taro) == [SECOND]


def test_a_blocked_pin_is_set_anew_against_two_papers_and_a_lost_cards_never(hall, taro):
    with pytest.raises(InvalidInput):
        hall.run_without_operator(card_life.check_pin, PinRequest(FIRST, SHOWN))
    hall.run_without_operator(card_life.check_pin, PinRequest(FIRST, TWO))
    hall.run(card_life.pin_set, PinRequest(FIRST, TWO))
    hall.run(card_life.pin_set, PinRequest(FIRST, knows_old=True))
    assert acts(hall)[-2:] == ["pin-unlocked", "pin-changed"]
    hall.run(card_life.report_loss, LossReport(taro, NAME, BIRTH))
    with pytest.raises(Conflict):
        hall.run_without_operator(card_life.check_pin, PinRequest(FIRST, TWO))


def test_no_pin_is_set_of_a_service_that_the_card_has_not_or_that_has_none(hall, taro):
    hall.do(lambda t: card_issue_services.put(t, hall.office, "kessai", "図書館カード", "条例第2号"))
    for step in (hall.run_without_operator, hall.run):
        asked = card_life.check_pin if step == hall.run_without_operator else card_life.pin_set
        with pytest.raises(Conflict) as refused:
            step(asked, PinRequest(FIRST, TWO, service=0))
        assert refused.value.item == "service"
    assert "pin-unlocked" not in acts(hall)


def test_another_code_ends_the_card_on_that_day(hall, taro):
    hall.later(10)
    new = hall.run(change_code, CodeChangeRequest(taro, day(hall))).code
    card = hall.do(lambda t: card_holders.held(t, FIRST))
    assert card.life.cause(hall.today) is EndCause.CODE_CHANGED and hall.valid(new) == []
    assert hall.do(lambda t: card_holders.acts(t, FIRST))[-1].day == day(hall) and "card-return" in hall.work_items()
    issued(hall, new, SECOND)
    assert hall.valid(new) == [SECOND]


@pytest.mark.parametrize("another_holds_it", [False, True])
def test_a_code_corrected_ex_officio_ends_the_card_too(hall, taro, another_holds_it):
    hall.run(correct_code, CodeCorrection(taro, day(hall), another_holds_it=another_holds_it))
    assert cause(hall) is EndCause.CODE_CHANGED
    hall.run(card_life.hand_in, HandedIn(FIRST, "コードの職権修正"))
    assert hall.standing(FIRST) is CardStanding.RETURNED


@pytest.mark.parametrize(
    ("ends", "because"),
    [
        (lambda hall, code: hall.run(enter_death, DeathNotification(code, day(hall), day(hall))), EndCause.DEATH),
        (lambda hall, code: hall.run(remove_ex_officio, RemovalExOfficio(code, day(hall), day(hall))), EndCause.ERASED),
        (
            lambda hall, code: hall.run(move_out, MoveOutNotification((code,), "ブラジル", day(hall), day(hall), abroad=True)),
            EndCause.ABROAD,
        ),
    ],
)
def test_death_removal_and_going_abroad_end_the_card(hall, taro, ends, because):
    ends(hall, taro)
    assert cause(hall) is because and hall.valid(taro) == []


def test_a_card_goes_along_with_a_move_and_lapses_after_thirty_days(hall, taro):
    hall.run(move_out, MoveOutNotification((taro,), "東京都世田谷区", day(hall), day(hall)))
    assert hall.standing(FIRST) is CardStanding.MOVING and hall.valid(taro) == [FIRST]
    hall.later(30)
    assert hall.do(lambda t: card_life.see_to_day(t, hall.office)) and hall.valid(taro) == [FIRST]
    hall.later(1)
    hall.do(lambda t: card_life.see_to_day(t, hall.office))
    assert cause(hall) is EndCause.NOT_MOVED_IN and acts(hall)[-1] == "ended"


def test_naturalisation_leaves_the_card_and_its_last_day(hall):
    stay = {
        "nationality": "ブラジル", "became_foreign_resident_on": "2012-07-09", "residence_class": "中長期在留者",
        "status_of_residence": "定住者", "period_of_stay": "三年", "stay_until": "2015-03-31", "residence_card_number": "AB12345678CD",
    }  # fmt: skip
    maria = arrive(hall, arrival("ＳＡＮＴＯＳ　ＭＡＲＩＡ", "世帯主", "1985-04-01", foreign=stay))[0].code
    issued(hall, maria)
    hall.run(become_japanese, NationalityAcquired(maria, "三都　マリア", "鹿児島県姶良市宮島町", "三都　マリア", day(hall), day(hall)))
    assert hall.valid(maria) == [FIRST] and "card-face" in hall.work_items()
    hall.today = datetime.date(2015, 4, 1)
    assert cause(hall) is EndCause.EXPIRED


def test_a_change_on_the_face_is_work_until_it_is_rewritten_and_a_late_report_is_said_so(hall, taro):
    hall.run(change_address, ChangeOfAddressNotification((Relation(taro, "世帯主"),), ELSEWHERE, day(hall), day(hall)))
    assert "card-face" in hall.work_items()
    changed = day(hall)
    hall.later(15)
    rewriting = hall.run(card_life.rewrite_face, FaceChange(FIRST, changed, day(hall)))
    assert rewriting.order.holder.address == ELSEWHERE.text()
    assert "the term is 14" in hall.do(lambda t: card_holders.acts(t, FIRST))[-1].what
    assert hall.do(lambda t: t.value("SELECT count(*) FROM work_item WHERE kind = 'card-face' AND done_ms = 0")) == 0


@pytest.mark.slow
def test_the_face_on_the_chip_says_the_new_address_and_the_note_field_what_was_changed(hall):
    code = arrive(hall, arrival(NAME, "世帯主"))[0].code
    hall.issue(code, FIRST, kind=CardKind.WITH_PHOTO)
    hall.run(change_address, ChangeOfAddressNotification((Relation(code, "世帯主"),), ELSEWHERE, day(hall), day(hall)))
    rewriting = hall.run(card_life.rewrite_face, FaceChange(FIRST, day(hall), day(hall)))
    desk = hall.desk(FIRST)
    for _ in range(2):  # the first reply was lost
        desk.rewrite(rewriting, "2013-12-10 住所変更")
    face = converse(desk.door, check_face(authority().trust, rewriting.number, hall.today, os.urandom)).face
    assert face.address == ELSEWHERE.text() and converse(desk.door, notes(desk.terminal)) == ["2013-12-10 住所変更"]


def test_what_has_expired_is_told_once_and_asked_back(hall, taro):
    hall.today = datetime.date(2023, 12, 9)
    hall.do(lambda t: card_life.see_to_day(t, hall.office))
    assert hall.valid(taro) == [FIRST]
    hall.later(1)
    for _ in range(2):
        hall.do(lambda t: card_life.see_to_day(t, hall.office))
    assert acts(hall) == ["making", "issued", "ended"] and hall.work_items().count("card-return") == 1


def test_the_duty_looks_once_a_day(hall, taro):
    hall.today = datetime.date(2024, 1, 1)
    card_life.keep(hall.office)
    card_life.keep(hall.office)
    assert acts(hall)[-1] == "ended" and hall.office.cards_seen_on == hall.today


def test_a_card_issued_by_mistake_is_ordered_back(hall, taro):
    hall.run(card_life.order_return, HandedIn(FIRST, "過誤交付"))
    assert cause(hall) is EndCause.RETURN_ORDERED and hall.valid(taro) == []
    with pytest.raises(Conflict):
        hall.run(card_life.destroy, FIRST)
    hall.run(card_life.hand_in, HandedIn(FIRST, "返納命令"))
    hall.run(card_life.destroy, FIRST)


def test_a_card_that_was_not_handed_over_is_made_void_not_handed_in(hall):
    code = arrive(hall, arrival(NAME, "世帯主"))[0].code
    hall.run(begin, hall.apply(code).number, FIRST)
    with pytest.raises(Conflict):
        hall.run(card_life.hand_in, HandedIn(FIRST, "返納"))


def test_a_card_brought_to_the_new_town_is_used_on(hall, taro):
    there = CardHall("462187")
    code = arrive(there, arrival(NAME, "世帯主"))[0].code
    there.run(card_life.continue_use, ContinuedCard(FIRST, code, False, "2023-12-09"))
    held = there.do(lambda t: card_holders.held(t, FIRST))
    assert there.valid(code) == [FIRST] and held.life.last_day == datetime.date(2023, 12, 9)
    with pytest.raises(Conflict):
        there.run(card_life.continue_use, ContinuedCard(SECOND, code, False, "2023-12-09"))
    there.today = datetime.date(2023, 12, 10)
    there.do(lambda t: card_life.see_to_day(t, there.office))
    assert cause(there) is EndCause.EXPIRED and acts(there)[-1] == "ended"


def test_an_expired_card_is_not_used_on(hall):
    code = arrive(hall, arrival(NAME, "世帯主"))[0].code
    with pytest.raises(Conflict):
        hall.run(card_life.continue_use, ContinuedCard(FIRST, code, False, "2013-12-09"))


def moved(hall, code, since, ended=1):
    """Somebody was entered in Kirishima; Aira hears of it."""
    told = MovedIn(code, ended, ended + 1, HOME[KIRISHIMA], since)
    origin = hall.office.directory.entries[KIRISHIMA]
    hall.do(lambda t: notice_arrives(t, hall.office, origin, MoveInNotice(told), None))


def test_the_old_town_tells_that_the_holder_arrived_and_leaves_the_card_to_the_new_one(hall, taro):
    hall.run(move_out, MoveOutNotification((taro,), "鹿児島県霧島市", day(hall), day(hall)))
    moved(hall, taro, day(hall))
    moved(hall, taro, day(hall))
    assert acts(hall)[-2:] == ["moved-out", "moved-in"] and hall.standing(FIRST) is CardStanding.WAITING
    hall.later(200)
    hall.do(lambda t: card_life.see_to_day(t, hall.office))
    assert acts(hall)[-1] == "moved-in" and cause(hall) is EndCause.NOT_CONTINUED


def test_whoever_moved_in_more_than_fourteen_days_before_has_lost_the_card(hall, taro):
    hall.run(move_out, MoveOutNotification((taro,), "鹿児島県霧島市", day(hall), day(hall)))
    since = day(hall)
    hall.later(15)
    moved(hall, taro, since)
    assert cause(hall) is EndCause.NOT_MOVED_IN


@settings(max_examples=20)
@given(st.permutations(range(6)))
def test_a_card_used_on_is_one_card_in_whatever_order_both_towns_are_heard(order):
    day = datetime.date(2013, 12, 10)
    first, second = RESIDENCE_SPAN, 2 * RESIDENCE_SPAN
    last_day = datetime.date(2023, 12, 9)
    told = [
        CardEvent(first + 1, CardEventKind.MAKING, day), CardEvent(first + 2, CardEventKind.ISSUED, day, last_day=last_day),
        CardEvent(first + 3, CardEventKind.MOVED_OUT, day), CardEvent(first + 4, CardEventKind.MOVED_IN, day, moved=day),
        CardEvent(second + 1, CardEventKind.CONTINUED, day), CardEvent(second + 2, CardEventKind.LOST, day),
    ]  # fmt: skip
    life = fold(told[place] for place in order)
    assert (life.standing(day), life.notified, life.version) == (CardStanding.SUSPENDED, None, second + 2)


def test_the_individual_number_card_takes_the_place_of_the_juki_card_from_its_day_on():
    hall = CardHall(profile=Profile.JAPAN)
    code = arrive(hall, arrival(NAME, "世帯主"))[0].code
    issued(hall, code)
    with pytest.raises(InvalidInput):
        hall.run(card_life.take_number_card, NumberCard(code, memento=True))
    hall.today = datetime.date(2016, 1, 4)
    assert hall.run(card_life.take_number_card, NumberCard(code, memento=True)).card_id == FIRST
    assert hall.standing(FIRST) is CardStanding.RETURNED and acts(hall)[-1] == "memento" and "card-destroy" not in hall.work_items()
    assert hall.run(card_life.take_number_card, NumberCard(code)) is None
