"""Load over one grpc.aio channel: PORT FOLDER RESIDENTS (比較対象 gRPC)."""

import asyncio
import sys
from pathlib import Path

import grpc  # type: ignore[import-untyped]
import uvloop

from benchmarks.certificates import Papers
from benchmarks.peers.load import take_orders


async def main(port: str, folder: str, residents: str) -> None:
    """Connects, then takes orders."""
    papers = Papers(Path(folder))
    certificate, key = papers.of("client")
    credentials = grpc.ssl_channel_credentials(papers.authority.read_bytes(), key.read_bytes(), certificate.read_bytes())
    async with grpc.aio.secure_channel(f"127.0.0.1:{port}", credentials) as channel:
        bare, asked = channel.unary_unary("/desk/Bare"), channel.unary_unary("/desk/Ask")

        async def ask(kind: str, request: bytes) -> bytes:
            answer: bytes = await (bare if kind == "bare" else asked)(request)
            return answer

        await take_orders(ask, int(residents))


if __name__ == "__main__":
    asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
    asyncio.run(main(*sys.argv[1:4]))
