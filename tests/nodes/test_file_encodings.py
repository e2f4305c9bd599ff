"""Characters on their way through files: what is refused, what is replaced, and that nothing is lost (文字コード; docs/characters.md)."""

import asyncio
import csv

import pytest

from openjuki.nodes.character_pictures import CharacterPictures
from openjuki.nodes.exporting import export
from openjuki.nodes.importing import Importing
from openjuki.nodes.rejects import Rejects, Respellings
from openjuki.nodes.resident_files import ResidentFile
from openjuki.register.errors import InvalidInput
from tests.nodes.test_importing import bring_in, call, code_of, person, read, rejects_of, write
from tests.procedures.municipal_office import TownHall

TSUJI, OUTSIDE = "辻\U000e0102", "葛\U000e0107"
RARE = [f"{TSUJI}　𠮷子", "髙﨑　太郎", "O'BRIEN ANN-MARIE", "邉\U000e0110山　㐂一"]


def hall_with(tmp_path, names):
    hall = TownHall()
    rows = [person(n * 3, name=name) for n, name in enumerate(names)]
    assert bring_in(hall, write(tmp_path / "residents.csv", rows)).refused == 0
    return hall


def send_out(hall, path, encoding="utf-8"):
    return asyncio.run(export(hall.office, call, path, lambda done, total: None, encoding))


def names_of(hall):
    return [hall.now(code_of(n * 3)).name for n in range(len(hall.changes()))]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-bom"])
def test_names_leave_in_utf_8_as_they_are_recorded(tmp_path, encoding):
    hall, out = hall_with(tmp_path, RARE), tmp_path / "out.csv"
    assert send_out(hall, out, encoding) == (4, 0, None)
    held = out.read_bytes()
    assert held.startswith(b"\xef\xbb\xbf") == (encoding == "utf-8-bom")
    assert all(name.encode() in held for name in RARE)
    assert bring_in(TownHall(), out).entered == 4, "either comes in again"
    assert not list(tmp_path.glob("*.replaced.csv"))


def test_cp932_says_what_it_replaced_and_an_import_puts_it_back(tmp_path):
    hall, out = hall_with(tmp_path, RARE), tmp_path / "out.csv"
    done = send_out(hall, out, "cp932")
    assert (done.residents, done.replaced) == (4, 4)
    text = out.read_bytes().decode("cp932")
    assert "辻　吉子" in text
    assert "?" not in text
    report = read(done.report)
    assert [(row["line"], row["item"], row["place"], row["character"], row["stands_for_it"]) for row in report] == [
        ("2", "name 氏名", "1", TSUJI, "辻"), ("2", "name 氏名", "3", "𠮷", "吉"),
        ("5", "name 氏名", "1", "邉\U000e0110", "邉"), ("5", "name 氏名", "4", "㐂", "喜"),
    ]  # fmt: skip
    assert report[0]["name"] == "U+8FBB U+E0102 MJ025760 J+8FBB CJK UNIFIED IDEOGRAPH-8FBB"
    other = TownHall()
    assert bring_in(other, out, encoding="cp932").entered == 4
    assert names_of(other) == names_of(hall) == RARE


def test_a_row_changed_where_a_character_was_replaced_is_refused_and_kept_whole(tmp_path):
    hall, out = hall_with(tmp_path, RARE), tmp_path / "out.csv"
    send_out(hall, out, "cp932")
    out.write_bytes(out.read_bytes().replace("辻　吉子".encode("cp932"), "辻田　吉子".encode("cp932")))
    done = bring_in(TownHall(), out, encoding="cp932")
    assert (done.entered, done.refused) == (3, 1)
    [row] = read(rejects_of(out))
    assert row["縮退"] == "name 1 U+8FBB+U+E0102; name 3 U+20BB7"
    assert "name" in row["errors"]


def test_jsonl_is_utf_8_only(tmp_path):
    with pytest.raises(InvalidInput) as refused:
        send_out(TownHall(), tmp_path / "out.jsonl", "cp932")
    assert refused.value.item == "encoding"
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("encoding", "byte"), [("utf-8", b"\x8a\xc3"), ("cp932", b"\x81\x20")])
def test_bytes_that_are_not_of_the_encoding_are_refused_by_row_item_and_place(tmp_path, encoding, byte):
    path = write(tmp_path / "residents.csv", [person(0), person(3, name="住基　XX"), person(6)], encoding)
    path.write_bytes(path.read_bytes().replace(b"XX", byte))
    done = bring_in(TownHall(), path, encoding=encoding)
    assert (done.entered, done.refused) == (2, 1)
    [row] = read(rejects_of(path))
    assert row["line"] == "3"
    assert "name 氏名: holds bytes that are not of the file's encoding, at 4 (0x" in row["errors"]
    assert byte in rejects_of(path).read_bytes(), "the row stands there as it came"


