"""Application, issue and hand-over of a card at a town hall, with the real card (カードの交付, Act art. 30-44; 令30の12-30の18; C1, C8)."""

import datetime
import os

import pytest

from openjuki.card import at_the_counter
from openjuki.card.holder import CardKind
from openjuki.card.life import CardStanding
from openjuki.card.personalisation import Stage
from openjuki.card.system import CardSystem
from openjuki.law.calendar import Profile
from openjuki.offices import card_applications, card_issue, card_issue_services
from openjuki.offices.card_applications import Applicant, Ground, Proof, Receiver
from openjuki.offices.card_issue_fees import Exemption, FeeChange, FeeRule, rule_on, set_fees, undo, versions
from openjuki.offices.card_issue_handover import Confirmed, HandOver
from openjuki.offices.municipality_households import Relation
from openjuki.procedures.card_issue import begin, complete_hand_over, prepare_hand_over, resume, void, withdraw
from openjuki.procedures.change_of_address import ChangeOfAddressNotification, change_address
from openjuki.register.errors import Conflict, InvalidInput
from openjuki.terminal.door import InProcessDoor, converse
from openjuki.terminal.issue_desk import PLACES, chosen_by
from tests.card.cards import terminal
from tests.procedures.card_hall import PIN, CardHall, Typist
from tests.procedures.municipal_office import ELSEWHERE, arrival, arrive, family

FIRST, SECOND = "A000000001", "A000000002"


@pytest.fixture
def hall():
    return CardHall()


@pytest.fixture
def taro(hall):
    return family(hall)[0].code


def presented(hall, card_id, pin=PIN):
    door = InProcessDoor(CardSystem(hall.cards[card_id], os.urandom))
    door.connect()
    return converse(door, at_the_counter.confirm_holder(terminal(office=hall.office.code, day=hall.today), pin, hall.today))


@pytest.mark.slow
def test_a_card_is_asked_for_made_and_handed_over_in_one_visit(hall, taro):
    held = hall.issue(taro, FIRST)
    assert (held.life.standing(hall.today), held.life.last_day) == (CardStanding.VALID, datetime.date(2023, 12, 9))
    assert presented(hall, FIRST).code == taro
    assert hall.do(lambda t: card_issue.stage(t, FIRST)) is Stage.ISSUED and hall.valid(taro) == [FIRST]


@pytest.mark.slow
def test_until_it_is_handed_over_a_card_is_not_valid_and_nobody_knows_its_pin(hall, taro):
    hall.make(hall.apply(taro), FIRST)
    assert hall.standing(FIRST) is CardStanding.MAKING and hall.valid(taro) == []
    with pytest.raises(InvalidInput):
        presented(hall, FIRST)


@pytest.mark.slow
def test_a_card_with_photo_holds_face_and_photo_and_one_without_the_name_only(hall, taro):
    filed = hall.apply(taro, CardKind.WITH_PHOTO)
    making = hall.make(filed, FIRST)
    assert making.order.photo and making.order.holder.address == hall.now(taro).address.text()
    hall.hand_over(filed, FIRST)
    assert hall.do(lambda t: card_applications.photos(t, filed.number)) == (b"", b"")


@pytest.mark.slow
def test_a_foreign_residents_card_ends_with_her_stay(hall):
    stay = {
        "nationality": "ブラジル", "became_foreign_resident_on": "2012-07-09", "residence_class": "中長期在留者",
        "status_of_residence": "定住者", "period_of_stay": "三年", "stay_until": "2015-03-31",
        "residence_card_number": "AB12345678CD",
    }  # fmt: skip
    maria = arrive(hall, arrival("ＳＡＮＴＯＳ　ＭＡＲＩＡ", "世帯主", "1985-04-01", foreign=stay, alias="マリア"))[0].code
    held = hall.issue(maria, FIRST)
    assert held.life.last_day == datetime.date(2015, 3, 31)
    assert held.life.standing(datetime.date(2015, 4, 1)) is CardStanding.ENDED
    assert presented(hall, FIRST).data.last_day == datetime.date(2015, 3, 31)


