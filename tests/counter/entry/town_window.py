"""The window of a town hall in memory: real pages, procedures and store; requests go straight in (窓口の画面の試験)."""

import asyncio
import urllib.parse
from types import SimpleNamespace
from typing import Any

from openjuki.counter.application import counter_app
from openjuki.counter.entry.pages import MENU, PAGES
from openjuki.counter.window import MUNICIPAL, Window
from openjuki.offices import restraints, submissions
from openjuki.register.errors import OpenJukiError
from tests.counter.said import Said
from tests.procedures.municipal_office import AIRA, TownHall

HOST = "localhost:1"


class Desk:
    """One operator at a browser without scripts."""

    def __init__(self, hall: TownHall, operator: str = "madoguchi-1", language: str = "ja", app: Any = None, window: Any = None) -> None:
        self.hall = hall
        self.window = window or Window(SimpleNamespace(office=hall.office, place=hall.office.place), "姶良市", _call, b"s" * 32)
        self.app = app or counter_app({hall.office.code: self.window}, port=1, pages=PAGES, menu=MENU)
        who = next(one for one in MUNICIPAL if one.id == operator)
        self.session = self.window.sessions.open(who, 0)
        self.cookies = {"openjuki-visit": self.session.id, "openjuki-language": language}
        self.last = Said(0, {}, "")

    def colleague(self, operator: str, language: str = "ja") -> "Desk":
        """Somebody else at the same window."""
        return Desk(self.hall, operator, language, self.app, self.window)

    def person(self, number: int) -> str:
        """What the pages call a person."""
        return self.session.handle(("person", number))

    def get(self, path: str) -> Said:
        return self._send("GET", path, "")

    def post(self, path: str, items: dict[str, Any], *, follow: bool = True) -> Said:
        """A form with the token and the key of the page seen last."""
        form = {"token": self.window.sessions.token(self.session.id), "once": self.last.hidden("once")} | items
        said = self._send("POST", path, urllib.parse.urlencode(form, doseq=True))
        return self.get(said.headers["location"]) if follow and said.status == 303 else said

    def _send(self, method: str, path: str, body: str) -> Said:
        where, _, query = path.partition("?")
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = [(b"host", f"{self.hall.office.code}.{HOST}".encode()), (b"cookie", cookie.encode())]
        headers += [(b"content-type", b"application/x-www-form-urlencoded"), (b"content-length", str(len(body.encode())).encode())]
        scope = {
            "type": "http", "method": method, "path": urllib.parse.unquote(where), "raw_path": where.encode(), "headers": headers,
            "query_string": query.encode(), "scheme": "http", "server": ("localhost", 1), "http_version": "1.1", "root_path": "",
        }  # fmt: skip
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body.encode(), "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        asyncio.run(self.app(scope, receive, send))
        held = {name.decode().lower(): value.decode() for name, value in sent[0]["headers"]}
        text = b"".join(one.get("body", b"") for one in sent[1:]).decode()
        said = Said(sent[0]["status"], held, text)
        if 'name="once"' in text:
            self.last = said
        return said


async def _call(step: Any, *arguments: Any) -> Any:
    heard: list[Any] = []
    step(*arguments, heard.append)
    (outcome,) = heard
    if isinstance(outcome, OpenJukiError):
        raise outcome
    return outcome


def hall_with_window(code: str = AIRA) -> TownHall:
    """A town hall whose register has the tables of the window, too."""
    hall = TownHall(code)
    there = hall.do(lambda transaction: transaction.tables())
    for table, script in (("submission", submissions.SCRIPT), ("restraint", restraints.SCRIPT)):
        if table not in there:
            for statement in script.split(";\n"):
                hall.office.store.connection.execute(statement)
    return hall


def desk(code: str = AIRA, language: str = "ja") -> Desk:
    """A clerk at the window of a town hall in memory."""
    return Desk(hall_with_window(code), language=language)


def items(**texts: Any) -> dict[str, Any]:
    """Texts by input; "__" stands for the hyphen in names."""
    return {name.replace("__", "-"): text for name, text in texts.items()}
