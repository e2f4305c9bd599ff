"""Pictures of characters that were refused (文字の図形)."""

from xml.etree import ElementTree

import pytest

from openjuki.nodes.character_pictures import FONTS, PICTURES_MAX, CharacterPictures, PictureFont, file_name, picture
from openjuki.register.characters import numbers, spelled_in_the_set
from openjuki.register.package_data import read_text

HAS_FONT = pytest.mark.skipif(not FONTS[0].exists(), reason="fonts-ipamj-mincho is not on this machine")
OUTSIDE = "葛\U000e0107"


def path_of(svg):
    return ElementTree.fromstring(svg).find("{http://www.w3.org/2000/svg}path").get("d")


@HAS_FONT
@pytest.mark.slow
def test_a_character_is_drawn_in_the_form_that_was_refused_and_not_in_another():
    drawn = {sign: path_of(picture(sign)) for sign in (OUTSIDE, "葛", "葛\U000e0102", "葛\U000e0108")}
    assert len(set(drawn.values())) == 4
    assert "MJ022337" in picture(OUTSIDE)
    assert "base character" not in picture(OUTSIDE)


@HAS_FONT
@pytest.mark.slow
def test_the_declared_coverage_is_what_the_printing_font_has():
    font = PictureFont(FONTS[0])
    lacking = {sign for sign in spelled_in_the_set(numbers()) if not font.has(sign)}
    assert lacking == set(read_text("font_lacks").split("\n"))


@HAS_FONT
@pytest.mark.slow
def test_a_form_that_no_font_has_is_drawn_as_its_base_character_and_says_so():
    unknown = picture("葛\U000e0105\U000e0105")
    assert path_of(unknown) == path_of(picture("葛"))
    assert "base character, not this form" in unknown


@pytest.mark.parametrize("sign", ["\ue000", "\x00", "\udc81", "か\u3099", "葛"])
def test_without_a_font_there_is_an_empty_frame_with_the_name(sign, tmp_path):
    svg = picture(sign, [tmp_path / "no-font.ttf"])
    assert path_of(svg) == ""
    assert f"U+{ord(sign[0]):04X}" in svg
    assert "no font on this machine has it" in svg


def test_the_folder_holds_each_character_once_and_a_page_of_all(tmp_path):
    pictures = CharacterPictures(tmp_path / "characters", [])
    assert pictures.draw([]) == 0
    assert not pictures.folder.exists()
    assert pictures.draw(["葛", OUTSIDE, "葛"]) == 2
    assert pictures.draw([OUTSIDE, "𰻞"]) == 1
    names = {path.name for path in pictures.folder.iterdir()}
    assert names == {"U+845B.svg", "U+845B_U+E0107.svg", "U+30EDE.svg", "index.html"}
    page = (pictures.folder / "index.html").read_text("utf-8")
    assert page.count("<figure>") == 3
    assert "U+845B U+E0107 MJ022337 CJK UNIFIED IDEOGRAPH-845B" in page


@pytest.mark.slow
def test_a_file_in_a_wrong_encoding_does_not_fill_the_disk(tmp_path):
    pictures = CharacterPictures(tmp_path / "characters", [])
    assert pictures.draw(map(chr, range(0x4E00, 0x4E00 + PICTURES_MAX + 10))) == PICTURES_MAX
    assert pictures.draw(["龠"]) == 0


def test_a_file_is_named_by_the_code_points():
    assert file_name(OUTSIDE) == "U+845B_U+E0107.svg"
