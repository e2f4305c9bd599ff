"""Foreign residents (外国人住民): entry, birth, nationality gained and lost, aliases, notices of the Minister of Justice."""

import msgspec
import pytest

from openjuki.procedures.alias import AliasRequest, record_alias
from openjuki.procedures.annulment import Annulled, AnnulmentOrder, annul
from openjuki.procedures.birth import BirthNotification, enter_birth
from openjuki.procedures.correction import CorrectionOrder, correct
from openjuki.procedures.foreign_entry import ForeignEntryNotification, enter_foreign_residents
from openjuki.procedures.former_name import FormerNameRequest, record_former_name
from openjuki.procedures.minister_notices import MinisterNotice, MinisterNotices, take_notices
from openjuki.procedures.nationality import NationalityAcquired, NationalityLost, become_foreign, become_japanese
from openjuki.register.errors import InvalidInput
from openjuki.register.events import Items
from openjuki.register.foreign_residents import foreign_items
from openjuki.register.identity import Sex, Status
from openjuki.register.item_kinds import RESIDENCE_CLASSES
from tests.procedures.event_scenarios import FOREIGN, ON, Played, foreigner
from tests.procedures.municipal_office import arrival

CARD = FOREIGN["residence_card_number"]
JAPANESE = NationalityAcquired("", "住基　如庵", "鹿児島県姶良市宮島町25", "住基　如庵", *ON)


def notice(**more) -> MinisterNotice:
    return msgspec.convert({"residence_card_number": CARD, "birth": "1974-05-03", "happened_on": ON[0], **more}, MinisterNotice)


def take(played: Played, *notices: MinisterNotice):
    return played.hall.run(take_notices, MinisterNotices(notices, ON[1]))


def test_a_foreign_resident_has_nationality_and_class_and_neither_domicile_nor_day_of_becoming_a_resident():
    played = foreigner()
    assert played.taro.other == FOREIGN
    assert (played.taro.registered_domicile, played.taro.became_resident_on) == ("", "")
    assert "ブラジル" not in str(played.hall.changes()), "nationality stays here"
    assert CARD not in str(played.hall.changes())


@pytest.mark.parametrize(
    "wrong",
    [
        {"nationality": ""}, {"residence_class": ""}, {"residence_class": "旅行者"}, {"residence_card_number": ""},
        {"stay_until": "2022-02-30"}, {"became_foreign_resident_on": ""}, {"period_of_stay": ""}, {"status_of_residence": ""},
        {"pension_kind": "1"},
    ],
    ids=str,
)  # fmt: skip
def test_what_the_table_of_the_act_asks_for_a_class_must_be_there(wrong):
    with pytest.raises(InvalidInput):
        foreign_items(FOREIGN | wrong)


@pytest.mark.parametrize(
    ("residence_class", "needed"),
    [("特別永住者", "residence_card_number"), ("一時庇護許可者", "period_of_stay"), ("仮滞在許可者", "period_of_stay"), ("経過滞在者", "")],
)
def test_each_class_has_its_own_items(residence_class, needed):
    given = {"nationality": "韓国", "became_foreign_resident_on": "2012-07-09", "residence_class": residence_class}
    assert residence_class in RESIDENCE_CLASSES
    if needed:
        with pytest.raises(InvalidInput, match=needed):
            foreign_items(given)
        given[needed] = "AB12345678CD" if needed.endswith("number") else "6月"
    assert foreign_items(given) == given


def test_only_a_stay_without_an_end_has_no_last_day():
    without = {key: text for key, text in FOREIGN.items() if key != "stay_until"}
    with pytest.raises(InvalidInput, match="stay_until"):
        foreign_items(without)
    permanent = without | {"status_of_residence": "永住者", "period_of_stay": "無期限"}
    assert foreign_items(permanent) == permanent


