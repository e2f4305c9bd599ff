"""TLS over one TCP connection: the handshake on threads, what follows on the event loop (暗号化された接続; RFC 8446).

A handshake is a millisecond of arithmetic that needs no interpreter: a hub to which a thousand offices come back at once works on as
many as it has processors, and goes on answering meanwhile. A thread has the connection for one step; what arrives meanwhile waits.
"""

import asyncio
import ssl
from concurrent.futures import Executor
from contextlib import suppress
from typing import Any, Protocol, cast

RECORD_BYTES = 16_384
"""A TLS record at most. No more goes into OpenSSL's two buffers at once: they keep for ever the size that they once had."""
EARLY_BYTES_MAX = 262_144
"""What may arrive while a thread works on the handshake; the rest waits in the network.

A client may speak as soon as it is done itself."""


class Inner(Protocol):
    """Who speaks inside."""

    def connection_made(self, transport: "TlsConnection") -> None:
        """The handshake is done."""

    def data_received(self, data: bytes) -> None:
        """Bytes of the peer's."""

    def connection_lost(self, exc: Exception | None) -> None:
        """It is over; only called if it was made."""

    def pause_writing(self) -> None:
        """The peer does not read."""

    def resume_writing(self) -> None:
        """It does again."""


class TlsConnection(asyncio.Protocol):
    """A protocol towards TCP, and what `inner` takes for its transport."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, inner: Inner, context: ssl.SSLContext, *, server: bool, shutdown_s: float,
        threads: Executor | None = None,
    ) -> None:  # fmt: skip
        self._loop, self._inner, self._server, self._shutdown_s, self._threads = loop, inner, server, shutdown_s, threads
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = context.wrap_bio(self._incoming, self._outgoing, server_side=server)
        self._early = bytearray()
        """What arrived while a thread had the connection."""
        self._on_thread = self._made = self._closing = False
        self._tcp: asyncio.Transport | None = None
        self._ending: asyncio.TimerHandle | None = None
        self._shaken: asyncio.Future[None] = loop.create_future()

    # -- towards TCP ----------------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin the handshake, or wait for the client to."""
        self._tcp = cast(asyncio.Transport, transport)  # uvloop's is one in all but name
        if not self._server:
            self._shake()

    def data_received(self, data: bytes) -> None:
        """Bytes of the network."""
        if self._on_thread:
            self._early += data
            if len(self._early) > EARLY_BYTES_MAX and self._tcp is not None:
                self._tcp.pause_reading()
            return
        if self._made:
            self._read(data)
        else:
            self._incoming.write(data)
            self._shake()

    def connection_lost(self, exc: Exception | None) -> None:
        """TCP is gone."""
        self._tcp = None
        if self._ending is not None:
            self._ending.cancel()
        if self._made:
            self._made = False
            self._inner.connection_lost(exc)
        elif not self._shaken.done():
            self._shaken.set_exception(exc or ConnectionResetError(0, "connection lost"))

    def pause_writing(self) -> None:
        """TCP is full."""
        if self._made:
            self._inner.pause_writing()

    def resume_writing(self) -> None:
        """TCP has room again."""
        if self._made:
            self._inner.resume_writing()

    async def made(self, within_s: float) -> None:
        """Wait until the handshake is done. Raises TimeoutError, an ssl.SSLError or another OSError; the connection is gone then."""
        try:
            async with asyncio.timeout(within_s):
                await self._shaken
        except (TimeoutError, asyncio.CancelledError):
            self.abort()
            raise

    # -- the handshake --------------------------------------------------------------------------------------------

    def _shake(self) -> None:
        self._on_thread = True
        if self._threads is not None:
            self._threads.submit(self._step)
        else:
            self._loop.run_in_executor(None, self._step)

    def _step(self) -> None:
        """On a thread: as far as the handshake comes with what has arrived. It tells the loop itself: a future that does cost as much
        of the interpreter's time as all else here."""
        outcome: bool | OSError = True
        try:
            self.tls.do_handshake()
        except ssl.SSLWantReadError:
            outcome = False
        except OSError as error:  # of TLS, too
            outcome = error
        with suppress(RuntimeError):  # the loop has ended: nobody waits any more
            self._loop.call_soon_threadsafe(self._stepped, outcome)

    def _stepped(self, outcome: bool | OSError) -> None:
        """The step is over: done, not yet done, or failed."""
        self._on_thread = False
        if self._tcp is None or self._tcp.is_closing() or self._shaken.done():
            return
        if isinstance(outcome, OSError):
            self._shaken.set_exception(outcome)
            self.abort()
            return
        self._flush()
        if outcome:
            self._made = True
            self._shaken.set_result(None)
            self._inner.connection_made(self)
            if self._incoming.pending:  # the peer's first words came with the last of its handshake
                self._read(b"")
        early, self._early = bytes(self._early), bytearray()
        if len(early) > EARLY_BYTES_MAX:
            self._tcp.resume_reading()
        if early:
            self.data_received(early)

    # -- inside ---------------------------------------------------------------------------------------------------

    def _read(self, data: bytes) -> None:
        """Hand over what can be decrypted, all of it at once; the peer's last word ends the connection."""
        records: list[bytes] = []
        over, rest = self._decrypt(data[:RECORD_BYTES], records), memoryview(data)[RECORD_BYTES:]
        while rest and not over:
            over, rest = self._decrypt(rest[:RECORD_BYTES], records), rest[RECORD_BYTES:]
        if records and not self._closing:
            self._inner.data_received(records[0] if len(records) == 1 else b"".join(records))
        if over:
            self._peer_closed()
        self._flush()

    def _decrypt(self, piece: bytes | memoryview, records: list[bytes]) -> bool:
        """Whether that was all the peer has to say, or all that is understood of it."""
        read, incoming = self.tls.read, self._incoming
        incoming.write(piece)
        try:
            while record := read(RECORD_BYTES):
                records.append(record)
                if not incoming.pending and not self.tls.pending():
                    return False
        except ssl.SSLWantReadError:
            return False
        except ssl.SSLZeroReturnError:
            pass
        except ssl.SSLError:
            self.abort()
        return True

    def _peer_closed(self) -> None:
        self.close()
        if self._tcp is not None:
            self._tcp.close()

    def _flush(self) -> None:
        if self._tcp is not None and self._outgoing.pending:
            self._tcp.write(self._outgoing.read())

    # -- as a transport -------------------------------------------------------------------------------------------

    def write(self, data: bytes) -> None:
        """Send; without effect once the connection is closed."""
        if self._closing or self._tcp is None:
            return
        rest, records = memoryview(data), list[bytes]()
        while rest:  # a record at a time
            rest = rest[self.tls.write(rest) :]
            records.append(self._outgoing.read())
        self._tcp.write(records[0] if len(records) == 1 else b"".join(records))

    def close(self) -> None:
        """Say the last word and wait for the peer's, but not for long."""
        if self._closing or self._tcp is None:
            return
        self._closing, over = True, True
        try:
            self.tls.unwrap()
        except ssl.SSLWantReadError:
            over = False
        except ssl.SSLError:  # the peer still speaks: nobody listens any more
            over = True
        self._flush()
        if over:
            self._tcp.close()
        else:
            self._ending = self._loop.call_later(self._shutdown_s, self.abort)

    def abort(self) -> None:
        """End the connection at once."""
        if self._tcp is not None:
            self._closing = True
            self._tcp.abort()

    def address(self) -> Any:
        """The peer's, as its socket has it; None if it is gone."""
        return self._tcp.get_extra_info("peername") if self._tcp is not None else None

    def get_write_buffer_size(self) -> int:
        """Bytes that TCP has not taken yet."""
        return self._tcp.get_write_buffer_size() if self._tcp is not None else 0
