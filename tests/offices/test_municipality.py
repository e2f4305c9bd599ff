"""What a municipality keeps (住民基本台帳): live is the fold, notices follow the projection, codes are spent once."""

import datetime
from collections import defaultdict
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openjuki.offices import municipality
from openjuki.offices.municipality_households import Relation
from openjuki.procedures.annulment import Annulled, AnnulmentOrder, annul
from openjuki.procedures.code_change import CodeChangeRequest, change_code
from openjuki.procedures.household_change import HouseholdChangeNotification, change_household
from openjuki.register.addresses import Address
from openjuki.register.change import Residence, encode_change
from openjuki.register.errors import Conflict, NotReady, OpenJukiError
from openjuki.register.event_reasons import reason_of
from openjuki.register.events import Event, EventKind, Items
from openjuki.register.fold import fold, last_day
from openjuki.register.identity import Reason, Status
from openjuki.register.record import identity
from tests.offices.town_year import Clerk
from tests.procedures.municipal_office import TownHall, arrival, arrive, family

DEEDS = st.lists(st.tuples(st.integers(0, 24), st.just(0), st.integers(0, 39), st.integers(0, 39)), min_size=12, max_size=40)


def as_events_say(hall: TownHall, row: tuple[Any, ...]) -> tuple[Any, ...]:
    """The row of a person, made anew out of all the events."""
    events = hall.do(lambda t: municipality.events_of(t, row[0]))
    return municipality.kept_row(fold(events), row[4], row[6], last_day(events))


class Watched:
    """A town hall whose every deed is looked at from outside."""

    def __init__(self) -> None:
        self.hall = TownHall()
        self.clerk = Clerk(self.hall)
        self.done = 0

    def tables(self) -> list[Any]:
        names = ("event", "person", "household", "code_stock", "code_used", "outbox", "work_item", "notice_slip")
        return [self.hall.do(lambda t, name=name: t.all(f"SELECT * FROM {name}")) for name in names]

    def projections(self) -> dict[int, Any]:
        bodies = self.hall.do(lambda t: t.all("SELECT record FROM person"))
        records = [municipality.decode_record(body) for (body,) in bodies]
        return {record.person: (identity(record), record.residence, record.status) for record in records}

    def notices(self) -> dict[int, list[Any]]:
        """Every change told so far, by internal number."""
        owner = dict(self.hall.do(lambda t: t.all("SELECT code, person FROM code_used")))
        told = defaultdict(list)
        for change in self.hall.changes():
            told[owner[change.identity.code]].append(change)
        return told

    def act(self, deed: tuple[int, int, int, int]) -> None:
        """One deed and all that must be true after it."""
        before, shown, told = self.tables(), self.projections(), {person: len(all_) for person, all_ in self.notices().items()}
        try:
            self.clerk.act(*deed)
        except OpenJukiError:
            assert self.tables() == before, "what is refused leaves nothing behind"
            return
        self.done += 1
        now, notices = self.projections(), self.notices()
        for person, projection in now.items():
            fresh = len(notices[person]) - told.get(person, 0)
            assert (fresh > 0) == (shown.get(person) != projection)
            last = notices[person][-1]
            assert (last.identity, last.residence.n, last.status) == projection, "the last notice is the projection"
            assert [change.version for change in notices[person]] == list(range(1, len(notices[person]) + 1))
        self.check_households()
        self.check_rows()
        assert self.hall.differing() == []

    def check_households(self) -> None:
        rows = self.hall.do(
            lambda t: t.all("SELECT h.id, h.householder, p.record FROM household h JOIN person p ON p.household = h.id AND p.status = 1")
        )
        heads = defaultdict(list)
        for household, householder, body in rows:
            record = municipality.decode_record(body)
            heads[household, householder] += [record.person] if record.relationship == "世帯主" else []
        for (_, householder), found in heads.items():
            assert found == ([householder] if householder else [])

    def check_rows(self) -> None:
        """Each row is searched by what its record says, however little of it the last event wrote, and knows when the last event holds."""
        for row in self.hall.do(lambda t: t.all("SELECT * FROM person")):
            assert row == as_events_say(self.hall, row)

    def check_codes(self) -> None:
        """No code ever belongs to two persons, none that was used is free."""
        written = defaultdict(set)
        for person, kept in self.hall.do(lambda t: t.all("SELECT person, body FROM event")):
            code = municipality.decode_event(kept).items.code
            if code:
                written[code].add(person)
        assert all(len(persons) == 1 for persons in written.values())
        free = {code for (code,) in self.hall.do(lambda t: t.all("SELECT code FROM code_stock"))}
        assert free.isdisjoint(written)


@pytest.mark.slow
@given(DEEDS)
@settings(max_examples=50, deadline=None)
def test_whatever_happens_live_is_the_fold_and_notices_follow_the_projection(deeds):
    watched = Watched()
    for deed in deeds:
        watched.act(deed)
    watched.check_codes()


@pytest.mark.slow
def test_the_deeds_do_happen():
    """The watch would be worth nothing if everything were refused."""
    watched = Watched()
    for number in range(300):
        watched.act((number * 7, 0, number * 13, number * 11))
    events = [event for code in watched.clerk.codes for event in watched.hall.events(code)]
    assert watched.done > 80
    assert {event.kind for event in events} == set(EventKind)
    assert len({reason_of(event).number for event in events}) > 20


