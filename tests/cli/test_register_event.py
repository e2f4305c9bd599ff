"""Events that wait for a decision, by command (仮登録・決裁の操作)."""

import json

import pytest
from click.testing import CliRunner

from openjuki.cli.main import main
from openjuki.simulation.population import residents

TOWN = "462012"


def run(*arguments: object):
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.mark.slow
def test_an_event_waits_under_its_number_until_somebody_else_decides(tmp_path):
    folder, event, listed = tmp_path / "country", tmp_path / "event.json", tmp_path / "out.jsonl"
    source = tmp_path / "in.jsonl"
    source.write_text("".join(json.dumps(row) + "\n" for row in residents(TOWN, 3, "7")), "utf-8")
    run("country", "up", "--check", "--residents", 0, "--dir", folder)
    assert run("register", "import", source, "--dir", folder, "--office", TOWN).exit_code == 0

    def code() -> str:
        assert run("register", "export", listed, "--dir", folder, "--office", TOWN).exit_code == 0
        return json.loads(listed.read_text("utf-8").splitlines()[0])["resident_code"]

    def enter(what, operator="clerk-1"):
        event.write_text(json.dumps(what), "utf-8")
        return run("register", "event", event, "--dir", folder, "--office", TOWN, "--operator", operator, "--json")

    before = code()
    change = {"kind": "code-change", "code": before, "requested_on": "2013-12-02"}
    waits = json.loads(enter({"kind": "provisional", "event": change}).stdout)
    assert (waits["waits"], waits["codes"], code()) == (1, [], before)
    assert enter({"kind": "decision", "number": 1}).exit_code == 1, "not by who entered it"
    decided = enter({"kind": "decision", "number": 1}, "chief-1")
    assert decided.exit_code == 0, decided.output
    assert json.loads(decided.stdout)["codes"] == [code()] != [before]
