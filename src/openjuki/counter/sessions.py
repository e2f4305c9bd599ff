"""Sessions of operators: kept here, known to the browser by a number only; idle ones lock and lose nothing (操作者の認証; promise P7)."""

import hashlib
import hmac
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from openjuki.offices.operators import Operator
from openjuki.register.errors import NotReady, Say

IDLE_S = 12 * 60.0
"""Without a request for so long a session locks."""
LONGEST_S = 10 * 3_600.0
"""A working day: then one logs in anew."""
SESSIONS_MAX = 3
"""Of one operator; the oldest ends."""
HANDLES_MAX = 2_000


class Posted(NamedTuple):
    """What was sent while the session was locked: it goes on after the password."""

    path: str
    items: tuple[tuple[str, str], ...]


@dataclass(slots=True)
class Session:
    """One operator at one browser."""

    id: str
    operator: Operator
    begun_s: float
    seen_s: float
    locked: bool = False
    posted: Posted | None = None
    began_wall_ms: int = 0
    memory: dict[str, Any] = field(default_factory=dict)
    """What pages of several steps keep between them, by a name of their own."""
    _handles: dict[str, Any] = field(default_factory=dict)
    _by_value: dict[Any, str] = field(default_factory=dict)

    def handle(self, value: Any) -> str:
        """A name for something (a person's number, a household's) that means nothing outside this session; the same for the same."""
        known = self._by_value.get(value)
        if known is not None:
            return known
        if len(self._handles) >= HANDLES_MAX:
            self._by_value.pop(self._handles.pop(next(iter(self._handles))), None)
        made = secrets.token_urlsafe(12)
        self._handles[made], self._by_value[value] = value, made
        return made

    def meant(self, handle: str) -> Any:
        """What a handle of this session stands for. Raises NotReady if it is none, or of a session that has ended."""
        if handle not in self._handles:
            raise session_over()
        return self._handles[handle]


def session_over() -> NotReady:
    """What is said where a handle means nothing (any more)."""
    reason = Say("this page belongs to a session that has ended.", "このページの有効期間が終わりました。")
    return NotReady("page", reason, Say("Search for the person again.", "もう一度検索してください。"))


class Sessions:
    """All sessions of one office."""

    def __init__(self, secret: bytes, now_s: Callable[[], float] = time.monotonic) -> None:
        self._secret, self._now_s = secret, now_s
        self._held: dict[str, Session] = {}

    def open(self, operator: Operator, wall_ms: int) -> Session:
        """A new session under a new number; what the browser held before counts for nothing."""
        mine = [session for session in self._held.values() if session.operator.id == operator.id]
        for old in mine[: max(0, len(mine) - SESSIONS_MAX + 1)]:
            self.end(old)
        now_s = self._now_s()
        session = Session(secrets.token_urlsafe(32), operator, now_s, now_s, began_wall_ms=wall_ms)
        self._held[session.id] = session
        return session

    def find(self, number: str) -> Session | None:
        """The session of a number, locked if nobody has asked for anything for too long; None if there is none or its day is over."""
        session, now_s = self._held.get(number), self._now_s()
        if session is None:
            return None
        if now_s - session.begun_s > LONGEST_S:
            self.end(session)
            return None
        if now_s - session.seen_s > IDLE_S:
            session.locked = True
        if not session.locked:
            session.seen_s = now_s
        return session

    def unlock(self, session: Session) -> None:
        """The operator has shown the password again."""
        session.locked, session.seen_s = False, self._now_s()

    def end(self, session: Session) -> None:
        """Nothing of it is kept."""
        self._held.pop(session.id, None)

    def token(self, number: str) -> str:
        """What every form of a session (or of a browser that has none yet) must bring along; another site cannot know it."""
        return hmac.new(self._secret, number.encode(), hashlib.sha256).hexdigest()

    def fits(self, number: str, token: str) -> bool:
        """Whether a form's token is that of the browser's number."""
        return bool(number) and hmac.compare_digest(self.token(number).encode(), token.encode())


def flat(items: Mapping[str, list[str]]) -> tuple[tuple[str, str], ...]:
    """A form's items as pairs."""
    return tuple((name, value) for name, values in items.items() for value in values)
