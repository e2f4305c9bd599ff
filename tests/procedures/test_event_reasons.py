"""The 37 reasons (異動事由): what each records, what goes up, and what does not."""

import pytest

from openjuki.nodes.entering import KINDS
from openjuki.offices.municipality_households import Relation
from openjuki.procedures.annulment import Annulled, AnnulmentOrder, annul
from openjuki.procedures.change_of_address import ChangeOfAddressNotification, change_address
from openjuki.procedures.correction import CorrectionOrder, correct
from openjuki.register.event_reasons import EVENT_REASONS, Effect, EventReason, Told, reason_of
from openjuki.register.events import Cause, Items
from openjuki.register.identity import Identity, Reason
from tests.procedures.event_scenarios import DAY, ON, SCENES, Played

ENTRIES = "国内転入 国外転入等 出生 職権記載（帰化等） 職権記載（国籍喪失） 職権記載 改製 再製 異動の取消し（増）"
REMOVALS = "国内転出 国外転出 死亡 職権消除（帰化等） 職権消除（国籍喪失） 職権消除 改製 再製 異動の取消し（減）"
CHANGES = (
    "転居 軽微な修正 職権修正 誤記修正 個人番号の変更請求 個人番号の職権修正 個人番号の職権記載 "
    "住民票コードの変更請求 住民票コードの職権記載 世帯分離 世帯合併 世帯変更 世帯主変更 "
    "旧氏の記載 旧氏の変更 旧氏の削除 通称の記載 通称の削除 異動の取消し（修正） "
)
PERSON = "address address_since birth code household name notified_on previous_address relationship residence sex status"
JAPANESE = f"{PERSON} became_resident_on"
NEW_NAME = ["職権修正等 RESIDENT 1.2 2020-04-01"]
GONE = "removed_on status"
TURNED = ["職権消除等 REMOVED 1.2 2020-03-01", "職権記載等 RESIDENT 2.3 2020-03-01"]
GOLDEN: dict[int, tuple[str, list[str]]] = {
    1: (f"{JAPANESE} registered_domicile", ["転入等 RESIDENT 1.1 2020-03-01"]),
    2: (f"{JAPANESE} registered_domicile", ["転入等 RESIDENT 1.1 2020-03-01"]),
    3: (f"{JAPANESE} kana".replace(" previous_address", ""), ["出生 RESIDENT 1.1 2020-03-01"]),
    4: (f"{JAPANESE} registered_domicile registered_domicile_head", TURNED),
    5: (f"{PERSON} other", TURNED),
    6: (JAPANESE, ["職権記載等 RESIDENT 1.1 2020-02-00"]),
    7: (JAPANESE, []),
    8: (JAPANESE, []),
    9: ("", ["職権記載等 RESIDENT 1.3 2020-04-01"]),
    10: (f"moved_to {GONE}", ["転出 REMOVED 1.2 2020-04-05"]),
    11: (f"moved_to {GONE}", ["転出 REMOVED 1.2 2020-04-05"]),
    12: (GONE, ["死亡 DEAD 1.2 2020-02-00"]),
    13: (GONE, TURNED),
    14: (GONE, TURNED),
    15: (GONE, ["職権消除等 REMOVED 1.2 2020-03-01"]),
    16: ("", []),
    17: ("", []),
    18: ("", ["職権消除等 ANNULLED 1.2 2020-04-01"]),
    19: ("address address_since household relationship", ["転居 RESIDENT 1.2 2020-03-01"]),
    20: ("name", ["軽微な修正 RESIDENT 1.2 2020-04-01"]),
    21: ("name", NEW_NAME),
    22: ("birth", NEW_NAME),
    23: ("individual_number", ["個人番号の変更請求 RESIDENT 1.2 2020-04-01"]),
    24: ("individual_number", ["個人番号の職権修正 RESIDENT 1.2 2020-04-01"]),
    25: ("individual_number", ["個人番号の職権記載 RESIDENT 1.2 2020-04-01"]),
    26: ("code", ["住民票コードの記載の変更請求 RESIDENT 1.2 2020-04-01"]),
    27: ("code", ["住民票コードの職権記載等 RESIDENT 1.2 2020-04-01"]),
    28: ("household relationship", []),
    29: ("household relationship", []),
    30: ("household relationship", []),
    31: ("relationship", []),
    32: ("former_name", NEW_NAME),
    33: ("former_name", NEW_NAME),
    34: ("former_name", NEW_NAME),
    35: ("alias", NEW_NAME),
    36: ("alias", NEW_NAME),
    37: ("", []),
}
"""By number: the items recorded (those not blank, or set to blank where nothing else is), and the changes told to the prefecture."""


