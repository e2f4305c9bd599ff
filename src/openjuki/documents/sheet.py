"""A paper before it is set: every word of it in the order of print, and nothing else (版面; standard 5.1, 5.4, 5.5).

The template adds lines and places, never words. So what stands on the finished pages can be compared with what was meant, word by word.
"""

from collections.abc import Iterator

import msgspec

COLUMNS = 24
"""Of a grid's row."""


class Cell(msgspec.Struct, frozen=True):
    """A label and a value over `span` of a row's columns, the label over `label_span` of them."""

    label: str
    value: str
    span: int = COLUMNS
    label_span: int = 5


class Grid(msgspec.Struct, frozen=True, tag="grid"):
    """A ruled form."""

    rows: tuple[tuple[Cell, ...], ...]
    heading: str = ""


class Lines(msgspec.Struct, frozen=True, tag="lines"):
    """A table: its head, relative widths, rows."""

    head: tuple[str, ...]
    widths: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]


class Words(msgspec.Struct, frozen=True, tag="words"):
    """A paragraph; `large` for what must be seen first."""

    text: str
    large: bool = False


class NewPage(msgspec.Struct, frozen=True, tag="page"):
    """The next block begins a page."""


Block = Grid | Lines | Words | NewPage


class Addressee(msgspec.Struct, frozen=True):
    """To whom a letter goes, for the window of the envelope."""

    postal_code: str
    address: str
    name: str


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """One paper: what stands on it, from top to bottom."""

    template: str
    form: str
    title: str
    mark: str = ""
    """At the top right: 公用, 再交付."""
    addressee: Addressee | None = None
    blocks: tuple[Block, ...] = ()
    closing: tuple[str, ...] = ()
    """Certifying words and notes, on the last page only."""
    day: str = ""
    issuer_title: str = ""
    issuer_name: str = ""
    seal: str = ""
    """Signs of the printed seal (電子公印), a drawing."""
    code_words: tuple[str, ...] = ()
    """Beside the QR: document id, verification code, what they are for."""
    qr: str = ""
    """The modules of the QR, rows of 0 and 1 separated by spaces."""
    footer: str = ""
    """Issue number; the template adds page and pages."""
    specimen: str = ""


def words(sheet: Sheet) -> Iterator[str]:
    """Every word of the sheet's body in the order in which the template sets it; footer, marks behind the text and the seal aside."""
    yield from (sheet.form, sheet.mark)
    if sheet.addressee is not None:
        yield from (sheet.addressee.postal_code, sheet.addressee.address, sheet.addressee.name)
    yield sheet.title
    for block in sheet.blocks:
        yield from _words_of(block)
    yield from sheet.closing
    yield from (sheet.day, sheet.issuer_title, sheet.issuer_name)
    yield from sheet.code_words


def texts(sheet: Sheet) -> Iterator[str]:
    """Every text that is printed anywhere on the sheet: what the font must have."""
    yield from words(sheet)
    yield from (sheet.footer, sheet.seal, sheet.specimen)


def _words_of(block: Block) -> Iterator[str]:
    if isinstance(block, Grid):
        yield block.heading
        for row in block.rows:
            for cell in row:
                yield from (cell.label, cell.value)
    elif isinstance(block, Lines):
        yield from block.head
        for line in block.rows:
            yield from line
    elif isinstance(block, Words):
        yield block.text
