"""Reading back what the press made: the words on each page and the attached JSON (発行前照合; standard 5.1 誤交付防止).

A reader for files of our own press only (classic cross-reference table, Identity-H fonts with ToUnicode), not for PDF at large: whatever it
does not know is an error, so that nothing is released that could not be read. Words come in the order of print; marks are what is no
content: page numbers, words behind the text, drawings.
"""

import re
import zlib
from collections.abc import Iterator
from typing import NamedTuple

from openjuki.register.errors import Broken, Say

_OBJECT = re.compile(rb"(\d+) 0 obj\s(.*?)(?:\nstream\r?\n|\nendobj)", re.DOTALL)
_TOKEN = re.compile(rb"\(|<[0-9A-Fa-f]+>|/\w+|(?<!\w)(?:BDC|BMC|EMC|Tf|TJ|Tj|Do|'|\")(?!\w)")
"""What concerns text: strings, names, and the operators that mark or show."""
_PLAIN = re.compile(rb"[^()\\]+")
_CHARACTER = re.compile(r"<([0-9A-F]{4})> <([0-9A-F]+)>")
_RANGE = re.compile(r"<([0-9A-F]{4})> <([0-9A-F]{4})> <([0-9A-F]+)>")
_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
_OCTAL = re.compile(rb"[0-7]{1,3}")

Glyphs = dict[bytes, str]
"""Text by two-byte glyph number."""


class ReadPage(NamedTuple):
    """One page: its words without white space, and the words of each mark."""

    words: str
    marks: tuple[str, ...]


class ReadPaper(NamedTuple):
    """What a finished file says."""

    pages: tuple[ReadPage, ...]
    attached: bytes


def read(pdf: bytes) -> ReadPaper:
    """The words of every page and the attachment. Raises Broken for a file that the press did not make."""
    file = _File(pdf)
    fonts: dict[bytes, Glyphs] = {}
    pages = tuple(_page(file, number, fonts) for number in file.pages())
    return ReadPaper(pages, file.attached())


def bare(text: str) -> str:
    """A text without white space, which setting may move."""
    return "".join(text.split())


class _File:
    """Objects of a file by their numbers."""

    def __init__(self, pdf: bytes) -> None:
        self._pdf = pdf
        start = re.search(rb"startxref\s+(\d+)\s+%%EOF\s*$", pdf)
        table = re.match(rb"xref\s+0 (\d+)\s", pdf[int(start[1]) :]) if start else None
        if start is None or table is None:
            raise _unreadable()
        rows = pdf[int(start[1]) + table.end() :].split(b"\n", int(table[1]))
        self._offsets = {number: int(row[:10]) for number, row in enumerate(rows[: int(table[1])]) if row[17:18] == b"n"}
        trailer = re.search(rb"/Root (\d+) 0 R", rows[-1])
        self._root = int(trailer[1]) if trailer else 0

    def words(self, number: int) -> bytes:
        """The dictionary of an object, as it is written."""
        return self._object(number)[2]

    def stream(self, number: int) -> bytes:
        """The data of a stream."""
        found = self._object(number)
        length = re.search(rb"/Length (\d+)", found[2])
        if length is None:
            raise _unreadable()
        end = self._offsets[number] + found.end()
        data = self._pdf[end : end + int(length[1])]
        return zlib.decompress(data) if b"/FlateDecode" in found[2] else data

    def _object(self, number: int) -> re.Match[bytes]:
        found = _OBJECT.match(self._pdf[self._offsets.get(number, 0) :])
        if found is None or int(found[1]) != number:
            raise _unreadable()
        return found

    def pages(self) -> Iterator[int]:
        """Numbers of the page objects, in their order."""
        tree = re.search(rb"/Pages (\d+) 0 R", self.words(self._root))
        yield from self._leaves(int(tree[1]) if tree else 0)

    def _leaves(self, number: int) -> Iterator[int]:
        kids = re.search(rb"/Kids ?\[([^\]]*)\]", self.words(number))
        if kids is None:
            yield number
            return
        for kid in re.findall(rb"(\d+) 0 R", kids[1]):
            yield from self._leaves(int(kid))

    def attached(self) -> bytes:
        """The one embedded file."""
        found = [number for number in self._offsets if b"/Type/EmbeddedFile" in self.words(number)]
        if len(found) != 1:
            raise _unreadable()
        return self.stream(found[0])

    def fonts(self, page: int) -> dict[bytes, int]:
        """Numbers of the ToUnicode streams by the names that a page gives its fonts."""
        words = self.words(page)
        shared = re.search(rb"/Resources (\d+) 0 R", words)
        words = self.words(int(shared[1])) if shared else words
        fonts = re.search(rb"/Font ?(?:<<(.*?)>>|(\d+) 0 R)", words, re.DOTALL)
        if fonts is None:
            return {}
        listed = fonts[1] if fonts[2] is None else self.words(int(fonts[2]))
        found = {}
        for name, number in re.findall(rb"(/\w+) (\d+) 0 R", listed):
            table = re.search(rb"/ToUnicode (\d+) 0 R", self.words(int(number)))
            if table is None:
                raise _unreadable()
            found[name] = int(table[1])
        return found


