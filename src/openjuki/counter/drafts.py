"""Half-filled forms, kept while they are filled in (入力途中の保存; experience section 6): a lost line loses nothing."""

import re

from starlette.responses import Response

from openjuki.counter.shell import EVERY_ROLE, Page, Visit
from openjuki.register.errors import InvalidInput, Say

NAME = re.compile(r"[a-z0-9-]{1,60}")


async def keep(visit: Visit) -> Response:
    """Keep what a form with `data-draft` holds, under its name."""
    form = visit.item("draft")
    if not NAME.fullmatch(form):
        raise InvalidInput(
            "form", Say("is not the name of a form.", "入力画面の名前ではありません。"), Say("Open it again.", "開き直してください。")
        )
    await visit.keep_draft(form)
    return Response(status_code=204)


PAGES = (Page("/draft", keep, EVERY_ROLE, ("POST",)),)
