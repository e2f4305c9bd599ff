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


class KillingDoor(InProcessDoor):
    """Kills its own process at the n-th command."""

    def __init__(self, card, at, heard):
        super().__init__(card)
        self.at, self.heard = at, heard

    def transmit(self, apdu):
        self.at -= 1
        if self.at == 0 and not self.heard:
            os.kill(os.getpid(), signal.SIGKILL)
        answer = super().transmit(apdu)
        if self.at == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer


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
    desk_in(place, town, KillingDoor(CardSystem(card_in(place, number), os.urandom), command, done)).make(order)
