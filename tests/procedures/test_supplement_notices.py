"""附票記載事項通知: what each event makes the registered domicile's office correct, and how its supplement stands then."""

import msgspec
import pytest

from openjuki.law.kinds import OfficeKind
from openjuki.offices import supplement
from openjuki.offices.municipality_households import Relation
from openjuki.procedures.annulment import Annulled, AnnulmentOrder, annul
from openjuki.procedures.birth import BirthNotification, enter_birth
from openjuki.procedures.change_of_address import ChangeOfAddressNotification, change_address
from openjuki.procedures.correction import CorrectionOrder, correct
from openjuki.procedures.death import DeathNotification, RemovalExOfficio, enter_death, remove_ex_officio
from openjuki.procedures.move_in import MoveInNotification, arrivals_of, move_in
from openjuki.procedures.move_out import MoveOutNotification, move_out
from openjuki.procedures.supplement_entries import KnownAddress, RegisteredPerson, SupplementJoined, SupplementMade, join, make
from openjuki.procedures.supplement_notices import AddressSupplementNotice, Mismatch, SupplementMismatch, WaitingDecision, settle
from openjuki.procedures.supplement_transfer import Leaver, SupplementLeft, SupplementTransfer, leave
from openjuki.register.errors import InvalidInput, Refused
from openjuki.register.events import Items
from openjuki.register.identity import Sex
from openjuki.register.supplement import LeftBecause, Standing, decode_told
from openjuki.wire.speech import encode
from tests.procedures.municipal_office import AIRA, CHIYODA, ELSEWHERE, HOME, KIRISHIMA, TownHall, arrival, arrive
from tests.procedures.municipal_post import Post, sent

DOMICILE, HEAD = "鹿児島県霧島市国分中央三丁目45番地1", "住基　明"
TARO = "住基　太郎"
REGISTER = {"registered_domicile": DOMICILE, "registered_domicile_head": HEAD}


def towns(*codes: str) -> tuple[TownHall, ...]:
    return tuple(TownHall(code) for code in codes)


def made(hall: TownHall, *names: str, domicile: str = DOMICILE, births: str = "1974-05-03"):
    persons = tuple(RegisteredPerson(name, births) for name in names or (TARO,))
    return hall.run(make, SupplementMade(domicile, HEAD, "1974-05-10", persons))


def of(hall: TownHall, number: int = 1):
    return hall.do(lambda t: supplement.supplement_of(t, number))


def lines(hall: TownHall, member: int = 1, number: int = 1) -> list[tuple[str, str, str]]:
    """What the supplement shows of a member: standing, address, day."""
    rows = of(hall, number).member(member).history
    return [(row.standing.value, row.address.text() if row.address else row.destination, row.since) for row in rows]


AT_HOME = ("lives", HOME[AIRA].text(), "2013-11-01")


def taro_in_aira():
    aira, kirishima = towns(AIRA, KIRISHIMA)
    post = Post(aira, kirishima)
    made(kirishima)
    (taro,) = arrive(aira, arrival(TARO, "世帯主", **REGISTER))
    return aira, kirishima, post, taro


def moved(hall: TownHall, code: str, on: str = "2013-12-01", address=ELSEWHERE):
    return hall.run(change_address, ChangeOfAddressNotification((Relation(code, "世帯主"),), address, on, on))


def test_moving_in_is_told_to_the_registered_domicile_and_recorded_there():
    _, kirishima, post, _ = taro_in_aira()
    (notice,) = post.deliver()
    assert isinstance(notice, AddressSupplementNotice)
    assert (notice.told.name, notice.told.reason.value) == (TARO, "転入等")
    assert lines(kirishima) == [AT_HOME]
    assert of(kirishima).members[0].history[0].office == AIRA


def test_each_address_in_a_town_is_a_line_of_its_own():
    aira, kirishima, post, taro = taro_in_aira()
    moved(aira, taro.code)
    post.deliver()
    assert lines(kirishima) == [AT_HOME, ("lives", ELSEWHERE.text(), "2013-12-01")]


