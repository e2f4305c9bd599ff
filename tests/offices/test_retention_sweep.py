"""Retention sweeps: for each rule the day before and the day after, against a reading of the orders by hand (保存期間経過後の消去)."""

import datetime
import random

import pytest

from openjuki.law.calendar import Profile
from openjuki.law.kinds import OfficeKind
from openjuki.law.retention_terms import SweepRule
from openjuki.offices import identity, outbox, retention, retention_batch
from openjuki.offices.outbox import Outgoing
from openjuki.offices.retention import HeldState, expired
from openjuki.offices.retention_batch import day_of, start_of
from openjuki.procedures.change_notice import IdentityChange
from openjuki.procedures.code_allotment import draw_codes
from openjuki.register.arrival import current
from openjuki.register.change import decode_change
from openjuki.register.identity import Status
from openjuki.wire.speech import decoder, encode
from tests.offices.hub_office import AIRA, CODES, KIRISHIMA, Hub, answered, dead, life, swept, told
from tests.offices.hub_places import hubs

PREFECTURE, CENTRE = OfficeKind.PREFECTURE, OfficeKind.CENTRE
ONE_DAY = datetime.timedelta(1)


def day(text):
    return datetime.date.fromisoformat(text)


def moved_on(hub):
    hub.at("2003-04-01").receive(told())
    hub.at("2008-06-10").receive(told(2))


def moved_away(hub):
    hub.at("2003-04-01").receive(told())
    hub.at("2003-05-01").receive(told(2, Status.REMOVED))


def moved_elsewhere(hub):
    moved_away(hub)
    hub.at("2010-07-01").receive(told(1, n=2, office=KIRISHIMA))


def set_aside(hub):
    hub.at("2003-04-01").do(
        lambda t: outbox.quarantine(t, AIRA, b"e", Outgoing(1, "IdentityChange", b"x", None), "invalid", hub.clock.now_ms)
    )


def sent(hub):
    hub.at("2003-04-01").do(lambda t: outbox.put(t, "centre", "RecordError", b"x"))
    hub.do(lambda t: outbox.acknowledge(t, "centre", 1))
    swept(hub)


def parked_dead(hub):
    hub.at("2003-04-01").receive(told(2, Status.DEAD))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def new_hub(request):
    with hubs(request.param) as make:
        yield make


GOLDEN = [
    (dead, "2009-04-01", {SweepRule.DIED: 1, SweepRule.SUPERSEDED: 1}),
    (moved_on, "2013-06-10", {SweepRule.SUPERSEDED: 1}),
    (moved_away, "2008-05-01", {SweepRule.SUPERSEDED: 1}),
    (moved_elsewhere, "2010-07-02", {SweepRule.REMOVED: 1}),
    (answered, "2010-04-02", {SweepRule.PROVISION: 1}),
    (set_aside, "2004-04-02", {SweepRule.SET_ASIDE: 1}),
    (sent, "2004-04-02", {SweepRule.SENT: 1}),
    (parked_dead, "2008-04-01", {SweepRule.PARKED: 1}),
]
"""What arrived, the first day on which it may go (counted by hand from the orders' words), and what goes."""


@pytest.mark.parametrize("kind", [PREFECTURE, CENTRE])
@pytest.mark.parametrize(("scene", "first", "goes"), GOLDEN, ids=[scene.__name__ for scene, *_ in GOLDEN])
def test_each_rule_keeps_until_its_last_day_and_takes_away_on_the_next(new_hub, kind, scene, first, goes):
    hub = new_hub(kind)
    scene(hub)
    if scene is moved_elsewhere:
        swept(hub, "2009-01-01")  # what had been superseded in 2003 goes before
    assert not set(swept(hub, str(day(first) - ONE_DAY))) & set(goes)
    assert swept(hub, first, really=False) == goes, "the trial counts the same and takes nothing"
    assert swept(hub, first) == goes
    assert swept(hub, first) == {}


