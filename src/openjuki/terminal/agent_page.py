"""The card agent's own page: where the holder types the PIN and sees what is to be signed (暗証番号の入力画面; architecture section 6).

The agent waits in its own thread for what is typed here. What was typed goes into the card and stands nowhere afterwards.
"""

import threading
from collections.abc import Mapping
from typing import NamedTuple

from openjuki.register.errors import Say
from openjuki.terminal.local_page import LocalPage, Shown, template

ANSWER_S = 150.0
"""Less than the office waits: whoever walks away has stopped."""
AGAIN_S = 1


class Question(NamedTuple):
    """What the holder is asked: for a PIN with so many tries left, or whether to sign a text (tries 0)."""

    purpose: Say
    tries_left: int
    text: str = ""
    again: bool | None = None
    """Whether a PIN is chosen for the second time; None if it is not chosen but given."""


class PageHolder:
    """The person in front, at the agent's own page. A `Holder`."""

    def __init__(self) -> None:
        self._asked: Question | None = None
        self._typed, self._done = "", threading.Event()
        self._last: Say | None = None
        self._fill = template("pin.html")
        self.page = LocalPage(self._show, self._take)

    def pin(self, purpose: Say, tries_left: int) -> str:
        return self._ask(Question(purpose, tries_left))

    def choose(self, purpose: Say, *, again: bool) -> str:
        return self._ask(Question(purpose, 0, again=again))

    def agrees(self, text: str) -> bool:
        return self._ask(Question(Say("Signature", "電子署名"), 0, text)) == "yes"

    def told(self, what: Say) -> None:
        self._last = what

    def close(self) -> None:
        """Nobody is asked any more."""
        self._done.set()
        self.page.close()

    def _ask(self, question: Question) -> str:
        self._typed, self._last = "", None
        self._done.clear()
        self._asked = question
        self._done.wait(ANSWER_S)
        self._asked, typed, self._typed = None, self._typed, ""
        return typed

    def _show(self) -> Shown:
        return Shown(self._fill(asked=self._asked, last=self._last), 0 if self._asked else AGAIN_S)

    def _take(self, items: Mapping[str, str]) -> None:
        if self._asked is not None:
            self._typed = items.get("typed", "")
            self._asked = None
            self._done.set()
