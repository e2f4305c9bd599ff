"""A small country with its pages, run in a thread of its own for the tests of the window (窓口の試験の国)."""

import asyncio
import datetime
import http.client
import threading
import urllib.parse
from collections.abc import Coroutine, Iterator
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path
from typing import Any

from openjuki.counter.window import Window
from openjuki.nodes.entering import read_event
from openjuki.offices.municipality import decode_record
from openjuki.simulation import declaration
from openjuki.simulation.counter_pages import Pages, serve_pages
from openjuki.simulation.country import Country
from openjuki.simulation.declaration import Declaration
from openjuki.simulation.running import Calendar, run_country
from tests.counter.said import Said

AIRA, CHIYODA, SETAGAYA, KAGOSHIMA_PREFECTURE = "462250", "131016", "131121", "460001"
DAY = datetime.date(2013, 12, 2)
RESIDENTS = 120


class Running:
    """A country that runs, its pages, and the way to have something done in its event loop."""

    def __init__(self, folder: Path, declared: Declaration | None = None) -> None:
        self.folder, self.calendar = folder, Calendar(DAY)
        self.declared = declared or declaration.declare(residents=RESIDENTS)
        self.country: Country
        self.pages: Pages
        self.clerks: type[Clerk] = Clerk
        """What sits at the desks; a test that looks over their shoulder puts its own here."""
        self._loop = asyncio.new_event_loop()
        self._up, self._stop = threading.Event(), asyncio.Event()
        self._thread = threading.Thread(target=lambda: self._loop.run_until_complete(self._run()))

    async def _run(self) -> None:
        try:
            async with AsyncExitStack() as stack:
                self.country = await stack.enter_async_context(run_country(self.folder, self.declared, self.calendar))
                self.pages = await stack.enter_async_context(serve_pages(self.country))
                self._up.set()
                await self._stop.wait()
        finally:
            self._up.set()

    def start(self) -> None:
        self._thread.start()
        self._up.wait(120)

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(60)

    def do(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Run it in the country's loop."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(60)

    def read(self, office: str, work: Any) -> Any:
        """A work of an office's store."""
        return self.do(self.country.call(self.country.office(office).write, work))

    def window(self, office: str) -> Window:
        return self.pages.windows[office]

    def enter(self, office: str, event: dict[str, Any]) -> Any:
        """One event, as the command enters it."""
        notification, step = read_event(event)
        return self.do(self.country.call(step, self.country.office(office), "test", notification))

    def code_of(self, office: str, name: str) -> str:
        """The code of the resident of that name."""
        records = self.read(office, lambda t: [decode_record(body) for (body,) in t.all("SELECT record FROM person")])
        return next(record.code for record in records if record.name == name)

    def password(self, office: str, operator: str) -> str:
        return next(one.password for one in self.pages.of(office).log_ins if one.operator == operator)

    def address(self, office: str) -> str:
        return self.pages.of(office).address.rstrip("/")

    def clerk(self, office: str = AIRA, operator: str = "madoguchi-1", *, logged_in: bool = True) -> "Clerk":
        clerk = self.clerks(self.pages.port, f"{office}.localhost:{self.pages.port}")
        if logged_in:
            clerk.get("/login")
            done = clerk.post("/login", operator=operator, password=self.password(office, operator))
            assert done.status == 303, done.text
        return clerk


class Clerk:
    """A browser without scripts: cookies, and the forms' tokens."""

    def __init__(self, port: int, host: str) -> None:
        self.port, self.host = port, host
        self.cookies: dict[str, str] = {}
        self.last = Said(0, {}, "")

    def get(self, path: str, **headers: str) -> Said:
        return self._send("GET", path, None, headers)

    def file(self, path: str) -> bytes:
        """A document as it comes."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("GET", path, None, {"Host": self.host, "Cookie": self._cookie})
        body = connection.getresponse().read()
        connection.close()
        return body

    @property
    def _cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def post(self, path: str, *, headers: dict[str, str] | None = None, follow: bool = False, **items: str) -> Said:
        """A form, with the token of the page seen last unless it names another."""
        form = {"token": self.last.hidden("token")} | items
        said = self._send("POST", path, urllib.parse.urlencode(form, doseq=True), headers or {})
        return self.get(said.headers["location"]) if follow and said.status == 303 else said

    def _send(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> Said:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        sent = {"Host": self.host, "Cookie": self._cookie}
        if body is not None:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, body, sent | headers)
        answer = connection.getresponse()
        for cookie in answer.headers.get_all("set-cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        said = Said(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read().decode("utf-8", "replace"))
        connection.close()
        if 'name="token"' in said.text:
            self.last = said
        return said


@contextmanager
def running(folder: Path, declared: Declaration | None = None) -> Iterator[Running]:
    """A country while the block lasts; the small one unless another is declared."""
    country = Running(folder, declared)
    country.start()
    try:
        yield country
    finally:
        country.stop()
