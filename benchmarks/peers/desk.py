"""Equal work for the peers: look up one resident, put one row in the log, and answer only when it is on disk (照会の処理)."""

import asyncio
import hashlib
import os
import queue
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import apsw
import msgspec

from benchmarks.peers.questions import FRAME_BYTES, Answer, Question
from benchmarks.people import open_file

BY_CODE = "select id, code, name, birth, sex, address from resident where code = ?"
BY_NAME = "select id, code, name, birth, sex, address from resident where birth = ? and name = ?"
INSERT = "insert into provision(id, at, agency, affair, case_number, operator, resident, salt, leaf) values(?, ?, ?, ?, ?, ?, ?, ?, ?)"
BATCH_MAX = 1000

Row = tuple[int, float, str, str, str, str, int, bytes, bytes]
Waiting = tuple[Row, "asyncio.Future[None]"]
decode = msgspec.msgpack.Decoder(Question).decode
encode = msgspec.msgpack.Encoder().encode


class Log(threading.Thread):
    """One writer thread that commits whatever has gathered since its last commit (group commit)."""

    def __init__(self, path: Path, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(daemon=True)
        self.connection = open_file(path)
        self.loop = loop
        self.waiting: queue.SimpleQueue[Waiting] = queue.SimpleQueue()
        self.next_id = next(self.connection.execute("select coalesce(max(id), 0) + 1 from provision"))[0]

    def append(self, row: Row) -> "asyncio.Future[None]":
        """Queues one row; the future is done when the row is on disk."""
        done = self.loop.create_future()
        self.waiting.put((row, done))
        return done

    def _gathered(self) -> Iterator[Waiting]:
        yield self.waiting.get()
        for _ in range(min(self.waiting.qsize(), BATCH_MAX - 1)):
            yield self.waiting.get()

    def run(self) -> None:
        """Commits batches until the process ends."""
        while True:
            batch = list(self._gathered())
            with self.connection:
                self.connection.executemany(INSERT, [row for row, _ in batch])
            self.loop.call_soon_threadsafe(_tell, batch)


def _tell(batch: list[Waiting]) -> None:
    for _, done in batch:
        if not done.done():
            done.set_result(None)


class Desk:
    """Answers one encoded question with one encoded answer."""

    def __init__(self, path: Path) -> None:
        self.readers: apsw.Connection = open_file(path)
        self.log = Log(path, asyncio.get_running_loop())
        self.log.start()

    def find(self, question: Question) -> tuple[int, str, str, str, str, str]:
        """The one row that the question means; KeyError when there is none."""
        by_code = question.code != ""
        found = (
            self.readers.execute(BY_CODE, (question.code,)) if by_code else self.readers.execute(BY_NAME, (question.birth, question.name))
        )
        row: tuple[int, str, str, str, str, str] | None = found.fetchone()
        if row is None:
            raise KeyError("no such person")
        return row

    async def ask(self, request: bytes) -> bytes:
        """Look up, log durably, answer."""
        question = decode(request)
        number, code, name, birth, sex, address = self.find(question)
        salt, index = os.urandom(32), self.log.next_id
        self.log.next_id += 1
        leaf = hashlib.sha256(salt + request).digest()
        row = (index, time.time(), question.agency, question.affair, question.case_number, question.operator, number, salt, leaf)
        await self.log.append(row)
        return encode(Answer(code, name, birth, sex, address, index, bytes(FRAME_BYTES - 75 - len(name) * 3 - len(address) * 3)))