def test_a_notice_stands_in_the_outbox_of_the_prefecture_as_the_change_itself():
    hall = TownHall()
    (taro,) = arrive(hall, arrival("住基　太郎", "世帯主"))
    rows = hall.do(lambda t: t.all("SELECT receiver, sequence, type, body FROM outbox"))
    assert rows == [("460001", 1, "IdentityChange", encode_change(hall.changes()[0]))]
    assert hall.changes()[0].residence == Residence(1, "462250")
    assert hall.changes()[0].identity == identity(taro)


def test_events_of_nobody_are_refused():
    hall = TownHall()
    event = Event(0, 7, EventKind.CHANGE, Reason.CORRECTION_EX_OFFICIO, "2013-12-01", "2013-12-01", 0, "c", Items(name="甲"))
    with pytest.raises(Conflict):
        hall.do(lambda t: municipality.enter(t, hall.office, event))
    assert hall.do(lambda t: t.value("SELECT count(*) FROM event")) == 0


def test_a_version_that_peers_hold_is_passed_and_the_full_state_told_again():
    hall = TownHall()
    (taro,) = arrive(hall, arrival("住基　太郎", "世帯主"))
    event = Event(
        0, taro.person, EventKind.CORRECTION, Reason.CORRECTION_EX_OFFICIO, "2013-12-01", "2013-12-01", 0, "r", Items(name="住基　太朗")
    )
    hall.do(lambda t: municipality.enter(t, hall.office, event, above=7))
    assert [change.version for change in hall.changes()] == [1, 8]
    hall.run(change_code, CodeChangeRequest(taro.code, "2013-12-09"))
    assert hall.changes()[-1].version == 9


@pytest.mark.parametrize(
    "items",
    [
        Items(name="住基　次郎"), Items(kana="ジュウキ　ジロウ"), Items(birth="1974-05-04"), Items(household=7), Items(status=Status.DEAD),
        Items(code="24727059608"), Items(address=Address("462250", "大山", "1番地")),
    ],
)  # fmt: skip
def test_whatever_an_event_changes_the_row_is_searched_by_what_the_record_says(items: Items):
    hall = TownHall()
    (taro,) = arrive(hall, arrival("住基　太郎", "世帯主"))
    event = Event(0, taro.person, EventKind.CORRECTION, Reason.CORRECTION_EX_OFFICIO, "2013-12-01", "2013-12-01", 0, "r", items)
    record = hall.do(lambda t: municipality.enter(t, hall.office, event))
    row = hall.do(lambda t: t.one("SELECT * FROM person WHERE id = ?", taro.person))
    assert row == as_events_say(hall, row)
    assert municipality.decode_record(row[5]) == record != taro


def test_a_row_of_which_it_was_not_written_from_when_its_last_event_holds_gets_it_with_the_next_event():
    """So are the rows of a file that an earlier version of this software wrote."""
    hall = TownHall()
    (taro,) = arrive(hall, arrival("住基　太郎", "世帯主"))
    hall.do(lambda t: t.execute("UPDATE person SET last_day = 0") and None)
    code = hall.run(change_code, CodeChangeRequest(taro.code, "2013-12-09")).code
    row = hall.do(lambda t: t.one("SELECT * FROM person"))
    assert row == as_events_say(hall, row)
    assert (row[2], row[-1]) == (code, hall.today.toordinal())


def test_a_changed_record_that_is_no_fold_of_its_events_is_found():
    hall = TownHall()
    taro, *_ = family(hall)
    hall.do(
        lambda t: t.execute("UPDATE person SET record = (SELECT record FROM person WHERE id = 2) WHERE id = ?", (taro.person,)) and None
    )
    assert hall.differing() == [taro.person]


def test_an_office_that_recovers_enters_nothing():
    hall = TownHall()
    hall.office.recovering = True
    with pytest.raises(NotReady):
        arrive(hall, arrival("住基　太郎", "世帯主"))


def test_who_lived_where_is_known_for_each_day_and_as_known_on_each_day():
    hall = TownHall()
    (taro,) = arrive(hall, arrival("住基　太郎", "世帯主"))
    changed = hall.run(change_code, CodeChangeRequest(taro.code, "2013-12-09"))
    mid = hall.clock.wall_ms()
    hall.run(annul, AnnulmentOrder((Annulled(changed.code, 1),), "2013-12-10"))

    def known(as_of: datetime.date | None, known_ms: int | None = None) -> Any:
        return hall.do(lambda t: municipality.record_as_of(t, taro.person, as_of, known_ms))

    assert known(datetime.date(2013, 12, 9), mid).code == taro.code
    assert known(datetime.date(2013, 12, 10), mid).code == changed.code
    assert known(datetime.date(2013, 12, 10)) is None
    assert known(None).status is Status.ANNULLED


def test_an_event_that_changes_no_identity_puts_no_notice():
    hall = TownHall()
    *_, hikari = family(hall)
    hall.run(change_household, HouseholdChangeNotification((Relation(hikari.code, "世帯主"),), "2013-12-01", "2013-12-01"))
    assert len(hall.changes()) == 3
    assert len(hall.events(hikari.code)) == 2
