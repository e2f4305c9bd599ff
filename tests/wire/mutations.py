"""Seeded malformed frames: whole ones taken apart in every way a broken or hostile peer might (壊れた電文; reliability table row 14)."""

import random
from collections.abc import Callable, Iterator

import msgspec

from openjuki.nodes.tables import MESSAGES
from openjuki.wire.frame import PREFIX, Header, frame
from openjuki.wire.speech import Place
from tools.protocol_examples import kinds, questions, said

ANNOUNCED = (
    b"\xdd\xff\xff\xff\xff",
    b"\xdf\xff\xff\xff\xff",
    b"\xc6\xff\xff\xff\xff",
    b"\xdb\xff\xff\xff\xff",
    b"\xc9\xff\xff\xff\xff\x01",
)
"""Arrays, maps, bytes, texts and extensions of 4 GiB, announced and never sent."""
NESTED = (b"\x91", b"\x81\xa0", b"\xdc\x00\x01")
ODD = (None, True, -1, 2**63, 2**64 - 1, 1.5, "", "x" * 400, b"\xff" * 200, [[]], {"a": 1}, "\x00", "../../etc", "462250")

Mutate = Callable[[random.Random, Header, bytes], bytes]


def flipped(chance: random.Random, header: Header, body: bytes) -> bytes:
    """A few bits turned anywhere, lengths included."""
    whole = bytearray(frame(header, body))
    for _ in range(chance.choice((1, 1, 2, 8))):
        whole[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
    return bytes(whole)


def wrong_lengths(chance: random.Random, header: Header, body: bytes) -> bytes:
    """Right content under lengths that are not its own."""
    whole = frame(header, body)
    lengths = (0, 1, 5, 511, 512, 513, 4_096, 65_535, 4 * 1024 * 1024, 4 * 1024 * 1024 + 1, 2**31, 2**32 - 1)
    head = min(chance.choice((0, 1, 511, 512, 513, 65_535, len(whole) - PREFIX.size)), 65_535)
    size = chance.choice((*lengths, len(whole) - PREFIX.size + chance.randrange(-3, 4)))
    return PREFIX.pack(max(0, size), head) + whole[PREFIX.size :]


def cut(chance: random.Random, header: Header, body: bytes) -> bytes:
    """The front of a frame, then another one."""
    whole = frame(header, body)
    return whole[: chance.randrange(1, len(whole))] + whole


def odd_field(chance: random.Random, header: Header, body: bytes) -> bytes:
    """A header with one field of another type or size, or one field more or fewer."""
    fields = list(msgspec.to_builtins(header, builtin_types=(bytes,)))
    turn = chance.randrange(4)
    if turn == 0:
        fields.append(chance.choice(ODD))
    elif turn == 1:
        del fields[chance.randrange(len(fields))]
    else:
        fields[chance.randrange(len(fields))] = chance.choice(ODD)
    head = msgspec.msgpack.encode(fields)
    return PREFIX.pack(len(head) + len(body), len(head)) + head + body


def odd_body(chance: random.Random, header: Header, body: bytes) -> bytes:
    """A lawful header over a body that is something else."""
    turn = chance.randrange(4)
    if turn == 0:
        return frame(header, chance.choice(ANNOUNCED))
    if turn == 1:
        return frame(header, chance.choice(NESTED) * chance.choice((10, 900, 1_100)) + b"\xc0")
    if turn == 2:
        return frame(header, chance.randbytes(chance.choice((1, 40, 400))))
    at = chance.randrange(len(body) + 1)
    return frame(header, body[:at] + chance.choice(ANNOUNCED) + body[at:])


def nested_header(chance: random.Random, header: Header, body: bytes) -> bytes:
    """A header of brackets, or one that announces what it does not hold."""
    head = chance.choice((chance.choice(NESTED) * 170, chance.choice(ANNOUNCED), b"\x9c" + chance.choice(ANNOUNCED)))
    return PREFIX.pack(len(head) + len(body), len(head)) + head + body


def noise(chance: random.Random, header: Header, body: bytes) -> bytes:
    """Anything at all, or another protocol."""
    return chance.choice(
        (chance.randbytes(chance.randrange(1, 200)), b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"\x16\x03\x01\x02\x00", b"\0" * 64)
    )


def oversized(chance: random.Random, header: Header, body: bytes) -> bytes:
    """A lawful header that announces a body over its type's limit, and some of it."""
    head = frame(header, b"")[PREFIX.size :]
    return PREFIX.pack(len(head) + chance.choice((70_000, 2_000_000, 4_100_000)), len(head)) + head + b"\0" * 100


MUTATIONS: tuple[Mutate, ...] = (flipped, flipped, wrong_lengths, cut, odd_field, odd_field, odd_body, nested_header, noise, oversized)


def sources(sender: Place | None = None, receiver: Place | None = None) -> list[tuple[Header, bytes]]:
    """Frames to take apart: every message and every kind, said by `sender` to `receiver` if these are given."""
    asked = questions()
    whole = [(one.header, one.body) for one in (said(message, asked) for message in MESSAGES)] + list(kinds().values())
    if sender is None or receiver is None:
        return whole
    return [(msgspec.structs.replace(header, sender=sender.code, receiver=receiver.code), body) for header, body in whole]


def malformed(seed: int, count: int, whole: list[tuple[Header, bytes]]) -> Iterator[tuple[str, bytes]]:
    """(name of the mutation, bytes), the same for the same seed."""
    chance = random.Random(seed)
    for number in range(count):
        header, body = whole[chance.randrange(len(whole))]
        header = msgspec.structs.replace(header, id=number % 1_000 + 1)
        mutate = chance.choice(MUTATIONS)
        yield mutate.__name__, mutate(chance, header, body)
