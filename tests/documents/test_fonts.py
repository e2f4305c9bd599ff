"""A character that the printing font lacks stops the print; it is named, never replaced (印字用フォントの確認)."""

import pickle
from pathlib import Path

import pytest

from openjuki.documents.content import ResidentCopy
from openjuki.documents.fonts import IPAMJ_MINCHO, PrintingFont, Unprintable
from openjuki.documents.pressroom import make
from openjuki.register.errors import InvalidInput, NotReady
from tests.documents import papers

pytestmark = pytest.mark.slow
ADOBE_KUZU = "葛\U000e0100"
"""Of Adobe-Japan1: the font would show the base glyph without a word."""


def test_the_font_declares_what_it_has():
    coverage = PrintingFont().coverage
    assert coverage.family == "IPAmjMincho"
    assert not coverage.lacks([papers.YOSHIDA, papers.WATANABE, papers.ADDRESS, "か\u309a", "〒"])
    assert coverage.lacks([ADOBE_KUZU, "葛", "😀", "辻\U000e0100"]) == (ADOBE_KUZU, "😀", "辻\U000e0100")


@pytest.mark.parametrize("sign", [ADOBE_KUZU, "😀", "\U0002ffff"])
def test_what_it_lacks_stops_the_print_with_its_name(sign):
    content = ResidentCopy((papers.person(name=f"{sign}木　花子"),))
    with pytest.raises(Unprintable) as caught:
        make(IPAMJ_MINCHO, content, papers.issue_for(content))
    assert isinstance(caught.value, InvalidInput)
    assert caught.value.signs == (sign,)
    assert f"U+{ord(sign[0]):04X}" in caught.value.text("en") and f"U+{ord(sign[0]):04X}" in caught.value.text("ja")


def test_the_mj_name_is_said_where_the_sign_has_one():
    assert "MJ" in Unprintable((papers.KUZU,)).text("ja")


def test_the_error_comes_whole_out_of_another_process():
    error = pickle.loads(pickle.dumps(Unprintable(("😀",), {"😀": "<svg/>"})))
    assert (error.signs, error.pictures) == (("😀",), {"😀": "<svg/>"})


def test_a_font_that_is_not_there_is_said():
    with pytest.raises(NotReady):
        PrintingFont(Path("/nowhere/font.ttf"))
