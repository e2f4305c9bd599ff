"""Looks over the clerks' shoulders: one page of each kind that they were shown, in Japanese and in English (画面の網羅)."""

import re
from pathlib import Path
from typing import NamedTuple

from openjuki import counter
from tests.counter.browser import Desk
from tests.counter.running_country import Clerk, Running
from tests.counter.said import Said

ROOM = Path(counter.__file__).parent
PARTS = {"shell", "parts", "card_parts", "entry/parts_of_entry", "entry/field"}
"""Templates of which pages are made; all others are pages."""
OUTSIDE = {"offices"}
"""The list of addresses stands outside of any office's pages and has one language."""


def templates() -> set[str]:
    """Every page that there is, by its template."""
    own = {path.stem for path in (ROOM / "templates").glob("*.html")}
    entry = {f"entry/{path.stem}" for path in (ROOM / "entry" / "templates").glob("*.html")}
    return (own | entry) - PARTS - OUTSIDE


class Kind(NamedTuple):
    """A page of its own as far as its looks go: template, language, status, and of a form which."""

    template: str
    language: str
    status: int
    form: str


class Shown(NamedTuple):
    """A page as it came, where, and the cookies of whom it was shown to."""

    host: str
    path: str
    said: Said
    cookies: dict[str, str]


def put_before(desk: Desk, shown: Shown) -> None:
    """The browser opens a page as it was shown, with the office's own styles, script and pictures."""
    address = f"http://{shown.host}{shown.path}"
    desk.page.context.clear_cookies()
    desk.page.context.add_cookies([{"name": name, "value": value, "url": f"http://{shown.host}"} for name, value in shown.cookies.items()])
    headers = {name: value for name, value in shown.said.headers.items() if name in ("content-type", "content-security-policy")}
    desk.page.unroute_all()
    desk.page.route(address, lambda route: route.fulfill(status=200, headers=headers, body=shown.said.text))
    desk.page.goto(address)


def looking(country: Running) -> dict[Kind, Shown]:
    """From now on the pages that the country's clerks see are kept here, one of each kind.

    Whatever a clerk opens in Japanese is opened once more in English.
    """
    seen: dict[Kind, Shown] = {}

    class Watched(Clerk):
        """A clerk with somebody behind."""

        def _send(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> Said:
            said = super()._send(method, path, body, headers)
            kind = kind_of(path, said)
            if kind is not None:
                seen.setdefault(kind, Shown(self.host, path, said, dict(self.cookies)))
                if kind.language == "ja" and (method, said.status) == ("GET", 200) and kind._replace(language="en") not in seen:
                    self._in_english(path, said)
            return said

        def _in_english(self, path: str, said: Said) -> None:
            for language in ("en", "ja"):
                form = f"token={said.hidden('token')}&language={language}&back=/"
                super()._send("POST", "/language", form, {"Content-Type": "application/x-www-form-urlencoded"})
                again = super()._send("GET", path, None, {})
                kind = kind_of(path, again)
                if kind is not None and language == "en":
                    seen.setdefault(kind, Shown(self.host, path, again, dict(self.cookies)))

    country.clerks = Watched
    return seen


def kind_of(path: str, said: Said) -> Kind | None:
    """None for what is no page of an office."""
    template = re.search(r'<body data-page="([\w/]+)"', said.text)
    language = re.search(r'<html lang="(\w+)"', said.text)
    if template is None or language is None:
        return None
    form = re.search(r"/entry/form/([\w-]+)|/cards/[\w-]+/([\w-]+)", path)
    return Kind(template[1], language[1], said.status, (form[1] or form[2] or "") if form else "")
