"""Passwords: hashed by argon2, few at a time, and slower after each failure (暗証・パスワード; promise P7)."""

import asyncio
import base64
import hashlib
import hmac
import time
from collections.abc import Callable

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from openjuki.register.errors import NotReady, Say

MEMORY_KIB, ROUNDS, LANES = 19_456, 2, 1
"""The least that OWASP's cheat sheet on password storage names for argon2id; what is hashed here was drawn by a machine, 100 bits."""
AT_ONCE_MAX, WAITING_MAX = 2, 32
FAILURES_FREE, WAIT_S, WAIT_S_MAX = 3, 5.0, 300.0
"""From the third failure on the next try waits, twice as long each time."""

_hasher = PasswordHasher(ROUNDS, MEMORY_KIB, LANES)
_NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$dGhpcyBpcyBub2JvZHkncyBwYXNzd29yZCBoYXNoISE"
"""A hash that no password has: an unknown operator takes as long as a known one."""


def drawn(secret: bytes, *words: str) -> str:
    """The password of one operator of a sandbox, from the country's own secret: four groups of five letters and digits."""
    digest = hmac.new(secret, "\x1f".join(words).encode(), hashlib.sha256).digest()
    text = base64.b32encode(digest).decode().lower()[:20]
    return "-".join(text[at : at + 5] for at in range(0, 20, 5))


def hashed(password: str) -> str:
    """The argon2id hash of a password."""
    return _hasher.hash(password)


def _is(secret: str, password: str) -> bool:
    try:
        return _hasher.verify(secret, password)
    except (VerificationError, InvalidHashError):
        return False


class Gate:
    """Log-ins of one process: two are looked at at a time, and who fails waits."""

    def __init__(self, now_s: Callable[[], float] = time.monotonic) -> None:
        self._turn, self._waiting = asyncio.Semaphore(AT_ONCE_MAX), 0
        self._now_s = now_s
        self._failed: dict[str, tuple[int, float]] = {}

    async def verify(self, who: str, secret: str | None, password: str) -> bool:
        """Whether it is the password; `who` is office and operator, `secret` the hash or None for nobody. NotReady if one must wait."""
        failures, until_s = self._failed.get(who, (0, 0.0))
        if self._now_s() < until_s:
            raise _wait(Say("too many failed tries.", "失敗が続いたため受け付けていません。"), until_s - self._now_s())
        if self._waiting >= WAITING_MAX:
            raise _wait(Say("too many log-ins at once.", "ログインが集中しています。"), 10)
        self._waiting += 1
        try:
            async with self._turn:
                right = await asyncio.to_thread(_is, secret or _NOBODY, password[:200]) and secret is not None
        finally:
            self._waiting -= 1
        if right:
            self._failed.pop(who, None)
        else:
            self._note(who, failures + 1)
        return right

    def _note(self, who: str, failures: int) -> None:
        wait_s = min(WAIT_S * 2 ** (failures - FAILURES_FREE), WAIT_S_MAX) if failures >= FAILURES_FREE else 0.0
        if len(self._failed) >= 10_000:
            self._failed.pop(next(iter(self._failed)))
        self._failed[who] = (failures, self._now_s() + wait_s)


def _wait(reason: Say, wait_s: float) -> NotReady:
    seconds = max(1, round(wait_s))
    return NotReady("password", reason, Say(f"Try again in {seconds} s.", f"{seconds}秒後にもう一度試してください。"))
