"""Web pages and interfaces are served on an open socket while a block runs (画面と連携口の提供; architecture 6).

Only inside one house: between offices the network's own protocol is spoken (promise P13).
"""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from starlette.types import ASGIApp

KEEP_ALIVE_S = 30
END_S = 3
"""How long the requests under way may take when the block ends."""


class _Server(uvicorn.Server):
    """A server that leaves the process's signals to the command that runs it."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def serving(app: ASGIApp, listener: socket.socket, at_once_max: int, tls: ssl.SSLContext | None = None) -> AsyncIterator[None]:
    """Serve `app` until the block ends; more than `at_once_max` requests at once are answered with 503."""
    config = uvicorn.Config(
        app, log_config=None, log_level="critical", access_log=False, lifespan="off", ws="none", server_header=False, proxy_headers=False,
        limit_concurrency=at_once_max, timeout_keep_alive=KEEP_ALIVE_S, timeout_graceful_shutdown=END_S, http="h11",
        ssl_context_factory=(lambda config, default: tls) if tls else None,
    )  # fmt: skip
    server = _Server(config)
    served = asyncio.create_task(server.serve([listener]))
    try:
        yield
    finally:
        server.should_exit = True
        await served