def test_who_moved_away_and_never_came_is_kept_eighty_years_and_150_since_2019(new_hub):
    hub = new_hub()
    moved_away(hub)
    assert swept(hub, "2019-06-19") == {SweepRule.SUPERSEDED: 1}
    assert swept(hub, "2083-05-01") == {}, "2083 lies under the rule of 2019"
    assert swept(hub, "2153-04-30") == {} and swept(hub, "2153-05-01") == {SweepRule.REMOVED: 1}


def test_a_death_of_five_years_before_the_day_in_2019_is_gone_and_a_later_one_kept_150_years(new_hub):
    for told_on, first in (("2014-06-20", "2019-06-20"), ("2014-06-21", "2164-06-21")):
        hub = new_hub()
        hub.at(told_on).receive(told(1, Status.DEAD))
        assert swept(hub, str(day(first) - ONE_DAY)) == {} and swept(hub, first) == {SweepRule.DIED: 1}


def test_under_profile_open_the_dead_are_kept_150_years(new_hub):
    hub = new_hub(profile=Profile.OPEN)
    dead(hub)
    assert swept(hub, "2154-03-31") == {} and swept(hub, "2154-04-01") == {SweepRule.DIED: 1, SweepRule.SUPERSEDED: 1}


def anniversary(first, years):
    return datetime.date(first.year + years, 3, 1) if (first.month, first.day) == (2, 29) else first.replace(year=first.year + years)


def kept(state, states, on, profile):
    """The orders' words read again: by anniversaries, with what follows in life or arrival found by hand."""
    holds = current(
        [
            max((s.change for s in states if s.change.residence == place), key=lambda c: c.version)
            for place in {s.change.residence for s in states}
        ]
    )
    n, version = state.change.residence.n, state.change.version
    later = [
        s.day for s in states
        if (s.change.residence.n > n or (s.change.residence == state.change.residence and s.change.version > version)
            or (s.change.residence != state.change.residence and s.received_ms > state.received_ms))
    ]  # fmt: skip
    following = None if state.change == holds or not later else max(state.day, min(later))

    def over(first, at_least=None):
        ends = [max(anniversary(first, years), at_least or first) for years in (5, 150)]
        long_rule = profile is Profile.OPEN or (on >= day("2019-06-20") and ends[0] > day("2019-06-20"))
        return on >= ends[long_rule]

    if state.change.status is Status.RESIDENT:
        return following is None or not over(following)
    if state.change.status is Status.DEAD:
        return not over(state.day)
    return not over(state.day, following + ONE_DAY if following else anniversary(state.day, 80))


@pytest.mark.parametrize("kind", [PREFECTURE, CENTRE])
@pytest.mark.parametrize("profile", list(Profile))
def test_what_goes_of_random_lives_in_any_order_of_arrival_is_what_the_orders_let_go(kind, profile):
    gone = stayed = 0
    for seed in range(250):
        lots = random.Random(f"{seed}")
        changes = life(lots)
        lots.shuffle(changes) if seed % 2 else None
        days = sorted(day("2002-08-05") + ONE_DAY * lots.randrange(6_500) for _ in changes)
        states = [HeldState(start_of(on) + number, change) for number, (on, change) in enumerate(zip(days, changes, strict=True))]
        for on in [days[-1] + ONE_DAY * lots.randrange(60_000) for _ in range(4)] + [
            max(days[-1], day("2019-06-19")) + n * ONE_DAY for n in (0, 1)
        ]:
            over = [state for state in states if not kept(state, states, on, profile)]
            holds = [s for s in states if s.change == current(retention._newest(states))]
            wanted = over if len(over) == len(states) else [state for state in over if state not in holds]
            assert expired(states, kind, on, profile) == wanted, (seed, on)
            gone, stayed = gone + len(wanted), stayed + len(states) - len(wanted)
    assert gone > 300 and stayed > 300


