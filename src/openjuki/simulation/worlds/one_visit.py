"""Worlds in which people move with one visit while lines and machines fail (転入届の特例の模擬国; Act art. 24-2; promises N9 N10 X5).

    announce at the old office -> visit the new one, as often as it takes -> entered, each click twice -> heard at the old office

A world of the ordinary kind goes on around it. No disk is lost here: an announcement that is lost with its disk is a matter for clerks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from openjuki.card.evidence import shown_words
from openjuki.keys.door import SEAL
from openjuki.keys.software import SoftwareKeys, key_from_seed, public_der
from openjuki.offices import municipality, transfers
from openjuki.offices.municipality import decode_record
from openjuki.offices.municipality_households import NOBODY_NOTIFIED, Relation, Staying
from openjuki.offices.office import Office, Then, failed
from openjuki.offices.transfer_asking import CardShown
from openjuki.offices.transfer_outcomes import no_transfer
from openjuki.offices.transfers import MoveState, WaitingMove
from openjuki.procedures import move_in_notice, one_visit_move
from openjuki.procedures.one_visit_move import Departure, FirstNotification, OneVisitArrival, OneVisitNotification
from openjuki.register.errors import Broken, Conflict, NotReady, OpenJukiError
from openjuki.register.events import EventKind
from openjuki.register.household import HOUSEHOLDER
from openjuki.register.identity import Status
from openjuki.register.transfer_record import CardData, NoTransfer
from openjuki.simulation.worlds import cast
from openjuki.simulation.worlds.acts import CLERK
from openjuki.simulation.worlds.life import Parts
from openjuki.simulation.worlds.people import Human
from openjuki.simulation.worlds.violation import Violation
from openjuki.simulation.worlds.world import World

MOVES = 20
AGAIN_S = 5.0
FINISH_MAX_S = 400.0
SKEW_MAX_MS = 60_000
"""Beyond that the evidence of the one office is none to the other, and its operators are stopped."""


@dataclass(eq=False)
class Mover:
    """Somebody on the way: from where, whereto, with which card; the arrival's number there once the old office has told."""

    human: Human
    code: str
    old: str
    new: str
    card: SoftwareKeys
    data: CardData
    announced: bool = False
    entered: bool = False
    refused: str = ""
    """Why the register cannot enter them, since a mistake of the ordinary world stands there: a clerk's matter."""


