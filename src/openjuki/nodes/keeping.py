"""Keeping the directory fresh: the centre renews its own, everybody else pulls it (名簿の更新; architecture section 2, "Directory").

A process pulls when it starts, every ten minutes, when somebody it does not know came with a certificate of the network or a peer said
that it holds a newer one, and when the directory is half over. An expired one closes the nodes to traffic; pulling goes on.
"""

import asyncio
from collections.abc import Callable

from openjuki.nodes.joining import pull
from openjuki.nodes.node import Node
from openjuki.procedures.enrolment import half_over
from openjuki.register.errors import Broken, OpenJukiError
from openjuki.wire.clock import Clock
from openjuki.wire.directory import Directory

TICK_S = 1.0
PULL_EVERY_S = 600.0
PULL_AGAIN_S = 10.0
"""At the earliest after the last time, whatever strangers do; and after one that failed."""

Event = Callable[[str, str], None]


class Keeping:
    """The directory of one process. `spread` in [0, 1) is the process's own, so that a whole country does not pull in one moment."""

    def __init__(self, directory: Directory, clock: Clock, save: Callable[[], None], event: Event, spread: float = 0.0) -> None:
        self._directory, self._clock, self._save, self._event = directory, clock, save, event
        self._saved, self._last_s, self._wished = directory.number, float("-inf"), False
        self._every_s, self._again_s = PULL_EVERY_S * (1 - spread / 5), PULL_AGAIN_S * (1 + spread)

    def heard(self, tag: str, what: str) -> None:
        """An audit event: a peer with an unknown certificate may be an office that joined today."""
        if tag == "wire:peer:refused" and what.endswith("unknown certificate"):
            self._wished = True

    def wish(self, nodes: list[Node]) -> None:
        """A peer that said hello with a newer directory is another reason."""
        hellos = (link.peer_hello for node in nodes for link in node.links.values())
        if any(hello is not None and hello.directory > self._directory.number for hello in hellos):
            self._wished = True

    def due(self) -> bool:
        """Whether to pull now."""
        since_s, sealed = self._clock.monotonic_s() - self._last_s, self._directory.sealed
        stale = sealed is None or half_over(sealed.head, self._clock.wall_ms())
        return since_s >= (self._again_s if stale or self._wished else self._every_s)

    async def pull(self) -> None:
        """Ask the centre; what goes wrong is said and tried again."""
        self._last_s, self._wished = self._clock.monotonic_s(), False
        try:
            if await pull(self._directory):
                self._event("directory:head:taken", str(self._directory.number))
        except Broken as error:
            self._event("directory:head:refused", error.reason.en)
        except OpenJukiError as error:
            self._wished = True
            self._event("directory:pull:failed", error.reason.en)

    def keep(self) -> None:
        """Write a head that is newer than the one on disk."""
        if self._directory.number != self._saved:
            self._save()
            self._saved = self._directory.number

    async def run(self, nodes: Callable[[], list[Node]], *, pulling: bool) -> None:
        """For ever; the process of the centre does not pull: its own register of offices is the source."""
        while True:
            if pulling:
                self.wish(nodes())
                if self.due():
                    await self.pull()
            self.keep()
            await asyncio.sleep(TICK_S)
