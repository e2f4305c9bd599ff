"""All pages of the event forms, and their lines in the menu (異動の画面一覧, standard 4)."""

from pathlib import Path

from starlette.responses import FileResponse, PlainTextResponse, Response

from openjuki.counter.entry import decisions, entering
from openjuki.counter.language import mark
from openjuki.counter.shell import CHIEFS, CLERKS, PUBLIC, Entry, Page, Visit

_STATIC = {path.name: path for path in (Path(__file__).parent / "static").iterdir()}


async def static(visit: Visit) -> Response:
    """Style and script of the forms: the same for everybody."""
    path = _STATIC.get(visit.request.path_params["name"])
    if path is None:
        return PlainTextResponse("404", 404)
    return FileResponse(path, headers={"cache-control": "public, max-age=3600"})


PAGES = (*entering.PAGES, *decisions.PAGES, Page("/entry/static/{name}", static, PUBLIC, ("GET",)))
MENU = (
    Entry("/entry", mark("異動の入力"), CLERKS),
    Entry("/entry/waiting", mark("仮登録・決裁"), CLERKS),
    Entry("/entry/rule", mark("決裁の要否"), CHIEFS),
)
