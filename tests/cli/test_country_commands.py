"""`country up --check` and `country story` say in JSON what the demonstration's judge reads (国の起動と物語)."""

import json
import socket

import pytest
from click.testing import CliRunner

from openjuki.cli.main import main
from openjuki.simulation.story import STEPS
from tests.simulation.test_relay_without_storage import ROUTES


@pytest.mark.slow
def test_the_story_is_played_and_every_step_goes_right():
    ran = CliRunner().invoke(main, ["country", "story", "--json", "--residents", "40"])
    said = json.loads(ran.stdout)
    assert ran.exit_code == 0, said
    assert said["ok"] and said["seconds"] > 0 and said["peak_mb"] > 0
    assert [step["id"] for step in said["steps"]] == [step.id for step in STEPS]
    assert all(step["ok"] and step["promises"] and step["what"] for step in said["steps"])
    printed = {step["id"]: step["what"] for step in said["steps"]}
    for step, routes in ROUTES.items():
        assert not [route for route in routes if route not in printed[step]], printed[step]


@pytest.mark.slow
def test_a_country_that_starts_has_every_link_up(tmp_path):
    ran = CliRunner().invoke(main, ["country", "up", "--check", "--json", "--residents", "60", "--dir", str(tmp_path / "country")])
    said = json.loads(ran.stdout)
    assert ran.exit_code == 0, said
    assert (said["ok"], said["offices"], said["municipalities"], said["prefectures"]) == (True, 16, 6, 2)
    assert (said["links_up"], said["pairs_up"], said["events_at_centre"]) == (30, 15, 6)
    assert 0 < said["seconds_to_ready"] <= said["seconds"] and said["peak_mb"] > 0
    assert list(said["stages"]) == list(said["stages_mb"]) == ["keys", "offices", "residents", "arrival", "links", "pairs", "events"]


def test_an_unknown_municipality_is_named_with_its_remedy_in_the_language_asked_for(tmp_path):
    for language, word in (("ja", "市区町村"), ("en", "municipality")):
        asked = ["country", "up", "--municipalities", "999999", "--dir", str(tmp_path / "country"), "--lang", language]
        ran = CliRunner().invoke(main, asked)
        assert ran.exit_code == 1
        assert word in ran.stderr


@pytest.mark.slow
def test_a_port_in_use_is_named_with_its_remedy_and_nothing_runs(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        asked = ["country", "up", "--check", "--json", "--municipalities", "462250", "--residents", "9", "--port", str(port)]
        ran = CliRunner().invoke(main, [*asked, "--dir", str(tmp_path / "country")])
    error = json.loads(ran.stdout)["error"]
    assert ran.exit_code == 75
    assert error["item"] == f"127.0.0.1:{port}"
    assert "in use" in error["reason"] and "--port" in error["remedy"]
    assert not (tmp_path / "country" / "control.sock").exists()


def test_a_ward_and_too_few_residents_are_refused_before_a_country_is_made(tmp_path):
    for asked, item in ((["--municipalities", "141011"], "municipality"), (["--residents", "5"], "residents")):
        ran = CliRunner().invoke(main, ["country", "up", "--json", *asked, "--dir", str(tmp_path / "country")])
        assert json.loads(ran.stdout)["error"]["item"] == item
        assert not (tmp_path / "country").exists()
