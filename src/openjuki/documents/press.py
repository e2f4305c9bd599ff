"""Setting a sheet as PDF: Typst, with fixed fonts and dates, so that the same sheet is the same bytes (組版; PDF/A-3, PDF/UA-1).

The sheet goes in as data (`sys.inputs`), never as markup: what a name holds cannot become an instruction. Checks of conformance are own
ones (tests/documents): no outside validator was to be had.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import msgspec
import typst

from openjuki.documents.fonts import PrintingFont
from openjuki.documents.issue import Issue
from openjuki.documents.sheet import Sheet, texts
from openjuki.register.errors import Broken, Say

TEMPLATES = Path(str(resources.files("openjuki.documents") / "data"))
STANDARDS = ("a-3a", "ua-1")
_encode = msgspec.json.Encoder().encode


class Press:
    """Compilers that are kept for the next sheet, as many as are used at once; threads may share a press."""

    def __init__(self, font: PrintingFont, compilers: int = 2, templates: Path = TEMPLATES) -> None:
        self._font, self._templates = font, templates
        self._idle: SimpleQueue[Any] = SimpleQueue()
        fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(font.path.parent)])
        for _ in range(compilers):
            self._idle.put(typst.Compiler(root=str(templates), font_paths=fonts))

    def set(self, sheet: Sheet, attached: bytes, issue: Issue) -> bytes:
        """The sheet as PDF with `attached` (JSON) in it. Raises Unprintable for a character that the font lacks, before anything is set."""
        self._font.require(texts(sheet))
        given = {
            "sheet": _encode(sheet).decode(), "attached": attached.decode(), "font": self._font.family,
            "year": f"{issue.day.year}", "month": f"{issue.day.month}", "day": f"{issue.day.day}",
        }  # fmt: skip
        with self._compiler() as compiler:
            try:
                made = compiler.compile(str(self._templates / f"{sheet.template}.typ"), sys_inputs=given, pdf_standards=list(STANDARDS))
            except typst.TypstError as error:
                raise _cannot_set() from error
        return bytes(made)

    @contextmanager
    def _compiler(self) -> Iterator[Any]:
        compiler = self._idle.get()
        try:
            yield compiler
        finally:
            self._idle.put(compiler)


def _cannot_set() -> Broken:
    reason = Say("could not be set as a page.", "組版できませんでした。")
    return Broken("document", reason, Say("Tell whoever keeps the templates.", "様式の管理者に連絡してください。"))
