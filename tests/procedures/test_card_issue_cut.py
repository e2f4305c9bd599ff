"""Issue cut off at each step by kill, removal or lost reply: one good card or a void one, never two (カード発行の中断; C1, C8)."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from openjuki.card.holder import CardKind
from openjuki.card.life import CardStanding
from openjuki.card.personalisation import Stage
from openjuki.card.system import CardSystem
from openjuki.offices import card_holders, card_issue, municipality
from openjuki.offices.card_applications import Application, Proof, Receiver
from openjuki.offices.card_issue_handover import HandOver
from openjuki.procedures.card_issue import apply, begin, complete_hand_over, prepare_hand_over, void
from openjuki.register.codes import random_resident_code
from openjuki.register.errors import Conflict, NotReady, OpenJukiError, Say
from openjuki.terminal.authority_folder import open_authority
from openjuki.terminal.card_file import MemoryFiles
from openjuki.terminal.card_making import Factory, make_blank
from openjuki.terminal.door import InProcessDoor
from tests.procedures import issue_process
from tests.procedures.card_hall import SHOWN, CardHall, Typist
from tests.procedures.municipal_office import arrival, arrive

FIRST, SECOND = "A000000001", "A000000002"
ROOT = Path(__file__).parents[2]
LAST = 40
"""The command that makes a card without certificate the person's; another number would not be reached, and the process not killed."""
REMOVED = NotReady("card", Say("was taken out.", "抜かれました。"), Say("Put it in again.", "入れ直してください。"))


class Cut:
    """Everything that a cut could leave: the card's memory and the office's store, at each moment at which one of them has changed."""

    def __init__(self, hall, card_id):
        self.hall, self.card_id, self.states = hall, card_id, {}

    def note(self, what):
        files = self.hall.cards[self.card_id]
        stage = self.hall.do(lambda t: card_issue.stage(t, self.card_id))
        handed = bool(self.hall.do(lambda t: card_issue.handed_over(t, self.card_id)))
        self.states.setdefault((files.image, files.chip, stage, handed), (what, self.hall.snapshot()))


class NotingFiles(MemoryFiles):
    """A card's memory that notes what a kill between its two writes would leave."""

    cut = None

    def write_image(self, content):
        super().write_image(content)
        if self.cut:
            self.cut.note("image written, chip not yet")


class NotingDoor(InProcessDoor):
    """A door that notes what a cut would leave before each command is heard (removal), and before its answer arrives (lost reply)."""

    def __init__(self, card, cut):
        super().__init__(card)
        self.cut, self.count = cut, 0

    def transmit(self, apdu):
        self.count += 1
        self.cut.note(f"before command {self.count}")
        answer = super().transmit(apdu)
        self.cut.note(f"after command {self.count}")
        return answer


def take_out():
    """The card is taken out of the reader."""
    raise REMOVED


@pytest.fixture
def hall():
    return CardHall()


@pytest.fixture
def filed(hall):
    return hall.apply(arrive(hall, arrival("住基　太郎", "世帯主"))[0].code)


def code_of(hall):
    return hall.do(lambda t: t.value("SELECT code FROM person"))


def given(filed, card_id):
    return HandOver(card_id, Receiver.HOLDER, frozenset({Proof.PHOTO_DOCUMENT}), filed.fee.total_yen)


def whole_issue(hall, filed, cut):
    """Making and hand-over, with everything noted that a cut anywhere would leave."""
    making = hall.run(begin, filed.number, FIRST)
    hall.desk(FIRST)
    made = hall.cards[FIRST] = NotingFiles(hall.cards[FIRST].image, hall.cards[FIRST].chip)
    made.cut = cut
    cut.note("begun")
    door = NotingDoor(CardSystem(hall.cards[FIRST], os.urandom), cut)
    hall.desk(FIRST, door).make(making)
    cut.note("made")
    hall.hear(lambda then: prepare_hand_over(hall.office, given(filed, FIRST), then))
    confirmed = hall.desk(FIRST, door).confirmed(hall.desk(FIRST, door).choose_pins(making, Typist()), hall.today)
    hall.run(complete_hand_over, given(filed, FIRST), confirmed)
    cut.note("handed over")
    return door.count


def go_on(hall, filed):
    """What a clerk does after a cut: the same steps again, as far as they are not done."""
    if hall.do(lambda t: card_issue.handed_over(t, FIRST)):
        return
    making = hall.resume(FIRST)
    hall.desk(FIRST).make(making)
    hall.hand_over(filed, FIRST)


@pytest.mark.slow
def test_issue_cut_off_at_any_step_by_kill_removal_or_lost_reply_goes_on_to_one_good_card(hall, filed):
    cut = Cut(hall, FIRST)
    commands = whole_issue(hall, filed, cut)
    stages = {stage for _, _, stage, _ in cut.states}
    assert commands > 50 and len(cut.states) > 60 and stages == {Stage.BEGUN, Stage.SECURING, Stage.ISSUED}
    for (image, chip, _, handed), (what, store) in cut.states.items():
        hall.restart(store)
        hall.cards[FIRST] = MemoryFiles(image, chip)
        assert hall.valid(code_of(hall)) == ([FIRST] if handed else []), what
        go_on(hall, filed)
        assert hall.valid(code_of(hall)) == [FIRST], what
        assert hall.desk(FIRST).confirmed(Typist().pin, hall.today).code == code_of(hall), what


