"""Offices in processes of their own, at work until they are killed, or end themselves by SIGKILL at a step (強制終了試験の相手).

`python -m tests.nodes.kill_office` reads lines `NAME FOLDER OFFICE [STEP WORKS]` and forks a process for each, so that a start costs no
imports. Standard output says `NAME born PID`, what the office's callers see (`NAME up`, `NAME birth CODE VERSION`, `NAME answer LOG INDEX
SHA256`, `NAME event TAG WHAT`), then `NAME died STATUS`. All end with standard input.
"""

import asyncio
import datetime
import os
import select
import signal
from collections.abc import Callable
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import Any

from openjuki.law.policy import Field
from openjuki.offices import municipality
from openjuki.offices.hub_search import QueryKey
from openjuki.offices.store import Executor, Store, Work
from openjuki.procedures import birth, code_allotment, correction, identity_query, move_in
from openjuki.register.addresses import Address
from openjuki.register.errors import OpenJukiError
from openjuki.register.events import Items
from openjuki.register.identity import Sex
from openjuki.simulation import country as countries
from openjuki.simulation import declaration
from openjuki.simulation.country import Country
from openjuki.wire.speech import encode

TOWN, HUB, CENTRE, DESK = "462250", "460001", declaration.CENTRE, "46-passport"
DAY = datetime.date(2013, 12, 2)
ON = DAY.isoformat()
MOTHER, MOTHER_BIRTH = "住基　花子", "1980-04-03"
DIGITS = str.maketrans("0123456789", "零一二三四五六七八九")
NUMERALS = str.maketrans("零一二三四五六七八九", "0123456789")


NAME = ""
"""Name of this process."""


class Step(StrEnum):
    """Where an office may end."""

    BEFORE_THE_WORK = "before-the-work"
    BEFORE_THE_COMMIT = "before-the-commit"
    AFTER_THE_COMMIT = "after-the-commit"
    BEFORE_IT_IS_TOLD = "before-it-is-told"


def end(*nothing: Any) -> None:
    """What kill -9 does."""
    os.kill(os.getpid(), signal.SIGKILL)


class Ending:
    """An executor that ends the process at the n-th work (offices.store.Executor)."""

    def __init__(self, inner: Executor, step: Step, works: int) -> None:
        self._inner, self._step, self._left = inner, step, works

    def submit(self, store: Store, work: Work[Any], then: Callable[[Any], None]) -> None:
        self._left -= 1
        if self._left == 0:
            work, then = self._last(store, work, then)
        self._inner.submit(store, work, then)

    def _last(self, store: Store, work: Work[Any], then: Callable[[Any], None]) -> tuple[Work[Any], Callable[[Any], None]]:
        if self._step is Step.BEFORE_THE_WORK:
            return end, then
        if self._step is Step.BEFORE_THE_COMMIT:
            return lambda transaction: end(work(transaction)), then
        if self._step is Step.AFTER_THE_COMMIT:
            store.after_commit = end
            return work, then
        return work, end


def say(*words: object) -> None:
    """One line in one write: the processes share the pipe."""
    os.write(1, (" ".join(map(str, (NAME, *words))) + "\n").encode())


async def town_at_work(country: Country) -> None:
    """Births three at a time, each child corrected once."""
    office = country.office(TOWN)
    mother, number = await first_resident(country)
    while True:
        numbers = range(number, number + 3)
        outcomes = await asyncio.gather(*(born(country, mother, one) for one in numbers), return_exceptions=True)
        number += 3
        for outcome in outcomes:
            if isinstance(outcome, OpenJukiError):
                await more_codes(country)
            elif isinstance(outcome, BaseException):
                raise outcome
        if isinstance(outcomes[0], str):
            order = correction.CorrectionOrder(outcomes[0], Items(kana="ジュウキ　ヒカリ"), ON)
            await country.call(correction.correct, office, "clerk-2", order)
            say("birth", outcomes[0], 2)
        await asyncio.sleep(0.01)


