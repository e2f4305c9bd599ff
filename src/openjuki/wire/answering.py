"""Questions of the peer that are being worked on here: numbers, credit, cancelling (照会への回答; architecture section 3, "Ask/answer")."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from openjuki.register.errors import OpenJukiError
from openjuki.wire.frame import Header
from openjuki.wire.sides import CREDIT

if TYPE_CHECKING:
    from openjuki.wire.link import Link


class Question(msgspec.Struct, eq=False):
    """One question being worked on; `cancelled` is set when nobody waits for the answer any more."""

    link: Link
    header: Header
    body: bytes
    digest: bytes
    """SHA-256 of the body."""
    message: Any = None
    """The body as its type."""
    cancelled: bool = False

    def reply(self, outcome: Any) -> None:
        """Answer with a message, or refuse with an OpenJukiError; once."""
        if isinstance(outcome, OpenJukiError):
            self.link.refuse(self, outcome)
        else:
            self.link.answer(self, outcome)


class Answering:
    """The peer's open questions on one link; each is answered or refused once."""

    def __init__(self) -> None:
        self._open: dict[int, Question] = {}
        self._count, self._last = [0, 0, 0], [0, 0, 0]

    @property
    def waiting(self) -> bool:
        """Whether the peer waits for an answer."""
        return bool(self._open)

    def full(self, priority: int) -> bool:
        """Whether the peer has used up the credit of that class."""
        return self._count[priority] >= CREDIT[priority]

    def take(self, question: Question) -> bool:
        """Begin a question; False for a number seen before: per class numbers only grow, and no two open questions share one."""
        header = question.header
        number, priority = header.id, header.priority
        if number <= self._last[priority] or number in self._open:
            return False
        self._last[priority] = number
        self._open[number] = question
        self._count[priority] += 1
        return True

    def settle(self, question: Question) -> bool:
        """End a question; False if it was ended before or nobody waits for it."""
        if self._open.pop(question.header.id, None) is None:
            return False
        self._count[question.header.priority] -= 1
        return not question.cancelled

    def cancel(self, number: int) -> None:
        """The peer waits no longer."""
        question = self._open.get(number)
        if question is not None:
            question.cancelled = True

    def end(self) -> None:
        """The link is gone: nobody waits for anything."""
        for question in self._open.values():
            question.cancelled = True
