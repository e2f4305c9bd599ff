"""Looking for words in bytes, in the encodings in which they could hide (隠れた文字列の探索)."""

import base64
import zlib
from collections.abc import Iterable, Iterator

TEXT = ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "cp932", "euc_jp", "iso2022_jp")


def disguises(word: str) -> Iterator[tuple[str, bytes]]:
    """Every form of a word that is looked for, with its name."""
    for encoding in TEXT:
        try:
            yield encoding, word.encode(encoding).removeprefix(b"\x1b$B").removesuffix(b"\x1b(B")
        except UnicodeEncodeError:
            continue
    plain = word.encode()
    yield "json", word.encode("ascii", "backslashreplace")
    yield "hex", plain.hex().encode()
    yield "HEX", plain.hex().upper().encode()
    for shift in range(3):
        yield f"base64+{shift}", _base64(plain, shift)
        yield f"base64url+{shift}", _base64(plain, shift).translate(bytes.maketrans(b"+/", b"-_"))


def _base64(plain: bytes, shift: int) -> bytes:
    """What of the word's base64 does not depend on its neighbours, `shift` bytes into a group of three."""
    coded = base64.b64encode(bytes(shift) + plain)
    start = -(-shift * 8 // 6)
    return coded[start : (shift + len(plain)) * 8 // 6]


def inflated(data: bytes) -> Iterator[bytes]:
    """What any zlib stream inside the bytes holds."""
    for mark in (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda", b"\x1f\x8b\x08"):
        at = data.find(mark)
        while at >= 0:
            try:
                held = zlib.decompressobj(47).decompress(data[at:], 1 << 20)
            except zlib.error:
                held = b""
            if len(held) > 8:
                yield held
            at = data.find(mark, at + 1)


def found(data: bytes, words: Iterable[str]) -> set[tuple[str, str]]:
    """(word, form) of every word that stands in the bytes."""
    forms = [(word, name, form) for word in words for name, form in disguises(word)]
    hits = {(word, name) for word, name, form in forms if form in data}
    for held in inflated(data):
        hits |= {(word, f"zlib {name}") for word, name, form in forms if form in held}
    return hits
