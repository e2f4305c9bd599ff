"""The link's desk in the office: what a link's process may ask of it, each by a name (連携窓口, standard 7.1.1.1).

The link itself (folders, REST) runs in a process of its own that holds neither keys nor register. All it knows it asks here, over the
office's control socket; so it may be killed at any moment, and so may the office.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import msgspec

from openjuki.nodes.register_link import ledger, messages, quarantine
from openjuki.nodes.register_link.applying import Read, Taken, take
from openjuki.nodes.register_link.lines import LINES_MAX, Line, check_line, check_source
from openjuki.offices import outbox
from openjuki.offices.office import Office
from openjuki.offices.store import BUG, Transaction
from openjuki.procedures import code_allotment
from openjuki.register.errors import InvalidInput, OpenJukiError, Say

Call = Callable[..., Awaitable[Any]]
"""`Country.call`: takes a step and waits for its outcome; raises its error."""
Arguments = Mapping[str, Any]
CODES_WANTED = 200
PORTION = 50
"""Events in one commit: some 50 ms of the store's time."""
PAGE_MAX = 1_000
PAGE_BYTES_MAX = 2 * 1024 * 1024


class Desk:
    """One municipality's desk for its links."""

    def __init__(self, office: Office, call: Call, read: Read) -> None:
        self._office, self._call, self._read = office, call, read

    async def _do(self, work: Callable[..., Any], *arguments: Any) -> Any:
        return await self._call(self._office.write, lambda transaction: work(transaction, *arguments))

    async def open(self, asked: Arguments) -> Any:
        """Let a system send from a number on."""
        source, first = check_source(asked["source"]), int(asked["first"])
        if first < 1:
            raise InvalidInput(
                "first", Say("is no number from 1 on.", "1以上の番号ではありません。"), Say("Give one.", "番号を指定してください。")
            )
        await self._do(ledger.open_source, self._office, asked["operator"], source, first)
        return await self.status({"source": source})

    async def close(self, asked: Arguments) -> Any:
        """Take nothing more from a system."""
        await self._do(ledger.close_source, self._office, asked["operator"], asked["source"])
        return await self.status(asked)

    async def take(self, asked: Arguments) -> Any:
        """Take lines: those that are next are entered, the others answered, set aside, or left to wait."""
        lines = _lines(asked["lines"])
        taken = await self._take(asked["source"], lines)
        if taken.later is not None and taken.later.item == "code":  # the stock ran out in the middle: fetch codes, go on where it stopped
            await self._call(code_allotment.request, self._office, CODES_WANTED)
            rest = await self._take(asked["source"], lines[len(taken.outcomes) :])
            taken = msgspec.structs.replace(rest, outcomes=taken.outcomes + rest.outcomes)
        return msgspec.to_builtins(taken)

    async def _take(self, source: str, lines: list[Line]) -> Taken:
        """Portion by portion, so that a clerk's own event need not wait for all of them."""
        taken = Taken((), 0)
        for at in range(0, max(len(lines), 1), PORTION):
            one = await self._portion(source, lines[at : at + PORTION])
            taken = msgspec.structs.replace(one, outcomes=taken.outcomes + one.outcomes)
            if one.gap or one.later:
                break
        return taken

    async def _portion(self, source: str, lines: list[Line]) -> Taken:
        """One commit; where a procedure itself fails, line by line, and the one that fails is set aside."""
        try:
            taken: Taken = await self._do(take, self._office, self._read, source, lines)
        except OpenJukiError as error:
            if error is not BUG:
                raise
            return await self._one_by_one(source, lines)
        return taken

    async def _one_by_one(self, source: str, lines: list[Line]) -> Taken:
        taken = Taken((), 0)
        for line in lines:
            try:
                one: Taken = await self._do(take, self._office, self._read, source, [line])
            except OpenJukiError as error:
                if error is not BUG:
                    raise
                one = await self._do(take, self._office, self._read, source, [line], line.sequence)
            taken = msgspec.structs.replace(one, outcomes=taken.outcomes + one.outcomes)
            if one.gap or one.later:
                break
        return taken

    async def outcomes(self, asked: Arguments) -> Any:
        """What became of the events after a number."""
        found = await self._do(_outcomes, asked["source"], int(asked["since"]), _page(asked))
        return {"outcomes": fitting(found)}

    async def messages(self, asked: Arguments) -> Any:
        """The messages after a number."""
        found = await self._do(messages.since, self._office, asked["source"], int(asked["since"]), _page(asked))
        return {"messages": fitting(found)}

    async def acknowledge(self, asked: Arguments) -> Any:
        """The system has every message up to a number."""
        heard = await self._do(messages.acknowledge, self._office, asked["source"], int(asked["sequence"]))
        return {"acknowledged": heard}

    async def status(self, asked: Arguments) -> Any:
        """How far the link of a system is, or of all (source "")."""
        return {"office": self._office.code, "recovering": self._office.recovering, "links": await self._do(_status, asked["source"])}

    async def refuse_file(self, asked: Arguments) -> Any:
        """Log that a file was refused as a whole, by its item."""
        what = f"{check_source(asked['source'])} {str(asked['item'])[:60]}"
        await self._do(outbox.record, self._office.clock.wall_ms(), "link:file:refused", asked["source"], what)
        self._office.event("link:file:refused", what)
        return {}

    async def quarantine_list(self, asked: Arguments) -> Any:
        """The events that wait, without their content."""
        return {"waiting": [held.shown() for held in await self._do(quarantine.waiting)]}

    async def quarantine_show(self, asked: Arguments) -> Any:
        """One of them with its content."""
        return await self._do(quarantine.show, self._office, asked["operator"], int(asked["number"]))

    async def quarantine_redo(self, asked: Arguments) -> Any:
        """Try one of them again."""
        number = int(asked["number"])
        try:
            return msgspec.to_builtins(await self._do(quarantine.redo, self._office, self._read, asked["operator"], number))
        except OpenJukiError as error:
            await self._do(quarantine.keep_reason, number, error)
            raise

    async def quarantine_drop(self, asked: Arguments) -> Any:
        """Drop one of them."""
        held = await self._do(quarantine.drop, self._office, asked["operator"], int(asked["number"]), str(asked["reason"]))
        return {"number": held.number, "source": held.source, "sequence": held.sequence}