def test_nobody_gets_a_second_card_beside_a_valid_one(hall, taro):
    given = HandOver(FIRST, Receiver.HOLDER, frozenset({Proof.PHOTO_DOCUMENT}), made(hall, taro).fee.total_yen)
    hall.run(complete_hand_over, given, Confirmed(FIRST, taro))
    with pytest.raises(Conflict):
        hall.apply(taro)
    with pytest.raises(Conflict):
        hall.apply(taro, ground=Ground.RENEWAL, old_card=FIRST)
    with pytest.raises(Conflict):
        hall.apply(taro, ground=Ground.DAMAGED, old_card=SECOND)


def test_a_person_has_one_open_application_and_one_card_in_making(hall, taro):
    filed = hall.apply(taro)
    with pytest.raises(Conflict):
        hall.apply(taro)
    hall.run(begin, filed.number, FIRST)
    with pytest.raises(Conflict):
        hall.run(begin, filed.number, SECOND)
    assert hall.run(begin, filed.number, FIRST).order.card_id == FIRST


@pytest.mark.slow
def test_a_renewal_in_the_last_three_months_is_exchanged_for_the_old_card(hall, taro):
    hall.issue(taro, FIRST)
    hall.today = datetime.date(2023, 10, 1)
    filed = hall.apply(taro, ground=Ground.RENEWAL, old_card=FIRST)
    hall.make(filed, SECOND)
    assert hall.valid(taro) == [FIRST]
    with pytest.raises(InvalidInput):
        hall.hand_over(filed, SECOND)
    hall.hand_over(filed, SECOND, old_card=FIRST)
    assert hall.valid(taro) == [SECOND] and hall.standing(FIRST) is CardStanding.RETURNED


@pytest.mark.slow
def test_asking_for_another_ends_the_damaged_card_at_once(hall, taro):
    hall.issue(taro, FIRST)
    filed = hall.apply(taro, ground=Ground.DAMAGED, old_card=FIRST)
    assert hall.standing(FIRST) is CardStanding.RETURNED and hall.valid(taro) == []
    hall.make(filed, SECOND)
    hall.hand_over(filed, SECOND)
    assert hall.valid(taro) == [SECOND]


@pytest.mark.parametrize(
    ("receiver", "proofs", "more", "enough"),
    [
        (Receiver.HOLDER, {Proof.PHOTO_DOCUMENT}, {}, True),
        (Receiver.HOLDER, {Proof.REPLY, Proof.OTHER_DOCUMENT}, {}, True),
        (Receiver.HOLDER, {Proof.OTHER_DOCUMENT}, {}, False),
        (Receiver.HOLDER, {Proof.REPLY}, {}, False),
        (Receiver.STATUTORY, {Proof.PHOTO_DOCUMENT}, {"name": "親"}, False),
        (Receiver.STATUTORY, {Proof.PHOTO_DOCUMENT, Proof.STATUS_DOCUMENT}, {"name": "親"}, True),
        (Receiver.NAMED, {Proof.REPLY, Proof.NAMING, Proof.PHOTO_DOCUMENT}, {"name": "友", "why": "入院中"}, True),
        (Receiver.NAMED, {Proof.REPLY, Proof.NAMING, Proof.PHOTO_DOCUMENT}, {"name": "友"}, False),
        (Receiver.NAMED, {Proof.NAMING, Proof.PHOTO_DOCUMENT}, {"name": "友", "why": "入院中"}, False),
    ],
)
def test_a_card_is_handed_over_to_the_person_against_the_papers_of_the_rules(hall, taro, receiver, proofs, more, enough):
    made(hall, taro)
    given = HandOver(FIRST, receiver, frozenset(proofs), 500, **more)
    if enough:
        assert hall.hear(lambda then: prepare_hand_over(hall.office, given, then)).order.card_id == FIRST
    else:
        with pytest.raises(InvalidInput):
            hall.hear(lambda then: prepare_hand_over(hall.office, given, then))