def test_a_change_that_is_no_item_of_the_supplement_is_not_told():
    aira, _, post, taro = taro_in_aira()
    post.deliver()
    aira.run(correct, CorrectionOrder(taro.code, Items(kana="ジュウキ　タロウ"), "2013-12-02"))
    assert post.deliver() == []


def test_moving_to_another_town_is_told_by_the_new_one_alone():
    aira, kirishima, chiyoda = towns(AIRA, KIRISHIMA, CHIYODA)
    post = Post(aira, kirishima, chiyoda)
    made(kirishima)
    (taro,) = arrive(aira, arrival(TARO, "世帯主", **REGISTER))
    certificate = aira.run(move_out, MoveOutNotification((taro.code,), "東京都千代田区", "2013-12-05", "2013-12-04"))
    arrivals = arrivals_of(certificate, {taro.code: "世帯主"})
    chiyoda.run(move_in, MoveInNotification(arrivals, HOME[CHIYODA], "2013-12-06", "2013-12-06", certificate.old_address.text()))
    assert [len(sent(hall, KIRISHIMA)) for hall in (aira, chiyoda)] == [1, 1]
    post.one(CHIYODA, KIRISHIMA)  # the slower line comes last, and the order is that of the life all the same
    post.deliver()
    assert lines(kirishima) == [AT_HOME, ("lives", HOME[CHIYODA].text(), "2013-12-06")]


@pytest.mark.parametrize(
    ("step", "what", "line"),
    [
        (move_out, lambda c: MoveOutNotification((c,), "アメリカ合衆国", "2013-12-20", "2013-12-05", abroad=True),
         ("abroad", "アメリカ合衆国", "2013-12-20")),
        (remove_ex_officio, lambda c: RemovalExOfficio(c, "2013-12-01", "2013-12-02"), ("removed", "", "2013-12-01")),
        (enter_death, lambda c: DeathNotification(c, "2013-11-00", "2013-12-02"), ("dead", "", "2013-11-00")),
    ],
    ids=["abroad", "ex-officio", "death"],
)  # fmt: skip
def test_an_address_that_ends_without_another_is_told(step, what, line):
    aira, kirishima, post, taro = taro_in_aira()
    aira.run(step, what(taro.code))
    post.deliver()
    assert lines(kirishima) == [AT_HOME, line]
    assert of(kirishima).members[0].present, "who is in the family register is said by the family register"


def test_an_annulled_event_withdraws_its_line():
    aira, kirishima, post, taro = taro_in_aira()
    moved(aira, taro.code)
    post.deliver()
    sequence = aira.events(taro.code)[-1].sequence
    aira.run(annul, AnnulmentOrder((Annulled(taro.code, sequence),), "2013-12-05"))
    post.deliver()
    assert lines(kirishima) == [AT_HOME]


def test_an_annulled_moving_in_leaves_nothing():
    aira, kirishima, post, taro = taro_in_aira()
    aira.run(annul, AnnulmentOrder((Annulled(taro.code, aira.events(taro.code)[0].sequence),), "2013-12-05"))
    post.deliver()
    assert lines(kirishima) == []


def test_a_correction_of_the_past_takes_the_place_of_the_wrong_line():
    aira, kirishima, post, taro = taro_in_aira()
    right = msgspec.structs.replace(HOME[AIRA], block="26番地")
    aira.run(correct, CorrectionOrder(taro.code, Items(address=right), "2013-12-05", since_ever=True))
    post.deliver()
    assert lines(kirishima) == [("lives", right.text(), "2013-11-01")]


def test_a_correction_takes_the_place_of_a_line_that_a_clerk_had_brought_along():
    aira, kirishima = towns(AIRA, KIRISHIMA)
    post = Post(aira, kirishima)
    (taro,) = arrive(aira, arrival(TARO, "世帯主", **REGISTER))
    old = (KnownAddress("1974-05-03", HOME[KIRISHIMA]), KnownAddress("2013-11-01", HOME[AIRA]))
    kirishima.run(make, SupplementMade(DOMICILE, HEAD, "1974-05-10", (RegisteredPerson(TARO, "1974-05-03", old),)))
    before = ("lives", HOME[KIRISHIMA].text(), "1974-05-03")
    post.deliver()
    assert lines(kirishima) == [before, AT_HOME], "the line that was told is the one that was there"
    aira.run(correct, CorrectionOrder(taro.code, Items(address_since="2013-10-31"), "2013-12-05", since_ever=True))
    post.deliver()
    assert lines(kirishima) == [before, ("lives", HOME[AIRA].text(), "2013-10-31")]


