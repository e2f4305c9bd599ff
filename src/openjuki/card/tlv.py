"""Tag, length, value: how a card's data objects are written (BER-TLVデータオブジェクト, ISO/IEC 7816-4 section 5.2.2)."""

from collections.abc import Iterator

from openjuki.register.errors import InvalidInput, Say


def encode(tag: int, value: bytes) -> bytes:
    """One object with the shortest length form; the tag as its own bytes in a number, 0x5F37 for instance."""
    return tag.to_bytes((tag.bit_length() + 7) // 8 or 1, "big") + _length(len(value)) + value


def objects(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Every (tag, value) in a row. Raises InvalidInput if the bytes end early, a length is indefinite or over four bytes."""
    at = 0
    while at < len(data):
        tag, at = _read_tag(data, at)
        length, at = _read_length(data, at)
        if at + length > len(data):
            raise _cut()
        yield tag, data[at : at + length]
        at += length


def fields(data: bytes) -> dict[int, bytes]:
    """Every object by its tag. Raises InvalidInput as `objects`, and if a tag comes twice."""
    found: dict[int, bytes] = {}
    for tag, value in objects(data):
        if tag in found:
            raise _cut()
        found[tag] = value
    return found


def inside(data: bytes, tag: int) -> bytes:
    """The value of the one object that the data is. Raises InvalidInput if it is another, or not alone."""
    found = list(objects(data))
    if len(found) != 1 or found[0][0] != tag:
        raise _cut()
    return found[0][1]


def _length(count: int) -> bytes:
    if count < 0x80:
        return bytes((count,))
    digits = count.to_bytes((count.bit_length() + 7) // 8, "big")
    return bytes((0x80 | len(digits),)) + digits


def _read_tag(data: bytes, at: int) -> tuple[int, int]:
    end = at + 1
    if data[at] & 0x1F == 0x1F:
        while end < len(data) and data[end] & 0x80:
            end += 1
        end += 1
    if end > len(data) or end - at > 3:
        raise _cut()
    return int.from_bytes(data[at:end], "big"), end


def _read_length(data: bytes, at: int) -> tuple[int, int]:
    if at >= len(data):
        raise _cut()
    first = data[at]
    if first < 0x80:
        return first, at + 1
    count = first & 0x7F
    if not 1 <= count <= 4 or at + 1 + count > len(data):
        raise _cut()
    return int.from_bytes(data[at + 1 : at + 1 + count], "big"), at + 1 + count


def _cut() -> InvalidInput:
    return InvalidInput(
        "data object",
        Say("its tag or length does not fit the bytes.", "タグ又は長さがデータと合いません。"),
        Say("Correct the program that made it.", "作成したプログラムを直してください。"),
    )
