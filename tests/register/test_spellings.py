"""One spelling for each glyph, and what a character is called (文字の同定)."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openjuki.register.characters import graphemes, is_recordable, juki_code, numbers, other_spellings, shrink
from openjuki.register.errors import Unrecordable
from openjuki.register.package_data import read_text
from openjuki.register.recorded_text import check_text
from openjuki.register.search_keys import name_key
from openjuki.register.spellings import (
    _adobe_japan1,
    _outside,
    adobe_japan1_spellings,
    all_in_one_spelling,
    character_name,
    forms_in_the_set,
    from_unified_codes,
    mj_number,
    one_spelling,
    stored_spelling,
    unified_codes,
)

STORED = sorted(numbers())
ADOBE = sorted(_adobe_japan1())
ANY_SPELLING = sorted({*numbers(), *other_spellings(), *_adobe_japan1(), *_outside()})
spelled = st.lists(st.integers(0, len(ANY_SPELLING) - 1).map(ANY_SPELLING.__getitem__), max_size=8).map("".join)
names = st.lists(st.integers(0, len(STORED) - 1).map(STORED.__getitem__), min_size=1, max_size=8).map("".join)

UNHURRIED = settings(deadline=None)  # the first example loads the tables
TSUJI, KATSU = "辻\U000e0102", "葛\U000e0102"


def test_each_glyph_of_the_set_has_one_number_and_one_stored_spelling():
    assert len(set(numbers().values())) == len(numbers()) == 19_563 == len(set(map(juki_code, numbers())))
    assert not set(other_spellings()) & set(numbers())
    assert set(other_spellings().values()) <= set(numbers())


@pytest.mark.parametrize(
    ("written", "stored", "number"),
    [
        ("辻", "辻", "MJ025761"),
        (TSUJI, TSUJI, "MJ025760"),
        ("辻\U000e0100", TSUJI, "MJ025760"),  # Adobe-Japan1, one dot: the shape of JIS X 0208
        ("辻\U000e0101", "辻", "MJ025761"),
        ("葛\U000e0100", KATSU, "MJ022335"),
        ("葛\U000e0101", "葛", "MJ022336"),
        ("葛\U000e0103", "葛", "MJ022336"),  # the table's own sequence for what it implements alone
        ("邉\U000e0100", "邉", "MJ026190"),
        ("神\ufe00", "\ufa19", "MJ030211"),  # standardised variant of the compatibility character
        ("\ufa19", "\ufa19", "MJ030211"),
        ("神", "神", "MJ018811"),
    ],
)
def test_a_glyph_is_stored_in_one_spelling_however_it_was_written(written, stored, number):
    assert one_spelling(f"山{written}子") == f"山{stored}子"
    assert mj_number(written) == mj_number(stored) == number
    assert stored_spelling(number) == stored


def test_sequences_that_no_table_ties_to_a_glyph_stay_and_are_refused():
    unknown = "邉\U000e0105"
    assert one_spelling(unknown) == unknown
    assert mj_number(unknown) is None
    with pytest.raises(Unrecordable, match="U\\+9089 U\\+E0105 CJK UNIFIED IDEOGRAPH-9089") as refused:
        check_text("name", unknown, 10)
    assert "MJ026190" in refused.value.text("ja")  # what the set has on the same character


@UNHURRIED
@given(spelled)
def test_one_spelling_twice_is_one_spelling_once(text):
    assert one_spelling(one_spelling(text)) == one_spelling(text)


@UNHURRIED
@given(spelled)
def test_the_glyphs_stay_what_they_were(text):
    before, after = graphemes(text), graphemes(one_spelling(text))
    assert [mj_number(sign) for sign in before] == [mj_number(sign) for sign in after]
    assert len(before) == len(after)


@UNHURRIED
@given(names, names)
def test_two_names_are_never_joined(one, other):
    assert (one_spelling(one) == one_spelling(other)) == (one == other)


@pytest.mark.slow
def test_no_two_glyphs_of_the_mj_table_get_one_spelling():
    by_spelling: dict[str, set[str | None]] = {}
    for sign in ANY_SPELLING:
        by_spelling.setdefault(one_spelling(sign), set()).add(mj_number(sign))
    assert all(len(found) == 1 for found in by_spelling.values())


@UNHURRIED
@given(names)
def test_what_is_stored_stays_byte_for_byte(text):
    assert one_spelling(text) is text or one_spelling(text) == text


@UNHURRIED
@given(spelled)
def test_search_keys_do_not_depend_on_the_spelling(text):
    assert name_key(one_spelling(text)) == name_key(text)
    assert shrink(one_spelling(text)) == shrink(text)


def test_a_search_by_the_adobe_spelling_finds_the_stored_name():
    assert name_key("辻\U000e0100　太郎") == name_key(f"{TSUJI}　太郎") == name_key("辻太郎")


def test_both_directions_between_the_collections_agree():
    for sequence in ADOBE[::500]:
        stored = stored_spelling(mj_number(sequence))
        assert stored is None or sequence in adobe_japan1_spellings(stored)
    assert adobe_japan1_spellings(TSUJI) == ("辻\U000e0100",)
    assert adobe_japan1_spellings("葛") == ("葛\U000e0101",)
    assert adobe_japan1_spellings("\u3042") == ()


def test_every_mapped_sequence_has_its_evidence_and_its_glyph_is_on_the_same_character():
    lines = [line.split("\t") for line in read_text("adobe_japan1").split("\n")]
    assert len(lines) == 9_778
    assert all(evidence and set(evidence) <= set("JXF") for _, _, evidence in lines)
    assert sum(len(evidence) > 1 for _, _, evidence in lines) == 1_745  # two or three sources that say the same
    for sequence, number, _ in lines:
        stored = stored_spelling(f"MJ{number}")
        assert stored is None or shrink(stored) == shrink(sequence)


def test_characters_are_named_by_point_number_code_and_unicode_name():
    assert str(character_name(TSUJI)) == "U+8FBB U+E0102 MJ025760 J+8FBB CJK UNIFIED IDEOGRAPH-8FBB"
    assert str(character_name("か\u3099")) == "U+304B U+3099 HIRAGANA LETTER KA"
    assert str(character_name("𰻞")) == "U+30EDE CJK UNIFIED IDEOGRAPH-30EDE"
    assert character_name("\ue000").unicode_name == "without a name"
    assert character_name("葛\U000e0107").mj_number == "MJ022337"  # of the MJ table, outside the unified set


def test_the_forms_of_a_character_are_listed():
    assert forms_in_the_set("辻\U000e0109") == sorted(forms_in_the_set("辻"), key=juki_code) == [TSUJI, "辻"]


@UNHURRIED
@given(names)
def test_codes_of_the_unified_set_and_back_are_the_same_name(text):
    codes = unified_codes(text)
    assert None not in codes
    assert from_unified_codes(codes) == text


def test_signs_beside_the_kanji_have_their_point_as_code_and_hentaigana_none():
    assert unified_codes("ア　Ａ'𛀂") == ["30A2", "3000", "FF21", "0027", None]
    assert from_unified_codes(["30A2", "3000", "FF21", "0027"]) == "ア　Ａ'"
    with pytest.raises(KeyError):
        from_unified_codes(["D6FF"])


def test_every_text_of_an_event_comes_into_one_spelling():
    event = {"name": "辻\U000e0100", "arrivals": [{"name": "葛\U000e0100", "residence": 2}], "ok": True}
    assert all_in_one_spelling(event) == {"name": TSUJI, "arrivals": [{"name": KATSU, "residence": 2}], "ok": True}


def test_only_the_stored_spelling_is_recordable():
    assert all(map(is_recordable, [sign for sign in STORED if sign != "鿯"]))
    assert not any(map(is_recordable, other_spellings()))
    with pytest.raises(Unrecordable, match=r"stored spelling: U\+8FBB U\+E0102 MJ025760"):
        check_text("name", "辻\U000e0100", 10)
