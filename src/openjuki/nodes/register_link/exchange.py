"""The exchange folder of a link: files in, files out (ファイル連携, standard 7.1.1.1).

inbox/NAME.jsonl     events (register_link/lines.py). Written under another name, then renamed: a file is there whole or not at all.
inbox/NAME.json      a request: outcomes or messages once more, or up to which message everything was received
outbox/NAME.jsonl.outcome.jsonl     what became of each event; the inbox file goes once this one is on disk
outbox/NAME.json.answer.jsonl       what was asked for
outbox/message-0000000012.json      one message; it comes back until it is acknowledged
outbox/status.json                  how far the link is, and what waits
refused/NAME         a file that is not whole or not of this form; nothing of it was taken

All that is known of a link stands in the office's store. This process may be killed at any moment and begin anew.
"""

import os
import re
import stat
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import suppress
from enum import Enum
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from openjuki.nodes.register_link.ledger import Told
from openjuki.nodes.register_link.lines import FILE_BYTES_MAX, FORMAT, SEND_ANEW, UNREADABLE, Handed, Line, read_file
from openjuki.register.errors import InvalidInput, NotReady, OpenJukiError, Say

Talk = Callable[[str, dict[str, Any]], Awaitable[Any]]
"""Asks the office's desk (register_link/desk.py); raises its error, and NotReady while the office does not answer."""
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
EVENTS, REQUEST = ".jsonl", ".json"
CHUNK_LINES, CHUNK_BYTES = 200, 1024 * 1024
PAGE = 500
FOLDERS = ("inbox", "outbox", "refused")

encode = msgspec.json.Encoder().encode