async def first_resident(country: Country) -> tuple[str, int]:
    """The mother of all, moved in if nobody lives here; and the number of the next child."""
    office = country.office(TOWN)
    rows = await country.call(office.write, lambda transaction: transaction.all("SELECT code, record FROM person ORDER BY id"))
    if rows:
        # Not the count of rows: a birth that was refused for want of a code leaves a number that nobody has.
        return rows[0][0], max((number_of(municipality.decode_record(body).name) for _, body in rows[1:]), default=1) + 1
    await more_codes(country)
    arrival = move_in.Arrival(MOTHER, MOTHER_BIRTH, Sex.FEMALE, "世帯主", kana="ジュウキ　ハナコ")
    notification = move_in.MoveInNotification((arrival,), Address(TOWN, "宮島町", "25番地"), ON, ON, "鹿児島県鹿児島市")
    (record,) = await country.call(move_in.move_in, office, "clerk-1", notification)
    say("birth", record.code, 1)
    return record.code, 2


async def more_codes(country: Country) -> None:
    while True:
        try:
            await country.call(code_allotment.request, country.office(TOWN), 300)
        except OpenJukiError:
            await asyncio.sleep(0.05)
        else:
            return


def number_of(name: str) -> int:
    """The number in a child's name."""
    return int(name.removeprefix("住基　").translate(NUMERALS))


async def born(country: Country, mother: str, number: int) -> str:
    name = "住基　" + str(number).translate(DIGITS)
    notification = birth.BirthNotification(mother, name, "ジュウキ", ON, Sex.FEMALE, "子", ON)
    record = await country.call(birth.enter_birth, country.office(TOWN), "clerk-1", notification)
    say("birth", record.code, 1)
    return record.code


async def desk_at_work(country: Country) -> None:
    """One question after the other about the mother."""
    key = QueryKey(name=MOTHER, birth=MOTHER_BIRTH)
    query = identity_query.IdentityQuery("appendix:5:6", "2013-1", "officer-7", key, (Field.NAME, Field.ADDRESS))
    while True:
        try:
            answer = await country.call(identity_query.ask, country.office(DESK), HUB, query)
            say("answer", answer.promise.log, answer.promise.index, sha256(encode(answer.persons)).hexdigest())
        except OpenJukiError:
            await asyncio.sleep(0.05)
        await asyncio.sleep(0.02)


async def only_serve(country: Country) -> None:
    await asyncio.Event().wait()


WORK = {TOWN: town_at_work, DESK: desk_at_work, HUB: only_serve, CENTRE: only_serve}


async def work(folder: Path, code: str, step: str = "", works: str = "0") -> None:
    others = [office.code for office in declaration.read(folder / "country.toml").offices if office.code != code]
    country = await countries.up(folder, today=lambda: DAY, listen=lambda office, tag, what: say("event", tag, what), elsewhere=others)
    if step:
        country.office(code).executor = Ending(country.writer, Step(step), int(works))
    say("up")
    await WORK[code](country)


def bear(name: str, folder: str, code: str, *step: str) -> int:
    """Fork one office; returns its process id."""
    global NAME
    NAME = name
    born = os.fork()
    if not born:
        os.close(0)
        try:
            asyncio.run(work(Path(folder), code, *step))
        finally:
            os._exit(1)
    say("born", born)
    return born


def main() -> None:
    """Bear whom standard input names, and tell of each death after all words of the dead."""
    global NAME
    alive: dict[int, str] = {}
    while True:
        if select.select([0], [], [], 0.02)[0]:
            line = os.read(0, 4096).decode()
            if not line:
                break
            for words in line.splitlines():
                alive[bear(*words.split())] = words.split()[0]
        while alive and (dead := os.waitpid(-1, os.WNOHANG))[0]:
            NAME = alive.pop(dead[0])
            say("died", os.waitstatus_to_exitcode(dead[1]))
    for pid in alive:
        os.kill(pid, signal.SIGKILL)


if __name__ == "__main__":
    main()