def test_a_newborn_waits_until_the_family_register_has_it():
    aira, kirishima, post, taro = taro_in_aira()
    child = aira.run(
        enter_birth, BirthNotification(taro.code, "住基　光", "ジュウキ　ヒカリ", "2013-12-01", Sex.FEMALE, "子", "2013-12-02")
    )
    post.deliver()
    (waits,) = kirishima.do(supplement.waiting)
    assert (waits.sender, waits.told.name) == (AIRA, "住基　光")
    kirishima.run(join, SupplementJoined(1, "2013-12-02", (RegisteredPerson("住基　光", "2013-12-01"),)))
    assert lines(kirishima, 2) == [("lives", child.address.text(), "2013-12-01")]
    assert kirishima.do(supplement.waiting) == []


def test_a_domicile_in_the_same_town_needs_no_notice():
    kirishima = TownHall(KIRISHIMA)
    made(kirishima)
    arrive(kirishima, arrival(TARO, "世帯主", **REGISTER))
    assert sent(kirishima) == []
    assert lines(kirishima) == [("lives", HOME[KIRISHIMA].text(), "2013-11-01")]


@pytest.mark.parametrize("domicile", ["大阪府大阪市北区中之島一丁目3番地", "昔の村"])
def test_a_domicile_that_is_on_no_line_is_work_for_a_clerk(domicile):
    aira = TownHall(AIRA)
    arrive(aira, arrival(TARO, "世帯主", registered_domicile=domicile, registered_domicile_head=HEAD))
    assert (sent(aira), aira.work_items()) == ([], ["supplement-by-paper"])


@pytest.mark.parametrize("domicile", ["", "なし", "不明"])
def test_who_has_no_known_domicile_makes_no_work(domicile):
    aira = TownHall(AIRA)
    arrive(aira, arrival(TARO, "世帯主", registered_domicile=domicile))
    assert (sent(aira), aira.work_items()) == ([], [])


def test_a_corrected_domicile_is_told_the_present_address_alone():
    aira, kirishima, chiyoda = towns(AIRA, KIRISHIMA, CHIYODA)
    post = Post(aira, kirishima, chiyoda)
    tokyo = "東京都千代田区九段南一丁目2番"
    made(chiyoda, domicile=tokyo)
    (taro,) = arrive(aira, arrival(TARO, "世帯主", **REGISTER))
    moved(aira, taro.code)
    aira.run(correct, CorrectionOrder(taro.code, Items(registered_domicile=tokyo), "2013-12-05"))
    post.deliver()
    assert lines(chiyoda) == [("lives", ELSEWHERE.text(), "2013-12-01")]


def test_what_was_sent_again_changes_nothing():
    aira, kirishima, post, taro = taro_in_aira()
    moved(aira, taro.code)
    arrive(aira, arrival("住基　花", "世帯主", "1980-01-01", **REGISTER))
    post.deliver()
    before = (of(kirishima), kirishima.do(lambda t: supplement.entries_of(t, 1)), kirishima.do(supplement.waiting))
    post.again()
    assert (of(kirishima), kirishima.do(lambda t: supplement.entries_of(t, 1)), kirishima.do(supplement.waiting)) == before


def test_the_clerk_says_what_does_not_agree_with_the_family_register():
    aira, kirishima, post, _ = taro_in_aira()
    (hana,) = arrive(aira, arrival("住基　花", "世帯主", "1980-01-01", **REGISTER))
    post.deliver()
    (waits,) = kirishima.do(supplement.waiting)
    kirishima.run(settle, WaitingDecision(waits.number, mismatch=Mismatch.NOT_IN_REGISTER))
    (told,) = post.deliver()
    assert isinstance(told, SupplementMismatch)
    assert aira.work_items() == ["supplement-mismatch"]
    (code, what) = aira.do(lambda t: t.one("SELECT code, what FROM work_item"))
    assert code == hana.code and KIRISHIMA in what and "not-in-register" in what
    assert kirishima.do(supplement.waiting) == []


