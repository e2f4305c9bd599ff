"""One made-up example of every message, built from its declared types, and every kind of frame (電文の例; docs/protocol.md, tests).

The examples hold no person: a text says the name of its field.
"""

import enum
import types
import typing
from hashlib import sha256
from typing import Any, NamedTuple

import msgspec

from openjuki.law.kinds import OfficeKind, Relation, Route
from openjuki.nodes.tables import TABLES
from openjuki.wire.frame import PROTOCOL_VERSION, Header, Kind, frame
from openjuki.wire.message import Message
from openjuki.wire.seal import Carried, Seal, encode_carried
from openjuki.wire.sides import Hello
from openjuki.wire.speech import Place, Refusal, encode

REALM = "sandbox"
EPOCH = bytes(range(16))
MUNICIPALITY = Place("462250", OfficeKind.MUNICIPALITY, "46")
PREFECTURE = Place("460001", OfficeKind.PREFECTURE, "46")
PLACES = {
    OfficeKind.MUNICIPALITY: MUNICIPALITY,
    OfficeKind.PREFECTURE: PREFECTURE,
    OfficeKind.CENTRE: Place("centre", OfficeKind.CENTRE, ""),
    OfficeKind.APPENDIX_BODY: Place("pension", OfficeKind.APPENDIX_BODY, ""),
    OfficeKind.PREFECTURE_ORGAN: Place("46-passport", OfficeKind.PREFECTURE_ORGAN, "46"),
    OfficeKind.MUNICIPAL_ORGAN: Place("462012-housing", OfficeKind.MUNICIPAL_ORGAN, "46"),
    OfficeKind.AUTHORITY: Place("authority", OfficeKind.AUTHORITY, ""),
    OfficeKind.VERIFIER: Place("verifier", OfficeKind.VERIFIER, ""),
    OfficeKind.AUDITOR: Place("auditor", OfficeKind.AUDITOR, ""),
    OfficeKind.APPLICANT: Place("applicant", OfficeKind.APPLICANT, ""),
}
OTHER = {
    OfficeKind.MUNICIPALITY: Place("131016", OfficeKind.MUNICIPALITY, "13"),
    OfficeKind.PREFECTURE: Place("130001", OfficeKind.PREFECTURE, "13"),
    OfficeKind.MUNICIPAL_ORGAN: Place("132012-housing", OfficeKind.MUNICIPAL_ORGAN, "13"),
    OfficeKind.PREFECTURE_ORGAN: Place("13-realestate", OfficeKind.PREFECTURE_ORGAN, "13"),
}
PLAIN: dict[Any, Any] = {
    int: 7,
    bool: True,
    float: 1.5,
    bytes: b"\x01\x02\x03\x04",
    type(None): None,
    Any: None,
    msgspec.Raw: msgspec.Raw(b"\xc0"),
}


def example(wanted: Any, name: str = "text") -> Any:
    """A value of a declared type; a union gives its first member, a text the name of its field."""
    if wanted is str:
        return name
    if wanted in PLAIN:
        return PLAIN[wanted]
    origin, arguments = typing.get_origin(wanted), typing.get_args(wanted)
    if origin is typing.Literal:
        return arguments[0]
    if origin in (typing.Union, types.UnionType):
        return example(next(kind for kind in arguments if kind is not type(None)), name)
    if origin is typing.Annotated:
        return example(arguments[0], name)
    if origin is not None:
        return _collection(origin, arguments, name)
    return _declared(wanted)


def _collection(origin: Any, arguments: tuple[Any, ...], name: str) -> Any:
    if origin is tuple and arguments[-1] is not Ellipsis:
        return tuple(example(kind, name) for kind in arguments)
    if origin in (tuple, list, set, frozenset):
        return origin([example(arguments[0], name)])
    return {example(arguments[0], name): example(arguments[1], name)}


def _declared(wanted: Any) -> Any:
    """A member of an enumeration, or a struct or named tuple of examples."""
    if issubclass(wanted, enum.Enum):
        return next(iter(wanted))
    fields = {name: kind for name, kind in typing.get_type_hints(wanted).items() if typing.get_origin(kind) is not typing.ClassVar}
    return wanted(**{name: example(kind, name) for name, kind in fields.items()})


class Said(NamedTuple):
    """One message on one of its routes, as header and body."""

    sender: Place
    receiver: Place
    header: Header
    body: bytes

    @property
    def bytes(self) -> bytes:
        """The whole frame."""
        return frame(self.header, self.body)


def places(route: Route) -> tuple[Place, Place]:
    """A sender and a receiver that stand as the route says."""
    sender = PLACES[route.sender]
    far = route.relation is Relation.OTHER or route.sender == route.receiver
    return sender, OTHER[route.receiver] if far and route.receiver in OTHER else PLACES[route.receiver]


def questions() -> frozenset[type[Message]]:
    """Messages that are asked, not told and not answers: the tables of the offices say which those are."""
    return frozenset(message for tables in TABLES.values() for message in tables.answers)


def said(message: type[Message], asked: frozenset[type[Message]]) -> Said:
    """A message as it would stand on the wire, on the first of its routes."""
    route = min(
        message.routes, key=lambda route: (route.sender == route.receiver, route.sender.value, route.receiver.value, route.relation)
    )
    sender, receiver = places(route)
    payload = encode(example(message))
    kind = Kind.NOTICE if message.durable else Kind.ASK if message in asked else Kind.ANSWER
    digest = sha256(b"the question").digest() if kind is Kind.ANSWER else b""
    header = Header(
        PROTOCOL_VERSION, REALM, sender.code, receiver.code, kind, message.priority, 1, message.type_name(), message.version,
        10_000 if kind is Kind.ASK else 0, EPOCH if message.durable else b"", digest,
    )  # fmt: skip
    return Said(sender, receiver, header, _carried(sender, payload) if message.durable else payload)


def _carried(sender: Place, payload: bytes) -> bytes:
    return encode_carried(Carried(payload, Seal(sender.code, "0123456789abcdef", 1, 0, b"", bytes(70), 1_385_942_400_000)))


def kinds() -> dict[Kind, tuple[Header, bytes]]:
    """A frame of each kind that carries no message of its own, between a municipality and its prefecture."""
    bodies = {
        Kind.HELLO: encode(Hello((1,), 1, (1_024, 4_096, 64), EPOCH)),
        Kind.REFUSE: encode(Refusal("unknown-version", "architecture 3", ("IdentityChange/1", "Quarantined/1"))),
        Kind.ACK: b"", Kind.EXPECT: b"", Kind.CANCEL: b"", Kind.PING: b"", Kind.PONG: b"",
    }  # fmt: skip
    return {kind: (_plain(kind), body) for kind, body in bodies.items()}


def _plain(kind: Kind) -> Header:
    return Header(
        PROTOCOL_VERSION, REALM, MUNICIPALITY.code, PREFECTURE.code, kind, 1 if kind in (Kind.ACK, Kind.EXPECT) else 0,
        0 if kind in (Kind.HELLO, Kind.PING, Kind.PONG) else 7, epoch=EPOCH if kind in (Kind.ACK, Kind.EXPECT) else b"",
    )  # fmt: skip