def made(hall, code):
    """A card that the journal says is made, without a chip."""
    filed = hall.apply(code)
    making = hall.run(begin, filed.number, FIRST)
    for stage in (Stage.SECURING, Stage.ISSUED):
        hall.desk_journal().write(FIRST, str(making.person), stage)
    return filed


def test_another_card_or_another_persons_code_completes_nothing(hall, taro):
    made(hall, taro)
    given = HandOver(FIRST, Receiver.HOLDER, frozenset({Proof.PHOTO_DOCUMENT}), 500)
    for told in (Confirmed(SECOND, taro), Confirmed(FIRST, "00000000000")):
        with pytest.raises(InvalidInput):
            hall.run(complete_hand_over, given, told)
    hall.run(complete_hand_over, given, Confirmed(FIRST, taro))
    assert hall.valid(taro) == [FIRST]
    hall.run(complete_hand_over, given, Confirmed(FIRST, taro))  # the reply was lost


def test_fees_are_those_of_the_town_and_its_exemptions(hall, taro):
    rule = FeeRule(700, 900, 300, frozenset({Exemption.AGED}), 70)
    hall.do(lambda t: set_fees(t, hall.office, "kessai", FeeChange(hall.today, "条例", rule)))
    assert hall.apply(taro, jpki=True).fee == (700, 300)
    old = arrive(hall, arrival("住基　明", "世帯主", "1939-02-11"))[0].code
    assert hall.apply(old, exemption=Exemption.AGED).fee == (0, 0)
    young = arrive(hall, arrival("若　者", "世帯主", "1990-02-11"))[0].code
    for exemption in (Exemption.AGED, Exemption.WELFARE):
        with pytest.raises(InvalidInput):
            hall.apply(young, exemption=exemption)
    with pytest.raises(InvalidInput):
        hall.do(lambda t: set_fees(t, hall.office, "kessai", FeeChange(hall.today, "条例", FeeRule(first_yen=-1))))
    made_card = CardHall()
    code = family(made_card)[0].code
    made(made_card, code)
    short = HandOver(FIRST, Receiver.HOLDER, frozenset({Proof.PHOTO_DOCUMENT}), 499)
    with pytest.raises(InvalidInput, match="500 yen"):
        made_card.hear(lambda then: prepare_hand_over(made_card.office, short, then))


def test_fees_hold_from_their_day_on_and_an_undone_version_is_a_new_one_that_says_what_held_before(hall):
    def put(days, yen, why="条例第1号"):
        since = hall.today + datetime.timedelta(days)
        hall.do(lambda t: set_fees(t, hall.office, "kessai", FeeChange(since, why, FeeRule(first_yen=yen))))

    def yen(days):
        return hall.do(lambda t: rule_on(t, hall.today + datetime.timedelta(days)).first_yen)

    put(0, 600)
    put(30, 800)
    put(30, 900)
    assert [yen(-1), yen(0), yen(29), yen(30)] == [500, 600, 600, 900]
    newest = hall.do(lambda t: versions(t)[0].version)
    hall.do(lambda t: undo(t, hall.office, "kessai", newest))
    assert [yen(29), yen(30)] == [600, 800] and len(hall.do(versions)) == 4
    with pytest.raises(Conflict):
        hall.do(lambda t: undo(t, hall.office, "kessai", newest))
    for days, why in ((-1, "条例"), (1, "")):
        with pytest.raises(InvalidInput):
            put(days, 500, why)


def test_a_service_is_on_a_card_only_if_it_was_chosen_with_an_id_of_its_own_that_is_not_the_code(hall, taro):
    for name in ("図書館カード", "印鑑登録証"):
        hall.do(lambda t, name=name: card_issue_services.put(t, hall.office, "kessai", name, "条例第2号"))
    hall.do(lambda t: card_issue_services.end(t, hall.office, "kessai", 1))
    with pytest.raises(Conflict):
        hall.apply(taro, services=(1,))
    filed = hall.apply(taro, services=(0,))
    making = hall.run(begin, filed.number, FIRST)
    (service,) = making.services
    assert (service.number, service.name, len(service.service_id)) == (0, "図書館カード", 16)
    assert taro.encode() not in service.service_id and taro not in service.service_id.hex()
    assert hall.hear(lambda then: resume(hall.office, FIRST, then)).services == making.services
    assert hall.do(lambda t: card_issue_services.offered(t))[0].name == "図書館カード"