@pytest.mark.parametrize(
    ("sender", "changed"), [(CHIYODA, {}), (KIRISHIMA, {"sequence": 9}), (KIRISHIMA, {"sequence": 2**63}), (KIRISHIMA, {"entered_ms": 1})]
)
def test_a_mismatch_of_an_office_that_was_told_nothing_of_the_kind_is_refused(sender, changed):
    aira, _, post, taro = taro_in_aira()
    post.halls.setdefault(CHIYODA, TownHall(CHIYODA))
    event = aira.events(taro.code)[-1]
    told = SupplementMismatch(event.sequence, event.entered_ms, Mismatch.NAME)
    with pytest.raises(InvalidInput):
        post.hand_over(sender, AIRA, SupplementMismatch, encode(msgspec.structs.replace(told, **changed)))
    assert aira.work_items() == []
    post.hand_over(KIRISHIMA, AIRA, SupplementMismatch, encode(told))
    assert aira.work_items() == ["supplement-mismatch"]


def test_the_clerk_gives_what_waits_to_the_person_meant():
    aira, kirishima = towns(AIRA, KIRISHIMA)
    post = Post(aira, kirishima)
    made(kirishima, "住基　多郎")
    arrive(aira, arrival(TARO, "世帯主", **REGISTER))
    post.deliver()
    (waits,) = kirishima.do(supplement.waiting)
    kirishima.run(settle, WaitingDecision(waits.number, supplement=1, member=1))
    assert lines(kirishima) == [AT_HOME]


def test_who_has_left_the_family_register_is_told_back_at_once():
    aira, kirishima, post, taro = taro_in_aira()
    post.deliver()
    kirishima.run(leave, SupplementLeft(1, LeftBecause.OTHER, "2013-11-20"))
    moved(aira, taro.code)
    assert [type(message).__name__ for message in post.deliver()] == ["AddressSupplementNotice", "SupplementMismatch"]
    assert aira.work_items() == ["supplement-mismatch"]
    assert lines(kirishima) == [AT_HOME], "what happened after the leaving is not recorded there"
    post.again()
    assert aira.work_items() == ["supplement-mismatch"]


def test_what_happened_before_the_leaving_is_recorded_though_it_comes_late():
    _, kirishima, post, _ = taro_in_aira()
    kirishima.run(leave, SupplementLeft(1, LeftBecause.OTHER, "2013-11-20"))
    post.deliver()
    assert lines(kirishima) == [AT_HOME]


def test_the_death_of_who_was_removed_for_it_needs_no_more_word():
    aira, kirishima, post, taro = taro_in_aira()
    post.deliver()
    kirishima.run(leave, SupplementLeft(1, LeftBecause.DEATH, "2013-12-01"))
    aira.run(enter_death, DeathNotification(taro.code, "2013-12-01", "2013-12-03"))
    assert [type(message).__name__ for message in post.deliver()] == ["AddressSupplementNotice"]
    assert kirishima.do(supplement.waiting) == []


def test_a_notice_for_another_town_or_in_anothers_name_is_refused():
    _, _, post, _ = taro_in_aira()
    chiyoda = post.halls.setdefault(CHIYODA, TownHall(CHIYODA))
    (notice,) = post.deliver()
    with pytest.raises(Refused):
        post.hand_over(AIRA, CHIYODA, AddressSupplementNotice, encode(notice))
    with pytest.raises(InvalidInput):
        post.hand_over(CHIYODA, KIRISHIMA, AddressSupplementNotice, encode(notice))
    assert chiyoda.do(supplement.waiting) == []


