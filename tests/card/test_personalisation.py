"""Issue cut off at every step ends in one good card, or none (カードの発行の中断と再開; promises C1, C8)."""

import os
from functools import lru_cache

import pytest

from openjuki.card import at_the_counter
from openjuki.card.personalisation import Stage, personalise, void
from openjuki.card.system import CardSystem
from openjuki.register.errors import Conflict, OpenJukiError
from openjuki.terminal.card_file import MemoryFiles
from openjuki.terminal.door import InProcessDoor, converse
from tests.card.cards import CODE, DAY, PINS, MemoryJournal, blank, issued_files, order, terminal, work


class Gone(Exception):
    """The card was pulled, the reader lost power, or the office's process was killed."""


class BrokenDoor(InProcessDoor):
    """A door that breaks at the n-th command: before the card hears it, or after it has done it and before its answer arrives."""

    def __init__(self, card, at, heard):
        super().__init__(card)
        self.at, self.heard, self.count = at, heard, 0

    def transmit(self, apdu):
        self.count += 1
        if self.count == self.at and not self.heard:
            raise Gone
        answer = super().transmit(apdu)
        if self.count == self.at:
            raise Gone
        return answer


class RememberingFiles(MemoryFiles):
    """A card of which every state that was on disk is kept, with the journal of that moment."""

    def write_image(self, content):
        self.states.append((content, self.chip, dict(self.journal.lines)))
        super().write_image(content)

    def write_chip(self, content):
        self.states.append((self.image, content, dict(self.journal.lines)))
        super().write_chip(content)


def is_good(files):
    presented = converse(
        InProcessDoor(CardSystem(files, os.urandom)), at_the_counter.confirm_holder(terminal(), PINS.juki, DAY)
    )  # fmt: skip
    return presented.code == CODE


@lru_cache
def commands():
    """How many commands one issue takes."""
    door = BrokenDoor(CardSystem(copy(blank_files()), os.urandom), 0, True)
    converse(door, personalise(work(jpki=False), terminal()))
    return door.count


@lru_cache
def blank_files():
    return blank()


def copy(files, kind=MemoryFiles):
    return kind(files.image, files.chip)


@pytest.mark.slow
@pytest.mark.parametrize("heard", [False, True])
@pytest.mark.parametrize("part", [0.0, 0.4, 1.0])
def test_issue_cut_off_at_the_reader_is_taken_up_to_a_good_card(part, heard):
    """Pulled before the card heard the command; answer lost after the card has done it."""
    files, journal = copy(blank_files()), MemoryJournal()
    at = max(1, round(part * commands()))
    with pytest.raises(Gone):
        converse(BrokenDoor(CardSystem(files, os.urandom), at, heard), personalise(work(journal=journal, jpki=False), terminal()))
    assert journal.stage(order().card_id) is (Stage.SECURING if part == 1.0 else Stage.BEGUN)
    converse(InProcessDoor(CardSystem(files, os.urandom)), personalise(work(journal=journal, jpki=False), terminal()))
    assert is_good(files) and journal.stage(order().card_id) is Stage.ISSUED


@pytest.mark.slow
def test_issue_cut_off_after_every_write_of_the_card_is_taken_up_to_a_good_card():
    """Wherever it is cut, the card remembers its last write: these are all the states that an interrupted issue can leave."""
    writing, journal = copy(blank_files(), RememberingFiles), MemoryJournal()
    writing.states = [(writing.image, writing.chip, {})]
    writing.journal = journal
    converse(InProcessDoor(CardSystem(writing, os.urandom)), personalise(work(journal=journal, jpki=False), terminal()))
    assert len(writing.states) > 30
    for image, chip, lines in writing.states:
        files, journal = MemoryFiles(image, chip), MemoryJournal()
        journal.lines = dict(lines)
        converse(InProcessDoor(CardSystem(files, os.urandom)), personalise(work(journal=journal, jpki=False), terminal()))
        assert is_good(files) and journal.stage(order().card_id) is Stage.ISSUED


@pytest.mark.slow
@pytest.mark.parametrize("at", [5, "last"])
def test_a_card_lost_in_the_middle_is_void_and_another_is_made(at):
    """The last command makes the card valid; its answer is lost, the clerk has the card replaced: one valid card."""
    files, journal = copy(blank_files()), MemoryJournal()
    first = work(journal=journal, jpki=False)
    with pytest.raises(Gone):
        converse(BrokenDoor(CardSystem(files, os.urandom), commands() if at == "last" else at, True), personalise(first, terminal()))
    second_files, second = blank("A000000002"), work("A000000002", journal=journal, jpki=False)
    with pytest.raises(Conflict):
        converse(InProcessDoor(CardSystem(second_files, os.urandom)), personalise(second, terminal()))
    void(first)
    converse(InProcessDoor(CardSystem(second_files, os.urandom)), personalise(second, terminal()))
    assert is_good(second_files)
    assert [stage for _, stage in journal.lines.values()] == [Stage.VOID, Stage.ISSUED]
    with pytest.raises(Conflict):
        converse(InProcessDoor(CardSystem(files, os.urandom)), personalise(first, terminal()))
    assert journal.stage(first.order.card_id) is Stage.VOID


def test_a_card_is_nobodys_until_the_last_step():
    files = copy(blank_files())
    with pytest.raises(Gone):
        converse(BrokenDoor(CardSystem(files, os.urandom), commands(), False), personalise(work(jpki=False), terminal()))
    with pytest.raises(OpenJukiError, match="6A82"):
        is_good(files)


def test_the_wrong_blank_card_is_left_alone():
    files, journal = blank("Z000000009"), MemoryJournal()
    with pytest.raises(Conflict):
        converse(InProcessDoor(CardSystem(files, os.urandom)), personalise(work(journal=journal), terminal()))


def test_issuing_an_issued_card_again_changes_nothing():
    files, journal = issued_files(), MemoryJournal()
    door = InProcessDoor(CardSystem(files, os.urandom))
    with pytest.raises(OpenJukiError):
        converse(door, personalise(work(journal=journal), terminal(0)))
    converse(door, personalise(work(journal=journal), terminal()))
    assert is_good(files)
