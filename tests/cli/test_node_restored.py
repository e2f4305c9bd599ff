"""`openjuki node restored`: said of a stopped office it is heard at the next start, of a running one at once (復旧の申告)."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from openjuki.cli.main import main
from openjuki.nodes.marks import mark_of
from openjuki.offices.marked_store import LEAP, said_restored

MADE = ("country", "up", "--check", "--json", "--municipalities", "462250", "--residents", "9", "--dir")


def say(*words: str) -> tuple[int, dict]:
    ran = CliRunner().invoke(main, [*words, "--json"])
    return ran.exit_code, json.loads(ran.stdout)


@pytest.fixture(scope="module")
def country(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("restored") / "country"
    assert CliRunner().invoke(main, [*MADE, str(folder)]).exit_code == 0
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("code", ["462250", "centre"])
def test_what_is_said_of_a_stopped_office_is_heard_at_the_next_start_and_it_comes_to_rest(country, code):
    folder = country / "offices" / code
    before = mark_of(folder).read()
    assert say("node", "restored", str(folder)) == (0, {"ok": True, "office": code, "running": False, "waits_for": ""})
    assert mark_of(folder).read() == said_restored(before)
    status, told = say("status", "--dir", str(country))
    assert status == 0 and not any("recovering" in office for office in told["offices"])
    assert (before or 0) + LEAP < (mark_of(folder).read() or 0) < said_restored(None), "a recovery has begun"


def test_a_folder_that_is_not_an_offices_is_refused_with_the_remedy(tmp_path):
    for language, word in (("en", "DIR/offices/CODE"), ("ja", "機関のフォルダではありません")):
        ran = CliRunner().invoke(main, ["node", "restored", str(tmp_path), "--lang", language])
        assert ran.exit_code == 1
        assert word in ran.stderr


@pytest.mark.slow
def test_a_stopped_office_cannot_be_told_whom_not_to_wait_for(country):
    code, told = say("node", "restored", str(country / "offices" / "460001"), "--without", "462250")
    assert (code, told["ok"]) == (75, False)