@pytest.mark.slow
def test_a_card_given_up_at_any_step_is_void_for_ever_and_another_is_the_only_valid_one(hall, filed):
    """Whatever the first card itself says: its number never becomes valid, and it is never made or handed over."""
    cut = Cut(hall, FIRST)
    whole_issue(hall, filed, cut)
    for (image, chip, stage, handed), (what, store) in cut.states.items():
        hall.restart(store)
        hall.cards[FIRST] = MemoryFiles(image, chip)
        if handed:
            with pytest.raises(Conflict):
                hall.run(void, FIRST, "紛失")
            continue
        making = hall.resume(FIRST)
        hall.run(void, FIRST, "破損")
        for step in (lambda: hall.resume(FIRST), lambda: hall.hand_over(filed, FIRST)):
            with pytest.raises(Conflict):
                step()
        if stage is Stage.ISSUED:
            with pytest.raises(OpenJukiError):
                hall.desk(FIRST).make(making)
        assert hall.standing(FIRST) is CardStanding.ENDED and hall.valid(code_of(hall)) == [], what
        assert hall.run(begin, filed.number, SECOND).order.card_id == SECOND, what
        another = hall.snapshot()
    hall.restart(another)
    hall.desk(SECOND).make(hall.resume(SECOND))
    hall.hand_over(filed, SECOND)
    assert hall.valid(code_of(hall)) == [SECOND] and hall.standing(FIRST) is CardStanding.ENDED


@pytest.mark.slow
@pytest.mark.parametrize("heard", [False, True])
@pytest.mark.parametrize("at", [1, 9, 30])
def test_a_card_taken_out_of_the_reader_is_put_in_again(hall, filed, at, heard):
    making = hall.run(begin, filed.number, FIRST)
    hall.desk(FIRST)
    with pytest.raises(NotReady):
        hall.desk(FIRST, issue_process.CutDoor(CardSystem(hall.cards[FIRST], os.urandom), at, heard, take_out)).make(making)
    assert hall.valid(code_of(hall)) == []
    go_on(hall, filed)
    assert hall.valid(code_of(hall)) == [FIRST]


@pytest.mark.slow
@pytest.mark.parametrize(("at", "heard"), [(14, "unheard"), (33, "heard"), (LAST, "unheard"), (LAST, "heard")])
def test_a_desk_killed_in_the_middle_leaves_files_from_which_another_process_goes_on(tmp_path, at, heard):
    hall = issue_process.hall_in(tmp_path)
    hall.do(lambda t: municipality.put_codes(t, [random_resident_code(hall.office.draw) for _ in range(3)]))
    code = arrive(hall, arrival("住基　太郎", "世帯主"))[0].code
    filed = hall.run(apply, Application(code, CardKind.NAME_ONLY, applicant=SHOWN), b"")
    hall.run(begin, filed.number, FIRST)
    authority = open_authority(tmp_path / "authority", os.urandom, hall.today)
    files = issue_process.card_in(tmp_path, FIRST)
    factory = Factory(authority, None, os.urandom, hall.today)
    make_blank(files, FIRST, authority, factory)
    hall.office.store.close()
    command = [sys.executable, "-m", "tests.procedures.issue_process", str(tmp_path), FIRST, str(at), heard]
    killed = subprocess.run(command, cwd=ROOT, timeout=60, check=False, capture_output=True)
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    hall = issue_process.hall_in(tmp_path)
    desk = issue_process.desk_in(tmp_path, hall, InProcessDoor(CardSystem(files, os.urandom)))
    making = hall.do(lambda t: card_issue.resume(t, hall.office, FIRST))
    desk.make(making)
    confirmed = desk.confirmed(desk.choose_pins(making, Typist()), hall.today)
    hall.run(complete_hand_over, given(filed, FIRST), confirmed)
    assert hall.do(lambda t: [card.card_id for card in card_holders.alive_of(t, making.person, hall.today)]) == [FIRST]


def test_two_desks_at_once_begin_one_card(hall, filed):
    hall.run(begin, filed.number, FIRST)
    with pytest.raises(Conflict):
        hall.run(begin, filed.number, SECOND)
    assert hall.do(lambda t: card_issue.in_making(t, filed.person)) == [FIRST]


def test_a_desk_that_goes_on_with_a_card_that_another_has_made_void_is_stopped(hall, filed):
    hall.run(begin, filed.number, FIRST)
    journal, person = hall.desk_journal(), str(filed.person)
    journal.write(FIRST, person, Stage.SECURING)
    hall.run(void, FIRST, "紛失")
    for stage in (Stage.BEGUN, Stage.SECURING, Stage.ISSUED):
        with pytest.raises(Conflict):
            journal.write(FIRST, person, stage)
    assert journal.stage(FIRST) is Stage.VOID and journal.not_void(person) == []


def test_a_journal_line_is_only_written_for_the_person_and_in_order(hall, filed):
    journal = hall.desk_journal()
    with pytest.raises(Conflict):
        journal.write(FIRST, str(filed.person), Stage.BEGUN)
    hall.run(begin, filed.number, FIRST)
    for person, stage in ((str(filed.person + 1), Stage.SECURING), (str(filed.person), Stage.ISSUED)):
        with pytest.raises(Conflict):
            journal.write(FIRST, person, stage)
    assert journal.stage(FIRST) is Stage.BEGUN
