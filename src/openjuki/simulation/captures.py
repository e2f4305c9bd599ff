"""Captures: every frame that offices receive over their links while one listens, inside the encryption of the line (電文の採取; P2).

For demonstrations and tests: whoever runs the offices can look into them anyway.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import NamedTuple

from openjuki.nodes.node import Node
from openjuki.wire.frame import FrameReader, Kind
from openjuki.wire.link import Link

MESSAGES = (Kind.ASK, Kind.ANSWER, Kind.NOTICE)


class Passed(NamedTuple):
    """A question, answer or notice that arrived: who sent it, who got it, its type, its body."""

    sender: str
    receiver: str
    type: str
    body: bytes


class Captures:
    """What offices received, in the order of arrival."""

    def __init__(self) -> None:
        self.passed: list[Passed] = []
        self.unheard: list[str] = []
        """Offices that got a link while nobody listened on it: what is said of them proves nothing."""
        self._bytes: dict[str, bytearray] = defaultdict(bytearray)
        self._readers: dict[int, FrameReader] = defaultdict(lambda: FrameReader(lambda header, size: True))

    def receive(self, office: str, link: Link, read: Callable[[bytes], None], data: bytes) -> None:
        """Note what a link of an office reads, and let the link `read` it."""
        self._bytes[office] += data
        for header, body in self._readers[id(link)].frames(data):
            if header.kind in MESSAGES:
                self.passed.append(Passed(header.sender, header.receiver, header.type, body))
        read(data)

    def bytes_of(self, office: str) -> bytes:
        """All that an office received."""
        return bytes(self._bytes[office])


@contextmanager
def listening(nodes: Iterable[Node]) -> Iterator[Captures]:
    """Listen on the links of these offices that are up now, until the block ends; after it `unheard` tells who got more.

    Who listens inside of such a block does not take anything from who listened before.
    """
    offices = list(nodes)
    captures, links = Captures(), {link: node.place.code for node in offices for link in node.admission.links}
    before = {link: vars(link).get("receive") for link in links}
    for link, office in links.items():
        vars(link)["receive"] = partial(captures.receive, office, link, link.receive)
    try:
        yield captures
    finally:
        for link, receive in before.items():
            vars(link).pop("receive", None)
            vars(link).update({"receive": receive} if receive else {})
        captures.unheard = [node.place.code for node in offices if not links.keys() >= set(node.admission.links)]
