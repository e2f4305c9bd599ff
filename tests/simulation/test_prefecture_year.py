"""A hundredth of a prefecture's year goes right, and each check of it sees what is wrong (県の一年; issue 3, "Must show")."""

import asyncio
import datetime
import shutil
from collections import Counter
from random import Random

import apsw
import pytest

from openjuki.offices import outbox
from openjuki.offices.store import Store
from openjuki.register.errors import Broken
from openjuki.register.identity import Sex
from openjuki.simulation import prefecture_year as campaign
from openjuki.simulation import prefecture_year_checks as checks
from openjuki.simulation.population_sizes import sizes
from openjuki.simulation.prefecture_year_days import weekday
from openjuki.simulation.prefecture_year_messages import Day, Failed, Lived, Progress, Wanted, framed, hear
from openjuki.simulation.prefecture_year_parties import Hub, Running, Watch
from openjuki.simulation.prefecture_year_residents import Townspeople
from openjuki.simulation.prefecture_year_run import ELSEWHERE, shared_out, towns_of_prefecture
from openjuki.simulation.rates import Happening, LifeEvent, expected

RESIDENTS = 16_000
TOWN, PREFECTURE = "462012", "460001"


@pytest.fixture(scope="module")
def lived(tmp_path_factory):
    """The folder of a whole run, and what the run found."""
    folder = tmp_path_factory.mktemp("year") / "country"
    return folder, campaign.measure(folder, RESIDENTS, "1")


@pytest.mark.slow
def test_a_hundredth_of_a_prefectures_year_goes_right(lived, capsys):
    _, found = lived
    with capsys.disabled():
        print(f" [{found['year_notices']} notices, {found['year_per_s']}/s, without entry {found['carried_per_s']}/s]", end="")
    assert found["kept"] == dict.fromkeys(found["kept"], True), found
    assert found["ok"] and found["municipalities"] == 43 and found["residents"] == pytest.approx(RESIDENTS, rel=0.01)
    assert found["settled_notices"] >= RESIDENTS and found["year_notices"] >= found["events"] + found["events_elsewhere"] - 20
    assert found["events"] == sum(found["counts"].values()) == pytest.approx(2_250, rel=0.1)
    assert found["differences"] == found["refused"] == 0 and found["persons_checked"] > 3 * RESIDENTS
    assert found["carried_notices"] == found["written_notices"] == pytest.approx(0.06 * found["year_notices"], rel=0.35)
    assert found["carried_per_s"] > 0 and found["carried_s"] + found["written_s"] < found["year_s"]
    assert found["peak"] == pytest.approx(2.1, abs=0.3)


FAULTS = {
    "a byte of a record": (TOWN, "UPDATE person SET record = {flipped:record} WHERE id = {one}", checks.of_town, "fold"),
    "a record's search key": (TOWN, "UPDATE person SET kana_birth = kana_birth + 1 WHERE id = {one}", checks.of_town, "fold"),
    "a person of a town": (TOWN, "DELETE FROM person WHERE id = {one}", checks.of_town, "fold"),
    "an event": (TOWN, "DELETE FROM event WHERE person = {one}", checks.of_town, "fold"),
    "a byte of an event": (TOWN, "UPDATE event SET body = {flipped:body} WHERE person = {one}", checks.of_town, "fold"),
    "what was told": (TOWN, "UPDATE person SET change = (SELECT change FROM person WHERE id = 2) WHERE id = 1", checks.of_town, "told"),
    "a householder": (TOWN, "UPDATE household SET householder = householder + 1 WHERE id = 1", checks.of_town, "heads"),
    "a code's owner": (TOWN, "DELETE FROM code_used WHERE person = {one}", checks.of_town, "codes"),
    "a byte of an identity": (PREFECTURE, "UPDATE person SET identity = {flipped:identity} WHERE id = {one}", checks.of_hub, "rebuilt"),
    "a person of a hub": (PREFECTURE, "DELETE FROM person WHERE id = {one}", checks.of_hub, "rebuilt"),
    "a hub's search key": (PREFECTURE, "UPDATE person SET name_address = 0 WHERE id = {one}", checks.of_hub, "rebuilt"),
    "a state": (PREFECTURE, "DELETE FROM state WHERE person = {one}", checks.of_hub, "rebuilt"),
    "a code at a hub": (PREFECTURE, "DELETE FROM code WHERE person = {one}", checks.of_hub, "codes"),
    "a code too much": (PREFECTURE, "INSERT INTO code VALUES ('no code', {one})", checks.of_hub, "codes"),
}


