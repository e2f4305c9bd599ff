"""Reaching other offices: dial when somebody waits, back off when nobody answers (接続の発信; architecture section 3)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from openjuki.register.errors import NotReady, OpenJukiError, Say
from openjuki.wire.clock import Timer
from openjuki.wire.link import Link

if TYPE_CHECKING:
    from openjuki.nodes.node import Node

REDIAL_FIRST_S, REDIAL_MAX_S = 0.2, 30.0

Wanted = Callable[[Link | OpenJukiError], None]


class Dialling:
    """Who waits for a link to which office, and when it is dialled again."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._wanted: dict[str, list[Wanted]] = {}
        self._backoff_s: dict[str, float] = {}
        self._redials: dict[str, Timer] = {}

    def reach(self, office: str, then: Wanted) -> None:
        """A link to `office`, now or once dialled."""
        link = self._node.links.get(office)
        if link is not None and link.up:
            then(link)
            return
        waiting = self._wanted.setdefault(office, [])
        waiting.append(then)
        if len(waiting) == 1:
            self._dial(office)

    def busy(self, office: str) -> bool:
        """Whether the office is being dialled or will be."""
        return office in self._wanted or office in self._redials

    def reached(self, link: Link) -> None:
        """A link is up: hand it to whoever waits for it."""
        self._backoff_s.pop(link.peer.code, None)
        for wanted in self._wanted.pop(link.peer.code, []):
            wanted(link)

    def lost(self, office: str, reason: str) -> None:
        """A link is gone before whoever waits was served."""
        if office in self._wanted and self._node.running:
            self.failed(office, reason)

    def failed(self, office: str, reason: str) -> None:
        """Whoever asked is told; what waits in the outbox is tried again later."""
        error = NotReady(
            office, Say("cannot be reached.", "接続できません。"), Say("Try again later.", "しばらく待って再度試してください。")
        )
        for wanted in self._wanted.pop(office, []):
            wanted(error)
        sender = self._node.senders.get(office)
        if sender is not None and not sender.caught_up:
            self.later(office)

    def later(self, office: str) -> None:
        """Back off, with jitter, so that a whole country does not reconnect in one moment."""
        if office in self._redials or not self._node.running:
            return
        backoff_s = self._backoff_s.get(office, REDIAL_FIRST_S)
        self._backoff_s[office] = min(backoff_s * 2, REDIAL_MAX_S)
        jitter = self._node.office.draw(1_000) / 1_000
        self._redials[office] = self._node.clock.call_later(backoff_s * (0.5 + jitter), lambda: self._again(office))

    def stop(self) -> None:
        """Dial nobody any more."""
        for timer in self._redials.values():
            timer.cancel()

    def _again(self, office: str) -> None:
        self._redials.pop(office, None)
        if office not in self._node.links and office not in self._wanted:
            self._wanted[office] = []
            self._dial(office)

    def _dial(self, office: str) -> None:
        timer, node = self._redials.pop(office, None), self._node
        if timer is not None:
            timer.cancel()
        entry = node.directory.entry(office)
        if entry is None or not entry.open or not node.directory.usable(node.clock.wall_ms()):
            self.failed(office, "not in a usable directory")
            return
        node.network.dial(node, office, entry.host, entry.port)
