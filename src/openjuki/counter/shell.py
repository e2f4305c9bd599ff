"""What every page of the window stands on: the visit (request, session, office, form), rendering, once-only sending (画面の共通部).

    async def some_page(visit: Visit) -> Response:
        ...
    PAGES = (Page("/some", some_page, roles=CLERKS),)

A page's POST comes here only after its token was checked; its form is in `visit.form`. Errors of the tree that a page lets go become a
page that says what to do next. No personal data stands in an address: persons and households are named by `visit.handle(number)`.
"""

import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from openjuki.counter import rendering
from openjuki.counter.audit import Done
from openjuki.counter.language import saying
from openjuki.counter.sessions import Session
from openjuki.counter.window import Window
from openjuki.offices import outbox, submissions
from openjuki.offices.municipality_provisional import run_inside
from openjuki.offices.operators import Role
from openjuki.offices.store import Transaction
from openjuki.register.errors import OpenJukiError, Say

T = TypeVar("T")
CLERKS = frozenset({Role.CLERK, Role.CHIEF, Role.SUPERVISOR})
"""Who works at the municipality's window."""
CHIEFS = frozenset({Role.CHIEF})
EVERY_ROLE = frozenset(Role)
PUBLIC: frozenset[Role] = frozenset()
"""A page that needs no log-in."""
NUMBER_DIGITS_MAX = 16
ONCE, TOKEN = "once", "token"
"""Names of the two hidden items of every form."""


