"""`country up --check` and `country story` say in JSON what the demonstration's judge reads (国の起動と物語)."""

import json

import pytest
from click.testing import CliRunner

from openjuki.cli.main import main
from openjuki.simulation.story import STEPS


@pytest.mark.slow
def test_the_story_is_played_and_every_step_goes_right():
    ran = CliRunner().invoke(main, ["country", "story", "--json", "--residents", "40"])
    said = json.loads(ran.stdout)
    assert ran.exit_code == 0, said
    assert said["ok"] and said["seconds"] > 0 and said["peak_mb"] > 0
    assert [step["id"] for step in said["steps"]] == [step.id for step in STEPS]
    assert all(step["ok"] and step["promises"] and step["what"] for step in said["steps"])


@pytest.mark.slow
def test_a_country_that_starts_has_every_link_up(tmp_path):
    ran = CliRunner().invoke(main, ["country", "up", "--check", "--json", "--residents", "60", "--dir", str(tmp_path / "country")])
    said = json.loads(ran.stdout)
    assert ran.exit_code == 0, said
    assert said == {"ok": True, "offices": 16, "links_up": 21, "seconds_to_ready": said["seconds_to_ready"], "peak_mb": said["peak_mb"]}


def test_an_unknown_municipality_is_named_with_its_remedy_in_the_language_asked_for(tmp_path):
    for language, word in (("ja", "市区町村"), ("en", "municipality")):
        asked = ["country", "up", "--municipalities", "999999", "--dir", str(tmp_path / "country"), "--lang", language]
        ran = CliRunner().invoke(main, asked)
        assert ran.exit_code == 1
        assert word in ran.stderr
