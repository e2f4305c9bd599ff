"""Moving out and in on paper (転出・転入): the certificate carries code and residence, and a life keeps its numbers."""

import msgspec
import pytest

from openjuki.offices.municipality_households import Relation, Staying
from openjuki.procedures.move_in import Arrival, MoveInNotification, arrivals_of, move_in
from openjuki.procedures.move_out import MoveOutNotification, move_out
from openjuki.register.change import Previous, Residence
from openjuki.register.errors import Conflict, InvalidInput, NotReady
from openjuki.register.events import Cause
from openjuki.register.identity import Reason, Sex, Status
from openjuki.register.moving_out_certificate import MoveOutCertificate
from tests.procedures.municipal_office import AIRA, CHIYODA, KIRISHIMA, TownHall, arrival, arrive, family

SETAGAYA = "東京都世田谷区"


def leaving(*codes: str, on: str = "2013-12-20", notified_on: str = "2013-12-05", **more) -> MoveOutNotification:
    return MoveOutNotification(codes, SETAGAYA, on, notified_on, **more)


def entering(hall: TownHall, certificate: MoveOutCertificate, relationships: dict[str, str], on: str = "2013-12-08") -> list:
    arrivals = arrivals_of(certificate, relationships)
    return hall.run(move_in, MoveInNotification(arrivals, hall.home, on, on, certificate.old_address.text()))


def moved(old: TownHall, new: TownHall, code: str, on: str = "2013-12-08"):
    """One person moves from one office to another; the new record."""
    certificate = old.run(move_out, leaving(code, on=on))
    (record,) = entering(new, certificate, {code: "世帯主"}, on)
    return record


def test_a_removal_is_told_with_its_planned_date_and_the_record_of_the_removed_stays():
    hall = TownHall()
    taro, yoshiko, hikari = family(hall)
    hall.run(move_out, leaving(taro.code, yoshiko.code, hikari.code))
    told = hall.changes()[-1]
    assert (told.reason, told.status, told.date, told.version) == (Reason.MOVE_OUT, Status.REMOVED, "2013-12-20", 2)
    assert told.identity.address == hall.home, "the values are those last recorded"
    record = hall.now(taro.code)
    assert (record.removed_on, record.moved_to, record.name) == ("2013-12-20", SETAGAYA, "住基　太郎")
    assert hall.members(taro.code) == []
    assert hall.head(taro.code) is None
    assert hall.differing() == []


def test_the_certificate_says_what_the_law_asks_for_and_which_residence_ended():
    hall = TownHall()
    taro, yoshiko, hikari = family(hall)
    certificate = hall.run(move_out, leaving(hikari.code))
    assert (certificate.office, certificate.householder, certificate.destination) == (AIRA, "住基　太郎", SETAGAYA)
    assert (certificate.old_address, certificate.leaves_on, certificate.issued_on) == (hall.home, "2013-12-20", "2013-12-10")
    (person,) = certificate.persons
    assert (person.name, person.birth, person.sex, person.relationship) == ("住基　光", "2010-02-03", Sex.FEMALE, "子")
    assert person.ended == Previous(1, AIRA, 2, hikari.code)
    assert not certificate.equivalent
    assert hall.members(taro.code) == ["住基　太郎", "住基　美子"]
    assert hall.now(yoshiko.code).relationship == "妻"


def test_a_notification_more_than_fourteen_days_after_leaving_is_entered_ex_officio_with_an_equivalent_paper():
    hall = TownHall()
    (taro,) = arrive(hall, arrival("住基　太郎", "世帯主"))
    certificate = hall.run(move_out, leaving(taro.code, on="2013-11-20", notified_on="2013-12-05"))
    assert certificate.equivalent
    assert hall.events(taro.code)[-1].ex_officio
    assert hall.work_items() == ["late-notification"]


def test_who_goes_abroad_gets_no_certificate():
    hall = TownHall()
    (taro,) = arrive(hall, arrival("住基　太郎", "世帯主"))
    assert hall.run(move_out, MoveOutNotification((taro.code,), "アメリカ合衆国", "2013-12-20", "2013-12-05", abroad=True)) is None
    assert hall.events(taro.code)[-1].cause is Cause.MOVE_OUT_ABROAD


def test_a_householder_does_not_leave_two_behind_without_a_successor():
    hall = TownHall()
    taro, yoshiko, hikari = family(hall)
    with pytest.raises(InvalidInput, match="householder"):
        hall.run(move_out, leaving(taro.code))
    hall.run(move_out, leaving(taro.code, staying=Staying(yoshiko.code, (Relation(hikari.code, "子"),))))
    assert hall.head(hikari.code) == yoshiko.person


