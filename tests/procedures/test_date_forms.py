"""Dates that are partial, unknown or impossible (不詳日・暦上日以外の日): recorded and shown as written, converted when they go up."""

import pytest

from openjuki.procedures.death import DeathNotification, enter_death
from openjuki.register.dates import from_era, to_era
from openjuki.register.errors import InvalidInput
from tests.procedures.municipal_office import TownHall, arrival, arrive

FORMS = [
    ("昭和12年頃", "1937-00-00~", "1937-00-00"),
    ("昭和12年5月頃", "1937-05-00~", "1937-05-00"),
    ("昭和12年5月3日頃", "1937-05-03~", "1937-05-03"),
    ("推定昭和12年5月3日", "1937-05-03?", "1937-05-03"),
    ("推定昭和12年5月", "1937-05-00?", "1937-05-00"),
    ("昭和12年春", "1937-A1-00", "1937-A1-00"),
    ("昭和12年5月上旬", "1937-05-E1", "1937-05-00"),
    ("昭和12年5月中旬頃", "1937-05-E2~", "1937-05-00"),
    ("年月日不詳", "0000-00-00", "0000-00-00"),
    ("昭和12年月日不詳", "1937-00-00", "1937-00-00"),
    ("昭和12年5月日不詳", "1937-05-00", "1937-05-00"),
    ("昭和12年5月3日から6月4日頃までの間", "1937-05-03/1937-06-04~", "1937-00-00"),
    ("昭和12年5月推定3日から10日までの間", "1937-05-03?/1937-05-10", "1937-05-00"),
    ("昭和12年5月3日頃から10日頃までの間", "1937-05-03~/1937-05-10~", "1937-05-00"),
    ("昭和12年2月29日", "1937-02-29", "1937-02-00"),
    ("明治45年7月30日", "M45-07-30", "1912-07-30"),
    ("大正15年12月25日", "T15-12-25", "1926-12-25"),
    ("昭和元年12月24日", "S01-12-24", "1926-12-24"),
    ("昭和64年2月", "S64-02-00", "1989-02-00"),
]
"""What the document says (standard 1.1.8 in its order, then days that no calendar or era has), what is recorded, what goes up."""


@pytest.mark.parametrize(("words", "recorded", "told"), FORMS, ids=[recorded for _, recorded, _ in FORMS])
def test_a_birth_on_such_a_day_is_recorded_as_written_and_converted_for_the_network(words, recorded, told):
    hall = TownHall()
    (record,) = arrive(hall, arrival("住基　明", "世帯主", from_era(words)))
    assert (record.birth, hall.changes()[-1].identity.birth) == (recorded, told)
    assert from_era(to_era(record.birth)) == recorded
    assert hall.differing() == []


@pytest.mark.parametrize(("words", "recorded", "told"), FORMS, ids=[recorded for _, recorded, _ in FORMS])
def test_a_death_on_such_a_day_ends_the_record_and_is_converted_for_the_network(words, recorded, told):
    hall = TownHall()
    (record,) = arrive(hall, arrival("住基　明", "世帯主", "1899-05-03"), on="1936-01-01", notified_on="2013-11-01")
    dead = hall.run(enter_death, DeathNotification(record.code, from_era(words), "2013-12-02"))
    assert (dead.removed_on, hall.changes()[-1].date) == (recorded, told)
    assert hall.events(record.code)[-1].changed_on == recorded
    assert hall.differing() == []


@pytest.mark.parametrize("recorded", [recorded for _, recorded, told in FORMS if recorded != "1937-05-03"])
def test_where_the_standard_asks_for_a_day_of_the_calendar_no_such_day_is_taken(recorded):
    hall = TownHall()
    for on, notified_on in ((recorded, "2013-12-02"), ("2013-12-01", recorded)):
        with pytest.raises(InvalidInput):
            arrive(hall, arrival("住基　明", "世帯主"), on=on, notified_on=notified_on)
    assert hall.changes() == []
