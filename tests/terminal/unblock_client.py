"""A counter that gives the holder a new PIN, through a real reader (窓口での暗証番号の再設定)."""

import sys

from openjuki.card.at_the_counter import reset_pin
from openjuki.card.layouts import AUTH_PIN, JPKI_AID
from openjuki.terminal.door import converse
from openjuki.terminal.reader import ReaderDoor
from tests.terminal.terminal_papers import terminal_of

if __name__ == "__main__":
    door = ReaderDoor(0)
    door.connect()
    converse(door, reset_pin(terminal_of(*sys.argv[1:4]), JPKI_AID, AUTH_PIN, "5555"))
    door.disconnect()
    print("unblocked")
