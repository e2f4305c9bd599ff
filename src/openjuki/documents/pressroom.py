"""From content to a paper that may leave, in whatever thread or process there is (文書の作成; standard 5, 10.7).

    compose -> set -> read back -> compare

Nothing is shared between two papers but the compilers and the font: no file, no name, no place where one could lie in another's way.
"""

from functools import lru_cache
from pathlib import Path

from openjuki.documents.composing import compose
from openjuki.documents.content import Content
from openjuki.documents.fonts import PrintingFont
from openjuki.documents.issue import Issue
from openjuki.documents.press import Press
from openjuki.documents.release import Released, attach, release


@lru_cache(maxsize=2)
def press(font: Path) -> Press:
    """The press of this process for a font; NotReady if the font is not there."""
    return Press(PrintingFont(font))


def make(font: Path, content: Content, issue: Issue, public_use: bool = False) -> Released:
    """The finished paper. Raises Unprintable for characters that the font lacks, Broken if the paper says anything but what was asked."""
    sheet = compose(content, issue, public_use=public_use)
    pdf = press(font).set(sheet, attach(content, issue, public_use=public_use), issue)
    return release(pdf, issue)
