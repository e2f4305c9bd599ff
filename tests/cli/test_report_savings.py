"""What was saved, by command (節約の報告; N12)."""

import json

import pytest
from click.testing import CliRunner

from openjuki.cli.main import main


def run(*arguments: object):
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.mark.slow
def test_an_accepted_answer_is_in_the_sums_of_its_office_and_of_its_day(tmp_path):
    folder = tmp_path / "country"
    run("country", "up", "--check", "--residents", 120, "--dir", folder, "--date", "2013-12-02")
    ask = ("query", "--dir", folder, "--office", "46-passport", "--affair", "appendix:5:6", "--case", "旅券1")
    assert run(*ask, "--name", "住基太郎", "--birth", "昭和49年5月3日").exit_code == 0
    told = ("report", "savings", "--dir", folder, "--json")
    everybody = json.loads(run(*told).stdout)
    row = {"office": "46-passport", "name": "鹿児島県 旅券窓口", "happened": "identity-confirmed", "times": 1}
    assert row in everybody["counts"]
    assert everybody["saved"]["copies_not_attached"] == 1
    assert json.loads(run(*told, "--office", "46-passport").stdout)["counts"] == [row]
    assert json.loads(run(*told, "--until", "2013-12-01").stdout)["saved"]["copies_not_attached"] == 0
    assert run(*told, "--office", "centre").exit_code == 1
    for day in ("--since", "--until"):
        refused = run(*told, day, "2013-13-01")
        assert (refused.exit_code, json.loads(refused.stdout)["error"]["item"]) == (1, day.strip("-"))
    assert "copies not attached" in run(*told[:-1], "--lang", "en").stdout
