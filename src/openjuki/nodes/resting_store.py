"""A store whose file is closed while nothing is asked of its office (休止できる台帳; architecture section 4, "Idle offices may close").

An open register costs about 200 KiB and three descriptors; a process that holds a whole country's offices keeps some of them open.
"""

from collections.abc import Sequence
from typing import Any

import apsw

from openjuki.offices.marked_store import Mark, MarkedStore
from openjuki.offices.store import OF_THE_DISK, Outcome, Transaction, Work
from openjuki.register.errors import NotReady, Say

ASLEEP = NotReady(
    "store",
    Say("the register's file cannot be opened again.", "台帳のファイルを開き直せません。"),
    Say("Look after the disk and the limit of open files.", "記憶装置と、同時に開けるファイルの上限を確かめてください。"),
)


class RestingStore(MarkedStore):
    """A marked store that may rest. Whoever serves it says when; the next work wakes it."""

    def __init__(self, path: str, scripts: Sequence[str], mark: Mark) -> None:
        super().__init__(path, scripts, mark)
        self._scripts, self.resting, self.closed = scripts, False, False

    def run(self, works: Sequence[Work[Any]]) -> tuple[Transaction, list[Outcome]]:
        """As MarkedStore.run; opens the file first if it is closed."""
        try:
            if self.resting:
                self._wake()
        except OF_THE_DISK as error:  # of file numbers, perhaps: the next work tries again
            transaction = Transaction(apsw.Connection(""))
            transaction.events.append(("store:disk:failed", type(error).__name__))
            return transaction, [ASLEEP] * len(works)
        return super().run(works)

    def rest(self) -> None:
        """Close the file as it is: all that was committed stays in its journal, so nothing is synced and nothing is lost.

        The mark stays open, since to close it would sync it; and so does a store that failed, or what it refuses would come back.
        """
        if not (self.closed or self.broken or self.old or self.resting or self.connection.in_transaction):
            self._level = self._changes == self.connection.total_changes()
            self.connection.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)
            self.connection.close()
            self.resting = True

    def _wake(self) -> None:
        self.connection = apsw.Connection(self.path, statementcachesize=200)
        self._set_up(self._scripts, "FULL")
        self.resting = False
        self._changes = self.connection.total_changes() if self._level else -1

    def close(self) -> None:
        """Close the file for good, its journal written into it."""
        if self.resting:
            self._wake()
        self.closed = True
        super().close()
