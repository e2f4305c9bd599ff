"""A desk in a process of its own, killed (kill -9) at the n-th command: before or after the card does it (発行中の停電)."""

import os
import signal
import sys
from pathlib import Path

from openjuki.card.sandbox_authority import COUNTER
from openjuki.card.system import CardSystem
from openjuki.offices import card_issue
from openjuki.offices.card_issue import StoreJournal
from openjuki.offices.store import Store
from openjuki.terminal.authority_folder import open_authority
from openjuki.terminal.card_file import CardFiles
from openjuki.terminal.door import InProcessDoor
from openjuki.terminal.issue_desk import IssueDesk, commit_in
from tests.procedures.municipal_office import TownHall


class CutDoor(InProcessDoor):
    """A door at which the n-th command is cut off by `cut`, which does not return: before the card hears it, or after it has done it."""

    def __init__(self, card, at, heard, cut):
        super().__init__(card)
        self.at, self.heard, self.cut = at, heard, cut

    def transmit(self, apdu):
        self.at -= 1
        if self.at == 0 and not self.heard:
            self.cut()
        answer = super().transmit(apdu)
        if self.at == 0:
            self.cut()
        return answer


def kill_oneself():
    """The power goes."""
    os.kill(os.getpid(), signal.SIGKILL)


def desk_in(folder, hall, door):
    """The desk of an office whose register and card lie in a folder."""
    authority = open_authority(folder / "authority", os.urandom, hall.today)
    journal = StoreJournal(hall.office, "clerk-1", commit_in(hall.office))
    return IssueDesk(door, authority.terminal(hall.office.code, COUNTER, os.urandom, hall.today), authority, journal, os.urandom)


def hall_in(folder):
    """The town hall whose register is the file in a folder."""
    hall = TownHall()
    hall.office.store = Store(str(folder / "register.db"), hall.scripts)
    return hall


def card_in(folder, card_id):
    """The card's files."""
    return CardFiles(folder / f"{card_id}.card")


if __name__ == "__main__":
    place, number, command, done = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4] == "heard"
    town = hall_in(place)
    order = town.do(lambda transaction: card_issue.resume(transaction, town.office, number))
    desk_in(place, town, CutDoor(CardSystem(card_in(place, number), os.urandom), command, done, kill_oneself)).make(order)
