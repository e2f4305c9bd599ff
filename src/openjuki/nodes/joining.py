"""Speaking to the centre's enrolment listener: to join, and to pull the directory (登録と名簿取得; architecture section 2).

The anchor, handed over by hand, says where the centre listens and which authority signs its certificate; what comes back is believed
only under the centre's seal. So a node whose directory has expired can still get a fresh one.
"""

import asyncio
import ssl
from collections.abc import Callable, Sequence
from typing import Any, TypeVar, cast

from openjuki.law.kinds import OfficeKind
from openjuki.nodes.admission import APPLICANT
from openjuki.nodes.clock import LoopClock
from openjuki.nodes.tables import SPEECH
from openjuki.nodes.tls import ALPN
from openjuki.procedures.enrolment import DirectoryGiven, DirectoryPull
from openjuki.register.errors import NotReady, OpenJukiError, Say
from openjuki.wire.clock import Clock
from openjuki.wire.directory import Anchor, Directory
from openjuki.wire.frame import Header
from openjuki.wire.link import Link, Question
from openjuki.wire.message import Message
from openjuki.wire.sides import CREDIT, Hello
from openjuki.wire.speech import Place

DEADLINE_MS = 30_000
CONNECT_S = 10.0
M = TypeVar("M", bound=Message)


class Applicant(asyncio.Protocol):
    """An office that is not yet one: asks the centre one thing at a time (wire.sides.LinkOwner and Transport)."""

    def __init__(self, anchor: Anchor, loop: asyncio.AbstractEventLoop) -> None:
        self.place, self.realm, self.speech = APPLICANT, anchor.realm, SPEECH
        self.clock: Clock = LoopClock(loop)
        self._centre = Place(anchor.centre, OfficeKind.CENTRE, "")
        self.link: Link | None = None
        self._transport: asyncio.Transport | None = None

    def hello(self) -> Hello:
        """No outbox, no directory."""
        return Hello((1,), 0, CREDIT, b"")

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Connected to whoever holds a certificate of the network's authority."""
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is one in all but name
        self.link = Link(self, self._centre, self)

    def data_received(self, data: bytes) -> None:
        """Hand the bytes to the link."""
        if self.link is not None:
            self.link.receive(data)

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell the link."""
        if self.link is not None:
            self.link.lost("connection lost")

    def write(self, data: bytes) -> None:
        """Send."""
        if self._transport is not None:
            self._transport.write(data)

    def close(self) -> None:
        """End the connection."""
        if self._transport is not None:
            self._transport.close()

    def came_up(self, link: Link) -> None:
        """Nothing waits for that."""

    def went_down(self, link: Link, reason: str) -> None:
        """The question's own error tells it."""

    def resumed(self, link: Link) -> None:
        """Nothing is held back."""

    def asked(self, link: Link, questions: Sequence[Question]) -> None:
        """Nobody may ask an applicant; nothing is on a route to it."""

    def noticed(self, link: Link, header: Header, body: bytes, refused: str = "") -> None:
        """Nobody may send notices to an applicant."""

    def acknowledged(self, link: Link, epoch: bytes, sequence: int, *, expected: bool) -> None:
        """It has no outbox."""

    def event(self, tag: str, what: str) -> None:
        """The question's own error tells it."""


def trust_of(anchor: Anchor) -> ssl.SSLContext:
    """TLS 1.3 towards the centre, trusting the anchor's authority only."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.minimum_version = ssl.TLSVersion.TLSv1_3
    made.check_hostname = False  # the seal under each answer is what counts
    made.load_verify_locations(cadata=anchor.network_ca)
    made.set_alpn_protocols([ALPN])
    return made


async def ask_centre(anchor: Anchor, message: Message, reply: type[M]) -> M:
    """Ask the centre's enrolment listener one question. Raises NotReady or what the centre refuses with."""
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(CONNECT_S):
            _, applicant = await loop.create_connection(
                lambda: Applicant(anchor, loop), anchor.host, anchor.port, ssl=trust_of(anchor), server_hostname=""
            )
    except (OSError, ssl.SSLError) as error:
        unreachable = Say("cannot be reached.", "接続できません。")
        raise NotReady(anchor.centre, unreachable, Say("Check the anchor and the line.", "基点と回線を確かめてください。")) from error
    answered: asyncio.Future[Any] = loop.create_future()
    if applicant.link is not None:
        applicant.link.ask(message, reply, _settle(answered), DEADLINE_MS)
    outcome = await answered
    applicant.close()
    if isinstance(outcome, OpenJukiError):
        raise outcome
    return outcome  # type: ignore[no-any-return]


def _settle(answered: "asyncio.Future[Any]") -> Callable[[Any], None]:
    return lambda outcome: None if answered.done() else answered.set_result(outcome)


async def pull(directory: Directory) -> bool:
    """Bring a directory up to date; True if a newer head was taken. Raises Broken for anything the anchor does not vouch for."""
    given = await ask_centre(directory.anchor, DirectoryPull(directory.number), DirectoryGiven)
    return directory.take(given.sealed, given.changed)
