"""The work list: open until a clerk says that it is done, once (要確認事項の一覧)."""

import pytest

from openjuki.offices import municipality, work_list
from openjuki.register.errors import Conflict
from tests.procedures.municipal_office import TownHall


def hall_with_work():
    hall = TownHall()
    for number, kind in enumerate(("record-error", "late-notification", "record-error")):
        hall.do(lambda t, number=number, kind=kind: municipality.put_work_item(t, 1_000 + number, kind, "24727059608", f"what {number}"))
    return hall


def listed(hall, *arguments, **more):
    return [(item.number, item.kind, bool(item.done_ms)) for item in hall.do(lambda t: work_list.items(t, *arguments, **more))]


def test_what_is_open_is_listed_oldest_first_and_by_kind():
    hall = hall_with_work()
    assert listed(hall) == [(1, "record-error", False), (2, "late-notification", False), (3, "record-error", False)]
    assert [number for number, *_ in listed(hall, "record-error")] == [1, 3]
    assert [number for number, *_ in listed(hall, after=1)] == [2, 3]


def test_what_is_done_leaves_the_list_and_stays_in_the_books():
    hall = hall_with_work()
    closed = hall.do(lambda t: work_list.close(t, 1, "clerk-1", 5_000))
    assert (closed.number, closed.done_ms, closed.what) == (1, 5_000, "what 0")
    assert [number for number, *_ in listed(hall)] == [2, 3]
    assert listed(hall, done_too=True)[0] == (1, "record-error", True)
    audit = hall.do(lambda t: t.all("SELECT operator, what FROM audit WHERE tag = 'register:work:done'"))
    assert audit == [("clerk-1", "1 record-error")]


@pytest.mark.parametrize("number", [1, 99])
def test_what_is_done_or_not_there_cannot_be_done(number):
    hall = hall_with_work()
    hall.do(lambda t: work_list.close(t, 1, "clerk-1", 5_000))
    with pytest.raises(Conflict):
        hall.do(lambda t: work_list.close(t, number, "clerk-2", 6_000))
    assert hall.do(lambda t: t.value("SELECT done_ms FROM work_item WHERE id = 1")) == 5_000


def test_the_same_again_is_a_new_item_once_the_first_is_done():
    hall = TownHall()
    for _ in range(2):
        hall.do(lambda t: municipality.put_work_item_once(t, 1_000, "record-error", "24727059608", "birth: wrong"))
    assert len(listed(hall)) == 1
    hall.do(lambda t: work_list.close(t, 1, "clerk-1", 5_000))
    hall.do(lambda t: municipality.put_work_item_once(t, 6_000, "record-error", "24727059608", "birth: wrong"))
    assert [number for number, *_ in listed(hall)] == [2]