def test_transfer_takes_the_whole_supplement_along_and_closes_the_old_one():
    aira, kirishima, chiyoda = towns(AIRA, KIRISHIMA, CHIYODA)
    post = Post(aira, kirishima, chiyoda)
    made(kirishima, TARO, "住基　花")
    (taro,) = arrive(aira, arrival(TARO, "世帯主", **REGISTER))
    moved(aira, taro.code)
    post.deliver()
    tokyo = "東京都千代田区九段南一丁目2番"
    kirishima.run(leave, SupplementLeft(1, LeftBecause.TRANSFER, "2013-12-03", to_domicile=tokyo, to_head=HEAD))
    assert [type(message) for message in post.deliver()] == [SupplementTransfer, SupplementTransfer]
    assert of(kirishima).closed_ms > 0
    assert lines(chiyoda) == lines(kirishima) != []
    assert chiyoda.work_items() == ["supplement-transferred"] * 2, "the clerk compares with the family register"
    assert [member.name for member in of(chiyoda).members] == [TARO, "住基　花"]
    kept = of(chiyoda)
    aira.run(correct, CorrectionOrder(taro.code, Items(registered_domicile=tokyo), "2013-12-05"))
    post.deliver()
    assert lines(chiyoda) == lines(kirishima), "the present address is known already"
    before = chiyoda.do(lambda t: supplement.entries_of(t, 1))
    post.again()
    assert chiyoda.do(lambda t: supplement.entries_of(t, 1)) == before
    assert len(of(chiyoda).members) == len(kept.members)
    chiyoda.run(leave, SupplementLeft(1, LeftBecause.OTHER, "2013-12-06"))
    post.again()
    assert [member.present for member in of(chiyoda).members] == [False, False], "who left does not come back with an old notice"
    assert chiyoda.do(lambda t: t.value("SELECT count(*) FROM supplement")) == 1


def test_who_marries_into_another_register_of_the_town_is_entered_there_at_once():
    kirishima = TownHall(KIRISHIMA)
    made(kirishima, TARO, "住基　花")
    arrive(kirishima, arrival("住基　花", "世帯主", **REGISTER))
    kirishima.run(leave, SupplementLeft(
        1, LeftBecause.OTHER_REGISTER, "2013-12-03", (Leaver(2, "辻　花"),), "鹿児島県霧島市国分中央五丁目1番", "辻　一郎"
    ))  # fmt: skip
    assert [member.present for member in of(kirishima).members] == [True, False]
    assert [member.name for member in of(kirishima, 2).members] == ["辻　花"]
    assert lines(kirishima, 1, 2) == [("lives", HOME[KIRISHIMA].text(), "2013-11-01")]


def test_the_outbox_row_is_the_message_itself():
    aira, _, _, _ = taro_in_aira()
    body = aira.do(lambda t: t.value("SELECT body FROM outbox WHERE type = 'AddressSupplementNotice'"))
    told = decode_told(msgspec.msgpack.encode(msgspec.msgpack.decode(body)[0]))
    assert body == encode(AddressSupplementNotice(told))
    assert told.rows[0].standing is Standing.LIVES


def test_prefecture_and_centre_are_told_nothing_of_it():
    aira, kirishima, post, taro = taro_in_aira()
    moved(aira, taro.code)
    post.deliver()
    for hall in (aira, kirishima):
        rows = hall.do(lambda t: t.all("SELECT receiver, type, body FROM outbox"))
        upward = [(name, body) for receiver, name, body in rows if receiver not in post.halls]
        assert {name for name, _ in upward} <= {"IdentityChange"}
        assert not any(word.encode() in body for _, body in upward for word in (DOMICILE, HEAD))
    for message in (AddressSupplementNotice, SupplementMismatch, SupplementTransfer):
        assert {(route.sender, route.receiver) for route in message.routes} == {(OfficeKind.MUNICIPALITY, OfficeKind.MUNICIPALITY)}


def test_a_kept_supplement_is_the_fold_of_its_entries():
    aira, kirishima, post, taro = taro_in_aira()
    moved(aira, taro.code)
    post.deliver()
    kirishima.run(leave, SupplementLeft(1, LeftBecause.DEATH, "2013-12-03"))
    assert kirishima.do(supplement.rebuild) == []