def test_a_utf_8_file_is_not_read_as_cp932(tmp_path):
    path = write(tmp_path / "residents.csv", [person(0)], "utf-8-sig")
    with pytest.raises(InvalidInput, match="begins as UTF-8"):
        ResidentFile(path, "cp932")


def test_refused_characters_are_named_in_the_reject_file_and_drawn_beside_it(tmp_path):
    path = write(tmp_path / "residents.csv", [person(0), person(3, name=f"{OUTSIDE}　太郎"), person(6, registered_domicile="𰻞町")])
    hall, file, pictures = TownHall(), ResidentFile(path), CharacterPictures(tmp_path / "characters", [])

    async def run():
        one = Importing(hall.office, call, "clerk-1", lambda now: None, Rejects(rejects_of(path), file.columns, "en"), pictures)
        return await one.run(file.rows(await one.begin(file)))

    assert asyncio.run(run()).refused == 2
    first, second = read(rejects_of(path))
    assert (
        "name 氏名: holds a character outside the unified set, at 1 U+845B U+E0107 MJ022337 CJK UNIFIED IDEOGRAPH-845B." in first["errors"]
    )
    assert "the set has U+845B U+E0102 MJ022335" in first["errors"]
    assert "registered_domicile 本籍: holds a character outside the unified set, at 1 U+30EDE" in second["errors"]
    assert {path.name for path in pictures.folder.iterdir()} == {"U+845B_U+E0107.svg", "U+30EDE.svg", "index.html"}


def test_another_spelling_of_a_glyph_is_stored_in_the_one_of_the_table_and_listed(tmp_path):
    names = ["辻\U000e0100　太郎", "葛\U000e0101　花", "山田　一", "辻\U000e0100　XX"]
    path = write(tmp_path / "residents.csv", [person(n * 3, name=name) for n, name in enumerate(names)])
    hall, file, listed = TownHall(), ResidentFile(path), Respellings(tmp_path / "residents.respelled.csv")

    async def run():
        one = Importing(hall.office, call, "clerk-1", lambda now: None, Rejects(rejects_of(path), file.columns, "en"), None, listed)
        return await one.run(file.rows(await one.begin(file)))

    path.write_bytes(path.read_bytes().replace(b"XX", b"\x81"))
    done = asyncio.run(run())
    assert (done.entered, done.refused, done.respelled, done.respellings) == (3, 1, 2, listed.path.stat().st_size)
    assert names_of(hall) == [f"{TSUJI}　太郎", "葛　花", "山田　一"]
    assert [(row["line"], row["item"], row["place"], row["as_written"], row["as_stored"]) for row in read(listed.path)] == [
        ("2", "name", "1", "辻\U000e0100", TSUJI), ("3", "name", "1", "葛\U000e0101", "葛"),
    ]  # fmt: skip


def test_the_report_is_made_for_a_spreadsheet_of_any_width(tmp_path):
    hall, out = hall_with(tmp_path, RARE), tmp_path / "out.csv"
    report = send_out(hall, out, "cp932").report
    with report.open(encoding="utf-8", newline="") as file:
        assert {len(row) for row in csv.reader(file)} == {7}


@pytest.mark.parametrize(("encoding", "asked", "remedy"), [("utf-16", "utf-8", "cp932"), ("cp932", "utf-8", "cp932")])
def test_a_file_whose_first_line_is_no_text_of_the_encoding_is_refused_by_that_name(tmp_path, encoding, asked, remedy):
    path = tmp_path / "residents.csv"
    path.write_bytes("氏名,生年月日\r\n山田　太郎,1970-01-01\r\n".encode(encoding))
    with pytest.raises(InvalidInput) as caught:
        ResidentFile(path, asked)
    assert caught.value.item == "encoding" and remedy in caught.value.remedy.en


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\n", b",,\n"])
def test_a_file_without_a_first_line_of_columns_says_that(tmp_path, content):
    path = tmp_path / "residents.csv"
    path.write_bytes(content)
    with pytest.raises(InvalidInput) as caught:
        ResidentFile(path)
    assert caught.value.item == "header" and "no first line" in caught.value.reason.en
