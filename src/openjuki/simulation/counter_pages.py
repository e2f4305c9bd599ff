"""The pages of a running country: every municipality's window and every prefecture's desk on one port (窓口の画面の提供; architecture 6).

Each office has a host name of its own, 462250.localhost: cookies ignore ports, so pages of two offices must not share one.
"""

import os
import secrets
import socket
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

from openjuki.counter.application import address, counter_app
from openjuki.counter.card_agents import CardAgents
from openjuki.counter.entry.pages import MENU, PAGES
from openjuki.counter.window import Window
from openjuki.law.kinds import OfficeKind
from openjuki.nodes.document_desk import DocumentDesk
from openjuki.nodes.serving import serving
from openjuki.simulation import document_operations
from openjuki.simulation.country import Country
from openjuki.terminal.agent_hall import AgentHall

SECRET = "counter.secret"  # noqa: S105 - a file's name
SECRET_BYTES = 32
WITH_PAGES = frozenset({OfficeKind.MUNICIPALITY, OfficeKind.PREFECTURE})
AT_ONCE_MAX = 256
LAST_PORT = 65_535


class LogIn(NamedTuple):
    """One operator of one office, and how to log in; passwords are drawn by the country itself and stand in no file but hashed."""

    operator: str
    name: str
    role: str
    password: str


class OfficePages(NamedTuple):
    """One office's pages."""

    code: str
    name: str
    address: str
    log_ins: tuple[LogIn, ...]


class Pages(NamedTuple):
    """All pages of a country while it runs."""

    port: int
    offices: tuple[OfficePages, ...]
    windows: Mapping[str, Window]

    def of(self, code: str) -> OfficePages:
        """Those of one office."""
        return next(office for office in self.offices if office.code == code)


@asynccontextmanager
async def serve_pages(country: Country, port: int = 0) -> AsyncIterator[Pages]:
    """Serve the pages on loopback until the block ends; `port` 0 takes the next free one after the country's own."""
    listener = _listener(port or _after(country))
    number = int(listener.getsockname()[1])
    desk = document_operations.desk(country)
    hall = AgentHall(secrets.randbelow, time.monotonic)
    cards = CardAgents(hall, f"localhost:{await hall.open('127.0.0.1', 0)}")
    windows = windows_of(country, desk, cards)
    async with serving(counter_app(windows, port=number, pages=PAGES, menu=MENU), listener, AT_ONCE_MAX):
        yield Pages(number, tuple(_told(window, number) for window in windows.values()), windows)
    await cards.close()
    desk.close()


def windows_of(country: Country, desk: DocumentDesk, cards: CardAgents) -> dict[str, Window]:
    """A window for each office that has one, by code; sessions of all have numbers of their own, so one place keeps their card agents."""
    secret = _secret(country.folder / SECRET)
    nodes = [node for node in country.nodes.values() if node.place.kind in WITH_PAGES]
    names = country.directory.entries
    return {node.place.code: Window(node, names[node.place.code].name, country.call, secret, desk, cards) for node in nodes}


def _told(window: Window, port: int) -> OfficePages:
    log_ins = tuple(LogIn(one.id, one.name, one.role.value, window.password(one.id)) for one in window.operators)
    return OfficePages(window.code, window.name, address(window.code, port), log_ins)


def _secret(path: Path) -> bytes:
    """The country's secret for its windows; drawn once, readable by its user only."""
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(os.urandom(SECRET_BYTES))
    return path.read_bytes()


def _after(country: Country) -> int:
    """The port after those of the country's offices."""
    return max([country.directory.anchor.port, *(entry.port for entry in country.directory.entries.values())]) + 1


def _listener(port: int) -> socket.socket:
    for number in range(port, LAST_PORT):
        try:
            return socket.create_server(("127.0.0.1", number))
        except OSError:
            continue
    return socket.create_server(("127.0.0.1", 0))
