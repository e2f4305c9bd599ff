"""住民票記載事項通知 (Act art. 9(2)): a filing accepted elsewhere becomes an event at the residence, by a clerk and once."""

import pytest

from openjuki.law.kinds import OfficeKind
from openjuki.nodes.entering import KINDS, read_event, read_undecided
from openjuki.offices import resident_record_notices, supplement
from openjuki.procedures.resident_record_notice import AcceptedFiling, NoticeEntered, ResidentRecordNotice, enter, event_of, notify
from openjuki.procedures.supplement_entries import RegisteredPerson, SupplementMade, make
from openjuki.register.errors import Conflict, InvalidInput
from openjuki.register.identity import Reason, Sex, Status
from openjuki.register.record_notice import FamilyFiling, NoticedItems, PersonMeant
from openjuki.wire.speech import encode
from tests.procedures.municipal_office import AIRA, CHIYODA, HOME, KIRISHIMA, TownHall, arrival, arrive, family
from tests.procedures.municipal_post import Post, sent

TARO = PersonMeant("住基　太郎", "1974-05-03", Sex.MALE, HOME[AIRA])
YOSHIKO = PersonMeant("住基　美子", "1976-08-01", Sex.FEMALE, HOME[AIRA])


def death(**more) -> AcceptedFiling:
    given = {"to": AIRA, "filing": FamilyFiling.DEATH, "accepted_on": "2013-12-03", "happened_on": "2013-12-02", "person": YOSHIKO}
    return AcceptedFiling(**(given | more))


def two_towns():
    aira, kirishima = TownHall(AIRA), TownHall(KIRISHIMA)
    return aira, kirishima, Post(aira, kirishima), family(aira)


def listed(hall: TownHall):
    return hall.do(resident_record_notices.waiting)


def decided(hall: TownHall, *arguments, **more):
    return hall._hand_over(lambda then: enter(read_undecided, hall.office, "clerk-1", NoticeEntered(*arguments, **more), then))


def test_a_death_filed_elsewhere_is_entered_by_the_clerk_of_the_residence():
    aira, kirishima, post, (_, yoshiko, _) = two_towns()
    assert not kirishima.run(notify, death()).on_paper
    (message,) = post.deliver()
    assert isinstance(message, ResidentRecordNotice)
    assert aira.now(yoshiko.code).status is Status.RESIDENT, "nobody dies by machine"
    assert aira.work_items() == ["resident-record-notice"]
    record = decided(aira, 1)
    assert (record.status, record.removed_on) == (Status.DEAD, "2013-12-02")
    assert listed(aira) == []
    assert aira.do(lambda t: t.value("SELECT done_ms > 0 FROM work_item"))
    assert aira.changes()[-1].reason is Reason.DEATH


def test_a_birth_filed_elsewhere_gives_the_child_its_record_at_the_residence_of_its_mother():
    aira, kirishima, post, (_, yoshiko, _) = two_towns()
    child = PersonMeant("住基　望", "2013-12-01", Sex.FEMALE)
    kirishima.run(notify, death(filing=FamilyFiling.BIRTH, happened_on="2013-12-01", person=child, parent=YOSHIKO))
    post.deliver()
    record = decided(aira, 1, more={"relationship": "子", "kana": "ジュウキ　ノゾミ"})
    assert (record.name, record.birth, record.household, record.residence) == ("住基　望", "2013-12-01", yoshiko.household, 1)
    assert len(record.code) == 11


def test_a_marriage_filed_elsewhere_changes_name_and_domicile_and_the_new_domicile_hears_the_address():
    aira, kirishima, post, (taro, _, _) = two_towns()
    domicile = "鹿児島県霧島市国分中央三丁目45番地1"
    items = NoticedItems(name="辻　太郎", registered_domicile=domicile, registered_domicile_head="辻　花")
    kirishima.run(make, SupplementMade(domicile, "辻　花", "2013-12-02", (RegisteredPerson("辻　太郎", "1974-05-03"),)))
    kirishima.run(notify, death(filing=FamilyFiling.MARRIAGE, person=TARO, items=items))
    post.deliver()
    record = decided(aira, 1)
    assert (record.name, record.registered_domicile, record.code) == ("辻　太郎", domicile, taro.code)
    post.deliver()
    member = kirishima.do(lambda t: supplement.supplement_of(t, 1)).members[0]
    assert [row.address for row in member.history] == [HOME[AIRA]]


def test_a_notice_is_entered_once_and_kept_once_however_often_it_comes():
    aira, kirishima, post, _ = two_towns()
    kirishima.run(notify, death())
    post.deliver()
    post.again()
    assert len(listed(aira)) == 1
    decided(aira, 1)
    post.again()
    assert listed(aira) == []
    assert aira.work_items() == ["resident-record-notice"]
    with pytest.raises(Conflict):
        decided(aira, 1)


