"""Every kind with rare names, compared by pixel with a golden picture (帳票の画像比較)."""

import pytest
from PIL import ImageChops

from openjuki.documents.content import ResidentCopy
from openjuki.documents.fonts import IPAMJ_MINCHO
from openjuki.documents.pressroom import make
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
