"""Keys under which a person is found (検索キー)."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openjuki.register import characters
from openjuki.register.addresses import Address, municipality, places, towns_of
from openjuki.register.identity import Sex
from openjuki.register.names import given_names, surnames
from openjuki.register.search_keys import SEPARATOR, address_key, fold_text, kana_key, key64, name_key

HOME = Address("462250", "宮島町", "25番地12", "コーポ姶良201")
FULL_WIDTH = str.maketrans("0123456789-", "０１２３４５６７８９－")

RECORDABLE = sorted(characters._table().recordable)
texts = st.lists(st.integers(0, len(RECORDABLE) - 1).map(RECORDABLE.__getitem__), max_size=12).map("".join)
numbers = st.integers(min_value=1, max_value=9999)


@pytest.mark.parametrize(
    "writings",
    [
        ("渡辺　太郎", "渡邊　太郎", "渡邉 太郎", "渡邉\U000e0110太郎", "渡辺太郎"),
        ("高崎　吉子", "髙﨑　𠮷子", "髙嵜𠮷子"),
        ("佐々木　桜", "佐佐木　櫻"),
        ("SANTOS MARIA", "ＳＡＮＴＯＳ　ＭＡＲＩＡ", "santos maria"),
        ("マリア・ガルシア", "ﾏﾘｱ･ｶﾞﾙｼｱ", "マリア　ガルシア"),
        ("三ヶ島　花", "三ケ島 花"),
    ],
)
def test_writings_of_one_name_meet(writings):
    assert len({name_key(name) for name in writings}) == 1


@pytest.mark.parametrize(("asked", "recorded"), [("辺", "邊边邉𨘢"), ("浜", "濱濵滨"), ("藤", "䕨籘籐")])
def test_the_variants_that_the_standard_names_are_found(asked, recorded):
    assert {name_key(f"{sign}　太郎") for sign in recorded} == {name_key(f"{asked}太郎")}
    assert {name_key(f"{asked}太郎")} == {name_key(f"{sign}\U000e0102太郎") for sign in recorded}


def test_different_names_stay_apart():
    assert len({name_key(name) for name in ("斎藤一", "斉藤一", "齋藤二", "サクラ", "さくら", "坂本", "阪本")}) == 7


@pytest.mark.parametrize(
    "writings",
    [
        ("ジュウキ　タロウ", "じゅうき たろう", "シユウキタロウ", "ｼﾞｭｳｷ ﾀﾛｳ"),
        ("ヴァイオレット", "ウアイオレツト"),
        ("パーカー", "ハカ", "バカ"),
        ("いすゞ", "イスズ", "いすす"),
        ("ヲリヱ", "オリエ"),
    ],
)
def test_writings_of_one_reading_meet(writings):
    assert len({kana_key(kana) for kana in writings}) == 1


@given(texts)
def test_folding_twice_is_folding_once(text):
    assert name_key(name_key(text)) == name_key(text)
    assert kana_key(kana_key(text)) == kana_key(text)


@given(st.text())
def test_any_text_has_keys(text):
    assert all(isinstance(key(text), str) for key in (name_key, kana_key, fold_text))


@pytest.mark.parametrize("sex", [Sex.MALE, Sex.FEMALE])
def test_the_quick_way_gives_the_same_key_as_the_long_one(sex):
    for name in (*surnames(), *given_names(sex)):
        assert name_key(name.name) == name_key(f"・{name.name}・")  # a mark sends it the long way


@pytest.mark.parametrize(
    "writing",
    [
        "鹿児島県姶良市宮島町25番地12",
        "鹿児島県姶良市宮島町２５番地の１２",
        "鹿児島県姶良市宮島町25-12",
        "姶良市宮島町二十五番地12",
        "姶良市　宮島町　25番地12　コーポ姶良201",
        "鹿児島県姶良市宮島町25－12 コーポ姶良201",
        "鹿児島県姶良市宮島町25ー12",
    ],
)
def test_writings_of_one_address_meet(writing):
    assert fold_text(writing) == address_key(HOME)


@pytest.mark.parametrize(
    ("kanji", "digits"),
    [
        ("十", "10"),
        ("十二", "12"),
        ("二十", "20"),
        ("二十三", "23"),
        ("百五", "105"),
        ("三百二十", "320"),
        ("二三", "23"),
        ("一〇四", "104"),
    ],
)
def test_kanji_numbers_before_a_counter_are_read(kanji, digits):
    assert fold_text(f"姶良市宮島町{kanji}番地") == fold_text(f"姶良市宮島町{digits}")


@pytest.mark.parametrize(
    ("address", "writing"),
    [
        (Address("131032", "芝公園四丁目", "2番8号"), "東京都港区芝公園4-2-8"),
        (Address("131032", "芝公園", "4丁目2番8号"), "東京都港区芝公園四丁目２番８号"),
        (Address("141038", "みなとみらい２丁目", "3番1号"), "横浜市西区みなとみらい2-3-1"),
        (Address("403440", "須恵", "771番地"), "福岡県須恵町須恵771"),
        (Address("403440", "須恵", "771番地"), "福岡県糟屋郡須恵町須恵771番地"),
        (Address("203858", "", "4825番地1"), "長野県上伊那郡南箕輪村4825-1"),
        (Address("133078", "", "467番地1"), "東京都西多摩郡桧原村467-1"),
    ],
)
def test_an_address_in_one_line_meets_the_recorded_one(address, writing):
    assert fold_text(writing) == address_key(address)


def test_a_municipality_name_shared_by_two_meets_nobody_without_its_prefecture():
    recorded = address_key(Address("132063", "宮西町2丁目", "24番地"))
    assert fold_text("東京都府中市宮西町2-24") == recorded
    assert fold_text("府中市宮西町2-24") != recorded


def test_building_is_left_out_and_block_is_not():
    assert address_key(HOME) == address_key(Address("462250", "宮島町", "25番地12"))
    assert address_key(HOME) != address_key(Address("462250", "宮島町", "25番地1"))
    assert address_key(HOME) != address_key(Address("462187", "宮島町", "25番地12"))
    assert address_key(Address("462250", "宮島町", "1番23号")) != address_key(Address("462250", "宮島町", "12番3号"))


@given(st.integers(), numbers, numbers, st.sampled_from(["{}番地{}", "{}番{}号", "{}番地の{}", "{}丁目{}番地", "{}番地"]))
def test_the_printed_line_of_any_real_town_meets_its_record(seed, first, second, form):
    draw = random.Random(seed)
    town = draw.choice(towns_of(draw.choice(["462250", "131121", "132012", "141003", "012041", "033669"])))
    address = Address(town.municipality, town.name, form.format(first, second), draw.choice(["", "第2コーポ 305号", "A棟"]))
    assert fold_text(address.text()) == address_key(address)
    assert fold_text(address.text().translate(FULL_WIDTH)) == address_key(address)


def test_every_place_is_found_by_how_an_address_writes_it():
    for place in places():
        assert fold_text(f"{place.written}甲1").split(" ")[0] == place.code, municipality(place.code)


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters=SEPARATOR)), max_size=4))
def test_a_digest_is_a_signed_64_bit_number(parts):
    number = key64(*parts)
    assert -(2**63) <= number < 2**63
    assert number == key64(*parts)


def test_a_digest_keeps_its_parts_apart_and_never_changes():
    assert key64("ab", "c") != key64("a", "bc") != key64("abc")
    assert key64("渡辺太郎", "1974-05-01") == -1715536873980348730  # worked out apart with hashlib


def test_digests_of_many_differ_and_fill_both_signs():
    numbers_found = {key64("渡辺太郎", str(place)) for place in range(20_000)}
    assert len(numbers_found) == 20_000
    assert 9_000 < sum(number < 0 for number in numbers_found) < 11_000
