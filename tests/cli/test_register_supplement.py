"""An address supplement by command: made, told of a move, looked at, copied (戸籍の附票)."""

import json

import pytest
from click.testing import CliRunner

from openjuki.cli.main import main
from openjuki.simulation.population import residents

AIRA = "462250"
ROW = {
    **next(iter(residents(AIRA, 3, "7"))),
    "registered_domicile": "鹿児島県姶良市宮島町25番地",
    "registered_domicile_head": "住基　太郎",
    "relationship": "世帯主",
}


def run(*arguments: object, **more):
    return CliRunner().invoke(main, [str(argument) for argument in arguments], **more)


@pytest.mark.slow
def test_a_supplement_is_made_told_of_a_move_looked_at_and_copied(tmp_path):
    folder, source, out = tmp_path / "country", tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    run("country", "up", "--check", "--residents", 0, "--dir", folder)
    source.write_text(json.dumps(ROW) + "\n", "utf-8")
    run("register", "import", source, "--dir", folder, "--office", AIRA)
    run("register", "export", out, "--dir", folder, "--office", AIRA)
    code = json.loads(out.read_text("utf-8").splitlines()[0])["resident_code"]
    at = ("--dir", folder, "--office", AIRA)

    def enter(event: dict):
        return run("register", "event", "-", *at, input=json.dumps(event))

    moved = {"kind": "change-of-address", "movers": [{"code": code, "relationship": "世帯主"}], "address": [AIRA, "宮島町", "9番地", ""],
             "moved_on": "2013-11-20", "notified_on": "2013-11-20"}  # fmt: skip
    assert enter(moved).exit_code == 0
    waits = json.loads(run("register", "supplement", *at, "--waiting", "--json").stdout)
    assert [one["name"] for one in waits["rows"]] == [ROW["name"]]
    made = {"kind": "supplement-made", "registered_domicile": ROW["registered_domicile"], "registered_domicile_head": "住基　太郎",
            "made_on": "1999-04-01", "persons": [{"name": ROW["name"], "birth": ROW["birth"]}]}  # fmt: skip
    assert enter(made).exit_code == 0

    asked = ("register", "supplement", *at, "--domicile", "姶良市宮島町25", "--head", "住基太郎")
    (found,) = json.loads(run(*asked, "--json").stdout)["supplements"]
    assert [row["address"] for row in found["members"][0]["rows"]] == ["鹿児島県姶良市宮島町9番地"]
    assert [entry["kind"] for entry in found["entries"]] == ["made", "joined", "address"]
    (found,) = json.loads(run(*asked, "--as-of", "2013-11-19", "--json").stdout)["supplements"]
    assert found["members"][0]["possible"] == [None]
    copy = ("register", "supplement", *at, "--number", 1, "--copy", "own", "--asker", "family", "--case", "A-17")
    assert run(*copy).exit_code == 1, "nobody was checked"
    assert "平成25年11月20日" in run(*copy, "--identity-checked").stdout
    assert run("register", "supplement", *at).exit_code == 1