class Request(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an existing system asks by file; None leaves out what is not wanted. "Since N" means: after number N."""

    format: str
    source: str
    outcomes_since: int | None = None
    messages_since: int | None = None
    acknowledge_messages: int | None = None


class Fate(Enum):
    """What became of a file."""

    ANSWERED = "answered"
    REFUSED = "refused"
    WAITING = "waiting"


class Round(NamedTuple):
    """What one look at the folder found."""

    answered: tuple[str, ...]
    refused: tuple[str, ...]
    waiting: tuple[str, ...]
    """Files whose numbers are not next, or which the office cannot take now."""
    trouble: Told | None
    """Why the round ended early: the office does not answer, the link is not open, a disk is full. It is tried again."""


class Exchange:
    """The exchange folder of one system."""

    def __init__(self, folder: Path, source: str, talk: Talk) -> None:
        self._folder, self._source, self._talk = folder, source, talk
        self._said = b""

    def prepare(self) -> None:
        """Make the folders, readable by their owner only where they are new."""
        for name in FOLDERS:
            (self._folder / name).mkdir(mode=0o700, parents=True, exist_ok=True)

    async def round(self) -> Round:
        """Take what lies in the inbox, lay out what is new. Nothing is lost if it ends anywhere."""
        fates: dict[Fate, list[str]] = {fate: [] for fate in Fate}
        trouble: OpenJukiError | None = None
        try:
            await self._look(fates)
            await self._lay_out(fates[Fate.WAITING])
        except OpenJukiError as error:
            trouble = error
        except OSError as error:
            reason = Say(f"cannot be read or written: {error.strerror}.", f"読み書きできません（{error.strerror}）。")
            trouble = NotReady("exchange", reason, Say("Look after the folder and its disk.", "フォルダと記憶装置を確かめてください。"))
        if trouble is not None:
            self._say_trouble(trouble)
        answered, refused, waiting = (tuple(fates[fate]) for fate in Fate)
        return Round(answered, refused, waiting, Told.of(trouble) if trouble else None)

    async def _look(self, fates: dict[Fate, list[str]]) -> None:
        for name in self._names(REQUEST):
            fates[await self._settled(name, self._request)].append(name)
        for name in self._in_order(fates[Fate.REFUSED]):
            fates[await self._settled(name, self._events)].append(name)
        for name in fates[Fate.REFUSED]:
            await self._talk("link-refuse-file", {"source": self._source, "item": name})

    def _say_trouble(self, trouble: OpenJukiError) -> None:
        """Say it to the existing system too, as far as the folder lets us."""
        waiting = {"files_waiting": [*self._names(REQUEST), *self._names(EVENTS)]}
        with suppress(OSError):
            self._say_status({"source": self._source, "trouble": Told.of(trouble), **waiting})

    def _names(self, suffix: str) -> list[str]:
        return [name for name in self._inbox(suffix) if NAME.fullmatch(name)]

    def _misnamed(self) -> list[str]:
        """Files that say what they are, but under a name that no answer can bear: they lie there until they are named anew."""
        return [ascii(name) for name in self._inbox(EVENTS, REQUEST) if not NAME.fullmatch(name)]

    def _inbox(self, *suffixes: str) -> list[str]:
        with os.scandir(self._folder / "inbox") as files:
            return sorted(file.name for file in files if file.name.endswith(suffixes))

    def _in_order(self, refused: list[str]) -> list[str]:
        """The files of events by their first number; those that are no such files are put away."""
        found = []
        for name in self._names(EVENTS):
            try:
                found.append((self._handed(name).head.first, name))
            except InvalidInput as error:
                self._refuse(name, error)
                refused.append(name)
        return [name for _, name in sorted(found)]

    def _handed(self, name: str) -> Handed:
        handed = read_file(self._read(name))
        if handed.head.source != self._source:
            raise _foreign()
        return handed

    def _read(self, name: str) -> bytes:
        """The content of a file of the inbox; InvalidInput for what is no plain file, or too long."""
        try:
            descriptor = os.open(self._folder / "inbox" / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError as error:
            raise InvalidInput("file", Say("cannot be read.", "読めません。"), SEND_ANEW) from error
        with open(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise InvalidInput("file", Say("is no file.", "通常のファイルではありません。"), SEND_ANEW)
            return file.read(FILE_BYTES_MAX + 1)

    async def _settled(self, name: str, settle: Callable[[str], Awaitable[bool]]) -> Fate:
        try:
            return Fate.ANSWERED if await settle(name) else Fate.WAITING
        except InvalidInput as error:
            self._refuse(name, error)
            return Fate.REFUSED

    async def _events(self, name: str) -> bool:
        """Hand the events over; False if they wait. A file taken before is answered again."""
        outcomes: list[Any] = []
        for chunk in chunks(self._handed(name).lines):
            taken = await self._talk("link-take", {"source": self._source, "lines": msgspec.to_builtins(chunk)})
            outcomes += taken["outcomes"]
            if taken.get("gap") or taken.get("later"):
                return False
        head = {"format": FORMAT, "source": self._source, "file": name, "expected": taken["expected"]}
        self._answer(name, f"{name}.outcome.jsonl", [head, *outcomes])
        return True

    async def _request(self, name: str) -> bool:
        request = _request_of(self._read(name))
        if request.source != self._source:
            raise _foreign()
        answer: list[Any] = [{"format": FORMAT, "source": self._source, "file": name}]
        if request.acknowledge_messages is not None:
            answer.append(await self._acknowledge(request.acknowledge_messages))
        for kind, since in (("outcomes", request.outcomes_since), ("messages", request.messages_since)):
            if since is not None:
                answer += [one async for one in pages(self._talk, self._source, kind, since)]
        self._answer(name, f"{name}.answer.jsonl", answer)
        return True

    async def _acknowledge(self, sequence: int) -> Any:
        try:
            return await self._talk("link-acknowledge", {"source": self._source, "sequence": sequence})
        except NotReady:
            raise
        except OpenJukiError as error:
            return {"refused": {"item": error.item, "reason": error.reason, "remedy": error.remedy}}

    async def _lay_out(self, waiting: Sequence[str]) -> None:
        """Lay out the next messages that are not acknowledged, a page of them, take away those that are, say how far the link is."""
        (link,) = (await self._talk("link-status", {"source": self._source}))["links"]
        asked = {"source": self._source, "since": link["acknowledged"], "limit": PAGE}
        wanted = {_message_name(one["sequence"]): one for one in (await self._talk("link-messages", asked))["messages"]}
        with os.scandir(self._folder / "outbox") as files:
            there = {file.name for file in files if file.name.startswith("message-") and file.name.endswith(".json")}
        for name in sorted(there - set(wanted)):
            (self._folder / "outbox" / name).unlink(missing_ok=True)
        for name in sorted(set(wanted) - there):
            self._write(name, encode(wanted[name]) + b"\n")
        self._say_status({**link, "files_waiting": sorted(waiting), "files_misnamed": self._misnamed()})

    def _say_status(self, status: dict[str, Any]) -> None:
        said = encode(status) + b"\n"
        if said != self._said:
            self._write("status.json", said)
            self._said = said

    def _answer(self, name: str, answer: str, lines: Sequence[Any]) -> None:
        """The answer is on disk before the question goes."""
        self._write(answer, b"".join(encode(line) + b"\n" for line in lines))
        (self._folder / "inbox" / name).unlink(missing_ok=True)

    def _refuse(self, name: str, error: InvalidInput) -> None:
        """Put a file away that cannot be taken, with what is wrong beside its answer."""
        told = {"outcome": "refused", "file": name, "error": {"item": error.item, "reason": error.reason, "remedy": error.remedy}}
        self._write(f"{name}.outcome.jsonl", encode(told) + b"\n")
        os.replace(self._folder / "inbox" / name, self._folder / "refused" / name)

    def _write(self, name: str, data: bytes) -> None:
        """A file of the outbox, readable by its owner only, there whole or not at all, also after a power cut."""
        folder = self._folder / "outbox"
        part = folder / f".{name}.part"
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(folder / name)
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def chunks(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """Lines in portions that fit through the control socket."""
    portion: list[Line] = []
    size = 0
    for line in lines:
        length = len(encode(line))
        if portion and (len(portion) == CHUNK_LINES or size + length > CHUNK_BYTES):
            yield portion
            portion, size = [], 0
        portion.append(line)
        size += length
    if portion:
        yield portion


async def pages(talk: Talk, source: str, kind: str, since: int) -> AsyncIterator[Any]:
    """All outcomes or messages after a number, page by page."""
    while True:
        page = (await talk(f"link-{kind}", {"source": source, "since": since, "limit": PAGE}))[kind]
        for one in page:
            yield one
        if not page:
            return
        since = page[-1]["sequence"]


def _request_of(data: bytes) -> Request:
    try:
        request = msgspec.json.decode(data, type=Request)
    except UNREADABLE as error:
        raise InvalidInput("file", Say("is no request in its form.", "形式どおりの依頼ではありません。"), SEND_ANEW) from error
    if request.format != FORMAT:
        raise InvalidInput("format", Say(f"only {FORMAT} is spoken.", f"扱える形式は {FORMAT} です。"), SEND_ANEW)
    return request


def _foreign() -> InvalidInput:
    reason = Say("names another system than the one of this folder.", "このフォルダのシステムと違います。")
    return InvalidInput("source", reason, Say("Use the folder of that system.", "そのシステムのフォルダを使ってください。"))


def _message_name(sequence: int) -> str:
    return f"message-{sequence:010d}.json"
