"""A counter that confirms the holder, through a real reader (窓口での本人確認)."""

import datetime
import sys

from openjuki.card.at_the_counter import confirm_holder
from openjuki.terminal.door import converse
from openjuki.terminal.reader import ReaderDoor
from tests.terminal.terminal_papers import terminal_of

if __name__ == "__main__":
    door = ReaderDoor(0)
    door.connect()
    presented = converse(door, confirm_holder(terminal_of(*sys.argv[1:4]), sys.argv[4], datetime.date.fromisoformat(sys.argv[5])))
    door.disconnect()
    print(presented.data.card_id, presented.code)
