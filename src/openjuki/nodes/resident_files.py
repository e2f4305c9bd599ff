"""Files of residents, row by row: CSV and JSONL of the item list, read from any row on (移行データの読込み; docs/import.md).

What cannot be read is a row with an error, never the end of the import. Bytes that are not of the encoding pass through as they were
(surrogateescape), so that a reject file holds exactly what came. What stands for a character in a file of cp932 is put back.
"""

import csv
import hashlib
import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO, NamedTuple

import msgspec

from openjuki.register import old_encoding
from openjuki.register.errors import InvalidInput, Say
from openjuki.register.items import KEY_OF_COLUMN, unknown_columns

ENCODINGS = ("utf-8", old_encoding.ENCODING)
REJECT_COLUMNS = ("line", "errors")
"""Added to a reject file, and passed over when a corrected one is imported."""
FIELD_CHARACTERS_MAX = 131_072
_PASSED_OVER = (*REJECT_COLUMNS, old_encoding.COLUMN)
_BEGINS_AS_UTF_8 = (
    Say("the file begins as UTF-8 does.", "ファイルの先頭がUTF-8のBOMです。"),
    Say("Leave --encoding out.", "--encoding を付けずに取り込んでください。"),
)
_COLUMNS = Say("Name each column as in docs/import.md.", "docs/import.md の項目名にしてください。")
_EMPTY = (Say("the file has no first line with the columns.", "1行目に項目名がありません。"), _COLUMNS)
_FINGERPRINT_BYTES = 1 << 16
_BOM = b"\xef\xbb\xbf"


class Source(NamedTuple):
    """One row as it stands in the file: its last line, the offset behind it, its items by key, and what made it unreadable."""

    line: int
    end: int
    row: Mapping[str, str]
    fault: InvalidInput | None = None
    raw: str = ""
    """The line itself where it could not be read."""


class Place(NamedTuple):
    """Where to go on reading."""

    line: int = 0
    offset: int = 0


class ResidentFile:
    """A CSV or JSONL file (by its suffix .jsonl) whose columns are known."""

    def __init__(self, path: Path, encoding: str = "utf-8") -> None:
        self.path, self.encoding = path, encoding
        self.is_json = path.suffix == ".jsonl"
        with path.open("rb") as file:
            self.fingerprint = f"{path.stat().st_size}:{hashlib.sha256(file.read(_FINGERPRINT_BYTES)).hexdigest()}"
            file.seek(0)
            self.start = Place(0, len(_BOM) if file.read(len(_BOM)) == _BOM else 0)
        if self.start.offset and encoding != ENCODINGS[0]:
            raise InvalidInput("encoding", *_BEGINS_AS_UTF_8)
        self.columns: list[str] = []
        if not self.is_json:
            self._read_header()

    @property
    def size(self) -> int:
        """Bytes."""
        return self.path.stat().st_size

    def _read_header(self) -> None:
        with self.path.open("rb") as file:
            lines = _Lines(file, self.start, self.encoding)
            try:
                self.columns = [column.strip() for column in next(csv.reader(lines), [])]
            except csv.Error:
                self.columns = [lines.last]
            self.start = Place(lines.line, lines.offset)
        unknown = [column for column in unknown_columns(self.columns) if column not in _PASSED_OVER]
        keys = [KEY_OF_COLUMN.get(column, column) for column in self.columns]
        if not any(self.columns):
            raise InvalidInput("header", *_EMPTY)
        if any("\ud800" <= sign <= "\udfff" for sign in "".join(self.columns)):  # bytes that are no character
            raise InvalidInput("encoding", *_not_text(self.encoding))
        if unknown or len(set(keys)) < len(keys):
            reason = Say("there are columns that are no items, or twice.", "項目一覧にない列又は重複した列があります。")
            raise InvalidInput(", ".join(unknown) or "header", reason, _COLUMNS)

    def rows(self, place: Place | None = None) -> Iterator[Source]:
        """All rows, or those after a place."""
        with self.path.open("rb") as file:
            lines = _Lines(file, place or self.start, self.encoding)
            yield from self._json_rows(lines) if self.is_json else self._csv_rows(lines)

    def _csv_rows(self, lines: "_Lines") -> Iterator[Source]:
        keys = [_key_of(column) for column in self.columns]
        width, reader = len(keys), csv.reader(lines)
        while True:
            try:
                cells = next(reader, None)
            except csv.Error:
                yield Source(lines.line, lines.offset, {}, _unreadable("CSV"), lines.last)
                continue
            if cells is None:
                return
            if len(cells) == width:
                row = dict(zip(keys, cells, strict=True))
                row.pop("", None)
                yield _as_recorded(Source(lines.line, lines.offset, row))
            elif cells:
                yield Source(lines.line, lines.offset, {}, _unreadable("CSV"), lines.last)

    def _json_rows(self, lines: "_Lines") -> Iterator[Source]:
        for text in lines:
            if not text.isspace():
                row, fault = _json_row(text)
                yield Source(lines.line, lines.offset, row, fault, text if fault else "")


