"""The network's unified character set (住基ネット統一文字)."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openjuki.register import characters
from openjuki.register.characters import (
    graphemes,
    is_recordable,
    jis_shape,
    juki_code,
    numbers,
    printable_by_the_font,
    shrink,
    unrecordable,
)
from openjuki.register.errors import InvalidInput, Unrecordable
from openjuki.register.package_data import read_text
from openjuki.register.recorded_text import check_text

TSUJI = "辻\U000e0102"  # one dot: the shape of the family of that name
WATANABE = "邉\U000e0110"

KATSU_OF_2000 = "葛\U000e0102"
RECORDABLE = sorted(characters._table().recordable)


def any_sign():
    return st.integers(0, len(RECORDABLE) - 1).map(RECORDABLE.__getitem__)


def some_signs():
    return st.lists(any_sign(), max_size=12).map("".join)


def test_the_table_holds_the_published_number_of_kanji():
    codes = [line.split("\t")[0] for line in read_text("characters").split("\n")]
    assert len(codes) == len(set(codes)) == 19_563
    published = [(0x4E00, 0x9FFF, 13_185), (0x3400, 0x4DFF, 806), (0xAAA0, 0xABFF, 303), (0xF900, 0xFAFF, 99)]
    for first, last, count in published:
        assert sum(first <= int(code, 16) <= last for code in codes) == count


def test_the_non_kanji_rule_gives_about_the_published_number():
    signs = characters._non_kanji()
    assert sum(sign >= "\uff00" for sign in signs) == 163
    assert 1_200 < sum(sign < "\u3400" for sign in signs) <= 1_274


@pytest.mark.parametrize(
    ("sign", "code"),
    [
        ("髙", "9AD9"),
        ("𠮷", "AEAC"),
        (TSUJI, "8FBB"),
        ("辻", "BC2F"),
        ("葛", "B9D5"),
        (KATSU_OF_2000, "845B"),
        ("あ", "3042"),
        ("Ａ", "FF21"),
    ],
)
def test_a_sign_has_its_code_of_the_unified_set(sign, code):
    assert juki_code(sign) == code


@pytest.mark.parametrize("sign", ["か\u3099", "𰻞", "😀", "\ue000", "", "ab", "𛀂"])
def test_other_signs_have_no_code(sign):
    assert juki_code(sign) is None


def test_a_variation_selector_stays_with_its_kanji():
    assert graphemes(f"{TSUJI}　{WATANABE}子") == [TSUJI, "　", WATANABE, "子"]


@given(st.text())
def test_graphemes_lose_nothing(text):
    assert "".join(graphemes(text)) == text


@given(some_signs())
def test_what_is_in_the_set_is_recordable_and_has_a_code(text):
    signs = graphemes(text)
    if all(sign in characters._table().recordable for sign in signs):  # か beside a loose ゜ would join
        assert is_recordable(text)
        assert unrecordable(text) == []


def test_every_kanji_of_the_file_encodings_can_be_recorded():
    for point in (*range(0x3400, 0xA000), *range(0xF900, 0xFB00), *range(0x20000, 0x2A6E0)):
        sign = chr(point)
        if characters.in_cp932(sign):
            assert is_recordable(sign), hex(point)


def test_decomposed_kana_are_named_and_not_mended():
    name = unicodedata.normalize("NFD", "がく")
    assert not is_recordable(name)
    assert unrecordable(name) == ["か\u3099"]
    with pytest.raises(InvalidInput, match="at 1"):
        check_text("name", name, 10)


def test_a_letter_with_a_loose_accent_is_not_the_letter_that_has_it():
    assert is_recordable("é")
    assert not is_recordable("e\u0301")


@pytest.mark.parametrize("sign", ["セ\u309a", "ㇷ\u309a", "鿯", "∑"])
def test_what_the_printing_font_has_not_cannot_be_recorded(sign):
    assert not is_recordable(sign)
    with pytest.raises(Unrecordable, match="the printing font has not") as refused:
        check_text("name", f"山{sign}", 10)
    assert refused.value.signs == (sign,)


def test_a_character_alone_whose_glyph_the_set_has_not_is_not_taken_for_another_glyph():
    assert is_recordable("㐄\U000e0101")
    assert not is_recordable("㐄")
    assert juki_code("㐄") is None


@pytest.mark.parametrize(("text", "held"), [("髙﨑彅", True), ("𠮷", False), (TSUJI, False), ("辻", True)])
def test_what_the_common_file_encoding_holds(text, held):
    assert characters.in_cp932(text) is held


VARIANTS = """
髙高 﨑崎 嵜崎 𠮷吉 邊辺 邉辺 齋斎 齊斉 澤沢 櫻桜 廣広 國国 嶋島 嶌島 冨富 濵浜 濱浜 桒桑 栁柳
德徳 瀨瀬 塚塚 槗橋 龍竜 𣘺橋 壽寿 惠恵 曾曽 眞真 舘館
"""


@pytest.mark.parametrize(("rare", "common"), [*map(tuple, VARIANTS.split()), (TSUJI, "辻"), (WATANABE, "辺")])
def test_variants_shrink_to_the_common_form(rare, common):
    assert shrink(rare) == common


def test_different_kanji_stay_apart():
    assert shrink("斎") != shrink("斉")
    assert shrink("坂") != shrink("阪")
    assert shrink("陽") != shrink("易")
    assert shrink("切") != shrink("功")


@given(some_signs())
def test_shrinking_twice_is_shrinking_once(text):
    assert shrink(shrink(text)) == shrink(text)


@given(any_sign())
def test_a_search_form_is_never_longer(sign):
    assert len(shrink(sign)) <= len(sign)


def test_a_search_form_can_be_recorded_but_for_21_kanji_that_cannot_stand_without_their_selector():
    signs = filter(printable_by_the_font, numbers())
    others = {sign: shrink(sign) for sign in signs if not is_recordable(shrink(sign))}
    assert all(len(sign) == 2 and form == sign[0] for sign, form in others.items())
    assert len(others) == 21


def test_the_nearest_shape_of_the_standard_is_not_the_search_form():
    assert jis_shape(f"髙邉𠮷{TSUJI}") == "高邉吉辻"


def test_most_kanji_of_the_set_reach_a_form_of_the_standard():
    lines = [line.split("\t") for line in read_text("characters").split("\n")]
    reached = sum(bool((shape or base).encode("euc_jis_2004", "ignore")) for _, _, _, base, shape, _ in lines)
    assert reached >= 16_125  # as counted in the shrink map


@pytest.mark.parametrize("text", ["", "　", "a\x00", "\u200b山", "山\ue000", "山\ufeff", "\ud800", "山" * 11])
def test_texts_that_cannot_be_recorded_are_refused_without_being_repeated(text):
    with pytest.raises(InvalidInput) as refused:
        check_text("name", text, 10)
    assert refused.value.item == "name"
    assert not text or text not in refused.value.text()
