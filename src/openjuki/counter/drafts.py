"""Half-filled forms, kept while they are filled in (入力途中の保存; experience section 6): a lost line or a killed server loses nothing."""

import re

from starlette.responses import JSONResponse, Response

from openjuki.counter.shell import PUBLIC, TOKEN, Page, Visit
from openjuki.register.errors import InvalidInput, Say

NAME = re.compile(r"[a-z0-9-]{1,60}")
LOGGED_OUT, LOCKED, KEPT = 401, 202, 204
"""What the page's script hears: log in first; send the form, it is kept until the password; it is on disk."""


async def keep(visit: Visit) -> Response:
    """POST: keep what a form with `data-draft` holds, under its name. GET: the token of the session that the browser has now.

    Public, so that its sender hears that the session is gone: a redirect would look like a line that is down.
    """
    session = visit.session
    if session is None:
        return Response(status_code=LOGGED_OUT)
    if session.locked:
        return Response(status_code=LOCKED)
    if visit.request.method == "GET":
        return JSONResponse({TOKEN: visit.window.sessions.token(session.id)}, headers={"cache-control": "no-store"})
    form = visit.item("draft")
    if not NAME.fullmatch(form):
        raise InvalidInput(
            "form", Say("is not the name of a form.", "入力画面の名前ではありません。"), Say("Open it again.", "開き直してください。")
        )
    await visit.keep_draft(form)
    return Response(status_code=KEPT)


PAGES = (Page("/draft", keep, PUBLIC),)
