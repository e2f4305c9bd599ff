"""What a character is, by command (文字コード照会)."""

import json

import pytest
from click.testing import CliRunner

from openjuki.cli.main import main

TSUJI = "辻\U000e0102"


def ask(*words):
    return CliRunner().invoke(main, ["register", "character", *map(str, words)])


@pytest.mark.parametrize("given", [[TSUJI], ["U+8FBB", "U+E0102"], ["8fbb", "e0102"], ["MJ025760"], ["J+8FBB"]])
def test_a_character_may_be_given_by_itself_or_by_any_of_its_numbers(given):
    ran = ask(*given, "--json")
    told = json.loads(ran.stdout)
    assert (ran.exit_code, told["character"], told["stored"]) == (0, TSUJI, TSUJI)
    assert told["name"] == "U+8FBB U+E0102 MJ025760 J+8FBB CJK UNIFIED IDEOGRAPH-8FBB"
    assert told["adobe_japan1"] == ["U+8FBB U+E0100"]
    assert told["others_on_the_same_base"] == ["U+8FBB MJ025761 J+BC2F CJK UNIFIED IDEOGRAPH-8FBB"]


def test_another_spelling_is_told_with_the_one_that_is_stored():
    assert json.loads(ask("U+8FBB", "U+E0100", "--json").stdout)["stored"] == TSUJI


def test_what_cannot_be_recorded_ends_with_3_and_can_be_drawn(tmp_path):
    ran = ask("MJ022337", "--picture", tmp_path / "picture.svg")
    assert ran.exit_code == 3
    assert "cannot be recorded" in ran.stdout
    assert "MJ022337" in (tmp_path / "picture.svg").read_text("utf-8")


@pytest.mark.parametrize("given", [["山田"], ["MJ999999"], ["J+0000"], ["U+110000"], ["か\u3099き"]])
def test_what_is_no_character_is_refused(given):
    assert ask(*given).exit_code == 1