def _lines(given: Any) -> list[Line]:
    try:
        lines = msgspec.convert(given, list[Line])
    except msgspec.ValidationError as error:
        reason = Say("there is a line that is no event in its form.", "形式どおりでない異動があります。")
        raise InvalidInput("lines", reason, Say("See docs/register-link.md.", "docs/register-link.md を見てください。")) from error
    if len(lines) > LINES_MAX:
        raise InvalidInput("lines", Say("are too many.", "多すぎます。"), Say("Send fewer at once.", "分けて送ってください。"))
    return [check_line(line) for line in lines]


def fitting(found: Sequence[Any]) -> list[Any]:
    """As many of them, from the first on, as fit through the control socket; at least one."""
    size, count = 0, 0
    for one in found:
        size += len(ledger.encode(one))
        if count and size > PAGE_BYTES_MAX:
            break
        count += 1
    held: list[Any] = msgspec.to_builtins(found[:count])
    return held


def _page(asked: Arguments) -> int:
    return max(1, min(int(asked.get("limit") or PAGE_MAX), PAGE_MAX))


def _outcomes(transaction: Transaction, source: str, since: int, count_max: int) -> list[ledger.Outcome]:
    ledger.standing(transaction, source)
    return ledger.outcomes_since(transaction, source, since, count_max)


def _status(transaction: Transaction, source: str) -> list[dict[str, Any]]:
    names = [(name, is_open) for name, is_open in ledger.sources(transaction) if source in ("", name)]
    if source and not names:
        ledger.standing(transaction, source)
    return [_one_status(transaction, name, is_open) for name, is_open in names]


def _one_status(transaction: Transaction, source: str, is_open: bool) -> dict[str, Any]:
    now, epoch = ledger.standing(transaction, source), ledger.epoch_of(transaction, source)
    return {
        "source": source, "open": is_open, "restored": epoch != outbox.epoch(transaction), "expected": now.cursor + 1,
        "waits_for": now.cursor + 1 if now.gap_at else 0, "arrived": now.gap_at, "gap_since_ms": now.gap_since_ms if now.gap_at else 0,
        "quarantined": quarantine.waiting_count(transaction, source), "messages": now.told, "acknowledged": now.heard,
        "unacknowledged": messages.unacknowledged(transaction, source, now.heard),
    }  # fmt: skip


OPERATIONS: Mapping[str, Callable[[Desk, Arguments], Awaitable[Any]]] = {
    "link-open": Desk.open, "link-close": Desk.close, "link-take": Desk.take, "link-outcomes": Desk.outcomes,
    "link-messages": Desk.messages, "link-acknowledge": Desk.acknowledge, "link-status": Desk.status,
    "link-refuse-file": Desk.refuse_file, "link-quarantine-list": Desk.quarantine_list, "link-quarantine-show": Desk.quarantine_show,
    "link-quarantine-redo": Desk.quarantine_redo, "link-quarantine-drop": Desk.quarantine_drop,
}  # fmt: skip
"""Every operation of the control socket that this room answers."""
