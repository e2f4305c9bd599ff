"""取扱注意の表示: the flag is on each change of somebody restrained, from entry to end; the note on each answer about them."""

import pytest

from openjuki.law.calendar import Profile
from openjuki.law.restraint import EndGround
from openjuki.law.ways_out import Output
from openjuki.offices import handling_notes, identity, resident_search, restraints
from openjuki.offices.hub_search import QueryKey, find
from openjuki.offices.municipality_households import Relation
from openjuki.offices.restraints import Application, Protected
from openjuki.offices.store import Store, Transaction
from openjuki.procedures.change_of_address import ChangeOfAddressNotification, change_address
from openjuki.procedures.code_change import CodeChangeRequest, change_code
from openjuki.procedures.identity_query import confirming
from openjuki.procedures.restraint_notice import RestraintDecision, accept, decide
from openjuki.register.identity import Sex
from tests.procedures.municipal_office import ELSEWHERE, TownHall, arrival, arrive

NAME, BIRTH = "保護　花子", "1983-04-17"
APPLICATION = Application((Protected(NAME, BIRTH, Sex.FEMALE),), frozenset(Output))


def comes(hall, name=NAME):
    (record,) = arrive(hall, arrival(name, "世帯主", BIRTH, sex=Sex.FEMALE))
    return record


def flags(hall):
    return [(change.version, change.handling > 0) for change in hall.changes()]


def test_taking_and_ending_a_restraint_are_told_and_changes_in_between_carry_the_flag():
    hall = TownHall()
    record = comes(hall)
    hall.run(accept, APPLICATION)
    hall.run(decide, RestraintDecision(1, "confirm"))
    hall.run(change_address, ChangeOfAddressNotification((Relation(record.code, "世帯主"),), ELSEWHERE, "2013-12-09", "2013-12-09"))
    assert flags(hall) == [(1, False), (2, True), (3, True)]
    hall.run(decide, RestraintDecision(1, "end", EndGround.WITHDRAWN))
    assert flags(hall)[-1] == (4, False)
    before, last = hall.changes()[-2:]
    assert (last.identity, last.previous.version) == (before.identity, 3)
    assert hall.differing() == []


def test_an_entry_after_the_restraint_is_told_with_the_flag_at_once():
    hall = TownHall()
    hall.run(accept, APPLICATION)
    comes(hall)
    comes(hall, "住基　美子")
    assert flags(hall) == [(1, True), (1, False)]


def test_a_record_set_apart_loses_the_flag():
    hall = TownHall()
    record = comes(hall)
    hall.run(accept, APPLICATION)
    hall.do(lambda t: restraints.set_apart(t, hall.office, "supervisor-1", 1, record.person))
    assert flags(hall) == [(1, False), (2, True), (3, False)]


def test_profile_japan_knows_no_flag():
    hall = TownHall(profile=Profile.JAPAN)
    comes(hall)
    hall.run(accept, APPLICATION)
    assert flags(hall) == [(1, False)]
    found = hall.do(lambda t: resident_search.find(t, QueryKey(name=NAME, birth=BIRTH), 2))
    assert not any(hit.noted for hit in hall.do(lambda t: restraints.noted(t, hall.office, found)))


class Hub:
    """What a hub keeps of the changes of a town hall, and how it answers."""

    def __init__(self, hall):
        store = Store(":memory:", (*identity.SCRIPTS, handling_notes.SCRIPT), synchronous="OFF")
        self.transaction, self.office, self.taken = Transaction(store.connection), hall.office, 0
        self.hall = hall
        self.office.some_handled = None

    def notes(self, *codes):
        changes = self.hall.changes()
        for change in changes[self.taken :]:
            identity.receive(self.transaction, change, 0)
        handling_notes.remember(self.transaction, self.office, changes[self.taken :])
        self.taken = len(changes)
        found = [hit for code in codes for hit in find(self.transaction, QueryKey(code=code), 2)]
        return [hit.noted for hit in handling_notes.noted(self.transaction, self.office, found)]


@pytest.fixture
def hall():
    return TownHall()


def test_a_hub_notes_her_and_nobody_else_until_the_end(hall):
    hers, other = comes(hall).code, comes(hall, "住基　美子").code
    hub = Hub(hall)
    assert hub.notes(hers, other) == [False, False]
    hall.run(accept, APPLICATION)
    assert hub.notes(hers, other) == [True, False]
    hall.run(decide, RestraintDecision(1, "end", EndGround.WITHDRAWN))
    assert hub.notes(hers, other) == [False, False]


def test_a_changed_code_keeps_the_note(hall):
    hers, hub = comes(hall).code, Hub(hall)
    hall.run(accept, APPLICATION)
    hall.run(change_code, CodeChangeRequest(hers, "2013-12-10"))
    assert hub.notes(hers) == [True], "asked by the old code"


def test_a_restarted_hub_looks_once_whether_there_is_any(hall):
    hers, hub = comes(hall).code, Hub(hall)
    hall.run(accept, APPLICATION)
    assert hub.notes(hers) == [True]
    hall.office.some_handled = None
    assert hub.notes(hers) == [True]


def test_an_answer_carries_the_note_whatever_was_asked_for(hall):
    comes(hall)
    hall.run(accept, APPLICATION)
    found = hall.do(lambda t: resident_search.find(t, QueryKey(name=NAME, birth=BIRTH), 2))
    (hit,) = hall.do(lambda t: restraints.noted(t, hall.office, found))
    assert confirming(("name",))(hit)[-1] is True
    assert confirming(("name",))(found[0])[-1] is False
