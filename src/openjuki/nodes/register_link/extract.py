"""A full extract of an existing system, to be compared: rows of the item list, or digests of them (全件データ, standard 7.1.1.2, 7.2.3).

Rows are those of an import (docs/import.md), as CSV or JSONL, with as many of the items as the system has. Digests are JSONL; whoever
makes the check then sees no value of the existing system:

    {"format": "openjuki-register-digests/1", "salt": "<32 hex digits or more>"}
    {"resident_code": "24727059608", "digests": {"name": "<hex>", "birth": "<hex>", ...}}

A digest is HMAC-SHA-256, with the salt's bytes as key, over the item's key, a zero byte, and its text as `openjuki register export` has it.
"""

import hashlib
import hmac
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import msgspec

from openjuki.nodes.register_link.lines import UNREADABLE
from openjuki.nodes.resident_files import ResidentFile
from openjuki.register.errors import InvalidInput, Say
from openjuki.register.items import BY_KEY, Secrecy, read_item

DIGESTS = "openjuki-register-digests/1"
SALT_BYTES_MIN = 16
IDENTITY = frozenset(key for key, item in BY_KEY.items() if item.secrecy is Secrecy.IDENTITY)
RECORD = frozenset(key for key, item in BY_KEY.items() if item.secrecy is not Secrecy.INTERNAL)
CODE = "resident_code"


class Entry(NamedTuple):
    """One person of the extract: the line, the code ("" if it cannot be read), and text or digest of each item."""

    line: int
    code: str
    held: Mapping[str, str]


Same = Callable[[str, str, str], bool]
"""(key of the item, text of the register, what the extract holds) -> whether they say the same."""


class Extract(NamedTuple):
    """An extract: the items that it holds, how they are compared, whether its values can be shown, and its persons."""

    keys: frozenset[str]
    same: Same
    readable: bool
    entries: Callable[[], Iterator[Entry]]


class _Head(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    format: str
    salt: str


class _Digests(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    resident_code: str
    digests: dict[str, str]


def open_extract(path: Path, encoding: str, wanted: frozenset[str]) -> Extract:
    """The extract of a file, of which only the wanted items are looked at. InvalidInput for a file that is none, or has no codes."""
    try:
        with path.open("rb") as file:
            first = file.readline(1024)
    except OSError as error:
        raise InvalidInput(
            "against", Say("cannot be read.", "読めません。"), Say("Check its name.", "ファイル名を確かめてください。")
        ) from error
    made = _of_digests(path, first, wanted) if DIGESTS.encode() in first else _of_rows(path, encoding, wanted)
    if not made.keys:
        reason = Say("has no item that could be compared.", "照合できる項目がありません。")
        raise InvalidInput("against", reason, Say(f"Give {CODE} and further items.", "住民票コードとその他の項目を入れてください。"))
    return made


def _of_rows(path: Path, encoding: str, wanted: frozenset[str]) -> Extract:
    file = ResidentFile(path, encoding)

    def entries() -> Iterator[Entry]:
        for source in file.rows():
            yield Entry(source.line, _code(source.row.get(CODE, "")), source.row)

    columns = {key for entry in entries() for key in entry.held} if file.is_json else set(next(iter(entries()), Entry(0, "", {})).held)
    return Extract(frozenset(columns) & wanted if CODE in columns else frozenset(), _same_text, True, entries)


def _of_digests(path: Path, first: bytes, wanted: frozenset[str]) -> Extract:
    try:
        salt = bytes.fromhex(msgspec.json.decode(first, type=_Head).salt)
    except (*UNREADABLE, ValueError) as error:
        raise _bad_salt() from error
    if len(salt) < SALT_BYTES_MIN:
        raise _bad_salt()

    def entries() -> Iterator[Entry]:
        with path.open("rb") as file:
            file.readline()
            for line, raw in enumerate(file, 2):
                yield _digested(line, raw)

    keys = frozenset({key for entry in entries() for key in entry.held}) & wanted
    return Extract(
        keys, lambda key, text, held: hmac.compare_digest(digest(salt, key, text), held or digest(salt, key, "")), False, entries
    )


def _digested(line: int, raw: bytes) -> Entry:
    try:
        row = msgspec.json.decode(raw, type=_Digests)
    except UNREADABLE:
        return Entry(line, "", {})
    return Entry(line, _code(row.resident_code), {key: text for key, text in row.digests.items() if text.isascii()})


def digest(salt: bytes, key: str, text: str) -> str:
    """The digest of one item, in hex."""
    return hmac.new(salt, key.encode() + b"\0" + text.encode(), hashlib.sha256).hexdigest()


def _code(text: str) -> str:
    """The code as the register writes it; "" if it is none."""
    try:
        return str(read_item(CODE, text))
    except InvalidInput:
        return ""


def _same_text(key: str, text: str, held: str) -> bool:
    """Whether two texts say the same, however numbers and dates are written. What cannot be read is not the same."""
    if text == held or not (text.strip() or held.strip()):
        return True
    try:
        return bool(held.strip() and text.strip() and read_item(key, held) == read_item(key, text))
    except InvalidInput:
        return False


def _bad_salt() -> InvalidInput:
    reason = Say("the first line of the digests has no salt of 16 bytes or more.", "先頭行に16バイト以上のソルトがありません。")
    return InvalidInput("salt", reason, Say("Draw one at random for each extract.", "抽出のたびに乱数で作ってください。"))
