"""The office's end of its card agents: pairing codes for pages, questions to paired desks (カード端末の受付; architecture section 6).

    hall = AgentHall(draw, clock.monotonic_s)      code = hall.code()          shown on the clerk's page
    await hall.open(host, port)                    desk = await hall.desk(code) when the agent has dialled in
                                                   answer = await desk.ask(Confirm())

A code is for one desk, for two minutes, and is gone after it was used; wrong codes are answered slowly.
"""

import asyncio
import ssl
from collections.abc import Callable

import msgspec

from openjuki.register.errors import NotReady, Say
from openjuki.terminal.agent import MESSAGE_BYTES_MAX, Answer, Request, decode_answer, encode
from openjuki.terminal.agent_link import LOOPBACK, Pairing

CODE_LETTERS, CODE_LENGTH = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ", 8
"""Without letters that look like digits; 40 bits."""
CODE_S, WRONG_CODE_S, ASK_S = 120.0, 1.0, 180.0
_LINE_FAULTS = (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError)
"""Of the line itself; what is said on it and is no message is a ValueError (no UTF-8, too), or too deep."""


class Desk:
    """One paired agent. One question at a time; the holder may take minutes. A question without its answer ends the line."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer, self._turn = reader, writer, asyncio.Lock()

    async def ask(self, request: Request) -> Answer:
        """What came of the question. Raises NotReady if the desk is gone or does not answer in time."""
        async with self._turn:
            answer: Answer | None = None
            try:
                async with asyncio.timeout(ASK_S):
                    self._writer.write(encode(request) + b"\n")
                    await self._writer.drain()
                    answer = decode_answer(await self._reader.readuntil(b"\n"))
                    return answer
            except (*_LINE_FAULTS, ValueError, RecursionError) as error:
                raise _gone() from error
            finally:
                if answer is None:
                    self.close()

    @property
    def gone(self) -> bool:
        """Whether the agent has hung up, or was sent away."""
        return self._writer.is_closing() or self._reader.at_eof()

    def close(self) -> None:
        """Hangs up; the agent ends."""
        self._writer.close()


class AgentHall:
    """Where agents dial in. `draw(n)` is uniform in range(n); `now_s` a clock that only goes forward."""

    def __init__(self, draw: Callable[[int], int], now_s: Callable[[], float]) -> None:
        self._draw, self._now_s = draw, now_s
        self._waiting: dict[str, tuple[float, asyncio.Future[Desk]]] = {}
        self._server: asyncio.Server | None = None

    async def open(self, host: str, port: int, tls: ssl.SSLContext | None = None) -> int:
        """Listens, and returns the port. Raises ValueError for a host beyond this machine without TLS."""
        if tls is None and host not in LOOPBACK:
            raise ValueError("agents of other machines need TLS")
        self._server = await asyncio.start_server(self._dialled_in, host, port, ssl=tls, limit=MESSAGE_BYTES_MAX)
        return int(self._server.sockets[0].getsockname()[1])

    def code(self) -> str:
        """A new pairing code for a page, good for two minutes."""
        now = self._now_s()
        self._waiting = {code: entry for code, entry in self._waiting.items() if entry[0] > now and not entry[1].cancelled()}
        code = "".join(CODE_LETTERS[self._draw(len(CODE_LETTERS))] for _ in range(CODE_LENGTH))
        self._waiting[code] = (now + CODE_S, asyncio.get_running_loop().create_future())
        return code

    async def desk(self, code: str) -> Desk:
        """The desk that was paired by this code. Raises NotReady if none was in time."""
        if code not in self._waiting:
            raise _gone()
        until, paired = self._waiting[code]
        try:
            async with asyncio.timeout(None if paired.done() else max(until - self._now_s(), 0)):
                return await paired
        except TimeoutError as error:
            raise _gone() from error
        finally:
            self._waiting.pop(code, None)

    async def close(self) -> None:
        """Listens no more."""
        if self._server is not None:
            self._server.close()

    async def _dialled_in(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(CODE_S):
                said = msgspec.json.decode(await reader.readuntil(b"\n"), type=Pairing)
        except (*_LINE_FAULTS, ValueError, RecursionError):
            writer.close()
            return
        until, paired = self._waiting.get(said.code.replace("-", "").upper(), (0.0, None))
        if paired is None or paired.done() or until < self._now_s():
            await asyncio.sleep(WRONG_CODE_S)
            writer.close()
            return
        writer.write(b"paired\n")
        paired.set_result(Desk(reader, writer))


def _gone() -> NotReady:
    return NotReady(
        "card agent",
        Say("no desk answers.", "端末が応答しません。"),
        Say("Start the agent and type the code of the page.", "端末を起動し、画面の番号を入力してください。"),
    )
