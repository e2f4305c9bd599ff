"""Import, export, events and number checks by command (住民データの移行・異動の入力・番号の検査)."""

import csv
import json

import pytest
from click.testing import CliRunner

from openjuki.cli.main import main
from openjuki.simulation.population import residents

KIRISHIMA = "462187"


def run(*arguments: object):
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("register") / "country"
    ran = run("country", "up", "--check", "--json", "--residents", 0, "--dir", folder)
    assert ran.exit_code == 75, "without residents no municipality has an event to send"
    return folder


def write_csv(path, rows, columns=None, encoding="utf-8"):
    columns = columns or sorted({key for row in rows for key in row})
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.mark.slow
def test_what_goes_out_comes_in_again_as_the_same_records_and_bad_rows_are_set_aside(folder, tmp_path):
    rows = list(residents(KIRISHIMA, 40, "7"))
    rows[4]["birth"], rows[9]["municipality"] = "昨日", "462188"
    source = write_csv(tmp_path / "in.csv", rows)
    ran = run("register", "import", source, "--dir", folder, "--office", KIRISHIMA, "--json")
    said = json.loads(ran.stdout)
    assert (ran.exit_code, said["entered"], said["refused"]) == (3, 38, 2)
    with open(said["rejects"], encoding="utf-8", newline="") as file:
        rejected = list(csv.DictReader(file))
    assert [(row["line"], row["name"]) for row in rejected] == [("6", rows[4]["name"]), ("11", rows[9]["name"])]
    assert "birth 生年月日" in rejected[0]["errors"]
    assert run("register", "import", source, "--dir", folder, "--office", KIRISHIMA).exit_code == 1, "once is enough"
    hollow = run(
        "register", "import", write_csv(tmp_path / "hollow.csv", [], rows[0]), "--dir", folder, "--office", KIRISHIMA, "--lang", "en"
    )
    assert (hollow.exit_code, "The file has no row to enter." in hollow.stderr) == (0, True)

    first, second = tmp_path / "out.csv", tmp_path / "again.jsonl"
    assert run("register", "export", first, "--dir", folder, "--office", KIRISHIMA).exit_code == 0
    with first.open(encoding="utf-8", newline="") as file:
        exported = list(csv.DictReader(file))
    assert len(exported) == 38
    other = tmp_path / "other" / "country"
    run("country", "up", "--check", "--residents", 0, "--dir", other)
    assert run("register", "import", first, "--dir", other, "--office", KIRISHIMA).exit_code == 0
    assert run("register", "export", second, "--dir", other, "--office", KIRISHIMA).exit_code == 0
    third = tmp_path / "out.jsonl"
    assert run("register", "export", third, "--dir", folder, "--office", KIRISHIMA).exit_code == 0
    assert second.read_text("utf-8") == third.read_text("utf-8")
    given = {key: value for key, value in rows[0].items() if key != "birth"}
    assert given.items() <= json.loads(third.read_text("utf-8").splitlines()[0]).items()


@pytest.mark.slow
def test_an_event_is_entered_and_a_wrong_one_is_told_with_its_item(folder, tmp_path):
    source = tmp_path / "in.jsonl"
    source.write_text("".join(json.dumps(row) + "\n" for row in residents("462012", 3, "7")), "utf-8")
    assert run("register", "import", source, "--dir", folder, "--office", "462012").exit_code == 0
    run("register", "export", tmp_path / "out.jsonl", "--dir", folder, "--office", "462012")
    mother = json.loads((tmp_path / "out.jsonl").read_text("utf-8").splitlines()[0])
    birth = {
        "kind": "birth", "mother_code": mother["resident_code"], "name": "鹿児島　桜", "kana": "カゴシマ　サクラ", "birth": "2013-12-01",
        "sex": 2, "relationship": "子", "notified_on": "2013-12-02",
    }  # fmt: skip
    event = tmp_path / "birth.json"
    event.write_text(json.dumps(birth), "utf-8")
    ran = run("register", "event", event, "--dir", folder, "--office", "462012", "--json")
    assert ran.exit_code == 0, ran.output
    assert run("register", "check", "resident-code", json.loads(ran.stdout)["codes"][0]).exit_code == 0
    event.write_text(json.dumps(birth | {"sex": "girl"}), "utf-8")
    ran = run("register", "event", event, "--dir", folder, "--office", "462012")
    assert ran.exit_code == 1
    assert "sex" in ran.stderr
    assert "girl" not in ran.stderr, "errors never repeat what was entered"


def test_a_number_is_checked():
    assert run("register", "check", "municipality-code", "462250").exit_code == 0
    ran = run("register", "check", "municipality-code", "462251", "--json")
    assert ran.exit_code == 1
    assert json.loads(ran.stdout)["error"]["item"] == "municipality-code"
    assert run("register", "check", "shoe-size", "42").exit_code == 2


def test_the_catalogue_of_purposes_is_told_whole():
    rows = json.loads(run("law", "purposes", "--json").stdout)
    assert len(rows) == 232
    assert {"table", "row"} <= rows[0].keys()
