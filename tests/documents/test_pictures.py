"""Every kind with rare names, compared by pixel with a golden picture (帳票の画像比較)."""

import pytest
from PIL import ImageChops

from openjuki.documents.content import ResidentCopy
from openjuki.documents.fonts import IPAMJ_MINCHO
from openjuki.documents.pressroom import make
from openjuki.documents.qr import modules
from tests.documents import papers
from tests.documents.pictures import GOLDEN, golden, pages, together

pytestmark = pytest.mark.slow
SAME_GLYPH = {(papers.BE, "邉")}
"""The font shows both by one glyph; the file's text tells them apart all the same."""
NAME_ROW = (150, 70, 595, 100)
"""Where the first page of a copy shows the name, at 72 dots an inch."""


@pytest.mark.parametrize("name", sorted(papers.contents()))
def test_every_kind_looks_as_it_did_when_it_was_looked_at(name):
    drawn = together(pages(papers.paper(name).pdf))
    assert drawn.size == golden(name).size
    assert ImageChops.difference(drawn, golden(name)).getbbox() is None


def test_no_golden_picture_is_of_a_kind_that_is_gone():
    assert {file.stem for file in GOLDEN.glob("*.png")} == set(papers.contents())


@pytest.mark.parametrize(
    ("written", "instead"),
    [("𠮷", "吉"), ("髙", "高"), ("﨑", "崎"), (papers.KUZU, "葛"), (papers.TSUJI, "辻"), (papers.BE, "邉"), (papers.BE, papers.BE_OTHER)],
)
def test_the_picture_tells_a_character_from_the_common_one(written, instead):
    shown = []
    for sign in (written, instead):
        content = ResidentCopy((papers.person(name=f"{sign}田　花子"),))
        shown.append(pages(make(IPAMJ_MINCHO, content, papers.issue_for(content)).pdf)[0].crop(NAME_ROW))
    assert (ImageChops.difference(*shown).getbbox() is not None) == ((written, instead) not in SAME_GLYPH)


def test_the_qr_on_the_page_is_the_one_of_this_issue_with_room_around_it():
    paper = papers.paper("receipt")
    page = pages(paper.pdf, dots_per_inch=254)[0]  # ten dots a millimetre
    corner = page.crop((200, 2_300, 440, page.height - 200))
    left, top, right, bottom = corner.point([255 if level < 100 else 0 for level in range(256)]).getbbox()
    rows = modules(paper.issue.payload).split(" ")
    unit = (right - left) / len(rows)
    assert abs((right - left) - 200) <= 2 and abs((bottom - top) - 200) <= 2
    middles = [int((number + 0.5) * unit) for number in range(len(rows))]
    seen = ["".join("01"[corner.getpixel((left + x, top + y)) < 128] for x in middles) for y in middles]
    assert seen == rows
    room = corner.crop((left - 4 * int(unit), top, left - 1, bottom))
    assert room.getextrema()[0] > 240