def altered(folder, office, statement, to):
    """A copy of an office's register in which one statement was run, as somebody with the file in hand could."""
    copy = to / office / "register.db"
    copy.parent.mkdir()
    shutil.copy(folder / "offices" / office / "register.db", copy)
    connection = apsw.Connection(str(copy))
    for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {trigger}")
    ((one,),) = connection.execute("SELECT max(id) / 2 FROM person").fetchall()
    connection.execute(statement.format(one=one, flipped=Flipped()))
    assert connection.changes() > 0
    connection.close()
    return copy


class Flipped:
    """An expression for a column whose last byte but one is another one, still ASCII."""

    def __format__(self, column):
        return f"CAST(substr({column}, 1, length({column}) - 2) || CHAR(35) || substr({column}, -1) AS BLOB)"


@pytest.mark.slow
@pytest.mark.parametrize("what", FAULTS)
def test_one_altered_or_missing_row_is_seen(lived, tmp_path, what):
    office, statement, check, difference = FAULTS[what]
    assert check(altered(lived[0], office, statement, tmp_path)).differences[difference] >= 1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("statement", "difference"),
    [
        ("UPDATE person SET identity = {flipped:identity} WHERE id = {one}", "projection"),
        ("UPDATE person SET version = version + 1 WHERE id = {one}", "projection"),
        ("UPDATE person SET status = 3 WHERE id = {one}", "projection"),
        ("DELETE FROM person WHERE id = {one}", "missing"),
        ("DELETE FROM code WHERE person = {one}", "missing"),
    ],
)
def test_a_hub_that_differs_from_the_registers_is_seen(lived, tmp_path, statement, difference):
    folder, _ = lived
    towns = [path / "register.db" for path in (folder / "offices").iterdir() if path.name[:2] == "46" and path.name[2:5] != "000"]
    towns = [register for register in towns if register.exists() and "-" not in register.parent.name]
    held = checks.projections(folder / "offices" / PREFECTURE / "register.db", towns)
    assert held.differences == Counter() and held.persons > RESIDENTS
    found = checks.projections(altered(folder, PREFECTURE, statement, tmp_path), towns)
    assert found.differences[difference] >= 1


@pytest.mark.slow
def test_a_notice_that_did_not_arrive_is_seen(lived, tmp_path):
    folder, _ = lived
    all_of_it = checks.of_hub(folder / "offices" / "130001" / "register.db")
    assert all_of_it.notices == checks.of_town(folder / "offices" / ELSEWHERE / "register.db").notices
    lost = altered(
        folder, "130001", "DELETE FROM state WHERE (person, n, version) IN (SELECT person, n, version FROM state LIMIT 1)", tmp_path
    )
    assert checks.of_hub(lost).notices != all_of_it.notices


def lived_as_expected(**counts):
    return Lived(
        {kind: round(expected(kind, RESIDENTS)) for kind in LifeEvent} | {LifeEvent(kind): count for kind, count in counts.items()}
    )


def test_counts_off_the_rates_are_named():
    assert campaign.off_the_rates(lived_as_expected(), RESIDENTS) == {}
    births = expected(LifeEvent.BIRTH, RESIDENTS)
    for wrong in (0, 2 * births):
        assert list(campaign.off_the_rates(lived_as_expected(birth=wrong), RESIDENTS)) == ["birth"]


def test_an_event_that_stands_in_no_register_is_named():
    lived = lived_as_expected()
    moved_out = sum(count for kind, count in lived.counts.items() if kind.value.endswith("-out") or kind is LifeEvent.MOVE_ABROAD)
    found = campaign.not_in_the_registers(lived, {"出生": lived.counts[LifeEvent.BIRTH], "転出": moved_out - 1})
    assert "出生" not in found and found["転出"] == f"{moved_out - 1} for {moved_out}"


def test_two_processes_have_lived_what_both_have():
    lived = Lived()
    for kind in (LifeEvent.DEATH, LifeEvent.MOVE_ABROAD, None):
        lived.count(kind, 3)
    lived.add(Lived({LifeEvent.DEATH: 2}, {3: 1, 4: 1}, elsewhere=1, refused=1, refusals=["x"]))
    assert lived == Lived({LifeEvent.DEATH: 3, LifeEvent.MOVE_ABROAD: 1}, {3: 2, 4: 1}, elsewhere=2, refused=1, refusals=["x"])
    assert lived.entered == 4


