"""Logging in, locking, logging out, and the words on secrecy at each log-in (操作者の認証, Act art. 30-31, 42; promise P7)."""

from starlette.responses import Response

from openjuki.counter.audit import Done
from openjuki.counter.language import LANGUAGES
from openjuki.counter.passwords import Gate
from openjuki.counter.shell import EVERY_ROLE, PUBLIC, Page, Visit
from openjuki.offices import outbox
from openjuki.offices.operators import Role

HOME = {Role.PREFECTURE: "/prefecture"}


class Door:
    """The way in and out, with the gate that limits how often one may try."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self.pages = (
            Page("/login", self.log_in, PUBLIC),
            Page("/lock", self.lock, PUBLIC),
            Page("/logout", self.log_out, PUBLIC, ("POST",)),
            Page("/language", language, PUBLIC, ("POST",)),
            Page("/", home, EVERY_ROLE, ("GET",)),
        )

    async def log_in(self, visit: Visit) -> Response:
        """The form, and what became of it."""
        if visit.request.method == "GET":
            if visit.session is not None and not visit.session.locked:
                return visit.go("/")
            await visit.window.open()
            return visit.page("login.html", failed=False, operator="")
        operator = visit.item("operator")
        account = await visit.window.account(operator)
        now_ms = visit.window.office.clock.wall_ms()
        right = await self._gate.verify(
            f"{visit.window.code}\x1f{operator}", account[1] if account else None, str(visit.form.get("password", ""))
        )
        known = account[0].id if account else "-"
        tag = Done.LOGGED_IN if right else Done.LOG_IN_REFUSED
        await visit.window.write(lambda transaction: outbox.record(transaction, now_ms, tag.value, known, ""))
        if not right or account is None:
            return visit.page("login.html", 401, failed=True, operator=operator)
        visit.session = visit.window.sessions.open(account[0], now_ms)
        return visit.go("/")

    async def lock(self, visit: Visit) -> Response:
        """GET: the locked page (and nothing of what was on the screen); POST: lock now, or open with the password."""
        session = visit.session
        if session is None:
            return visit.go("/login")
        if visit.request.method == "POST" and "password" not in visit.form:
            session.locked = True
            await visit.note(Done.LOCKED, "")
            return visit.go("/lock")
        if visit.request.method == "POST":
            account = await visit.window.account(session.operator.id)
            who = f"{visit.window.code}\x1f{session.operator.id}"
            if await self._gate.verify(who, account[1] if account else None, str(visit.form.get("password", ""))):
                visit.window.sessions.unlock(session)
                await visit.note(Done.UNLOCKED, "")
                return _go_on(visit)
            return visit.page("lock.html", 401, failed=True)
        return visit.page("lock.html", failed=False) if session.locked else _go_on(visit)

    async def log_out(self, visit: Visit) -> Response:
        """End the session; its handles mean nothing any more."""
        if visit.session is not None:
            await visit.note(Done.LOGGED_OUT, "")
            visit.window.sessions.end(visit.session)
            if visit.window.cards is not None:
                visit.window.cards.part(visit.session.id)
            visit.session, visit.cookie = None, ""
        return visit.go("/login")


def _go_on(visit: Visit) -> Response:
    """Where the lock came between: back to the page, or, for a form that was sent, to a page that holds it still."""
    posted, visit.here.posted = visit.here.posted, None
    if posted is None:
        return visit.go("/")
    if not posted.items:
        return visit.go(posted.path)
    return visit.page("posted.html", path=posted.path, items=posted.items)


async def language(visit: Visit) -> Response:
    """The other language, on the page on which it was chosen if that can be loaded again."""
    chosen, back = visit.item("language"), visit.item("back")
    visit.language = chosen if chosen in LANGUAGES else visit.language
    return visit.go(back if back.startswith("/") and not back.startswith("//") and "\\" not in back else "/")


async def home(visit: Visit) -> Response:
    """Where a role's work begins."""
    return visit.go(HOME.get(visit.here.operator.role, "/search"))
