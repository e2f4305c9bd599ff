"""Which desks have their card agent on the line: paired by a code that the clerk's page shows (カード端末; architecture section 6).

One agent for a session of an operator. The agent dials in; the code is good for two minutes and for one agent.
"""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import NamedTuple

from openjuki.counter.sessions import LONGEST_S
from openjuki.register.errors import NotReady, Say
from openjuki.terminal.agent_hall import AgentHall, Desk


class Pairing(NamedTuple):
    """A code that a page shows, and whoever waits for its agent."""

    code: str
    waits: asyncio.Task[None]


@dataclass
class CardAgents:
    """The card agents of the desks, by session. `address` is where agents dial in, HOST:PORT."""

    hall: AgentHall
    address: str
    _desks: dict[str, Desk] = field(default_factory=dict)
    _pairings: dict[str, Pairing] = field(default_factory=dict)
    _works: set[asyncio.Task[None]] = field(default_factory=set)

    def desk(self, session: str) -> Desk:
        """The agent of this session's desk. Raises NotReady if none is paired, or its line is down."""
        if not self.paired(session):
            raise NotReady(
                "card agent",
                Say("no card agent is paired with this page.", "カード端末とつながっていません。"),
                Say("Pair the desk's agent.", "この画面と端末を対にしてください。"),
            )
        return self._desks[session]

    def paired(self, session: str) -> bool:
        """Whether an agent is on the line."""
        found = self._desks.get(session)
        return found is not None and not found.gone

    def begin(self, session: str) -> str:
        """A new code for the page of this session; the one before, and the agent before, count for nothing."""
        self.part(session)
        code = self.hall.code()
        self._pairings[session] = Pairing(code, asyncio.create_task(self._wait(session, code)))
        return code

    def code(self, session: str) -> str:
        """The code that still waits for an agent; "" if there is none."""
        pairing = self._pairings.get(session)
        return pairing.code if pairing and not pairing.waits.done() else ""

    def part(self, session: str) -> None:
        """No code and no agent for this session."""
        pairing, desk = self._pairings.pop(session, None), self._desks.pop(session, None)
        if pairing:
            pairing.waits.cancel()
        if desk:
            desk.close()

    def work(self, steps: Coroutine[None, None, None]) -> asyncio.Task[None]:
        """Something of several questions to a desk: it goes on when the page that began it is left, and ends with the pages."""
        task = asyncio.create_task(steps)
        self._works.add(task)
        task.add_done_callback(self._works.discard)
        return task

    async def close(self) -> None:
        """The pages end: every agent is sent away, every code is void."""
        waiting = [pairing.waits for pairing in self._pairings.values()]
        for session in {*self._pairings, *self._desks}:
            self.part(session)
        await asyncio.gather(*waiting, *self._works, return_exceptions=True)
        await self.hall.close()

    async def _wait(self, session: str, code: str) -> None:
        try:
            desk = await self.hall.desk(code)
        except NotReady:
            return
        self._desks[session] = desk
        asyncio.get_running_loop().call_later(LONGEST_S, desk.close)
