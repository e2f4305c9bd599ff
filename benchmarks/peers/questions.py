"""The question and the answer of the peers, about 400 bytes each, as MessagePack (照会と回答)."""

import random
from collections.abc import Sequence

import msgspec

from benchmarks.people import Person, person

FRAME_BYTES = 400
KINDS = ("bare", "code", "name")


class Question(msgspec.Struct, frozen=True):
    """One question by code, or by name and birth date where `code` is empty."""

    agency: str
    affair: str
    case_number: str
    operator: str
    fields: Sequence[str]
    code: str
    name: str
    birth: str
    pad: bytes = b""


class Answer(msgspec.Struct, frozen=True):
    """One answer: the person and the index of the row in the log."""

    code: str
    name: str
    birth: str
    sex: str
    address: str
    log_index: int
    pad: bytes = b""


decode_answer = msgspec.msgpack.Decoder(Answer).decode


def padded(struct: Question | Answer) -> bytes:
    """Encoded and filled up to the size that every contestant uses."""
    bare = len(msgspec.msgpack.encode(struct))
    return msgspec.msgpack.encode(msgspec.structs.replace(struct, pad=bytes(max(FRAME_BYTES - bare, 0))))


def question_about(one: Person, kind: str, number: int) -> bytes:
    """The encoded question number `number` about a person, `kind` "code" or "name"."""
    by_code = kind == "code"
    return padded(
        Question(
            agency="990077",
            affair="1:77",
            case_number=f"2026-{number:08d}",
            operator="op-000123",
            fields=("name", "birth", "sex", "address"),
            code=one.code if by_code else "",
            name="" if by_code else one.name,
            birth="" if by_code else one.birth,
        )
    )


def questions(kind: str, residents: int, count: int = 5000, seed: int = 1) -> list[bytes]:
    """Prepared questions about residents drawn at random; for "bare", only their size matters."""
    chance = random.Random(seed)
    return [question_about(person(chance.randrange(residents)), kind, number) for number in range(count)]
