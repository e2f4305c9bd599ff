"""The catalogue of lawful purposes against what the law says (別表第一〜第五)."""

import json
from collections import Counter

import pytest

from openjuki.law.purposes import ROWS_PER_TABLE, PurposeId, catalogue, digest, find, total_digest
from tools import appendix

BY_HAND = appendix.ROOT / "tests/golden/appendix_by_hand.jsonl"
LAW_TEXT = appendix.law_folder() / "住民基本台帳法.txt"
DELETED = ("1", "4", "6", "7", "10", "14", "15")

law_text_here = pytest.mark.skipif(not LAW_TEXT.exists(), reason="the law text is not in this checkout (OPENJUKI_LAW_TEXT)")


def row(table, number):
    found = find(PurposeId(table, number))
    assert found is not None
    return found


def hand_typed():
    return [json.loads(line) for line in BY_HAND.read_text("utf-8").splitlines() if line.strip()]


def test_every_table_has_as_many_rows_as_the_act():
    assert Counter(purpose.table for purpose in catalogue()) == dict(ROWS_PER_TABLE)
    assert len(catalogue()) == 232


@pytest.mark.parametrize("number", DELETED)
def test_a_deleted_row_of_table_1_is_no_purpose(number):
    assert find(PurposeId(1, number)) is None


def test_the_numbers_of_table_1_run_to_122_without_the_deleted_ones():
    plain = [int(purpose.row) for purpose in catalogue() if purpose.table == 1 and "-" not in purpose.row]
    assert plain == [number for number in range(1, 123) if str(number) not in DELETED]


def test_the_rows_that_the_story_uses_are_what_they_are():
    assert (row(1, "16").statute, row(1, "16").bodies) == ("恩給法", ("総務省",))
    assert (row(1, "77").statute, row(1, "77").bodies) == ("国民年金法", ("厚生労働省", "日本年金機構"))
    assert row(1, "77").statute_number == "昭和34年法律第141号"
    assert row(2, "8").statute == row(4, "7").statute == "公営住宅法"
    assert row(2, "8").articles == ("第16条第1項", "第23条")
    assert row(3, "20").statute == "宅地建物取引業法"
    assert (row(5, "6").statute, row(5, "6").bodies) == ("旅券法", ("都道府県知事",))


def test_joined_bodies_are_split_and_bodies_by_reference_are_named():
    assert row(1, "122").bodies == ("人事院", "実施機関（国家公務員災害補償法第3条第1項）", "防衛省")
    assert row(1, "72").bodies == ("厚生労働省", "日本年金機構", "全国健康保険協会")
    assert row(2, "9").bodies == ("指定都市の長", "中核市の長（地方自治法第252条の22第1項）")


def test_every_row_says_in_two_languages_what_is_done():
    for purpose in catalogue().values():
        assert not purpose.affair.en.endswith(": ")
        assert not purpose.affair.ja.endswith("：")
        assert purpose.affair.en.isascii()


def test_no_row_holds_a_sentence_of_the_law():
    for purpose in catalogue().values():
        assert "に関する事務" not in purpose.affair.ja
        assert len(purpose.affair.ja) < 80


@pytest.mark.parametrize("typed", hand_typed(), ids=lambda typed: f"{typed['table']}:{typed['row']}")
def test_a_row_typed_by_hand_agrees_with_the_catalogue(typed):
    ours = row(typed["table"], typed["row"])
    assert {name: list(value) if isinstance(value := getattr(ours, name), tuple) else value for name in typed} == typed


def test_at_least_60_rows_were_typed_by_hand():
    assert len({(typed["table"], typed["row"]) for typed in hand_typed()}) >= 60


@law_text_here
@pytest.mark.slow
def test_the_committed_data_are_what_the_tool_reads_from_the_law():
    rows = appendix.parse(LAW_TEXT.read_text("utf-8"))
    assert appendix.lines(rows) == appendix.DATA.read_text("utf-8")
    assert total_digest(map(digest, rows)) == appendix.CATALOGUE_DIGEST
