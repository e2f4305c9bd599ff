"""grpc.aio server with client certificates: PORT FOLDER DATABASE (比較対象 gRPC)."""

import asyncio
import sys
from pathlib import Path

import grpc  # type: ignore[import-untyped]
import uvloop

from benchmarks.certificates import Papers
from benchmarks.peers.desk import Desk


async def echo(request: bytes, context: grpc.aio.ServicerContext[bytes, bytes]) -> bytes:
    """The bare call: nothing but the wire."""
    return request


async def serve(port: str, folder: str, database: str) -> None:
    """Listens until the process is ended."""
    papers, desk = Papers(Path(folder)), Desk(Path(database))

    async def ask(request: bytes, context: grpc.aio.ServicerContext[bytes, bytes]) -> bytes:
        return await desk.ask(request)

    certificate, key = papers.of("server")
    pair = (key.read_bytes(), certificate.read_bytes())
    credentials = grpc.ssl_server_credentials([pair], papers.authority.read_bytes(), require_client_auth=True)
    answers = {"Bare": grpc.unary_unary_rpc_method_handler(echo), "Ask": grpc.unary_unary_rpc_method_handler(ask)}
    server = grpc.aio.server()
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("desk", answers),))
    server.add_secure_port(f"127.0.0.1:{port}", credentials)
    await server.start()
    await server.wait_for_termination()


if __name__ == "__main__":
    asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
    asyncio.run(serve(*sys.argv[1:4]))