@dataclass(slots=True)
class Visit:
    """One request for one page of one office."""

    window: Window
    request: Request
    language: str
    cookie: str
    """The browser's number: the session's, or one that only ties forms to a browser without a session."""
    session: Session | None = None
    form: FormData = field(default_factory=FormData)
    path: str = ""

    @property
    def here(self) -> Session:
        """The session; a page with roles always has one."""
        assert self.session is not None  # noqa: S101 - the shell opens pages with roles for sessions only
        return self.session

    @property
    def operator(self) -> str:
        """Id of the operator."""
        return self.here.operator.id

    @property
    def japanese(self) -> bool:
        """Whether the page is said in Japanese."""
        return self.language == "ja"

    def say(self, words: Say) -> str:
        """One of the house's sentences in the clerk's language."""
        return words.ja if self.japanese else words.en

    def text(self, japanese: str) -> str:
        """A text of the pages in the clerk's language."""
        return saying(self.language)(japanese)

    # -- what goes to the browser ---------------------------------------------------------------------------------

    def page(self, template: str, status: int = 200, **context: Any) -> Response:
        """A template (its own, or entry/NAME of the entry room) filled in."""
        return rendering.page(self, template, status, context)

    def go(self, path: str) -> Response:
        """After a POST: to a page that can be loaded again."""
        return RedirectResponse(path, 303)

    def file(self, body: bytes, media_type: str, name: str, *, inline: bool = True) -> Response:
        """A document; `name` is ASCII and says nothing of a person."""
        disposition = f'{"inline" if inline else "attachment"}; filename="{name}"'
        return Response(body, media_type=media_type, headers={"content-disposition": disposition})

    # -- who is meant ---------------------------------------------------------------------------------------------

    def handle(self, value: Any) -> str:
        """A name for a person or a household that means nothing outside this session: it may stand in addresses and forms."""
        return self.here.handle(value)

    def meant(self, handle: str) -> Any:
        """What a handle stands for; NotReady if it is not of this session."""
        return self.here.meant(handle)

    # -- what came in ---------------------------------------------------------------------------------------------

    def item(self, name: str) -> str:
        """One item of the form without blanks around it; "" if it is not there."""
        value = self.form.get(name, "")
        return value.strip(" 　\t\r\n") if isinstance(value, str) else ""

    def number(self, name: str) -> int:
        """A number of the form or of the path; 0 if it is none."""
        text = str(self.request.path_params.get(name, "")) or self.item(name)
        return int(text) if text.isascii() and text.isdigit() and len(text) < NUMBER_DIGITS_MAX else 0

    def items(self) -> dict[str, list[str]]:
        """All items of the form but the two hidden ones, as a draft keeps them."""
        found: dict[str, list[str]] = {}
        for name, value in self.form.multi_items():
            if isinstance(value, str) and name not in (TOKEN, ONCE):
                found.setdefault(name, []).append(value)
        return found

    @property
    def key(self) -> str:
        """The idempotency key of this form: the one it came with, or a new one."""
        return self.item(ONCE) or secrets.token_urlsafe(18)

    # -- what is done ---------------------------------------------------------------------------------------------

    async def read(self, done: Done, what: str, work: Callable[[Transaction], T]) -> T:
        """Read from the register, with a line in the record of operations in the same transaction (P8). `what` holds nothing personal."""
        now_ms, operator = self.window.office.clock.wall_ms(), self.operator

        def both(transaction: Transaction) -> T:
            found = work(transaction)
            outbox.record(transaction, now_ms, done.value, operator, what)
            return found

        read: T = await self.window.write(both)
        return read

    async def note(self, done: Done, what: str) -> None:
        """A line in the record of operations alone."""
        await self.read(done, what, lambda transaction: None)

    async def write_once(self, what: str, work: Callable[[Transaction], Any]) -> tuple[Any, bool]:
        """What `work` made of this form, as plain data, and whether it was done now; sent twice, the form does nothing twice."""
        key, operator, now_ms = self.key, self.operator, self.window.office.clock.wall_ms()

        def one(transaction: Transaction) -> Any:
            outbox.record(transaction, now_ms, Done.FORM_SENT.value, operator, what)
            return work(transaction)

        done: tuple[Any, bool] = await self.window.write(lambda transaction: submissions.once(transaction, key, operator, now_ms, one))
        return done

    async def enter_once(self, what: str, step: Callable[..., None], notification: Any) -> tuple[Any, bool]:
        """A procedure's step with the operator, in the transaction that keeps the form's key; its outcome, and whether it was done now."""
        office, operator = self.window.office, self.operator

        def entered(transaction: Transaction) -> Any:
            outcome = run_inside(transaction, office, step, operator, notification)
            if isinstance(outcome, OpenJukiError):
                raise outcome
            return outcome

        return await self.write_once(what, entered)

    # -- half-filled forms ----------------------------------------------------------------------------------------

    async def draft(self, form: str) -> dict[str, list[str]]:
        """What this operator had filled in of a form when the line was lost; nothing if nothing was kept."""
        kept: dict[str, list[str]] = await self.window.write(submissions.draft, self.operator, form)
        return kept

    async def take_up(self, form: str) -> None:
        """On the way to a form: what was filled in of it before the line was lost stands in it again."""
        if self.request.method == "GET":
            kept = await self.draft(form)
            self.form = FormData([(name, value) for name, values in kept.items() for value in values if name != "draft"])

    async def keep_draft(self, form: str) -> None:
        """Keep what this form holds."""
        await self.window.write(submissions.keep_draft, self.operator, form, self.items(), self.window.office.clock.wall_ms())

    async def drop_draft(self, form: str) -> None:
        """The form was sent, or given up."""
        await self.window.write(submissions.drop_draft, self.operator, form)


Handler = Callable[[Visit], Awaitable[Response]]


class Page(NamedTuple):
    """One page: path (Starlette's, without personal data), who answers it, who may open it (nobody in particular: public)."""

    path: str
    handler: Handler
    roles: frozenset[Role] = CLERKS
    methods: tuple[str, ...] = ("GET", "POST")


class Entry(NamedTuple):
    """One line of the menu: path, Japanese text (marked for the catalogue), who sees it, key for it (shown as a hint)."""

    path: str
    text: str
    roles: frozenset[Role] = CLERKS


Context = Mapping[str, Any]
