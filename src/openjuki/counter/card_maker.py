"""A card being made at a desk's agent, step by step, the journal's line before each (カードの作成; 令30の14, 30の15; promises C1, C8).

    areas 0, 1, ... ── journal: securing ── opened ── journal: issued

Whatever breaks it off (card taken out, agent gone, reply lost, window restarted) leaves a line from which it goes on with the same card.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from openjuki.card.personalisation import Stage
from openjuki.counter.language import mark
from openjuki.offices.card_issue import Making
from openjuki.procedures import card_issue
from openjuki.register.errors import NotReady, OpenJukiError, Say
from openjuki.terminal.agent import Declined, Request
from openjuki.terminal.agent_hall import Desk
from openjuki.terminal.agent_making import FillArea, Made, OpenCard

AREAS = (mark("住基ネットの領域"), mark("券面事項確認"), mark("券面事項入力補助"))
JPKI = mark("公的個人認証（鍵と証明書）")
OPEN = mark("カードを使える状態にする")
Enter = Callable[[Callable[..., None], Any], Awaitable[Any]]
"""Runs a step of the office as this operator, and waits until it is on disk; raises its error."""


@dataclass(slots=True)
class Job:
    """One card on the way: its order, how many of its steps are done, what stopped it."""

    making: Making
    done: int = 0
    fault: Say | None = None
    task: "asyncio.Task[None] | None" = field(default=None, repr=False)

    @property
    def steps(self) -> list[str]:
        """What is done one after the other, in the pages' words; a service by its own name."""
        areas = [*AREAS, *([JPKI] if self.making.jpki else [])]
        return [*areas, *(service.name for service in self.making.services), OPEN]

    @property
    def running(self) -> bool:
        """Whether the agent is at it."""
        return self.task is not None and not self.task.done()

    @property
    def complete(self) -> bool:
        """Whether the card is made."""
        return self.done == len(self.steps)


async def make(job: Job, desk: Desk, enter: Enter) -> None:
    """All steps that are left; what stops them stands in the job."""
    try:
        await _make(job, desk, enter)
    except OpenJukiError as error:
        job.fault = Say(f"{error.reason.en} {error.remedy.en}", f"{error.reason.ja}{error.remedy.ja}")


async def _make(job: Job, desk: Desk, enter: Enter) -> None:
    making, card_id = job.making, job.making.order.card_id
    while job.done < len(job.steps) - 1:
        await _ask(desk, FillArea(making.order, job.done, making.jpki, making.services))
        job.done += 1
    await enter(card_issue.write_line, (card_id, Stage.SECURING))
    await _ask(desk, OpenCard(card_id))
    await enter(card_issue.write_line, (card_id, Stage.ISSUED))
    job.done += 1


async def _ask(desk: Desk, request: Request) -> None:
    answer = await desk.ask(request)
    if isinstance(answer, Declined):
        raise NotReady(answer.item, Say(answer.reason_en, answer.reason_ja), Say(answer.remedy_en, answer.remedy_ja))
    if not isinstance(answer, Made):
        raise NotReady("card agent", Say("it answers something else.", "端末の応答が正しくありません。"), _AGAIN)


_AGAIN = Say("Put the same card in and go on.", "同じカードを入れて、続けてください。")