def test_two_households_do_not_leave_on_one_notification():
    hall = TownHall()
    (taro,) = arrive(hall, arrival("住基　太郎", "世帯主"))
    (hanako,) = arrive(hall, arrival("辻　花子", "世帯主"))
    with pytest.raises(InvalidInput, match="leavers"):
        hall.run(move_out, leaving(taro.code, hanako.code))
    assert hall.now(taro.code).status is Status.RESIDENT


def test_the_new_office_carries_the_code_over_and_numbers_the_next_residence():
    old, new = TownHall(AIRA), TownHall(CHIYODA)
    taro, yoshiko, hikari = family(old)
    certificate = old.run(move_out, leaving(taro.code, yoshiko.code, hikari.code, on="2013-12-08"))
    records = entering(new, certificate, {taro.code: "世帯主", yoshiko.code: "妻", hikari.code: "子"})
    assert [record.code for record in records] == [taro.code, yoshiko.code, hikari.code]
    assert {record.residence for record in records} == {2}
    told = new.changes()[0]
    assert (told.residence, told.version, told.previous) == (Residence(2, CHIYODA), 1, Previous(1, AIRA, 2, taro.code))
    assert (told.reason, told.status, told.date) == (Reason.MOVE_IN, Status.RESIDENT, "2013-12-08")
    assert records[0].became_resident_on == records[0].address_since == "2013-12-08"
    assert records[0].previous_address == old.home.text()
    assert new.members(taro.code) == ["住基　太郎", "住基　美子", "住基　光"]
    assert new.slips() == [], "a code carried over needs no notice"
    assert new.differing() == []


def test_some_of_a_certificate_may_move_in_and_others_later():
    old, new = TownHall(AIRA), TownHall(CHIYODA)
    taro, yoshiko, hikari = family(old)
    certificate = old.run(move_out, leaving(taro.code, yoshiko.code, hikari.code, on="2013-12-08"))
    entering(new, certificate, {taro.code: "世帯主"})
    joining = MoveInNotification(arrivals_of(certificate, {hikari.code: "子"}), new.home, "2013-12-09", "2013-12-09", "", taro.code)
    new.run(move_in, joining)
    assert new.members(taro.code) == ["住基　太郎", "住基　光"]


def test_who_was_never_registered_gets_a_new_code_and_a_slip():
    hall = TownHall()
    (taro,) = arrive(hall, arrival("住基　太郎", "世帯主"), from_abroad=True)
    assert (taro.residence, hall.changes()[0].previous) == (1, None)
    assert hall.slips() == ["code-new"]
    assert hall.events(taro.code)[0].cause is Cause.MOVE_IN_FROM_ABROAD
    assert hall.do(lambda t: t.value("SELECT count(*) FROM code_stock WHERE code = ?", taro.code)) == 0


def test_without_a_free_code_nobody_is_entered():
    hall = TownHall()
    hall.do(lambda t: t.execute("DELETE FROM code_stock") and None)
    with pytest.raises(NotReady, match="no free code"):
        arrive(hall, arrival("住基　太郎", "世帯主"))
    assert hall.changes() == []


def test_a_code_without_certificate_or_record_needs_the_hubs_answer():
    hall = TownHall()
    lost = arrival("住基　太郎", "世帯主", code="24727059608")
    with pytest.raises(InvalidInput, match="residence"):
        arrive(hall, lost)
    (taro,) = arrive(hall, msgspec.structs.replace(lost, residence=4))
    assert (taro.residence, taro.code) == (4, "24727059608")


def test_the_code_must_be_the_one_on_the_certificate_and_well_formed():
    hall = TownHall()
    ended = Previous(1, AIRA, 2, "24846016224")
    with pytest.raises(InvalidInput, match="certificate"):
        arrive(hall, arrival("住基　太郎", "世帯主", code="24727059608", ended=ended))
    with pytest.raises(InvalidInput, match="check digit"):
        arrive(hall, arrival("住基　太郎", "世帯主", code="24727059609", residence=2))


def test_who_comes_back_keeps_the_internal_number_and_the_life_goes_on():
    aira, chiyoda = TownHall(AIRA), TownHall(CHIYODA)
    (taro,) = arrive(aira, arrival("住基　太郎", "世帯主"))
    away = moved(aira, chiyoda, taro.code, "2013-12-06")
    back = moved(chiyoda, aira, taro.code, "2013-12-09")
    assert (away.residence, back.residence) == (2, 3)
    assert back.person == taro.person
    assert (back.removed_on, back.moved_to, back.status) == ("", "", Status.RESIDENT)
    told = aira.changes()[-1]
    assert (told.residence.n, told.version, told.previous.office) == (3, 3, CHIYODA)
    assert len(aira.events(taro.code)) == 3
    assert aira.differing() == []


