"""Names and readings that may be recorded (氏名・振り仮名)."""

import pytest

from openjuki.register.characters import is_recordable
from openjuki.register.errors import InvalidInput
from openjuki.register.identity import Sex
from openjuki.register.names import NAME_GRAPHEMES_MAX, check_kana, check_name, given_names, split_name, surnames


@pytest.mark.parametrize(
    "name",
    [
        "住基　太郎",
        "住基太郎",
        "辻\U000e0102　邉\U000e0110子",
        "マリア・サントス",
        "SANTOS MARIA",
        "ＳＡＮＴＯＳ　ＭＡＲＩＡ",
        "O'BRIEN ANN-MARIE",
        "佐々木　さくら",
        "不詳　一郎",
    ],
)
def test_names_as_people_have_them_are_recorded(name):
    check_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "　",
        "　太郎",
        "太郎 ",
        "住基\t太郎",
        "Santos Maria",
        "ｓａｎｔｏｓ",
        "太郎2",
        "太郎２世",
        "ﾏﾘｱ",
        "太郎?",
        "か\u3099く",
        "太郎\U0001f600",
        "山" * 101,
    ],
)
def test_what_is_no_name_is_refused_by_its_item(name):
    with pytest.raises(InvalidInput) as refused:
        check_name(name)
    assert refused.value.item == "name"
    assert not name.strip() or name not in refused.value.text("ja")


def test_the_limit_counts_signs():
    check_name("辻\U000e0102" * NAME_GRAPHEMES_MAX)
    with pytest.raises(InvalidInput):
        check_name("辻\U000e0102" * (NAME_GRAPHEMES_MAX + 1))


@pytest.mark.parametrize("kana", ["ジュウキ　タロウ", "じゅうき たろう", "マリア・サントス", "いすゞ", "ヴァネッサー"])
def test_readings_in_full_width_kana_are_recorded(kana):
    check_kana(kana)


@pytest.mark.parametrize("kana", ["", "ｼﾞｭｳｷ", "住基", "JUKI", "ジュウキ－タロウ", " ジュウキ", "シ\u3099ュウキ", "ア" * 101])
def test_other_readings_are_refused(kana):
    with pytest.raises(InvalidInput) as refused:
        check_kana(kana)
    assert refused.value.item == "kana"


def test_family_and_given_name_are_parted_by_either_space():
    assert split_name("住基　太郎") == split_name("住基 太郎") == ("住基", "太郎")
    assert split_name("住基太郎") == ("住基太郎", "")


def test_names_for_synthetic_residents_can_all_be_recorded():
    assert (len(surnames()), len(given_names(Sex.MALE)), len(given_names(Sex.FEMALE))) == (499, 2_537, 10_671)
    assert len(given_names(Sex.UNKNOWN)) == 2_537 + 10_671
    for name in (*surnames(), *given_names(Sex.UNKNOWN)):
        check_kana(name.kana)
        assert is_recordable(name.name)
    assert ("佐藤", "サトウ") in surnames()
