"""Documents by command: made, checked, and every reason why one is not to be trusted (証明書の発行と検証の操作)."""

import json
import subprocess

import pytest
from click.testing import CliRunner

from openjuki.cli.main import main
from openjuki.nodes.document_orders import OF_ONE
from openjuki.simulation.population import residents

AIRA = "462250"
pytestmark = pytest.mark.slow


def run(*arguments: object):
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def country(tmp_path_factory):
    """A small country with three residents, and the codes and names of these."""
    folder = tmp_path_factory.mktemp("documents") / "country"
    source, out = folder.parent / "in.jsonl", folder.parent / "out.jsonl"
    run("country", "up", "--check", "--residents", 0, "--dir", folder)
    source.write_text("".join(json.dumps(row) + "\n" for row in residents(AIRA, 3, "7")), "utf-8")
    assert run("register", "import", source, "--dir", folder, "--office", AIRA).exit_code == 0
    run("register", "export", out, "--dir", folder, "--office", AIRA)
    rows = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    return folder, [(row["resident_code"], row["name"]) for row in rows]


def make(country, kind, *options, resident=0):
    folder, people = country
    file = folder.parent / f"{kind}-{resident}{''.join(map(str, options))}.pdf"
    done = run("document", "make", kind, "--dir", folder, "--resident", people[resident][0], "--out", file, "--json", *options)
    return done, file


def text(file) -> str:
    said = subprocess.run(["pdftotext", "-raw", file, "-"], capture_output=True, check=True).stdout.decode()
    return "".join(said.split())


def test_a_copy_is_made_for_the_resident_asked_for_signed_and_verified(country):
    done, file = make(country, "resident-copy", "--with", "relationship")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert (told["office"], told["pages"], told["sealed"]) == (AIRA, 1, True)
    (_, mine), *others = country[1]
    assert "".join(mine.split()) in text(file)
    assert not any("".join(name.split()) in text(file) for _, name in others if name != mine)
    assert oct(file.stat().st_mode & 0o777) == "0o600"

    checked = run("document", "verify", file, "--dir", country[0], "--json")
    assert checked.exit_code == 0
    assert json.loads(checked.stdout) | {"signed_at": ""} == {
        "ok": True, "reason": "", "kind": "resident-copy", "office": AIRA, "document": told["document"], "number": told["number"],
        "specimen": True, "signed_at": "",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("options", "change", "reason"),
    [
        ((), lambda pdf: pdf[:500] + bytes([pdf[500] ^ 1]) + pdf[501:], "changed"),
        (("--realm", "japan"), lambda pdf: pdf, "specimen"),
        (("--official",), lambda pdf: pdf, "specimen"),
        ((), lambda pdf: b"%PDF-1.7", "no-document"),
    ],
)
def test_each_reason_not_to_trust_a_document_ends_with_1(country, options, change, reason):
    _, file = make(country, "resident-copy")
    other = file.with_name("other.pdf")
    other.write_bytes(change(file.read_bytes()))
    checked = run("document", "verify", other, "--dir", country[0], "--json", *options)
    assert (checked.exit_code, json.loads(checked.stdout)) == (1, {"ok": False, "reason": reason})
    assert run("document", "verify", other, "--dir", country[0], "--lang", "ja", *options).stdout.strip()


def test_an_unsigned_one_is_for_paper(country):
    _, file = make(country, "items-certificate", "--unsigned")
    checked = run("document", "verify", file, "--dir", country[0], "--json")
    assert (checked.exit_code, json.loads(checked.stdout)["reason"]) == (1, "unsigned")


def test_a_document_of_another_country_is_not_trusted(country, tmp_path):
    run("country", "up", "--check", "--residents", 0, "--dir", tmp_path / "other")
    _, file = make(country, "resident-copy")
    assert run("document", "verify", file, "--dir", tmp_path / "other").exit_code == 75, "it has no authority for documents yet"
    (tmp_path / "other" / "trust" / "document-ca.pem").write_bytes(b"")
    assert make((tmp_path / "other", country[1]), "resident-copy")[0].exit_code == 1, "nobody of that code is there"


@pytest.mark.parametrize("kind", [kind.value for kind in OF_ONE if kind.value not in ("removed-copy", "supplement-copy")])
def test_every_kind_of_a_resident_is_made(country, kind):
    done, file = make(country, kind, "--unsigned")
    assert done.exit_code == 0, done.output
    assert "".join(country[1][0][1].split()) in text(file)


@pytest.mark.parametrize(("kind", "word"), [("removed-copy", "removed"), ("supplement-copy", "supplement")])
def test_a_kind_that_a_resident_does_not_have_is_refused_with_a_remedy(country, kind, word):
    done, file = make(country, kind)
    assert done.exit_code == 1 and word in done.stderr and not file.exists()


def test_a_code_of_nobody_is_refused(country):
    done = run("document", "make", "resident-copy", "--dir", country[0], "--resident", "00000000000", "--out", country[0] / "x.pdf")
    assert done.exit_code == 1 and not (country[0] / "x.pdf").exists()


def test_notices_that_wait_are_made_once_one_file_for_each_person(country, tmp_path):
    folder, people = country
    change = {"kind": "code-change", "code": people[0][0], "requested_on": "2013-12-02"}
    (tmp_path / "change.json").write_text(json.dumps(change), "utf-8")
    assert run("register", "event", tmp_path / "change.json", "--dir", folder, "--office", AIRA).exit_code == 0
    asked = ("document", "notices", tmp_path / "notices", "--dir", folder, "--office", AIRA, "--json")
    made = json.loads(run(*asked).stdout)["made"]
    files = list((tmp_path / "notices").iterdir())
    assert made == len(files) >= 1
    assert any("住民票コード変更通知票" in text(file) and "".join(people[0][1].split()) in text(file) for file in files)
    assert json.loads(run(*asked).stdout)["made"] == 0


def test_a_spoiled_print_stands_in_the_history(country):
    done, _ = make(country, "resident-copy", "--unsigned", resident=1)
    document = json.loads(done.stdout)["document"]
    at = ("--dir", country[0], "--office", AIRA, "--json")
    assert run("document", "spoiled", document, "紙詰まり", *at).exit_code == 0
    rows = json.loads(run("document", "issued", "--resident", country[1][1][0], *at).stdout)["documents"]
    (row,) = [row for row in rows if row["document"] == document]
    assert (row["spoiled"], row["codes"], row["kind"]) == (["紙詰まり"], [country[1][1][0]], "resident-copy")
    assert run("document", "spoiled", "A" * 16, "x", *at).exit_code == 1
    assert run("document", "issued", *at[:-1]).exit_code == 0