def _page(file: _File, number: int, known: dict[bytes, Glyphs]) -> ReadPage:
    contents = re.search(rb"/Contents (\d+) 0 R", file.words(number))
    if contents is None:
        raise _unreadable()
    fonts = {name: known.setdefault(b"%d" % table, _glyphs(file.stream(table))) for name, table in file.fonts(number).items()}
    return _Walk(fonts).page(file.stream(int(contents[1])))


def _glyphs(table: bytes) -> Glyphs:
    text = table.decode("ascii")
    found = {bytes.fromhex(glyph): _utf16(bytes.fromhex(said)) for glyph, said in _CHARACTER.findall(_between(text, "bfchar"))}
    for first, last, said in _RANGE.findall(_between(text, "bfrange")):
        start = _utf16(bytes.fromhex(said))
        for step in range(int(last, 16) - int(first, 16) + 1):
            found[(int(first, 16) + step).to_bytes(2, "big")] = start[:-1] + chr(ord(start[-1]) + step)
    return found


def _between(text: str, word: str) -> str:
    return "\n".join(re.findall(rf"begin{word}(.*?)end{word}", text, re.DOTALL))


def _utf16(data: bytes) -> str:
    return data.decode("utf-16-be")


class _Walk:
    """Through the operators of one page: which glyphs are shown inside which mark."""

    def __init__(self, fonts: dict[bytes, Glyphs]) -> None:
        self._fonts, self._glyphs = fonts, Glyphs()
        self._marked: list[tuple[bool, str | None]] = []
        """Of each open mark: whether it is no content, and the text that stands in place of its glyphs."""
        self._words: list[str] = []
        self._marks: list[list[str]] = []

    def page(self, content: bytes) -> ReadPage:
        operands: list[bytes] = []
        for token in _tokens(content):
            if token[:1] not in b"(</":
                self._operate(token, operands)
                operands.clear()
            else:
                operands.append(token)
        if self._marked:
            raise _unreadable()
        return ReadPage(bare("".join(self._words)), tuple(text for mark in self._marks if (text := bare("".join(mark)))))

    def _operate(self, operator: bytes, operands: list[bytes]) -> None:
        if operator in (b"BDC", b"BMC"):
            self._open(operands)
        elif operator == b"EMC":
            self._marked.pop()
        elif operator == b"Tf":
            self._glyphs = self._fonts[operands[-1]]
        elif operator in (b"Tj", b"TJ"):
            self._show(b"".join(map(_bytes, operands)))
        elif operator != b"Do" or not any(artifact for artifact, _ in self._marked):  # what they would show must not be passed over
            raise _unreadable()

    def _open(self, operands: list[bytes]) -> None:
        artifact = operands[0] == b"/Artifact"
        if artifact:
            self._marks.append([])
        said = None
        if b"/ActualText" in operands:
            value = operands[operands.index(b"/ActualText") + 1]
            said = _utf16(_bytes(value).removeprefix(b"\xfe\xff"))
            self._say(said)
        self._marked.append((artifact, said))

    def _show(self, shown: bytes) -> None:
        if any(said is not None for _, said in self._marked):
            return
        self._say("".join(self._glyphs[shown[place : place + 2]] for place in range(0, len(shown), 2)))

    def _say(self, text: str) -> None:
        inside = any(artifact for artifact, _ in self._marked)
        (self._marks[-1] if inside else self._words).append(text)


def _tokens(content: bytes) -> Iterator[bytes]:
    """Strings, names and operators; a string in brackets comes as "(" and its bytes."""
    place = 0
    while found := _TOKEN.search(content, place):
        place = found.end()
        if found[0] == b"(":
            text, place = _string(content, place)
            yield b"(" + text
        else:
            yield found[0]


def _bytes(operand: bytes) -> bytes:
    """What a string says; nothing for a name."""
    if operand[:1] == b"<":
        return bytes.fromhex(operand[1:-1].decode("ascii"))
    return operand[1:] if operand[:1] == b"(" else b""


def _string(content: bytes, place: int) -> tuple[bytes, int]:
    """The bytes of a literal string whose bracket opened before `place`, and the place after it."""
    parts, depth = [], 1
    while depth:
        if plain := _PLAIN.match(content, place):
            parts.append(plain[0])
            place = plain.end()
            continue
        sign = content[place : place + 1]
        if sign == b"\\":
            escaped = content[place + 1 : place + 2]
            octal = _OCTAL.match(content, place + 1)
            parts.append(bytes([int(octal[0], 8) & 0xFF]) if octal else _ESCAPES.get(escaped, escaped))
            place = octal.end() if octal else place + 2
            continue
        if not sign:
            raise _unreadable()
        depth += 1 if sign == b"(" else -1
        parts.append(sign if depth else b"")
        place += 1
    return b"".join(parts), place


def _unreadable() -> Broken:
    reason = Say("cannot be read back.", "読み返せません。")
    return Broken("document", reason, Say("Nothing was released; make it again.", "発行していません。作り直してください。"))
