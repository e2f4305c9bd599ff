"""A restored register takes over every residence that the hub holds, and afterwards the two agree (復旧後の転入歴の引継ぎ)."""

from typing import Any

import msgspec
import pytest

from openjuki.offices import identity, recovery
from openjuki.offices.recovery import HeldRecord
from openjuki.offices.store import Store, Transaction
from openjuki.register.change import Change
from openjuki.register.events import EventKind
from openjuki.register.identity import Status
from tests.offices.lives import Halls
from tests.procedures.municipal_office import AIRA, TownHall

KAGOSHIMA = "46"
AFTER = ("", "came", "left")


def a_life(annulled: bool = False) -> tuple[str, list[Change]]:
    """The code, and what the office told before its disk was lost: entered, moved out, returned, the return annulled."""
    halls = Halls()
    code = halls.born(halls.aira)
    halls.into(halls.aira, halls.out(halls.aira, code, "2013-12-05"), "2013-12-06")
    if annulled:
        halls.undo(halls.aira, code)
    return code, halls.aira.changes()


def hub_of(changes: list[Change]) -> Transaction:
    hub = Transaction(Store(":memory:", identity.SCRIPTS, synchronous="OFF").connection)
    hear(hub, changes)
    return hub


def hear(hub: Transaction, changes: list[Change]) -> None:
    for change in changes:
        identity.receive(hub, change, 0, KAGOSHIMA)


def backup(after: str) -> Halls:
    """The register as it was when the backup was made: before the person came, after, or when they had left."""
    halls = Halls()
    if after:
        code = halls.born(halls.aira)
        if after == "left":
            halls.out(halls.aira, code, "2013-12-05")
    return halls


def recover(hall: TownHall, hub: Transaction) -> None:
    records = [HeldRecord(change, codes) for _, change, codes in identity.held_records(hub, AIRA, 0, 10)]
    for held in recovery.by_person(records):
        hall.do(lambda transaction, held=held: recovery.adopt(transaction, hall.office, held))
    hear(hub, hall.changes())
    above = max(record.change.version for record in records)
    assert hall.do(lambda transaction: transaction.value("SELECT version FROM person")) >= above


def agreed(hall: TownHall, hub: Transaction, code: str) -> tuple[int, Status]:
    """Residence and status, which both say."""
    ((n, version, status),) = hub.all("SELECT n, version, status FROM person")
    record: Any = hall.now(code)
    assert (record.residence, record.status) == (n, Status(status))
    assert hall.do(lambda transaction: transaction.value("SELECT version FROM person")) == version
    assert hall.differing() == []
    return n, record.status


@pytest.mark.parametrize("after", AFTER)
def test_a_return_that_was_lost_comes_back_as_an_entry_and_its_annulment_leads_to_the_residence_before(after):
    code, told = a_life()
    halls, hub = backup(after), hub_of(told)
    recover(halls.aira, hub)
    assert agreed(halls.aira, hub, code) == (2, Status.RESIDENT)
    entry = [event.sequence for event in halls.aira.events(code) if event.kind is EventKind.ENTRY][-1]
    halls.undo(halls.aira, code, entry)
    hear(hub, halls.aira.changes())
    assert agreed(halls.aira, hub, code) == (1, Status.REMOVED)


@pytest.mark.parametrize("after", AFTER)
@pytest.mark.parametrize("missing", [0, 1])
def test_of_an_annulled_return_the_residence_before_stands_though_the_hub_has_not_heard_it_anew(after, missing):
    code, told = a_life(annulled=True)
    assert [change.status for change in told[-2:]] == [Status.ANNULLED, Status.REMOVED]
    halls, hub = backup(after), hub_of(told[: len(told) - missing])
    recover(halls.aira, hub)
    assert agreed(halls.aira, hub, code) == (1, Status.REMOVED)


def test_a_return_annulled_at_the_hub_alone_is_undone_here_above_all_that_the_hub_holds():
    halls = Halls()
    code = halls.born(halls.aira)
    halls.into(halls.aira, halls.out(halls.aira, code, "2013-12-05"), "2013-12-06")
    told = a_life(annulled=True)[1][:-1]
    hub = hub_of(told)
    recover(halls.aira, hub)
    assert agreed(halls.aira, hub, code) == (1, Status.REMOVED)


def test_what_waits_at_the_hub_of_one_person_is_taken_over_together():
    halls = Halls()
    code = halls.born(halls.kirishima)
    halls.into(halls.aira, halls.out(halls.kirishima, code, "2013-12-05"), "2013-12-06")
    halls.out(halls.aira, code, "2013-12-07")
    hub = hub_of(halls.aira.changes())
    assert hub.value("SELECT count(*) FROM parked") == 2
    restored = backup("")
    recover(restored.aira, hub)
    hear(hub, halls.kirishima.changes())
    assert agreed(restored.aira, hub, code) == (2, Status.REMOVED)


def test_records_that_share_a_code_are_one_persons_in_any_order():
    change = a_life()[1][0]
    ties = ["a", "bc", "d", "ab", "e", "df"]
    records = [HeldRecord(msgspec.structs.replace(change, version=at), tuple(tie)) for at, tie in enumerate(ties, start=1)]
    for each in (records, records[::-1]):
        persons = {frozenset(record.change.version for record in held) for held in recovery.by_person(each)}
        assert persons == {frozenset({1, 2, 4}), frozenset({3, 6}), frozenset({5})}
