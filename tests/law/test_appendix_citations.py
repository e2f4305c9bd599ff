"""How the reader of the appendices takes sentences apart; the sentences are made up (別表の読み取り)."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools import appendix
from tools.appendix_citations import Reader, arabic, in_arabic, statute_numbers, without_parentheses

STATUTES = {"甲法": "昭和1年法律第1号", "甲法の一部を改正する法律": None, "乙及び丙法": "平成2年法律第3号"}


def articles(text, statute="甲法"):
    return [place.written(statute) for place in Reader(STATUTES, statute).read(text).places]


def kanji(number):
    digits = "〇一二三四五六七八九"
    parts = [(number // 100, "百"), (number // 10 % 10, "十"), (number % 10, "")]
    return "".join((digits[count] if count > 1 or not unit else "") + unit for count, unit in parts if count)


@given(st.integers(1, 999))
def test_a_kanji_numeral_reads_as_its_number(number):
    assert arabic(kanji(number)) == number


@settings(max_examples=50)
@given(st.integers(1, 999), st.integers(1, 99), st.integers(1, 20), st.booleans())
def test_an_article_with_branch_and_paragraph_is_written_in_arabic(number, branch, paragraph, supplementary):
    text = "附則" * supplementary + f"第{kanji(number)}条の{kanji(branch)}第{kanji(paragraph)}項"
    assert articles(f"甲法{text}の許可") == ["附則" * supplementary + f"第{number}条の{branch}第{paragraph}項"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("甲法による給付", []),
        ("甲法第一条の登録、同条第二項の更新又は第三条の届出", ["第1条", "第1条第2項", "第3条"]),
        ("同法第二十六条第一項若しくは第二項の指定", ["第26条第1項", "第26条第2項"]),
        ("同法第九条第二項第一号若しくは第二号の業務又は同項第三号の業務", ["第9条第2項第1号", "第9条第2項第2号", "第9条第2項第3号"]),
        ("同法第十五条第一項第一号イの給付又は同項第二号ロの給付", ["第15条第1項第1号イ", "第15条第1項第2号ロ"]),
        ("同法第三十五条第二項から第四項までの交付", ["第35条第2項", "第35条第3項", "第35条第4項"]),
        ("同法第十三条第三項の一時金", ["第13条第3項"]),
        ("同法第三項ただし書の認可", ["第3項"]),
        ("同法第五条第一項又は附則第五条第一項の届出", ["第5条第1項", "附則第5条第1項"]),
        ("同法第一条（同法第二条（第三条において準用する場合を含む。）において準用する場合を含む。）の届出", ["第1条"]),
        ("同法第一条において準用する乙及び丙法第二条の登録、同法第三条の届出", ["第1条", "乙及び丙法第2条", "乙及び丙法第3条"]),
        ("甲法の一部を改正する法律附則第二条による改正前の甲法第四条", ["甲法の一部を改正する法律附則第2条", "第4条"]),
        ("同法第二章第五節による給付", []),
    ],
)
def test_a_citation_is_written_in_the_normal_form(text, expected):
    assert articles(text) == expected


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        ("あ省", ("あ省",)),
        ("あ省又はい省", ("あ省", "い省")),
        ("あ省及びい機構並びにう協会", ("あ省", "い機構", "う協会")),
        ("あ市又はい市の長", ("あ市の長", "い市の長")),
        ("あ院若しくは甲法（昭和元年法律第一号）第三条第一項に規定する機関又はい省", ("あ院", "機関（甲法第3条第1項）", "い省")),
        ("乙及び丙法第四条の政令で定める市（区を含む。）の長", ("政令で定める市の長（乙及び丙法第4条）",)),
        ("甲法附則第一条に規定する組合又は同法附則第二条に規定する基金", ("組合（甲法附則第1条）", "基金（甲法附則第2条）")),
    ],
)
def test_a_column_of_bodies_is_split_and_references_are_named(column, expected):
    assert appendix.bodies(column, STATUTES) == expected


def test_nested_parentheses_are_left_out():
    assert without_parentheses("あ（い（う）え）お（か）") == "あお"


def test_a_statute_is_found_with_its_number_wherever_its_name_begins():
    text = "甲法（昭和元年法律第十号）又は乙及び丙法（平成十二年法律第九十七号。以下同じ。）により旧丁法（昭和三年政令第九号）"
    expected = {"甲法": "昭和1年法律第10号", "乙及び丙法": "平成12年法律第97号", "旧丁法": "昭和3年政令第9号"}
    assert statute_numbers(text) == expected


def test_a_row_number_with_branch_is_written_with_a_hyphen():
    assert appendix.row_number("百二十二の三") == "122-3"
    assert in_arabic("昭和五十六年") == "昭和56年"
