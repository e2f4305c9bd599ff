"""The bare link: `wire`'s own frames, judging, decoding and answering over TLS, and nothing behind it (通信のみ).

As a module it is the server: PORT FOLDER.
"""

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, cast

from benchmarks.certificates import Papers, server_context
from benchmarks.echo import fast_load
from benchmarks.ours.frames import header, number_at, write_greeting, write_questions
from benchmarks.peers.questions import FRAME_BYTES
from benchmarks.setting import Contestant, Setting, free_port, python
from openjuki.law.kinds import OfficeKind, Route
from openjuki.nodes import process
from openjuki.nodes.clock import LoopClock
from openjuki.wire.clock import Clock
from openjuki.wire.frame import Header
from openjuki.wire.link import Link, Question
from openjuki.wire.message import Message
from openjuki.wire.sides import CREDIT, Hello
from openjuki.wire.speech import Place, Speech

REALM = "sandbox"
ASKER = Place("990077", OfficeKind.APPENDIX_BODY, "")
ASKED = Place("990001", OfficeKind.CENTRE, "")
HELLO = Hello((1,), 1, CREDIT, b"")
FRAMES = 64
HEADER_BYTES = 71


class BareQuestion(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A question of the usual size."""

    routes: ClassVar[frozenset[Route]] = frozenset({Route(OfficeKind.APPENDIX_BODY, OfficeKind.CENTRE)})
    text: bytes


class BareAnswer(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Its answer."""

    text: bytes


class Owner:
    """Answers every question with its own text."""

    place, realm, speech = ASKED, REALM, Speech([BareQuestion])

    def __init__(self) -> None:
        self.clock: Clock = LoopClock(asyncio.get_running_loop())

    def hello(self) -> Hello:
        """What to say first."""
        return HELLO

    def asked(self, link: Link, questions: Sequence[Question]) -> None:
        """At once, with what came."""
        for question in questions:
            question.reply(BareAnswer(question.message.text))

    def came_up(self, link: Link) -> None:
        """Nothing to do."""

    def went_down(self, link: Link, reason: str) -> None:
        """Nothing to do."""

    def resumed(self, link: Link) -> None:
        """Nothing waits."""

    def noticed(self, link: Link, header: Header, body: bytes, refused: str = "") -> None:
        """No notices here."""

    def acknowledged(self, link: Link, epoch: bytes, sequence: int, *, expected: bool) -> None:
        """No notices here."""

    def event(self, tag: str, what: str) -> None:
        """Told to whoever reads the log of the run."""
        print(tag, what, file=sys.stderr)


class Connection(asyncio.Protocol):
    """Bytes of one TLS connection in and out of a link."""

    def __init__(self, owner: Owner) -> None:
        self.owner = owner

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The peer has shown its certificate."""
        self.link = Link(self.owner, ASKER, cast(asyncio.Transport, transport))

    def data_received(self, data: bytes) -> None:
        """What one read brought."""
        self.link.receive(data)

    def connection_lost(self, exc: Exception | None) -> None:
        """The peer has gone."""
        self.link.lost("connection lost")


async def serve(port: str, folder: str) -> None:
    """Listens until the process is ended."""
    owner = Owner()
    context = server_context(Papers(Path(folder)))
    server = await asyncio.get_running_loop().create_server(lambda: Connection(owner), "127.0.0.1", int(port), ssl=context)
    process.settle()
    await server.serve_forever()


def bare_link(setting: Setting) -> Contestant:
    """The contestant: server in Python, load in C."""
    port = free_port()
    server = setting.serve("bare", python("benchmarks.ours.bare", port, setting.papers.folder), port)
    head = header(REALM, ASKER.code, ASKED.code, BareQuestion)
    greeting = write_greeting(setting.folder / "bare.hello", REALM, ASKER.code, ASKED.code, HELLO)
    text = bytes(FRAME_BYTES - HEADER_BYTES)
    frames = write_questions(setting.folder / "bare.frames", head, [BareQuestion(text)] * FRAMES)
    driver = fast_load(setting, "bare", port, greeting=greeting, number_at=number_at(head))
    return Contestant("link bare", server, driver, str(frames))


if __name__ == "__main__":
    process.run(serve(*sys.argv[1:3]))