def said(played: Played) -> list[str]:
    return [f"{c.reason.value} {c.status.name} {c.residence.n}.{c.version} {c.date}" for c in played.told]


def recorded(event) -> set[str]:
    given = event.items.given()
    return {name for name, value in given.items() if value not in ("", {})} or set(given)


def test_the_37_reasons_are_those_of_the_standard_in_its_order():
    rows = [(row.effect, row.japanese) for row in EVENT_REASONS]
    lists = ((Effect.ENTRY, ENTRIES), (Effect.REMOVAL, REMOVALS), (Effect.CHANGE, CHANGES))
    assert rows == [(effect, word) for effect, words in lists for word in words.split()]
    assert [row.number for row in EVENT_REASONS] == list(range(1, 38))


def test_every_word_an_event_can_carry_leads_to_one_reason():
    assert [row.cause for row in EVENT_REASONS if row.cause] == list(dict.fromkeys(row.cause for row in EVENT_REASONS if row.cause))
    assert {row.cause for row in EVENT_REASONS if row.cause} == set(Cause)
    assert sorted(row.rule for row in EVENT_REASONS if not row.cause) == sorted(Reason)


def test_every_reason_can_be_entered_by_command():
    assert {kind for row in EVENT_REASONS for kind in row.kinds} <= set(KINDS)
    assert all(row.kinds and row.basis and (row.on_notice or row.ex_officio) for row in EVENT_REASONS)


@pytest.mark.parametrize("row", EVENT_REASONS, ids=lambda row: f"{row.number} {row.english}")
def test_what_a_reason_records_and_what_goes_up(row: EventReason):
    played = SCENES[row.number]()
    own = [event for event in played.events if reason_of(event) == row]
    recorded_golden, told_golden = GOLDEN[row.number]
    assert own
    for event in own:
        assert recorded(event) == set(recorded_golden.split())
        assert set(event.items.given()) <= set(row.records) or "*" in row.records
        assert row.ex_officio if event.ex_officio else row.on_notice
    assert said(played) == told_golden
    if row.told is Told.NEVER:
        assert played.told == []
    if row.told is Told.ALWAYS:
        assert row.rule in {change.reason for change in played.told}
    assert all(type(change.identity) is Identity for change in played.told), "identity and nothing else"
    assert played.hall.differing() == []


def test_a_correction_of_what_hubs_do_not_hold_stays_here():
    played = Played()
    items = Items(registered_domicile="鹿児島県姶良市宮島町25", other={"pension_kind": "1"})
    played.enter(correct, CorrectionOrder(played.taro.code, items, DAY))
    assert [reason_of(event).japanese for event in played.events] == ["職権修正"]
    assert played.told == []


def test_a_move_to_the_same_address_is_recorded_and_tells_nothing_new():
    played = Played()
    relations = tuple(Relation(record.code, record.relationship) for record in played.people)
    played.enter(change_address, ChangeOfAddressNotification(relations, played.hall.home, *ON))
    assert {reason_of(event).japanese for event in played.events} == {"転居"}
    assert played.told == []


def test_a_move_that_nobody_notified_is_a_correction_ex_officio():
    played = Played()
    relations = tuple(Relation(record.code, record.relationship) for record in played.people)
    address = played.hall.home.__class__(played.hall.home.municipality, played.hall.home.town, "26番地")
    played.enter(change_address, ChangeOfAddressNotification(relations, address, "2020-01-01", "2020-03-02", ex_officio=True))
    assert {(reason_of(event).japanese, event.ex_officio) for event in played.events} == {("職権修正", True)}
    assert said(played) == ["職権修正等 RESIDENT 1.2 2020-01-01"] * 3
    assert played.hall.work_items() == [], "nobody was late who never came"


def test_the_annulment_of_a_move_tells_the_address_before_again():
    played = SCENES[19]()
    hikari = played.people[2]
    last = played.events[-1]
    played.start()
    played.enter(annul, AnnulmentOrder((Annulled(hikari.code, last.sequence),), DAY))
    assert [reason_of(event).japanese for event in played.events] == ["異動の取消し（修正）"]
    assert [change.identity.address for change in played.told] == [hikari.address]
