"""Protection of victims: the restraint, its term, and the word on each output (支援措置・抑止; standard 1.1.16 j160, 3.1 j410, 3.4 j440).

A restraint begins on the day on which it is asked for (provisional, 仮支援措置), becomes a full one by decision, is renewed by decision,
and ends by decision only. Passing its term makes work for somebody and lifts nothing (j410: 抑止は自動的に終了しない). `judge` says for
every way out and every asker whether it goes; what is judged here is the restraint alone, never whether the asker has a right at all.
"""

from calendar import monthrange
from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

import msgspec

from openjuki.law.calendar import Profile
from openjuki.law.retention import last_day
from openjuki.law.ways_out import REFUSAL_SOURCE, WAYS, Asker, Output, Way, WayOut, Word
from openjuki.register.errors import InvalidInput, Say

RELEASE_MS_MAX = 30 * 60_000
"""A temporary release shuts again by itself after at most this long (the standard leaves the time to the municipality, j410)."""


class EndGround(StrEnum):
    """Why somebody decided that a restraint ends (j440)."""

    WITHDRAWN = "withdrawn"
    """The protected person asked for it."""
    NOT_RENEWED = "not-renewed"
    """The term has passed and the mayor decided; the term alone ends nothing."""
    NOT_NEEDED = "not-needed"


class Work(StrEnum):
    """What a restraint asks somebody to do on a day; an item stays until it is done."""

    DECIDE_PROVISIONAL = "decide-provisional"
    RENEWAL_OPEN = "renewal-open"
    """The last month of the term: ask the person, renew (j440)."""
    RENEWAL_OVERDUE = "renewal-overdue"
    """The term has passed; the restraint goes on."""


class Restraint(msgspec.Struct, frozen=True, kw_only=True):
    """One restraint for one person; who that is stands where it is kept. Each decision is a new version, the highest holds."""

    outputs: frozenset[Output]
    since: date
    renew_by: date
    """Last day of the term."""
    provisional: bool
    version: int = 1
    ended_on: date | None = None
    """First day on which it no longer holds."""
    ended_because: EndGround | None = None

    def bears(self, on: date) -> bool:
        """Whether it holds on that day: begun and not ended by decision; its term is of no matter."""
        return self.since <= on and (self.ended_on is None or on < self.ended_on)


class Judgement(NamedTuple):
    """The word on one output; `tell` may be said to whoever asks and never lets them know that there is a restraint."""

    word: Word
    source: str
    tell: Say
    note: bool = False
    """Whether the answer carries a note that the person is protected, for careful handling by the receiver (Act 30-33 to 30-35)."""
    of_housemate: bool = False
    """For the desk's eyes: it is kept back since it would tell where a protected person lives with whom it is about."""


class Release(NamedTuple):
    """A temporary release of one output for one asker by two persons (一時解除, j410); it stays in the office that gave it."""

    way: WayOut
    asker: Asker
    operators: frozenset[str]
    given_ms: int
    until_ms: int


_GO = Say("Here it is.", "どうぞ。")
_WAIT = Say("Please wait; the request is being examined.", "お待ちください。内容を確認しています。")
_NO = Say(
    "This cannot be given here. Ask about your own record in person at the office that keeps it.",
    "こちらではお渡しできません。ご自身の記録は、記録のある市区町村の窓口でおたずねください。",
)
_TELLS = {Word.ALLOWED: _GO, Word.EXAMINE: _WAIT, Word.REFUSED: _NO}
_FREE = Judgement(Word.ALLOWED, "", _GO)
_NAMED = (Asker.ABUSER, Asker.ABUSER_AGENT)


def judge(way: WayOut, asker: Asker, restraints: Iterable[Restraint], on: date, profile: Profile = Profile.OPEN) -> Judgement:
    """The word on giving `way` about one person to `asker` on that day of the register calendar; the strictest restraint counts."""
    judged = [_judge(way, asker, restraint, profile) for restraint in restraints if restraint.bears(on)]
    return strictest(judged)


def judge_housemate(way: WayOut, asker: Asker, restraints: Iterable[Restraint], on: date) -> Judgement:
    """The word on giving `way` about somebody unprotected to `asker`, by the restraints of those who live with them.

    A restraint protects who asked for it and whom they named (併せて支援を求める者). A paper about another of the household tells the same
    address: so it comes to the same check first, on every way, and never carries a note.
    """
    judged = (_judge(way, asker, restraint, Profile.JAPAN) for restraint in restraints if restraint.bears(on))
    return strictest(_of_housemate(WAYS[way], asker, each) for each in judged)


def _of_housemate(row: Way, asker: Asker, judged: Judgement) -> Judgement:
    if judged.word is Word.REFUSED and asker in row.of_housemate:
        judged = Judgement(Word.EXAMINE, row.source, _WAIT)
    return judged._replace(of_housemate=judged.word is not Word.ALLOWED)


def strictest(judged: Iterable[Judgement]) -> Judgement:
    """The one that counts for a paper about several persons: the strictest word, with a note or the mark of a housemate if any has one."""
    words = tuple(judged)
    hardest = max(words, key=lambda each: each.word, default=_FREE)
    return hardest._replace(note=any(each.note for each in words), of_housemate=any(each.of_housemate for each in words))


