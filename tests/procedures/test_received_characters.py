"""What a hub does with a character that cannot be recorded: that notice alone is set aside, its sender hears which one (異常電文の隔離)."""

import msgspec
import pytest

from openjuki.nodes.entering import read_event
from openjuki.offices.told_change import check_change
from openjuki.register.errors import InvalidInput, Unrecordable
from tests.procedures.municipal_office import TownHall, family
from tests.procedures.test_hostile_changes import AIRA, KAGOSHIMA, Country, code, shown, state

TSUJI, KATSU_OUTSIDE = "U+8FBB U+E0100 MJ025760", "U+845B U+E0107 MJ022337"


@pytest.mark.parametrize(
    ("items", "named"),
    [
        ({"name": "葛\U000e0107　花"}, f"name ({KATSU_OUTSIDE} CJK UNIFIED IDEOGRAPH-845B)"),
        ({"name": "辻\U000e0100　花"}, f"name ({TSUJI} J+8FBB CJK UNIFIED IDEOGRAPH-8FBB)"),
        ({"kana": "セ\u309a"}, "kana (U+30BB U+309A KATAKANA LETTER SE)"),
        ({"alias": "山\ue000"}, "alias (U+E000 without a name)"),
    ],
)
def test_the_character_is_named_and_nothing_else_of_the_person(items, named):
    with pytest.raises(InvalidInput) as refused:
        check_change(shown(**items), Country().directory.entries[AIRA])
    assert refused.value.item == named


def test_a_notice_with_such_a_character_is_set_aside_alone_and_the_link_goes_on():
    country = Country()
    country.tell(shown(name="葛\U000e0107　花"))
    country.tell(state(AIRA, 2))
    reason = f"invalid:name ({KATSU_OUTSIDE} CJK UNIFIED IDEOGRAPH-845B)"
    assert [row[0] for row in country.look(KAGOSHIMA, "SELECT reason FROM quarantine")] == [reason]
    assert [(office, what.endswith(reason)) for office, tag, what in country.told if tag == "wire:notice:set-aside-by-peer"] == [
        (AIRA, True)
    ]
    assert [held for held, _ in country.persons()] == [code(2)]


def test_the_next_full_state_of_the_person_closes_the_hole():
    country = Country()
    country.tell(shown(name="葛\U000e0107　花"))
    mended = msgspec.structs.replace(shown(name="葛\U000e0102　花"), version=2)
    country.tell(mended)
    assert [held for held, _ in country.persons()] == [code(1)]


def test_many_characters_are_named_in_short():
    with pytest.raises(InvalidInput) as refused:
        check_change(shown(name="".join(map(chr, range(0x30000, 0x30050)))), Country().directory.entries[AIRA])
    assert refused.value.item.count("U+") == 3


def test_an_event_is_recorded_in_one_spelling_and_a_step_takes_no_other():
    hall = TownHall()
    mother = family(hall)[0]
    birth = {
        "kind": "birth", "mother_code": mother.code, "name": "辻\U000e0100　花", "kana": "ツジ　ハナ", "birth": "2013-12-01", "sex": 2,
        "relationship": "子", "notified_on": "2013-12-02",
    }  # fmt: skip
    notification, step = read_event(birth)
    assert hall.run(step, notification).name == "辻\U000e0102　花"
    with pytest.raises(Unrecordable) as refused:
        hall.run(step, msgspec.structs.replace(notification, name=birth["name"]))
    assert refused.value.signs == ("辻\U000e0100",)
