"""A store that knows whether its file is an old copy, by a mark kept outside of it (世代印; architecture section 4, "Recovery").

The file holds a number that grows with every commit that changes something; once a commit is on disk, and before anybody is told of
it, the mark gets the number too. So the mark is never ahead of the file, and a file that is behind the mark was put back from a backup.

What survives what: the end of the process leaves the mark as it is. A power cut may take its last half minute (it is synced only when
the file is opened and closed; the system writes it out meanwhile): the mark is then behind the file, which says nothing.
"""

from collections.abc import Sequence
from typing import Any, Protocol

from openjuki.offices.store import STATEMENTS, Outcome, Store, Transaction, Work
from openjuki.register.errors import Broken, Say

LEAP = 10**12
"""Added when a recovery begins: beyond all commits that a copy of this file could have seen which went another way."""
SAID = 10**18
"""Added to a mark by the operator's word that the file is an old copy: beyond all recoveries that any copy could have seen."""

NO_MARK = Broken(
    "store",
    Say("no mark can be kept beside the register.", "台帳の世代印を書き込めません。"),
    Say("Let this user write the folder `marks`.", "フォルダ marks に書き込めるようにしてください。"),
)


class Mark(Protocol):
    """The number outside of the file."""

    def read(self) -> int | None:
        """The number; None if there is no mark, or none that can be read."""

    def keep(self, number: int) -> None:
        """Write the number down. Raises OSError."""

    def close(self) -> None:
        """Make it outlive a power cut."""


def said_restored(mark: int | None) -> int:
    """The mark after the operator's word, which may be given twice: the file is old, however many commits it holds."""
    return SAID + (mark or 0) % SAID


class MarkedStore(Store):
    """A store with a mark; its scripts hold the table `setting`."""

    READ = "SELECT value FROM setting WHERE key = 'generation'"
    COUNT = "INSERT INTO setting VALUES ('generation', 1) ON CONFLICT (key) DO UPDATE SET value = value + 1 RETURNING value"
    RAISE = "INSERT INTO setting VALUES ('generation', ?1 + ?2) ON CONFLICT (key) DO UPDATE SET value = max(value, ?1) + ?2"
    """Where the number is kept: read, count one commit, begin a recovery above the mark (?1) by a leap (?2)."""

    def __init__(
        self, path: str, scripts: Sequence[str], mark: Mark, *, vfs: str | None = None, synchronous: str = "FULL",
        statements: int = STATEMENTS,
    ) -> None:  # fmt: skip
        super().__init__(path, scripts, vfs=vfs, synchronous=synchronous, statements=statements)
        self.mark = mark
        kept = mark.read()
        said, self._marked = kept is not None and kept >= SAID, None if kept is None else kept % SAID
        self.number: int = (self.connection.execute(self.READ).fetchone() or (0,))[0]
        """How many commits the file holds."""
        self.old = said or (self.number > 0 if self._marked is None else self.number < self._marked)
        """Whether the file is a copy older than its mark, came here without one or was said to be; until a recovery has begun."""
        level = self.number == self._marked and not said
        # Else the first commit counts, also one that only reads: nobody hears of what is not marked.
        self._changes, self._taken_up, self._told = self.connection.total_changes() if level else -1, False, False
        if self._marked is None and not self.old:
            self._make()

    def run(self, works: Sequence[Work[Any]]) -> tuple[Transaction, list[Outcome]]:
        """As Store.run; a commit that changed something moves the mark."""
        self._taken_up = False
        transaction, outcomes = super().run([*works, self._count])
        number = outcomes.pop()
        if isinstance(number, int):
            self.number = number
            self.old = self.old and not self._taken_up
            if not self.old:
                self._mark(transaction, number)
        return transaction, outcomes

    def take_up(self, transaction: Transaction) -> None:
        """A recovery begins with this commit: from now on the file is not old, and every other copy of it is."""
        self._taken_up = True
        transaction.execute(self.RAISE, (self._marked or 0, LEAP))

    def close(self) -> None:
        """Close the file, and make the mark outlive a power cut."""
        super().close()
        self.mark.close()

    def _make(self) -> None:
        try:
            self.mark.keep(0)
        except OSError as error:
            super().close()
            raise NO_MARK from error

    def _count(self, transaction: Transaction) -> int | None:
        if self.connection.total_changes() == self._changes:
            return None
        number: int = transaction.all(self.COUNT)[0][0]  # read to its end: only then does the statement count as a change
        self._changes = self.connection.total_changes()
        return number

    def _mark(self, transaction: Transaction, number: int) -> None:
        """A mark that stays behind does no harm but that it notices less; the operator hears of it once."""
        try:
            self.mark.keep(number)
        except OSError as error:
            if not self._told:
                self._told = True
                transaction.events.append(("store:mark:failed", type(error).__name__))