@pytest.mark.parametrize("kind", [PREFECTURE, CENTRE])
def test_a_hub_swept_year_by_year_keeps_only_what_the_orders_keep(new_hub, kind):
    hub, lots, lives = new_hub(kind), random.Random("years"), []
    for number in range(12):
        code = f"{number:011d}"
        changes = [told(c.version, c.status, n=c.residence.n, office=c.residence.office, code=code) for c in life(lots)]
        lives.append([(c, day("2002-08-05") + ONE_DAY * lots.randrange(5_000)) for c in changes])
    arrivals = sorted(((on, number, place) for number, one in enumerate(lives) for place, (_, on) in enumerate(one)))
    for on, number, place in arrivals:
        hub.at(on).receive(lives[number][place][0])
    for year in (2017, 2019, 2020, 2100, 2200):
        swept(hub, f"{year}-06-21")
        held = hub.do(lambda t: {p: retention.states_of(t, p) for (p,) in t.all("SELECT DISTINCT person FROM state")})
        for states in held.values():
            assert expired(states, kind, hub.today, Profile.JAPAN) == []
        persons = hub.all("SELECT id FROM person ORDER BY id")
        assert {p for (p,) in persons} == set(held)
        codes = {code for states in held.values() for state in states for code in (state.change.identity.code,)}
        assert {code for (code,) in hub.all("SELECT code FROM code")} == codes


def test_nothing_stays_of_the_dead_but_a_number_that_is_never_anothers_and_a_code_that_is_never_given_again(new_hub):
    hub = new_hub()
    dead(hub)
    assert swept(hub, "2009-04-01")
    for table in ("state", "person", "code"):
        assert hub.all(f"SELECT * FROM {table}") == []
    assert hub.all("SELECT code FROM code_given") == [(CODES[0],)]
    hub.receive(told(code=CODES[1], name="住基　明"))
    assert hub.all("SELECT id FROM person") == [(2,)]
    assert hub.do(lambda t: draw_codes(t, hub.office, AIRA, 1)) != [CODES[0]]


def test_an_old_code_leads_nowhere_once_no_state_names_it(new_hub):
    hub = new_hub(PREFECTURE)
    hub.at("2003-04-01").receive(told())
    hub.at("2004-04-01").receive(told(2, code=CODES[1], follows=CODES[0]))
    hub.at("2005-04-01").receive(told(3, code=CODES[1]))
    assert swept(hub, "2009-04-01") == {SweepRule.SUPERSEDED: 1}
    assert len(hub.all("SELECT 1 FROM code")) == 2, "the state that tells of the change of code is kept"
    assert swept(hub, "2010-04-01") == {SweepRule.SUPERSEDED: 1}
    assert hub.all("SELECT code FROM code") == [(CODES[1],)]


def test_what_is_taken_away_is_not_in_the_file_any_more(tmp_path):
    path = tmp_path / "hub.db"
    hub = Hub(path=str(path))
    dead(hub)
    hub.answer("1", answer="住基　太郎".encode())
    assert swept(hub, "2013-04-01")
    hub.office.store.close()
    assert "住基".encode() not in path.read_bytes()
    assert not path.with_name("hub.db-wal").exists()


def test_leaves_places_and_counts_of_the_provision_log_stay(new_hub):
    hub = new_hub()
    for number in range(5):
        hub.at(day("2003-04-01") + number * ONE_DAY).answer(" ".join(map(str, range(1, number + 1))))
    stays = "SELECT id, log, position, time_ms, asker, affair, leaf FROM provision ORDER BY id"
    before, size = hub.all(stays), hub.office.log.size
    assert swept(hub, "2010-04-04") == {SweepRule.PROVISION: 3}
    assert (hub.all(stays), hub.do(lambda t: t.value("SELECT count(*) FROM provision"))) == (before, size)
    emptied = hub.all("SELECT persons, case_number, operator, question, answer, salt FROM provision ORDER BY id")
    assert emptied[:3] == [("", "", "", b"", b"", b""), ("0", "", "", b"", b"", b""), ("0 0", "", "", b"", b"", b"")]
    assert all(row[0] and row[3] and row[5] for row in emptied[3:])
    assert hub.answer("7").position == 0
    assert hub.office.log.size == size + 1


