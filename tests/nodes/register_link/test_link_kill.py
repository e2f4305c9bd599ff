"""The office ends in the middle of what it takes (強制終了): at every work, before and after its commit, nothing is lost or doubled."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from openjuki.offices import municipality
from openjuki.offices.store import Store
from tests.nodes.register_link.linked_town import LinkedTown, died, moved_in

DAY = [moved_in(1), moved_in(2, "住基　次郎"), died(3, "00000000000"), moved_in(4, "住基　三郎")]


class Killed(BaseException):
    """The office's process ended here."""


class Mortal(LinkedTown):
    """An office that ends at its n-th work from now on: before the commit, or after it and before anybody is told."""

    left, after = -1, False

    def submit(self, store: Store, work: Any, then: Any) -> None:
        self.left -= 1
        if self.left:
            super().submit(store, work, then)
        elif self.after:
            store.run([work])
            raise Killed
        else:
            store.run([lambda transaction: self._die(transaction, work)])

    def _die(self, transaction: Any, work: Any) -> None:
        work(transaction)
        raise Killed


def found_on_disk(path: Path) -> Path:
    """The files as they lay there when the process ended, in another place: the dead one's locks went with it."""
    left = path.with_name(f"left-{path.name}")
    for end in ("", "-wal"):
        shutil.copy(f"{path}{end}", f"{left}{end}")
    return left


def seen(town: LinkedTown) -> tuple[Any, ...]:
    """What everybody sees: residents, what is told to the network, outcomes, what waits, free codes."""
    names = [municipality.decode_record(body).name for (body,) in town.do(lambda t: t.all("SELECT record FROM person ORDER BY id"))]
    outcomes = [(one["sequence"], one["outcome"]) for one in town.ask("link-outcomes", since=0)["outcomes"]]
    free = town.do(lambda t: t.value("SELECT count(*) FROM code_stock"))
    return names, len(town.changes()), outcomes, town.status()["quarantined"], free, town.differing()


@pytest.mark.slow
@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("line_by_line", [False, True])
def test_wherever_the_office_ends_the_same_is_seen_after_everything_is_sent_again(tmp_path, after, line_by_line):
    whole = LinkedTown()
    whole.send(*DAY)
    portions = [[line] for line in DAY] if line_by_line else [DAY]
    for work in range(1, len(portions) + 1):
        town = Mortal(tmp_path / f"{work}.db")
        town.left, town.after = work, after
        with pytest.raises(Killed):
            for portion in portions:
                town.send(*portion)
        again = LinkedTown(found_on_disk(tmp_path / f"{work}.db"))
        taken = again.send(*DAY)
        assert [outcome["sequence"] for outcome in taken["outcomes"]] == [1, 2, 3, 4]
        assert seen(again) == seen(whole)
