"""Who may hold a link with this office, and for how long (接続の許可; architecture section 2).

The certificate must be the directory's for the office it names, and stay so: when a newer directory drops it, suspends the office, or
the directory runs out, the link is closed, not only the next one refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from openjuki.law.kinds import OfficeKind
from openjuki.procedures.change_notice import IdentityChange
from openjuki.wire.directory import Directory, Entry
from openjuki.wire.link import Link
from openjuki.wire.message import on_route
from openjuki.wire.sides import Timeouts, Transport
from openjuki.wire.speech import Place, Speech

if TYPE_CHECKING:
    from openjuki.nodes.node import Node

APPLICANT = Place("applicant", OfficeKind.APPLICANT, "")
"""How the centre sees whoever speaks to its enrolment listener."""


class Limits(NamedTuple):
    """How many links there may be, and how long strangers may stay."""

    per_office: int = 16
    applicants: int = 100
    applicant_s: float = 120.0


class Admission:
    """The links of one node, up or not yet, each with the certificate that it stands on."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self.limits, self.timeouts = Limits(), Timeouts()
        self._held: dict[Link, bytes] = {}
        self._applicants: dict[Link, float] = {}
        self._held_to: tuple[Directory, int, bool] | None = None
        """The directory, its number and whether it was usable when the links were last reviewed; until it changes none need be again."""

    def connected(self, certificate: bytes, transport: Transport, expected: str = "", address: str = "") -> Link | None:
        """A connection whose peer showed the certificate with that SHA-256; None (and closed) if it speaks for no open office."""
        node, entry = self._node, self._node.directory.of_certificate(certificate)
        reason = self._refusal(entry, expected)
        if reason or entry is None:
            node.event("wire:peer:refused", f"{address} {entry.code if entry else ''} {reason}".strip())
            transport.close()
            if expected:
                node.dial_failed(expected, "refused")
            return None
        peer = Place(entry.code, entry.kind, entry.prefecture)
        lasting = reports_to(node.place, peer) or reports_to(peer, node.place)
        link = Link(node, peer, transport, self.timeouts, lasting=lasting)
        self._held[link] = certificate
        return link

    def _refusal(self, entry: Entry | None, expected: str) -> str:
        """Why a peer may not have a link now; "" if it may."""
        node = self._node
        if not node.running:
            return "not open"
        if not node.directory.usable(node.clock.wall_ms()):
            return "own directory expired"
        if entry is None:
            return "unknown certificate"
        if expected and entry.code != expected:
            return f"not {expected}"
        if not expected and sum(link.peer.code == entry.code for link in self._held) >= self.limits.per_office:
            return "too many links"
        return ""

    def applied(self, transport: Transport, address: str = "") -> Link | None:
        """A connection to the enrolment listener: somebody not in the directory, who may say very little, and not for long."""
        node = self._node
        if not node.running or len(self._applicants) >= self.limits.applicants:
            node.event("wire:peer:refused", f"{address} too many applicants".strip())
            transport.close()
            return None
        link = Link(node, APPLICANT, transport, self.timeouts)
        self._applicants[link] = node.clock.monotonic_s()
        return link

    @property
    def links(self) -> list[Link]:
        """Every link, those included that have not said hello."""
        return [*self._held, *self._applicants]

    def gone(self, link: Link) -> None:
        """A link is closed."""
        self._held.pop(link, None)
        self._applicants.pop(link, None)

    def review(self) -> None:
        """Close every link that the directory of today would not admit."""
        node = self._node
        usable = node.directory.usable(node.clock.wall_ms())
        held_to = (node.directory, node.directory.number, usable)
        if held_to != self._held_to:
            self._held_to = held_to
            self._close_unlisted(usable)
        if self._applicants:
            self._close_lasting(node.clock.monotonic_s() - self.limits.applicant_s)

    def _close_unlisted(self, usable: bool) -> None:
        for link, certificate in list(self._held.items()):
            entry = self._node.directory.of_certificate(certificate)
            if not usable or entry is None or entry.code != link.peer.code:
                link.close("directory expired" if not usable else "certificate no longer listed")

    def _close_lasting(self, before_s: float) -> None:
        for link in [link for link, since_s in self._applicants.items() if since_s < before_s]:
            link.close("time of an applicant is over")

    def close_all(self, reason: str) -> None:
        """Close every link, those included that have not said hello."""
        for link in self.links:
            link.close(reason)


def reports_to(office: Place, hub: Place) -> bool:
    """Whether an office sends its changes to the other: a municipality to its own prefecture, a prefecture to the centre."""
    return on_route(IdentityChange, office.kind, office.prefecture, hub.kind, hub.prefecture)


def notifies(speech: Speech, sender: Place, receiver: Place) -> bool:
    """Whether any notice leads from one to the other; nobody else has a word on that outbox."""
    return any(accepted.message.durable for accepted in speech.accepted(sender, receiver).values())