def test_after_a_new_epoch_the_rows_that_stay_begin_with_one(new_hub):
    hub = new_hub(PREFECTURE)
    for number in range(1, 6):
        hub.at("2003-04-01").do(lambda t, n=number: outbox.put(t, "centre", "RecordError", f"{n}".encode()))
    hub.do(lambda t: outbox.acknowledge(t, "centre", 3))
    swept(hub, "2003-04-01")
    assert swept(hub, "2004-04-02") == {SweepRule.SENT: 3}
    assert hub.do(lambda t: outbox.unacknowledged(t)) == {"centre": 2}
    hub.do(lambda t: outbox.begin_epoch(t, b"new"))
    assert hub.all("SELECT sequence, body FROM outbox ORDER BY sequence") == [(1, b"4"), (2, b"5")]
    assert hub.do(lambda t: outbox.put(t, "centre", "RecordError", b"6")) == 3
    hub.do(lambda t: outbox.acknowledge(t, "centre", 3))
    assert swept(hub, "2004-04-03") == {}, "what has arrived is seen anew"
    assert swept(hub, "2005-04-04") == {SweepRule.SENT: 3}
    hub.do(lambda t: outbox.begin_epoch(t, b"newer"))
    assert hub.do(lambda t: outbox.put(t, "centre", "RecordError", b"7")) == 1


def test_what_has_not_arrived_is_never_taken_away(new_hub):
    hub = new_hub(PREFECTURE)
    hub.at("2003-04-01").do(lambda t: outbox.put(t, "centre", "IdentityChange", b"1"))
    for year in (2003, 2005, 2050):
        assert swept(hub, f"{year}-04-01") == {}


def test_many_batches_take_everything(new_hub):
    hub = new_hub(PREFECTURE)
    hub.at("2003-04-01")
    count = 2 * retention_batch.ROWS_MAX + 7
    hub.do(lambda t: outbox.put_all(t, "centre", "RecordError", [b"x"] * count))
    hub.do(lambda t: outbox.acknowledge(t, "centre", count))
    swept(hub)
    assert swept(hub, "2004-04-02") == {SweepRule.SENT: count}
    assert hub.all("SELECT count(*) FROM sweep") == [(3,)]


def test_the_day_is_that_of_japan():
    assert day_of(start_of(day("2013-12-02"))) == day("2013-12-02")
    assert day_of(start_of(day("2013-12-02")) - 1) == day("2013-12-01")
    assert start_of(day("1970-01-01")) == -9 * 3_600_000


def test_a_code_of_which_only_an_office_that_was_asked_had_told_goes_too(new_hub):
    hub = new_hub()
    hub.at("2003-04-01").receive(told())
    hub.do(lambda t: identity.learn(t, told(), (CODES[0], CODES[2]), hub.clock.now_ms))
    hub.at("2004-04-01").receive(told(2, Status.DEAD))
    assert swept(hub, "2009-04-01")[SweepRule.CODE] == 1
    assert hub.all("SELECT code FROM code") == []
    assert hub.all("SELECT code FROM code_given ORDER BY code") == [(CODES[0],), (CODES[2],)]


def passed_on(hub, *changes):
    """Changes arrive now and go on to the centre, as a prefecture passes them on."""
    for change in changes:
        hub.receive(change)
        hub.do(lambda t, change=change: outbox.put(t, "centre", "IdentityChange", encode(IdentityChange(change)), b"seal"))


def arrived(hub):
    """The centre has applied every row, and a sweep sees it."""
    hub.do(lambda t: outbox.acknowledge(t, "centre", outbox.last_sequence(t, "centre")))
    swept(hub)


def rows_to_the_centre(hub):
    rows = hub.all("SELECT sequence, body FROM outbox WHERE receiver = 'centre' ORDER BY sequence")
    return [(sequence, decoder(IdentityChange).decode(body).change) for sequence, body in rows]


