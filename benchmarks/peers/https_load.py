"""Load over aiohttp, one connection per question in flight as HTTP/1.1 needs it: PORT FOLDER RESIDENTS (比較対象 HTTPS)."""

import asyncio
import sys
from pathlib import Path

import aiohttp
import uvloop

from benchmarks.certificates import Papers, client_context
from benchmarks.peers.load import take_orders


async def main(port: str, folder: str, residents: str) -> None:
    """Opens a session, then takes orders."""
    connector = aiohttp.TCPConnector(limit=0, ssl=client_context(Papers(Path(folder))))
    async with aiohttp.ClientSession(connector=connector) as session:

        async def ask(kind: str, request: bytes) -> bytes:
            path = "bare" if kind == "bare" else "ask"
            async with session.post(f"https://localhost:{port}/{path}", data=request) as response:
                response.raise_for_status()
                return await response.read()

        await take_orders(ask, int(residents))


if __name__ == "__main__":
    asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
    asyncio.run(main(*sys.argv[1:4]))