def test_two_filings_that_say_the_same_are_two_notices():
    aira, kirishima, post, _ = two_towns()
    assert [kirishima.run(notify, death()).number for _ in range(2)] == [1, 2]
    post.deliver()
    assert len(listed(aira)) == 2


def test_an_event_that_cannot_be_entered_leaves_the_notice_waiting():
    aira, kirishima, post, _ = two_towns()
    kirishima.run(notify, death(person=PersonMeant("住基　太郎", "1974-05-03", Sex.MALE, HOME[AIRA])))
    post.deliver()
    with pytest.raises(InvalidInput):
        decided(aira, 1)  # the householder dies, and two stay: somebody has to say who heads them
    assert [received.number for received in listed(aira)] == [1]


def test_a_notice_that_fits_nobody_or_two_needs_the_clerk_to_say_whom_it_means():
    aira, kirishima, post, _ = two_towns()
    namesake = arrive(aira, arrival("住基　美子", "世帯主", "1976-08-01", sex=Sex.FEMALE, nobody_known=True))[0]
    kirishima.run(notify, death())
    post.deliver()
    with pytest.raises(InvalidInput):
        decided(aira, 1)
    assert decided(aira, 1, namesake.code).person == namesake.person


def test_a_clerk_may_find_that_nothing_is_to_be_entered():
    aira, kirishima, post, (_, yoshiko, _) = two_towns()
    kirishima.run(notify, death())
    post.deliver()
    assert decided(aira, 1, not_entered="has moved to Setagaya; told there").number == 1
    assert aira.now(yoshiko.code).status is Status.RESIDENT
    assert listed(aira) == []


def test_whoever_lives_here_needs_no_notice_and_whoever_is_on_no_line_gets_paper():
    aira, kirishima, _, _ = two_towns()
    with pytest.raises(InvalidInput):
        aira.run(notify, death())
    told = kirishima.run(notify, death(to="271004", person=PersonMeant("住基　美子", "1976-08-01", Sex.FEMALE)))
    assert (told.on_paper, kirishima.work_items(), sent(kirishima)) == (True, ["record-notice-by-paper"], [])


@pytest.mark.parametrize("faulty", [
    {"person": PersonMeant("", "1976-08-01", Sex.FEMALE)}, {"filing": FamilyFiling.BIRTH}, {"parent": YOSHIKO},
    {"happened_on": "2013-12-09"}, {"accepted_on": "2013-12-31"}, {"to": "999999"},
], ids=["no-name", "birth-without-parent", "parent-without-birth", "after-acceptance", "after-today", "no-town"])  # fmt: skip
def test_a_filing_that_cannot_be_is_not_sent(faulty):
    _, kirishima, _, _ = two_towns()
    with pytest.raises(InvalidInput):
        kirishima.run(notify, death(**faulty))
    assert sent(kirishima) == []


def test_a_notice_about_an_address_elsewhere_is_set_aside():
    _, kirishima, post, _ = two_towns()
    kirishima.run(notify, death())
    (message,) = post.deliver()
    chiyoda = post.halls.setdefault(CHIYODA, TownHall(CHIYODA))
    with pytest.raises(InvalidInput):
        post.hand_over(KIRISHIMA, CHIYODA, ResidentRecordNotice, encode(message))
    assert listed(chiyoda) == []


@pytest.mark.parametrize("filing", list(FamilyFiling))
def test_every_filing_asks_for_an_event_that_the_register_takes(filing):
    aira, kirishima, post, _ = two_towns()
    parent = YOSHIKO if filing is FamilyFiling.BIRTH else None
    person = PersonMeant("住基　望", "2013-12-01", Sex.MALE) if parent else TARO
    kirishima.run(notify, death(filing=filing, happened_on="2013-12-01", person=person, parent=parent, items=NoticedItems(kana="ジュウキ")))
    post.deliver()
    event = event_of(listed(aira)[0].notice, "24727059608") | ({"relationship": "子"} if parent else {})
    assert event["kind"] in KINDS
    read_event(event)


def test_it_has_no_route_to_prefecture_or_centre_and_carries_no_code():
    assert {(route.sender, route.receiver) for route in ResidentRecordNotice.routes} == {(OfficeKind.MUNICIPALITY, OfficeKind.MUNICIPALITY)}
    named = {*NoticedItems.__struct_fields__, *PersonMeant.__struct_fields__}
    assert not named & {"code", "individual_number", "household"}