class _Lines:
    """The lines of a file from a place on, decoded, counted in lines and bytes."""

    def __init__(self, file: BinaryIO, place: Place, encoding: str) -> None:
        file.seek(place.offset)
        self.line, self.offset, self.last = place.line, place.offset, ""
        self._file, self._encoding = file, encoding

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        raw = next(self._file)
        self.line, self.offset = self.line + 1, self.offset + len(raw)
        self.last = raw.decode(self._encoding, "surrogateescape").replace("\0", "�")
        return self.last


def _not_text(encoding: str) -> tuple[Say, Say]:
    """Why and what to do where the first line is no text of that encoding; ENCODINGS are the two there are."""
    (other,) = (each for each in ENCODINGS if each != encoding)
    remedy = (
        f"Try --encoding {other}, or save the file as {ENCODINGS[0]}.",
        f"--encoding {other} を試すか、{ENCODINGS[0]} で保存してください。",
    )
    return Say(f"the first line is no text in {encoding}.", f"1行目を {encoding} の文字として読めません。"), Say(*remedy)


def _key_of(column: str) -> str:
    """The key under which a column's cells stand in a row; "" for those that are passed over."""
    return column if column == old_encoding.COLUMN else KEY_OF_COLUMN.get(column, "")


def _as_recorded(source: Source) -> Source:
    """The row with the characters that others stand for, where it says so; a fault if they cannot be put back."""
    if old_encoding.COLUMN not in source.row:
        return source
    row = dict(source.row)
    notes = row.pop(old_encoding.COLUMN)
    try:
        return source._replace(row=old_encoding.put_back(row, notes))
    except InvalidInput as fault:
        return source._replace(fault=fault)


def _json_row(text: str) -> tuple[dict[str, str], InvalidInput | None]:
    try:
        held = msgspec.json.decode(text.encode("utf-8", "surrogateescape"), type=dict[str, str | int | None])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return {}, _unreadable("JSON")
    known = {key: value for key, value in held.items() if key not in REJECT_COLUMNS and value is not None}
    return {KEY_OF_COLUMN.get(key, key): str(value) for key, value in known.items()}, None


def _unreadable(form: str) -> InvalidInput:
    reason = Say(f"the line is no {form} row with the columns of this file.", f"この行は{form}として、列の数どおりに読めません。")
    return InvalidInput("row", reason, Say("Correct the line.", "行を直してください。"))


def reject_line(source: Source, errors: str, columns: list[str]) -> str:
    """The row as it came, with its line and its errors: a line for the reject file."""
    if not columns:
        held = dict(source.row) if source.row else {"row": source.raw.rstrip("\r\n")}
        return msgspec.json.encode({**held, "line": source.line, "errors": errors}).decode() + "\n"
    cells = [source.row.get(_key_of(column), "") for column in columns] if source.row else [source.raw.rstrip("\r\n")]
    cells += [""] * (len(columns) - len(cells))
    return csv_line([*cells, str(source.line), errors])


def csv_line(cells: list[str]) -> str:
    """One line of CSV (RFC 4180, but with a bare line feed)."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(cells)
    return text.getvalue()
