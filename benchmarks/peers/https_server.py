"""granian + Starlette with client certificates: PORT FOLDER DATABASE (比較対象 HTTPS)."""

import os
import sys
from pathlib import Path

from granian.constants import Interfaces, Loops
from granian.server import Server
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from benchmarks.certificates import Papers
from benchmarks.peers.desk import Desk

DATABASE = "BENCHMARK_DATABASE"
desks: list[Desk] = []


async def bare(request: Request) -> Response:
    """The bare call: nothing but the wire."""
    return Response(await request.body(), media_type="application/msgpack")


async def ask(request: Request) -> Response:
    """The call with equal work; the desk is opened in the running loop at the first question."""
    if not desks:
        desks.append(Desk(Path(os.environ[DATABASE])))
    return Response(await desks[0].ask(await request.body()), media_type="application/msgpack")


app = Starlette(routes=[Route("/bare", bare, methods=["POST"]), Route("/ask", ask, methods=["POST"])])


def serve(port: str, folder: str, database: str) -> None:
    """One worker process, as the other contestants have one."""
    papers = Papers(Path(folder))
    certificate, key = papers.of("server")
    os.environ[DATABASE] = database
    Server(
        "benchmarks.peers.https_server:app",
        port=int(port),
        interface=Interfaces.ASGI,
        loop=Loops.uvloop,
        ssl_cert=certificate,
        ssl_key=key,
        ssl_ca=papers.authority,
        ssl_client_verify=True,
        log_enabled=False,
    ).serve()


if __name__ == "__main__":
    serve(*sys.argv[1:4])
