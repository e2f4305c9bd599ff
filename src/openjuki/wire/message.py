"""A message between offices: a frozen typed class that carries its own routes (電文; architecture section 1, idea 2).

    class CodePoolRequest(Message):
        routes = frozenset({Route(OfficeKind.MUNICIPALITY, OfficeKind.CENTRE)})
        wanted: int

The wire refuses a message off its routes on the frame's header, before the body is decoded.
"""

from enum import IntEnum
from typing import ClassVar

import msgspec

from openjuki.law.kinds import OfficeKind, Route


class Priority(IntEnum):
    """Classes of traffic with their own credit on a link: a bulk job never delays a window."""

    COUNTER = 0
    NOTICE = 1
    BULK = 2


class Message(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Root of all messages; fields travel in order, strict inside one version."""

    routes: ClassVar[frozenset[Route]] = frozenset()
    version: ClassVar[int] = 1
    size_max: ClassVar[int] = 16_384
    """Bytes of an encoded body; a longer one is refused on the header."""
    durable: ClassVar[bool] = False
    """True for notices: sealed by their origin, in order per link, acknowledged after the commit."""
    relayed: ClassVar[bool] = False
    """True if an office on the way passes it on under its origin's seal; else the sender itself must be the origin."""
    priority: ClassVar[Priority] = Priority.COUNTER
    enrolling: ClassVar[bool] = False
    """True only for what an office not yet in the directory may send to the centre."""

    @classmethod
    def type_name(cls) -> str:
        """The name on the wire."""
        return cls.__name__


def on_route(message: type[Message], sender: OfficeKind, sender_prefecture: str, receiver: OfficeKind, receiver_prefecture: str) -> bool:
    """Whether a lawful route of `message` leads from that sender to that receiver."""
    return any(route.leads(sender, sender_prefecture, receiver, receiver_prefecture) for route in message.routes)
