"""Local control: a command acts on offices that run in another process of this machine (業務サーバの操作口; architecture section 7).

A Unix socket in the folder, mode 0600, for the same user only. One request per connection, lines of JSON both ways:

    -> {"operation": "query", "arguments": {...}}
    <- {"progress": [done, total]}        any number of times
    <- {"result": ...}  or  {"error": {...}}
"""

import asyncio
import contextlib
import os
import socket
import struct
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from openjuki.register import errors
from openjuki.register.errors import NotReady, OpenJukiError, Reason, Refused, Say

SOCKET = "control.sock"
LINE_BYTES_MAX = 4 * 1024 * 1024
Tell = Callable[[int, int], None]
"""Told (done, total) while an operation works."""
Operate = Callable[[str, dict[str, Any], Tell], Awaitable[Any]]
"""(operation, arguments, tell) -> a result that JSON can hold; raises OpenJukiError."""


class Request(msgspec.Struct, forbid_unknown_fields=True):
    """What is to be done."""

    operation: str
    arguments: dict[str, Any] = {}


class ErrorTold(msgspec.Struct):
    """An error on its way to another process; `refusal` and `article` are set for a refusal."""

    kind: str
    item: str
    reason: Say
    remedy: Say
    refusal: str = ""
    article: str = ""


class Reply(msgspec.Struct, omit_defaults=True):
    """One line back: progress, or the end with a result or an error."""

    progress: tuple[int, int] | None = None
    error: ErrorTold | None = None
    result: Any = None


_FAULT = errors.Broken(
    "operation",
    Say("it failed by a fault of this software.", "本ソフトウェアの不具合により処理できませんでした。"),
    Say("Report the fault with the country's log.", "実行中の国の記録を添えて報告してください。"),
)
_KINDS = {kind.__name__: kind for kind in (errors.InvalidInput, errors.Conflict, errors.NotReady, errors.Broken)}


def told(error: OpenJukiError) -> ErrorTold:
    """An error as it is told."""
    refusal, article = (error.code.value, error.article) if isinstance(error, Refused) else ("", "")
    reason, remedy = (Say(_readable(say.en), _readable(say.ja)) for say in (error.reason, error.remedy))
    return ErrorTold(type(error).__name__, _readable(error.item), reason, remedy, refusal, article)


def _readable(text: str) -> str:
    """Text that can be told: a file's bytes that are no character stand in it as \\udc8f."""
    return text.encode("utf-8", "backslashreplace").decode()


def heard(error: ErrorTold) -> OpenJukiError:
    """The same error on the other side."""
    if error.refusal:
        return Refused(Reason(error.refusal), error.article)
    return _KINDS.get(error.kind, OpenJukiError)(error.item, error.reason, error.remedy)


@contextmanager
def _short(folder: Path) -> Iterator[str]:
    """The socket's name by way of the open folder: names of sockets may have 107 bytes only."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{descriptor}/{SOCKET}"
    finally:
        os.close(descriptor)


class Control:
    """The listening side."""

    def __init__(self, folder: Path, operate: Operate) -> None:
        self._folder, self._operate = folder, operate
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Listen; a socket that a killed process left behind is replaced."""
        path = self._folder / SOCKET
        path.unlink(missing_ok=True)
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        with _short(self._folder) as name:
            old = os.umask(0o177)
            try:
                listener.bind(name)
            finally:
                os.umask(old)
        self._server = await asyncio.start_unix_server(self._serve, sock=listener, limit=LINE_BYTES_MAX)

    async def stop(self) -> None:
        """Stop listening."""
        if self._server is not None:
            self._server.close()
            (self._folder / SOCKET).unlink(missing_ok=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with contextlib.suppress(ConnectionError):
                if _same_user(writer.get_extra_info("socket")):
                    await self._answer(reader, writer)
        finally:
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        def say(reply: Reply) -> None:
            writer.write(msgspec.json.encode(reply) + b"\n")

        try:
            request = await _asked(reader)
            result = await self._operate(request.operation, request.arguments, lambda *at: say(Reply(progress=at)))
            say(Reply(result=result))
        except OpenJukiError as error:
            say(Reply(error=told(error)))
        except Exception:  # a fault of this software: whoever asked hears of it, and the loop's log says which it was
            say(Reply(error=told(_FAULT)))
            raise
        finally:
            await writer.drain()


async def _asked(reader: asyncio.StreamReader) -> Request:
    """The one request of a connection. Refused if it is none, or longer than LINE_BYTES_MAX."""
    try:
        return msgspec.json.decode(await reader.readline(), type=Request)
    except (msgspec.MsgspecError, ValueError) as error:
        raise Refused(Reason.MALFORMED, "architecture 7") from error


def _same_user(connection: socket.socket) -> bool:
    _, user, _ = struct.unpack("3i", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i")))
    return bool(user == os.getuid())


async def call(folder: Path, operation: str, arguments: dict[str, Any], tell: Tell = lambda done, total: None) -> Any:
    """Have an operation done by whoever runs the folder. Raises its error, or NotReady if nobody does or it stops meanwhile."""
    try:
        with _short(folder) as name:
            reader, writer = await asyncio.open_unix_connection(name, limit=LINE_BYTES_MAX)
    except OSError as error:
        raise _nobody(folder) from error
    writer.write(msgspec.json.encode(Request(operation, arguments)) + b"\n")
    try:
        while line := await reader.readline():
            reply = msgspec.json.decode(line, type=Reply)
            if reply.progress is not None:
                tell(*reply.progress)
            elif reply.error is not None:
                raise heard(reply.error)
            else:
                return reply.result
    except ConnectionError as error:
        raise _nobody(folder) from error
    finally:
        writer.close()
    raise _nobody(folder)


def _nobody(folder: Path) -> NotReady:
    gone = Say("nothing answers there, or it has just stopped.", "応答がないか、停止したところです。")
    return NotReady(str(folder), gone, Say("Start it and try again.", "起動してから再度試してください。"))


def is_running(folder: Path) -> bool:
    """Whether somebody listens in the folder."""
    if not (folder / SOCKET).exists():
        return False
    with _short(folder) as name, socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as trial:
        return trial.connect_ex(name) == 0
