"""The pages of all offices as one application: each office under its own host name, one address for all (窓口アプリケーション)."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from openjuki.counter import (
    card_desk,
    card_making,
    card_ordinances,
    card_person,
    copies,
    drafts,
    moving,
    moving_out_papers,
    papers,
    prefecture,
    public,
    rendering,
    requests,
    residents,
    restrained,
    searching,
    signing_in,
    wide_area,
    work,
)
from openjuki.counter.frame import Frame, failure
from openjuki.counter.guard import Guard
from openjuki.counter.language import mark
from openjuki.counter.passwords import Gate
from openjuki.counter.shell import CLERKS, Entry, Page
from openjuki.counter.window import Window
from openjuki.register.errors import Broken, Conflict, Say

ROOMS: tuple[tuple[Page, ...], ...] = (
    searching.PAGES, residents.PAGES, copies.PAGES, papers.PAGES, public.PAGES, requests.PAGES, restrained.PAGES, wide_area.PAGES,
    moving.PAGES, moving_out_papers.PAGES, prefecture.PAGES, work.PAGES, drafts.PAGES, card_desk.PAGES, card_making.PAGES,
    card_ordinances.PAGES, card_person.PAGES,
)  # fmt: skip
"""Every page that needs nothing but its visit, by room."""
HERE = Path(__file__).parent
STATIC = {path.name: path for path in (HERE / "static").iterdir()}
DAY = "public, max-age=3600"
MENU = (
    Entry("/search", mark("住民の検索"), searching.SEEKERS),
    Entry("/wide-area", mark("広域交付"), CLERKS),
    Entry("/moves", mark("転入・転出（付記転出届）"), CLERKS),
    Entry("/card-making", mark("カードの作成"), CLERKS),
    Entry("/card-desk", mark("カード端末"), CLERKS),
    Entry("/requests", mark("第三者等の請求"), CLERKS),
    Entry("/restraints", mark("支援措置"), CLERKS),
    Entry("/work", mark("要確認事項"), CLERKS),
    Entry("/partners", mark("相手先の状態"), CLERKS),
    Entry("/savings", mark("節減の効果"), CLERKS),
    *prefecture.MENU,
)
_BUG = Broken(
    "page",
    Say("something in this software failed.", "ソフトウェアに不具合があります。"),
    Say(
        "Nothing was entered twice. Look at the record, then try again; report it if it stays.",
        "二重に登録されることはありません。記録を確かめてから再度試し、続く場合は運用担当に連絡してください。",
    ),
)
_NOT_HERE = Conflict(
    "page", Say("there is no such page.", "このページはありません。"), Say("Begin at the first page.", "最初の画面からやり直してください。")
)


def counter_app(
    windows: Mapping[str, Window], *, port: int, secure: bool = False, gate: Gate | None = None, pages: Sequence[Page] = (),
    menu: Sequence[Entry] = (),
) -> ASGIApp:  # fmt: skip
    """The application for these offices, by the first part of their host names; `pages` and `menu` come from the other rooms.

    `secure` where it is reached by HTTPS: the cookies then never travel without it.
    """
    frame, door = Frame(windows, secure=secure), signing_in.Door(gate or Gate())
    rendering.set_menu((MENU[0], *menu, *MENU[1:]))
    own = [*door.pages, *(page for room in ROOMS for page in room)]

    async def offices(request: Request) -> Response:
        if frame.window(request) is None:
            return _offices(windows, port)
        return await frame.serve(begin, request)

    begin = next(page for page in own if page.path == "/")

    async def fault(request: Request, error: Exception) -> Response:
        window = frame.window(request)
        missing = isinstance(error, HTTPException) and error.status_code < 500
        if window is None:
            return PlainTextResponse("404" if missing else "500", 404 if missing else 500)
        visit = frame.visit(window, request)
        return frame.sent(visit, failure(visit, _NOT_HERE, 404) if missing else failure(visit, _BUG))

    routes = [Route("/", offices, methods=["GET"]), Route("/static/{name}", static, methods=["GET"])]
    routes += [frame.route(page) for page in (*own, *pages) if page.path != "/"]
    return Guard(Starlette(routes=routes, exception_handlers={HTTPException: fault, Exception: fault}))


async def static(request: Request) -> Response:
    """Styles and the script: the same for everybody."""
    path = STATIC.get(request.path_params["name"])
    if path is None:
        return PlainTextResponse("404", 404)
    return FileResponse(path, headers={"cache-control": DAY})


def _offices(windows: Mapping[str, Window], port: int) -> Response:
    environment = Environment(loader=FileSystemLoader(HERE / "templates"), autoescape=True)
    listed = [(window, address(code, port)) for code, window in windows.items()]
    return HTMLResponse(environment.get_template("offices.html").render(windows=listed))


def address(code: str, port: int) -> str:
    """Where an office's pages are in the sandbox."""
    return f"http://{code}.localhost:{port}/"