class MovingWorld(World):
    """A world with moves; what it is held to at the end stands in `check_moves`."""

    def __init__(self, seed: int, parts: Parts = Parts()) -> None:  # noqa: B008 - a constant
        super().__init__(seed, parts)
        self.storm = self.storm._replace(restore_every_s=0.0, skew_max_ms=min(self.storm.skew_max_ms, SKEW_MAX_MS))
        self.movers: list[Mover] = []
        self._dice = self.chance("one-visit")

    def _storm(self) -> None:
        for _ in range(MOVES):
            self.scheduler.later(self._dice.uniform(0.0, self.storm.storm_s), self._somebody_moves)
        super()._storm()

    def _settle(self) -> float:
        settled_s, ends_s = super()._settle(), self.scheduler.now_s + FINISH_MAX_S
        while any(mover.announced and not (mover.entered or mover.refused) for mover in self.movers) and self.scheduler.now_s < ends_s:
            self.scheduler.run_until(self.scheduler.now_s + AGAIN_S)
        settled_s += super()._settle()
        self._see_to_departures()
        settled_s += super()._settle()
        self.check_moves()
        return settled_s

    # -- what they do -----------------------------------------------------------------------------------------------------

    def _somebody_moves(self) -> None:
        human = self.script.at_home()
        if human is not None:
            self.moves(human)

    def moves(self, human: Human) -> Mover:
        """Somebody begins to move: announces, and goes on until they are entered, or refused for a clerk to look at."""
        human.busy = True
        key = key_from_seed(f"card {human.name}".encode())
        data = CardData(f"card-{len(self.movers)}", "2010-04-01", "2020-03-31", False, public_der(key))
        new = self._dice.choice([code for code in cast.MUNICIPALITIES if code != human.office])
        mover = Mover(human, human.code, human.office, new, SoftwareKeys({SEAL: key}), data)
        self.movers.append(mover)
        self._announce(mover)
        return mover

    def _later(self, call: Callable[[Mover], None], mover: Mover) -> None:
        self.scheduler.later(AGAIN_S * (0.5 + self._dice.random()), partial(call, mover))

    def _announce(self, mover: Mover) -> None:
        today = self.script.today()
        leaves_on = self._dice.choice((today, "2013-12-28"))
        notification = OneVisitNotification((mover.code,), mover.code, mover.data, "他の市区町村", leaves_on, today)

        def told(outcome: Any) -> None:
            mover.announced = not failed(outcome) or self._stands(mover, outcome)
            if mover.announced:
                self._later(self._visit, mover)
            else:  # for instance since nobody is named who would head those who stay
                self.script.look(mover.human)

        begin = partial(_begin, one_visit_move.notify_move_out, notification)
        self.step(mover.old, begin, told, lambda: self._later(self._announce, mover))

    def _stands(self, mover: Mover, refusal: Any) -> bool:
        """Whether the old office keeps this mover's announcement, from a step of which nobody was told.

        Another one may stand in its way: with the card of an earlier move that the register could not enter.
        """
        kept = self._kept(mover)
        own = any(one.move.card == mover.data for one in kept)
        another = isinstance(refusal, Conflict) and refusal.item == "leavers"
        if another and not own and all(one.state is not MoveState.WAITING for one in kept):
            raise Violation(f"N9 {mover.old} takes no announcement of somebody of whom none stands")
        return own

    def _visit(self, mover: Mover) -> None:
        if mover.entered or mover.refused:
            return
        office, today = self.lives[mover.new].office, self.script.today()
        shown_ms = office.clock.wall_ms()
        proof = mover.card.sign(SEAL, shown_words(office.realm, mover.new, mover.code, shown_ms))
        card = CardShown(mover.data.number, shown_ms, proof)
        notification = FirstNotification(mover.old, mover.code, card, today, today)

        def told(outcome: Any) -> None:
            if failed(outcome) and self._is_double(mover) and str(outcome) == str(no_transfer(NoTransfer.ELSEWHERE)):
                self._refuse(mover, outcome)
            elif failed(outcome):
                self._later(self._visit, mover)
            else:
                for _ in range(2):
                    self._enter(mover, outcome.number)

        self.step(
            mover.new,
            partial(_begin, one_visit_move.ask_transfer, notification, operator=mover.data.number),
            told,
            lambda: self._later(self._visit, mover),
        )

    def _enter(self, mover: Mover, number: int) -> None:
        arrival = OneVisitArrival(number, {mover.code: HOUSEHOLDER}, self.script.people.address(mover.new))

        def told(outcome: Any) -> None:
            if isinstance(outcome, NotReady | Broken):
                self._later(lambda one: self._enter(one, number), mover)
                return
            if failed(outcome):
                self._refuse(mover, outcome)
                return
            mover.entered, mover.human.office = True, mover.new
            self.register.keep(mover.new)
            self.register.must_hold(mover.new, outcome[0])
            self.script.look(mover.human)

        again = partial(self._later, lambda one: self._enter(one, number), mover)
        self.step(mover.new, partial(_begin, one_visit_move.enter_arrival, arrival), told, again)

    def _refuse(self, mover: Mover, refusal: OpenJukiError) -> None:
        mover.refused = str(refusal)
        self.script.look(mover.human)

    def _is_double(self, mover: Mover) -> bool:
        """Whether two offices have entered the same certificate of theirs (acts.moves_in_twice): each lets them move on."""
        return any(one.codes is mover.human.codes and one is not mover.human for one in self.script.humans)

    def _see_to_departures(self) -> None:
        """Whom their notice could not remove as announced, since their household is another by now, a clerk removes (N10)."""
        for mover in self.movers:
            own = next((one for one in self._kept(mover) if one.move.card == mover.data), None)
            listed = self._listed(mover, transfers.WORK)
            if own is not None and any(what.startswith(f"announcement {own.number} cannot be entered") for what in listed):
                departure = Departure(own.number, self._staying(mover))
                begin = partial(_begin, one_visit_move.enter_departure, departure)
                self.step(mover.old, begin, lambda outcome: None, lambda: None)

    def _kept(self, mover: Mover) -> list[WaitingMove]:
        view = self.disks[mover.old].committed()
        return transfers.of_person(view, municipality.person_of_code(view, mover.code))

    def _listed(self, mover: Mover, kind: str) -> list[str]:
        """What the old office's work list says about them."""
        return [what for (what,) in self.disks[mover.old].rows("SELECT what FROM work_item WHERE kind = ? AND code = ?", kind, mover.code)]

    def _annulled(self, mover: Mover) -> bool:
        """Whether the old office has annulled something about them, for instance of their double."""
        view = self.disks[mover.old].committed()
        events = municipality.events_of(view, municipality.person_of_code(view, mover.code))
        return any(event.kind is EventKind.ANNULMENT for event in events)

    def _staying(self, mover: Mover) -> Staying:
        """What is so of those who stay: somebody heads them, or the first does from now on."""
        view = self.disks[mover.old].committed()
        leaver = municipality.record_of_code(view, mover.code)
        staying = [one for one in municipality.members(view, leaver.household) if one.person != leaver.person]
        if not staying or any(one.relationship == HOUSEHOLDER for one in staying):
            return NOBODY_NOTIFIED
        return Staying(staying[0].code, tuple(Relation(one.code, "兄") for one in staying[1:]))

    # -- what they are held to ----------------------------------------------------------------------------------------------

    def check_moves(self) -> None:
        """Raise Violation unless everybody who announced is entered, told and confirmed, and no resident of the old town."""
        for mover in self.movers:
            if mover.announced and not (mover.entered or mover.refused):
                raise Violation(f"N9 somebody from {mover.old} is not entered in {mover.new}")
            if mover.entered:
                self._check_move(mover)

    def _check_move(self, mover: Mover) -> None:
        sql = "SELECT count(*) FROM transfer_in_person i JOIN code_used c ON c.person = i.person WHERE c.code = ?"
        if self.disks[mover.new].rows(sql, mover.code) == [(0,)]:
            raise Violation(f"N9 {mover.new} has entered somebody without a record")
        sql = (
            "SELECT m.confirmed, m.ended, p.record FROM moved_in m JOIN code_used c ON c.person = m.person JOIN person p ON p.id = m.person"
        )
        rows = self.disks[mover.old].rows(f"{sql} WHERE c.code = ? AND m.office = ?", mover.code, mover.new)
        confirmed = bool(rows) and all(confirmed for confirmed, _, _ in rows)
        if rows and not confirmed and self._annulled(mover) and self._listed(mover, move_in_notice.WORK):
            return  # the notice may be of a move that never was: a clerk compares it with the papers
        if not confirmed:
            raise Violation(f"N10 {mover.old} has not confirmed a departure to {mover.new}")
        for _, ended, body in rows:
            record = decode_record(body)
            if record.residence == ended and record.status is Status.RESIDENT:
                raise Violation(f"N9 somebody who is entered in {mover.new} is a resident of {mover.old} still")
        told = self.disks[cast.REPORTS_TO[mover.old]].rows("SELECT count(*) FROM transfer_confirmed WHERE office = ?", mover.old)
        if told == [(0,)]:
            raise Violation(f"N10 the prefecture of {mover.old} has not heard of a departure")


def _begin(step: Callable[..., None], notification: Any, office: Office, then: Then, operator: str = CLERK) -> None:
    step(office, operator, notification, then)