def test_a_service_with_a_pin_opens_by_the_one_that_the_person_chose_at_the_hand_over(hall, taro):
    hall.do(lambda t: card_issue_services.put(t, hall.office, "kessai", "図書館カード", "条例第2号", with_pin=True))
    filed = hall.apply(taro, services=(0,))
    hall.make(filed, FIRST)

    def read_id(pin):
        door = InProcessDoor(CardSystem(hall.cards[FIRST], os.urandom))
        door.connect()
        return converse(door, at_the_counter.service_id(terminal(office=hall.office.code, day=hall.today), 0, pin))

    with pytest.raises(InvalidInput):
        read_id(PIN)
    hall.hand_over(filed, FIRST)
    assert len(read_id(PIN)) == 16


def test_what_an_application_lacks_is_said(hall, taro):
    for lacking in (
        {"signed": False},
        {"applicant": Applicant(Receiver.NAMED, frozenset({Proof.PHOTO_DOCUMENT}), "友")},
        {"applicant": Applicant(Receiver.STATUTORY, frozenset({Proof.STATUS_DOCUMENT}), "親")},
        {"kind": CardKind.WITH_PHOTO, "photo_fits": False},
        {"kind": CardKind.WITH_PHOTO, "photo_taken_on": "2013-06-09"},
    ):
        with pytest.raises(InvalidInput):
            hall.apply(taro, **lacking)
    assert hall.do(lambda t: card_applications.open_ones(t)) == []


def test_whoever_shows_no_photo_document_is_sent_the_inquiry(hall, taro):
    assert hall.apply(taro, applicant=Applicant()).inquiry and "card-inquiry" in hall.work_items()


def test_a_card_is_not_handed_over_when_the_register_has_changed_since(hall):
    taro = arrive(hall, arrival("住基　太郎", "世帯主"))[0].code
    filed = made(hall, taro)
    day = hall.today.isoformat()
    hall.run(change_address, ChangeOfAddressNotification((Relation(taro, "世帯主"),), ELSEWHERE, day, day))
    given = HandOver(FIRST, Receiver.HOLDER, frozenset({Proof.PHOTO_DOCUMENT}), 500)
    with pytest.raises(Conflict, match="register has changed"):
        hall.run(complete_hand_over, given, Confirmed(FIRST, taro))
    hall.run(void, FIRST, "住所変更")
    assert hall.run(begin, filed.number, SECOND).order.holder.address == ELSEWHERE.text()


def test_a_withdrawn_application_leaves_a_void_card(hall, taro):
    filed = made(hall, taro)
    hall.run(withdraw, filed.number)
    assert hall.standing(FIRST) is CardStanding.ENDED
    with pytest.raises(Conflict):
        hall.resume(FIRST)
    assert hall.apply(taro).number != filed.number


def test_no_card_is_issued_outside_the_days_of_the_calendar():
    hall = CardHall(profile=Profile.JAPAN)
    taro = family(hall)[0].code
    filed = hall.apply(taro)
    hall.today = datetime.date(2016, 1, 4)
    with pytest.raises(InvalidInput):
        hall.run(begin, filed.number, FIRST)
    with pytest.raises(InvalidInput):
        hall.apply(taro)


@pytest.mark.parametrize(("pin", "again"), [("4713", "4714"), ("471", "471"), ("47a3", "47a3"), ("0503", "0503"), ("1974", "1974")])
def test_a_pin_that_is_mistyped_or_stands_on_the_face_is_not_taken(pin, again):
    class Person:
        def choose(self, purpose, *, again: bool, typed=(pin, again)):
            return typed[again]

    with pytest.raises(InvalidInput):
        chosen_by(Person(), PLACES[0], datetime.date(1974, 5, 3))
    assert chosen_by(Typist(), PLACES[0], datetime.date(1974, 5, 3)) == PIN