def test_a_notice_of_identity_stays_as_long_as_the_state_that_it_tells_and_goes_with_it(new_hub):
    hub, lives = new_hub(PREFECTURE), told(code=CODES[1], name="住基　明")
    died = [told(), told(2, Status.DEAD)]
    later = [told(code=CODES[2]), told(2, Status.DEAD, code=CODES[2])]
    passed_on(hub.at("2003-04-01"), died[0], lives, later[0])
    passed_on(hub.at("2004-04-01"), died[1])
    passed_on(hub.at("2005-04-01"), later[1])
    arrived(hub)
    assert swept(hub, "2009-03-31") == {} and [row for _, row in rows_to_the_centre(hub)] == [died[0], lives, later[0], died[1], later[1]]
    going = {SweepRule.DIED: 1, SweepRule.SUPERSEDED: 1, SweepRule.SENT: 1, SweepRule.SENT_IDENTITY: 1}
    assert swept(hub, "2009-04-01", really=False) == going
    assert swept(hub, "2009-04-01") == going
    assert rows_to_the_centre(hub) == [(2, lives), (3, later[0]), (4, later[0]), (5, later[1])], "places stay, the dead do not"
    assert swept(hub, "2009-04-01") == {}
    assert swept(hub, "2010-04-01") == {SweepRule.DIED: 1, SweepRule.SUPERSEDED: 1, SweepRule.SENT_IDENTITY: 3}
    assert rows_to_the_centre(hub) == [(number, lives) for number in (2, 3, 4, 5)]


def test_a_centre_that_lost_its_disk_is_built_again_from_what_the_sweeps_leave(new_hub):
    hub, lots = new_hub(PREFECTURE), random.Random("again")
    for number in range(10):
        for change in life(lots):
            one = told(change.version, change.status, n=change.residence.n, office=change.residence.office, code=f"{number:011d}")
            passed_on(hub.at(day("2002-08-05") + ONE_DAY * lots.randrange(2_000)), one)
    arrived(hub)
    gone = dict[str, int]()
    for year in (2009, 2010, 2013, 2019):
        gone |= swept(hub, f"{year}-06-19")
        held = {decode_change(body) for (body,) in hub.all("SELECT change FROM state")}
        told_again = rows_to_the_centre(hub)
        numbers = [sequence for sequence, _ in told_again]
        assert numbers == list(range(numbers[0], numbers[0] + len(numbers))), "no number is missing in between"
        assert {change for _, change in told_again} == held, "all that is held, and nothing that has run out"
        centre = new_hub()
        centre.receive(*[change for _, change in told_again])
        parked = {decode_change(body) for (body,) in centre.all("SELECT change FROM parked")}
        assert parked | {decode_change(body) for (body,) in centre.all("SELECT change FROM state")} == held
    assert {SweepRule.SENT, SweepRule.SENT_IDENTITY} <= set(gone)


def test_what_was_applied_in_an_epoch_that_ended_is_not_taken_for_applied(new_hub):
    hub = new_hub(PREFECTURE)
    for number in range(3):
        hub.at("2003-04-01").do(lambda t, n=number: outbox.put(t, "centre", "RecordError", f"{n}".encode()))
    arrived(hub)
    hub.do(lambda t: outbox.begin_epoch(t, b"new"))
    hub.at("2004-04-02").do(lambda t: outbox.acknowledge(t, "centre", 1))
    assert swept(hub, "2004-04-02") == {SweepRule.SENT: 1}
    assert hub.all("SELECT sequence FROM outbox") == [(2,), (3,)]


def test_what_an_earlier_batch_left_stays_before_what_the_next_one_looks_at(new_hub):
    hub, count = new_hub(PREFECTURE), retention_batch.ROWS_MAX
    passed_on(hub.at("2003-04-01"), told(code=CODES[1], name="住基　明"), told(1, Status.DEAD))
    again = encode(IdentityChange(told(1, Status.DEAD)))
    hub.do(lambda t: outbox.put_all(t, "centre", "IdentityChange", [again] * count))
    arrived(hub)
    assert swept(hub, "2008-04-01") == {SweepRule.DIED: 1, SweepRule.SENT_IDENTITY: count + 1}
    assert {change for _, change in rows_to_the_centre(hub)} == {told(code=CODES[1], name="住基　明")}