def _judge(way: WayOut, asker: Asker, restraint: Restraint, profile: Profile) -> Judgement:
    """Where support was not asked for this output only the abuser's side is kept out; what the Act orders is allowed by its row."""
    row = WAYS[way]
    sought = row.output is None or row.output in restraint.outputs
    if not sought and asker not in _NAMED:
        return _FREE
    word = row.word(asker)
    note = row.noted and word is Word.ALLOWED and profile is Profile.OPEN
    return Judgement(word, REFUSAL_SOURCE if word is Word.REFUSED else row.source, _TELLS[word], note)


def released(judged: Judgement, way: WayOut, asker: Asker, release: Release, now_ms: int) -> Judgement:
    """The word after a temporary release: what is to be examined goes while it lasts, what is refused stays refused."""
    fits = (release.way, release.asker) == (way, asker) and release.given_ms <= now_ms < release.until_ms
    return judged._replace(word=Word.ALLOWED, tell=_GO) if fits and judged.word is Word.EXAMINE else judged


def give_release(way: WayOut, asker: Asker, operators: frozenset[str], now_ms: int, for_ms: int) -> Release:
    """A temporary release. Raises `InvalidInput` unless two persons give it, for at most `RELEASE_MS_MAX`, for what can be examined."""
    if len(operators) < 2 or "" in operators:
        raise InvalidInput(
            "operators",
            Say("one person alone releases nothing.", "一人では解除できません。"),
            Say("Have the supervisor agree.", "支援措置責任者の承認を得てください。"),
        )
    if not 0 < for_ms <= RELEASE_MS_MAX:
        raise InvalidInput(
            "for_ms",
            Say("the time is out of range.", "時間が範囲外です。"),
            Say(f"Give up to {RELEASE_MS_MAX} ms.", f"{RELEASE_MS_MAX}ミリ秒以内にしてください。"),
        )
    if not WAYS[way].releasable(asker):
        raise InvalidInput(
            "way",
            Say("this is never released.", "解除できません。"),
            Say("Tell the asker the office's own words.", "定められた案内をしてください。"),
        )
    return Release(way, asker, operators, now_ms, now_ms + for_ms)


def last_day_of_term(first: date) -> date:
    """Last day of the year that begins on `first`: 2020-04-01 gives 2021-03-31 (j440); from 29 February on it is 28 February."""
    return last_day(first, years=1)


def month_before(last: date) -> date:
    """The day from which a term that ends on `last` may be renewed: one month earlier, or the last day of a shorter month."""
    year, month = (last.year, last.month - 1) if last.month > 1 else (last.year - 1, 12)
    return date(year, month, min(last.day, monthrange(year, month)[1]))


def begin(outputs: frozenset[Output], on: date) -> Restraint:
    """A provisional restraint, in force from the day on which it is asked for. Raises `InvalidInput` if nothing is asked for."""
    if not outputs:
        raise InvalidInput(
            "outputs",
            Say("nothing is to be restrained.", "対象の事務がありません。"),
            Say("Name at least one.", "一つ以上選んでください。"),
        )
    return Restraint(outputs=outputs, since=on, renew_by=last_day_of_term(on), provisional=True)


def confirm(restraint: Restraint, on: date) -> Restraint:
    """The need was found: a full restraint with a term of a year from that day; nothing opens in between."""
    _must_hold(restraint, on)
    return _next(restraint, provisional=False, renew_by=last_day_of_term(on))


def renew(restraint: Restraint, on: date) -> Restraint:
    """Another year from the day after the term; from a month before its end on, and late as well. Raises `InvalidInput` if too early."""
    _must_hold(restraint, on)
    if on < month_before(restraint.renew_by):
        reason = Say("it is too early to renew.", "延長の受付前です。")
        day = month_before(restraint.renew_by)
        raise InvalidInput("renew_by", reason, Say(f"Renew from {day} on.", f"{day}以後に延長してください。"))
    renewed = last_day_of_term(restraint.renew_by + timedelta(1))
    return _next(restraint, renew_by=renewed if renewed >= on else last_day_of_term(on))


def keep_after_move(restraint: Restraint, on: date) -> Restraint:
    """The person moves out: here it goes on as a provisional one until the new office has its own (j440)."""
    _must_hold(restraint, on)
    return _next(restraint, provisional=True)


def end(restraint: Restraint, on: date, because: EndGround) -> Restraint:
    """Somebody decided that it ends on that day. Raises `InvalidInput` if it does not hold, or if the ground is no true one."""
    _must_hold(restraint, on)
    if because is EndGround.NOT_RENEWED and on <= restraint.renew_by:
        reason = Say("the term has not passed.", "期間が終わっていません。")
        raise InvalidInput("because", reason, Say("Choose the true ground.", "終了の理由を選び直してください。"))
    return _next(restraint, ended_on=on, ended_because=because)


def work(restraint: Restraint, on: date) -> frozenset[Work]:
    """What somebody has to do about it on that day; none for one that does not hold."""
    if not restraint.bears(on):
        return frozenset()
    due = {Work.DECIDE_PROVISIONAL: restraint.provisional, Work.RENEWAL_OVERDUE: on > restraint.renew_by}
    due[Work.RENEWAL_OPEN] = month_before(restraint.renew_by) <= on <= restraint.renew_by
    return frozenset(item for item, is_due in due.items() if is_due)


def _must_hold(restraint: Restraint, on: date) -> None:
    if not restraint.bears(on):
        reason = Say("the restraint does not hold on that day.", "その日は支援措置の期間外です。")
        raise InvalidInput("restraint", reason, Say("Begin a new one.", "新たに受け付けてください。"))


def _next(restraint: Restraint, **changes: object) -> Restraint:
    """The next version; every decision is one."""
    return msgspec.structs.replace(restraint, version=restraint.version + 1, **changes)