def test_who_comes_back_before_the_planned_date_is_a_resident():
    aira, chiyoda = TownHall(AIRA), TownHall(CHIYODA)
    (taro,) = arrive(aira, arrival("住基　太郎", "世帯主"))
    certificate = aira.run(move_out, leaving(taro.code, on="2013-12-30"))
    entering(chiyoda, certificate, {taro.code: "世帯主"}, "2013-12-06")
    back = moved(chiyoda, aira, taro.code, "2013-12-09")
    assert back.status is Status.RESIDENT


def test_who_comes_back_from_abroad_without_a_paper_follows_the_record_kept_here():
    hall = TownHall()
    (taro,) = arrive(hall, arrival("住基　太郎", "世帯主"))
    hall.run(move_out, leaving(taro.code, on="2013-11-20", notified_on="2013-11-20", abroad=True))
    (back,) = arrive(hall, arrival("住基　太郎", "世帯主", known_as=taro.code), on="2013-12-05", from_abroad=True)
    assert (back.person, back.code, back.residence) == (taro.person, taro.code, 2)
    assert hall.changes()[-1].previous == Previous(1, AIRA, 2, taro.code)
    assert hall.slips() == ["code-new"]


def test_who_comes_back_with_a_code_changed_elsewhere_is_compared_by_the_clerk():
    aira, chiyoda = TownHall(AIRA), TownHall(CHIYODA)
    (taro,) = arrive(aira, arrival("住基　太郎", "世帯主"))
    aira.run(move_out, leaving(taro.code, on="2013-12-05"))
    elsewhere = Previous(2, CHIYODA, 3, "24727059608")
    back = arrival("住基　太郎", "世帯主", code="24727059608", ended=elsewhere)
    with pytest.raises(Conflict, match="this name"):
        arrive(aira, back, on="2013-12-09")
    (record,) = arrive(aira, msgspec.structs.replace(back, known_as=taro.code), on="2013-12-09")
    assert (record.person, record.residence, record.code) == (taro.person, 3, "24727059608")
    assert aira.changes()[-1].previous == elsewhere
    (other,) = arrive(chiyoda, arrival("住基　太郎", "世帯主", nobody_known=True))
    assert other.code != record.code


def test_a_resident_does_not_move_in_again_and_the_dead_do_not_come_back():
    hall = TownHall()
    (taro,) = arrive(hall, arrival("住基　太郎", "世帯主"))
    with pytest.raises(Conflict, match="resident here, or dead"):
        arrive(hall, arrival("住基　太郎", "世帯主", code=taro.code, residence=2))


def test_a_certificate_older_than_the_record_here_is_refused():
    aira, chiyoda = TownHall(AIRA), TownHall(CHIYODA)
    (taro,) = arrive(aira, arrival("住基　太郎", "世帯主"))
    moved(aira, chiyoda, taro.code, "2013-12-06")
    stale = chiyoda.run(move_out, leaving(taro.code, on="2013-12-08"))
    back = entering(aira, stale, {taro.code: "世帯主"})[0]
    aira.run(move_out, leaving(back.code, on="2013-12-09"))
    with pytest.raises(Conflict, match="older"):
        entering(aira, stale, {taro.code: "世帯主"}, "2013-12-09")


@pytest.mark.parametrize(("on", "late"), [("2013-11-26", False), ("2013-11-25", True)])
def test_moving_in_is_notified_within_fourteen_days_or_recorded_as_late(on, late):
    hall = TownHall()
    arrive(hall, arrival("住基　太郎", "世帯主"), on=on, notified_on="2013-12-10")
    assert hall.work_items() == (["late-notification"] if late else [])


def test_a_new_household_needs_one_householder_and_nobody_lives_in_another_municipality():
    hall = TownHall()
    with pytest.raises(InvalidInput, match="relationship"):
        arrive(hall, arrival("住基　光", "子"))
    with pytest.raises(InvalidInput, match="address"):
        arrive(hall, arrival("住基　太郎", "世帯主"), address=TownHall(KIRISHIMA).home)
    with pytest.raises(InvalidInput, match="name"):
        arrive(hall, Arrival("taro", "1974-05-03", Sex.MALE, "世帯主"))
    assert hall.changes() == []
