"""Random and nearly sensible commands: no crash, no secret, nothing guarded without its condition (コマンドの乱射試験)."""

import pytest

from tests.card.apdu_storm import Judge, commands, grammar_command, random_command, storm
from tests.card.cards import CODE, issued, issued_files, say

pytestmark = pytest.mark.slow


def test_random_commands_get_nothing_out_of_a_card():
    heard, faults, _ = storm(1, 30_000, random_command)
    assert not faults and heard.total() == 30_000 and len(heard) > 8


def test_commands_that_nearly_make_sense_get_nothing_without_its_condition():
    heard, faults, opened = storm(2, 20_000, grammar_command)
    assert not faults and heard["9000"] > 1_000 and heard["6982"] > 300
    assert opened > 20, "the storm never read a guarded file, so it would not notice one"


def test_the_judge_notices_a_secret_and_a_file_without_its_condition():
    files = issued_files()
    judge = Judge(files)
    judge.hear(bytes.fromhex("00B0810000"), CODE.encode() + b"\x90\x00")
    assert [fault for fault, _ in judge.faults] == ["secret"]
    card = issued()
    select, password = "00A4040C0AD392F000260100000001", "0020009B06" + b"ABC123".hex()
    certificate = say(card, select, password, "00B0810020").data + b"\x90\x00"
    judge.hear(bytes.fromhex(select), b"\x90\x00")
    judge.hear(bytes.fromhex("00B0810020"), certificate)
    assert {fault for fault, _ in judge.faults[1:]} == {"unguarded"}
    faults = len(judge.faults)
    judge.hear(bytes.fromhex(password), b"\x90\x00")
    judge.hear(bytes.fromhex("00B0810020"), certificate)
    assert len(judge.faults) == faults and judge.opened >= 2


def test_the_same_seed_gives_the_same_commands():
    assert list(commands(3, 500, grammar_command)) == list(commands(3, 500, grammar_command))
    assert list(commands(3, 500, grammar_command)) != list(commands(4, 500, grammar_command))
