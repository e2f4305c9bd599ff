"""A resident and an address on a day, by command (時点照会)."""

import json

import pytest
from click.testing import CliRunner

from openjuki.cli.main import main
from openjuki.simulation.population import residents

AIRA = "462250"


def run(*arguments: object):
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.mark.slow
def test_a_resident_and_an_address_are_told_as_of_a_day_and_as_known_on_a_day(tmp_path):
    folder, source, out = tmp_path / "country", tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    run("country", "up", "--check", "--residents", 0, "--dir", folder)
    source.write_text("".join(json.dumps(row) + "\n" for row in residents(AIRA, 3, "7")), "utf-8")
    assert run("register", "import", source, "--dir", folder, "--office", AIRA).exit_code == 0
    run("register", "export", out, "--dir", folder, "--office", AIRA)
    code = json.loads(out.read_text("utf-8").splitlines()[0])["resident_code"]
    asked = ("register", "history", "--dir", folder, "--office", AIRA, "--json")

    told = json.loads(run(*asked, "--resident", code).stdout)
    assert (told["certainty"], len(told["events"])) == ("certain", 1)
    (record,) = told["possible"]
    assert (record["code"], record["status"]) == (code, "resident")
    assert json.loads(run(*asked, "--resident", code, "--as-known", "2013-01-01").stdout)["possible"] == [None]

    there = json.loads(run(*asked, "--address", record["address"]).stdout)["persons"]
    assert record["name"] in [person["name"] for person in there]
    assert json.loads(run(*asked, "--address", record["address"], "--as-of", "明治45年").stdout)["persons"] == []
    assert "certain" in run(*asked[:-1], "--resident", code, "--lang", "en").stdout
    assert json.loads(run(*asked, "--resident", code, "--asker", "other-section").stdout)["possible"] == told["possible"]
    assert run(*asked).exit_code == 1, "either a resident or an address"
