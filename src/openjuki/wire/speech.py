"""What an office speaks: message types with their versions, and which of them a given peer may send it (送受信できる電文).

Off its route, of an unknown type or version, or too large: each is refused on the header alone (architecture section 3).
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec

from openjuki.law.kinds import OfficeKind
from openjuki.register.errors import REMEDIES, Reason, Refused
from openjuki.wire.message import Message, on_route


class Refusal(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The body of a REFUSE frame: one of the closed set, the article it stands on, and what is spoken instead."""

    code: str
    article: str
    spoken: tuple[str, ...] = ()

    def error(self) -> Refused:
        """The refusal as an error on the asking side; an unknown code reads as FAILED."""
        code = Reason(self.code) if self.code in REMEDIES else Reason.FAILED
        return Refused(code, self.article)


class Place(NamedTuple):
    """Where an office stands, as far as routes are concerned."""

    code: str
    kind: OfficeKind
    prefecture: str


class Accepted(NamedTuple):
    """One message type that a certain peer may send to a certain office."""

    message: type[Message]
    decode: Any
    size_max: int


class Speech:
    """The message types an office knows, by name and version; N and N-1 stand side by side when there are two."""

    def __init__(self, messages: Iterable[type[Message]]) -> None:
        self.messages = {(message.type_name(), message.version): message for message in messages}
        self.names = frozenset(name for name, _ in self.messages)
        self.spoken = tuple(sorted(f"{name}/{version}" for name, version in self.messages))
        self._accepted = lru_cache(maxsize=512)(self._judge_all)

    def accepted(self, sender: Place, receiver: Place) -> dict[tuple[str, int], Accepted]:
        """What `receiver` takes from `sender`; made once for each pair of kinds and relation."""
        return self._accepted(sender.kind, sender.prefecture, receiver.kind, receiver.prefecture)

    def _judge_all(
        self, sender: OfficeKind, sender_prefecture: str, receiver: OfficeKind, receiver_prefecture: str
    ) -> dict[tuple[str, int], Accepted]:
        return {
            key: Accepted(message, decoder(message).decode, message.size_max)
            for key, message in self.messages.items()
            if on_route(message, sender, sender_prefecture, receiver, receiver_prefecture)
        }

    def refusal(self, name: str, version: int) -> Refusal:
        """Why a type that is not accepted is refused."""
        if name not in self.names:
            return Refusal(Reason.UNKNOWN_TYPE.value, "architecture 3", self.spoken)
        if (name, version) not in self.messages:
            return Refusal(Reason.UNKNOWN_VERSION.value, "architecture 3", self.spoken)
        return Refusal(Reason.OFF_ROUTE.value, "architecture 1")


@lru_cache(maxsize=512)
def decoder(message: type[Message]) -> "msgspec.msgpack.Decoder[Any]":
    """The one decoder of a message type: strict, fields in order, unknown ones refused."""
    return msgspec.msgpack.Decoder(message)


encode = msgspec.msgpack.Encoder().encode
