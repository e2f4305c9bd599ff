"""From a request to a page: which office, whose session, is the form ours, may this role open it (画面の受付; P7, P8)."""

import secrets
from collections.abc import Mapping
from functools import partial
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from openjuki.counter.audit import Done
from openjuki.counter.item_words import ITEMS
from openjuki.counter.language import JAPANESE, LANGUAGES
from openjuki.counter.sessions import Posted, Session, flat
from openjuki.counter.shell import PUBLIC, TOKEN, Page, Visit
from openjuki.counter.window import Window
from openjuki.register.errors import Broken, Conflict, InvalidInput, NotReady, OpenJukiError, Refused, Say

NUMBER, LANGUAGE = "openjuki-visit", "openjuki-language"
"""The two cookies: the browser's number, and the language."""
COOKIE_MAX = 100
LOST = "/login?lost=1"
"""Where a form goes whose session has ended, or whose server was started anew."""
DAY_S = 86_400
STATUS: dict[type[OpenJukiError], int] = {InvalidInput: 422, Conflict: 409, NotReady: 503, Refused: 403, Broken: 500}
STALE = Say("this form is out of date.", "この画面は古くなっています。")
AGAIN = Say("Open the page again; what you had sent was not entered.", "画面を開き直してください。送信した内容は登録されていません。")
NOT_YOURS = Say("is for other roles than yours.", "この操作の権限がありません。")
ASK_CHIEF = Say("Ask somebody who has it, or log in with that role.", "権限のある職員に依頼するか、その権限でログインしてください。")


class Frame:
    """All offices' windows, and the way from a request to a page of one of them."""

    def __init__(self, windows: Mapping[str, Window], *, secure: bool) -> None:
        self._windows, self._secure = windows, secure

    def route(self, page: Page) -> Route:
        """The page as Starlette's route."""
        return Route(page.path, partial(self.serve, page), methods=list(page.methods))

    def window(self, request: Request) -> Window | None:
        """The office whose host name was asked for: 462250.localhost."""
        return self._windows.get(request.headers.get("host", "").partition(":")[0].partition(".")[0])

    async def serve(self, page: Page, request: Request) -> Response:
        """One request for a page of one of the offices."""
        window = self.window(request)
        if window is None:
            return PlainTextResponse("404: no office has this name.", 404)
        visit = self.visit(window, request)
        try:
            response = await self._answer(page, visit)
        except OpenJukiError as error:
            response = failure(visit, error)
        return self.sent(visit, response)

    def visit(self, window: Window, request: Request) -> Visit:
        """Who asks, as the cookies tell."""
        number, language = request.cookies.get(NUMBER, "")[:COOKIE_MAX], request.cookies.get(LANGUAGE, JAPANESE)
        known = window.sessions.find(number)
        language = language if language in LANGUAGES else JAPANESE
        return Visit(window, request, language, number or secrets.token_urlsafe(32), known, path=request.url.path)

    async def _answer(self, page: Page, visit: Visit) -> Response:
        if visit.request.method == "POST":
            visit.form = await visit.request.form(max_files=1, max_fields=1_000)
            if not visit.window.sessions.fits(visit.request.cookies.get(NUMBER, "")[:COOKIE_MAX], str(visit.form.get(TOKEN, ""))):
                return _stale(visit)
        if page.roles is PUBLIC:
            return await page.handler(visit)
        session = visit.session
        if session is None:
            return visit.go(LOST if visit.request.method == "POST" else "/login")
        if session.locked:
            return _locked(visit, session)
        if session.operator.role not in page.roles:
            await visit.note(Done.REFUSED, page.path)
            return failure(visit, Conflict("page", NOT_YOURS, ASK_CHIEF), 403)
        return await page.handler(visit)

    def sent(self, visit: Visit, response: Response) -> Response:
        """With the cookies: number and language only, for this host only, invisible to scripts, never sent from other sites."""
        number = visit.session.id if visit.session else visit.cookie
        for name, value in ((NUMBER, number), (LANGUAGE, visit.language)):
            if visit.request.cookies.get(name) != value:
                lasting: Any = {"max_age": 365 * DAY_S} if name == LANGUAGE else {}
                response.set_cookie(name, value, path="/", httponly=True, samesite="strict", secure=self._secure, **lasting)
        return response


def _stale(visit: Visit) -> Response:
    if visit.session is None and visit.path not in ("/login", "/draft"):
        return visit.go(LOST)
    return failure(visit, Conflict("form", STALE, AGAIN))


def _locked(visit: Visit, session: Session) -> Response:
    """Nothing is lost: what was sent is kept until the password is shown."""
    if visit.request.method == "POST":
        session.posted = Posted(visit.path, flat(visit.items() | _once(visit.form)))
    elif session.posted is None:
        session.posted = Posted(visit.path, ())
    return visit.go("/lock")


def _once(form: FormData) -> dict[str, list[str]]:
    """The form's key goes with it: it may have been sent before."""
    return {"once": [str(form["once"])]} if "once" in form else {}


def failure(visit: Visit, error: OpenJukiError, status: int = 0) -> Response:
    """An error as a page: what is concerned, why, and who must do what next; `status` 0 for the one of its kind."""
    status = status or STATUS.get(type(error), 500)
    item = visit.text(ITEMS[error.item]) if error.item in ITEMS else ("" if isinstance(error, Refused) else error.item)
    told = {"item": item, "reason": visit.say(error.reason), "remedy": visit.say(error.remedy), "again": status == 503}
    return visit.page("failure.html", status, **told)