def test_somebody_who_lives_here_and_becomes_a_foreign_resident_is_entered_since_that_day_at_the_address_since_before():
    played = Played()
    newcomer = arrival("ＳＩＬＶＡ　ＪＯＡＯ", "同居人", foreign=FOREIGN)
    notified = ForeignEntryNotification((newcomer,), played.hall.home, "2019-12-01", *ON, played.taro.code)
    (record,) = played.hall.run(enter_foreign_residents, notified)
    assert (record.address_since, record.previous_address, record.household) == ("2019-12-01", "", played.taro.household)
    assert played.told[-1].date == ON[0]
    bare = msgspec.structs.replace(notified, arrivals=(arrival("辻　花子", "同居人"),))
    with pytest.raises(InvalidInput, match="foreign"):
        played.hall.run(enter_foreign_residents, bare)
    domiciled = arrival("ＳＩＬＶＡ　ＡＮＡ", "同居人", foreign=FOREIGN, registered_domicile="鹿児島県姶良市宮島町25")
    with pytest.raises(InvalidInput, match="registered_domicile"):
        played.hall.run(enter_foreign_residents, msgspec.structs.replace(notified, arrivals=(domiciled,)))


def test_a_foreign_child_born_here_is_a_foreign_resident_for_sixty_days():
    played = foreigner()
    child = BirthNotification(
        played.taro.code, "ＳＩＬＶＡ　ＬＵＺ", "シルバ　ルス", ON[0], Sex.FEMALE, "子", ON[1], nationality="ブラジル"
    )
    record = played.hall.run(enter_birth, child)
    assert record.other == {
        "nationality": "ブラジル", "became_foreign_resident_on": ON[0], "residence_class": "経過滞在者", "stay_until": "2020-04-30"
    }  # fmt: skip
    assert record.became_resident_on == ""
    japanese = msgspec.structs.replace(
        child, nationality="", registered_domicile="鹿児島県姶良市宮島町25", registered_domicile_head="辻　花子"
    )
    record = played.hall.run(enter_birth, japanese)
    assert (record.registered_domicile_head, record.became_resident_on, record.other) == ("辻　花子", ON[0], {})


def test_who_becomes_japanese_keeps_code_address_and_number_and_loses_alias_and_nationality():
    played = foreigner()
    played.hall.run(record_alias, AliasRequest(played.taro.code, "住基　次郎", ON[0]))
    before = played.hall.now(played.taro.code)
    record = played.hall.run(become_japanese, msgspec.structs.replace(JAPANESE, code=played.taro.code))
    same = ("person", "code", "birth", "sex", "address", "address_since", "household", "relationship", "previous_address")
    assert all(getattr(record, name) == getattr(before, name) for name in same)
    assert (record.name, record.alias, record.other, record.status) == ("住基　如庵", "", {}, Status.RESIDENT)
    assert record.became_resident_on == FOREIGN["became_foreign_resident_on"]
    assert played.hall.head(record.code) == record.person
    told = played.hall.changes()[-1]
    assert (told.identity.alias, told.previous.n, told.residence.n) == ("", 1, 2)
    with pytest.raises(InvalidInput, match="no foreign resident"):
        played.hall.run(become_japanese, msgspec.structs.replace(JAPANESE, code=played.taro.code))
    for sequence in [event.sequence for event in reversed(played.hall.events(record.code)[-2:])]:
        played.hall.run(annul, AnnulmentOrder((Annulled(record.code, sequence),), ON[1]))
    assert played.hall.now(record.code) == before
    assert played.hall.differing() == []


def test_who_loses_the_nationality_of_japan_is_a_foreign_resident_for_sixty_days_and_then_needs_a_class():
    played = Played()
    lost = NationalityLost(played.taro.code, "ＪＵＫＩ　ＴＡＲＯ", "カナダ", *ON)
    record = played.hall.run(become_foreign, lost)
    assert record.other["residence_class"] == "経過滞在者"
    assert (record.other["stay_until"], record.other["became_foreign_resident_on"]) == ("2020-04-30", ON[0])
    assert (record.registered_domicile, record.became_resident_on, record.household) == ("", "", played.taro.household)
    with pytest.raises(InvalidInput, match="already"):
        played.hall.run(become_foreign, lost)
    long_ago = NationalityLost(played.people[1].code, "ＪＵＫＩ　ＭＩＫＯ", "カナダ", "2020-01-31", ON[1])
    with pytest.raises(InvalidInput, match="longer ago"):
        played.hall.run(become_foreign, long_ago)
    last_day = msgspec.structs.replace(long_ago, lost_on="2020-02-01")
    assert played.hall.run(become_foreign, last_day).other["stay_until"] == "2020-04-01"
    hikari = NationalityLost(played.people[2].code, "ＪＵＫＩ　ＨＩＫＡＲＩ", "カナダ", "2020-01-01", ON[1], "", FOREIGN)
    assert played.hall.run(become_foreign, hikari).other["residence_class"] == "中長期在留者"