def test_every_town_is_run_by_one_process_and_none_does_much_more_than_another():
    shares = sizes([*towns_of_prefecture(), ELSEWHERE], 1_650_000, "1")
    groups = shared_out(shares, 2)
    assert sorted(code for group in groups for code in group) == sorted(shares)
    events = [sum(shares[code] for code in group if code != ELSEWHERE) for group in groups]
    alone = groups[0] if ELSEWHERE in groups[0] else groups[1]
    assert max(events) < 1.9 * min(events) and ELSEWHERE in alone


def test_what_processes_tell_one_another_comes_out_as_it_went_in():
    async def heard(message, kind):
        reader = asyncio.StreamReader()
        reader.feed_data(framed(Progress(1, 2)) + framed(message))
        reader.feed_eof()
        return await hear(reader, kind)

    gone = Happening(LifeEvent.MOVE_ACROSS_PREFECTURES_IN, 30, datetime.date(2014, 3, 28), datetime.date(2014, 4, 1))
    day = Day(datetime.date(2014, 4, 1), [], [Wanted("462012", datetime.date(2014, 3, 25), gone)])
    assert asyncio.run(heard(day, Day)) == day
    for other in (Failed("the disk is full"), day):
        with pytest.raises(Broken):
            asyncio.run(heard(other, Lived))


def test_a_year_whose_process_has_ended_ends_with_an_error_and_does_not_wait(tmp_path):
    async def watched():
        process = await asyncio.create_subprocess_exec("true", stdout=asyncio.subprocess.PIPE)
        ended = Running("prefecture", process)
        await process.wait()
        with pytest.raises(Broken, match="has ended"):
            await watch.until(0, [ended])
        with pytest.raises(Broken, match="has ended"):
            await ended.hear(Lived)
        await ended.stop()

    (tmp_path / "offices" / TOWN).mkdir(parents=True)
    store = Store(str(tmp_path / "offices" / TOWN / "register.db"), (outbox.SCRIPT,))
    store.run([lambda transaction: outbox.put(transaction, PREFECTURE, "IdentityChange", b"") for _ in range(3)])
    watch = Watch(tmp_path, [TOWN])
    assert watch.waiting() == 3
    asyncio.run(watched())
    store.run([lambda transaction: outbox.acknowledge(transaction, PREFECTURE, 2)])
    assert (watch.waiting(), watch.acknowledged(TOWN, PREFECTURE)) == (1, 2)
    store.run([lambda transaction: outbox.put(transaction, PREFECTURE, "TransferConfirmed", b"")])
    assert (watch.waiting(), watch.changes_for(PREFECTURE), watch.changes_for(ELSEWHERE)) == (2, 1, 0)
    asyncio.run(watch.until(0, [], but=PREFECTURE))
    watch.close()
    store.close()


def test_a_hub_that_was_stopped_starts_again_and_what_it_spent_before_still_counts():
    async def twice():
        command = ("sh", "-c", "echo up; while [ $((n += 1)) -lt 50000 ]; do :; done; exec sleep 60")
        hub = Hub("prefecture", PREFECTURE, command, await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE))
        await hub.up()
        spent = []
        for _ in range(2):
            while hub.cpu_s < 0.02 * (len(spent) + 1):
                await asyncio.sleep(0.01)
            spent.append(hub.cpu_s)
            await hub.stop()
            assert not hub.running and hub.cpu_s >= spent[-1]
            await hub.start()
        await hub.stop()
        assert hub.peak_mb > 0

    asyncio.run(twice())


def test_who_is_drawn_is_of_about_that_age_and_leaves_only_once():
    people, random = Townspeople(), Random("1")
    for person in range(1, 201):
        people.add(person, f"{1900 + person % 100}-05-03", Sex.FEMALE if person % 2 else Sex.MALE)
    people.add(999, "0000-00-00", Sex.MALE)
    assert people.draw(random, 1950) in (50, 150)
    assert people.mother(random, 1950) in (49, 149, 51, 151)
    gone = [people.take(random, 1950) for _ in range(200)]
    assert sorted(gone) == list(range(1, 201)) and set(gone[:2]) == {50, 150}
    assert people.take(random, 1950) is None and people.draw(random, 1950) is None


def test_nobody_arrives_on_a_weekend():
    days = [datetime.date(2014, 3, 1) + datetime.timedelta(number) for number in range(14)]
    assert [weekday(day).weekday() for day in days] == [0, 0, 0, 1, 2, 3, 4] * 2