def test_an_alias_is_for_foreign_residents_and_one_is_removed_before_another_is_entered():
    played = foreigner()
    played.hall.run(record_alias, AliasRequest(played.taro.code, "住基　次郎", ON[0]))
    for wrong in (
        AliasRequest(played.taro.code, "住基　三郎", ON[0]), AliasRequest(played.taro.code, "jiro", ON[0]),
        AliasRequest(played.taro.code, "", "2020-04-02"),
    ):  # fmt: skip
        with pytest.raises(InvalidInput):
            played.hall.run(record_alias, wrong)
    played.hall.run(record_alias, AliasRequest(played.taro.code, "", ON[0], ex_officio=True))
    assert (played.hall.slips()[-1], played.hall.events(played.taro.code)[-1].ex_officio) == ("alias-removed", True)
    japanese = Played()
    with pytest.raises(InvalidInput, match="alias"):
        japanese.hall.run(record_alias, AliasRequest(japanese.taro.code, "住基　次郎", ON[0]))
    with pytest.raises(InvalidInput, match="former_name"):
        played.hall.run(record_former_name, FormerNameRequest(played.taro.code, "旧氏", ON[0]))


def test_a_file_of_notices_corrects_in_order_and_what_the_hubs_do_not_hold_stays_here():
    played = foreigner()
    renewed = notice(items={"residence_card_number": "EF12345678GH", "period_of_stay": "5年", "stay_until": "2025-06-01"})
    named = msgspec.structs.replace(notice(items={"name": "ＳＩＬＶＡ　ＪＯＡＯ　ＮＥＴＯ"}), residence_card_number="EF12345678GH")
    assert take(played, renewed, named) == (2, 0, 0)
    record = played.hall.now(played.taro.code)
    assert (record.other["stay_until"], record.name) == ("2025-06-01", "ＳＩＬＶＡ　ＪＯＡＯ　ＮＥＴＯ")
    assert [change.identity.name for change in played.told] == ["ＳＩＬＶＡ　ＪＯＡＯ　ＮＥＴＯ"]
    assert take(played, named) == (0, 1, 0), "the same file again changes nothing"
    assert {event.ex_officio for event in played.events} == {True}
    assert played.hall.differing() == []


def test_a_notice_that_somebody_is_no_foreign_resident_any_more_ends_the_record():
    played = foreigner()
    assert take(played, notice(ended=True), notice(ended=True)) == (1, 1, 0)
    assert played.hall.now(played.taro.code).status is Status.REMOVED
    assert [(change.reason.value, change.status) for change in played.told] == [("職権消除等", Status.REMOVED)]


@pytest.mark.parametrize(
    "wrong",
    [
        {"residence_card_number": "ZZ00000000ZZ"}, {"residence_card_number": ""}, {"birth": "1974-05-04"},
        {"items": {"code": "24727059608"}}, {"items": {"sex": "5"}}, {"items": {}}, {"items": {"residence_class": "旅行者"}},
        {"happened_on": "2020-03-03", "items": {"name": "ＡＢ"}},
    ],
    ids=str,
)  # fmt: skip
def test_a_notice_that_fits_nobody_or_cannot_be_entered_waits_for_a_clerk_and_holds_up_no_other(wrong):
    played = foreigner()
    good = notice(items={"period_of_stay": "5年"})
    assert take(played, notice(**wrong), good) == (1, 0, 1)
    assert played.hall.work_items() == ["minister-notice"]
    assert played.hall.now(played.taro.code).other["period_of_stay"] == "5年"
    assert played.told == []


def test_a_notice_that_a_later_event_overrules_leaves_nothing_of_itself_and_waits_for_a_clerk():
    played = foreigner()
    played.hall.run(correct, CorrectionOrder(played.taro.code, Items(name="ＳＩＬＶＡ　ＪＯＳＥ"), ON[1]))
    seen = len(played.all_events())
    assert take(played, notice(items={"name": "ＳＩＬＶＡ　ＪＯＡＯ　ＮＥＴＯ"})) == (0, 0, 1)
    assert len(played.all_events()) == seen
    assert [change.identity.name for change in played.told] == ["ＳＩＬＶＡ　ＪＯＳＥ"]
    assert (played.hall.work_items(), played.hall.differing()) == (["minister-notice"], [])
