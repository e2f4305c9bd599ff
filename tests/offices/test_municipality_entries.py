"""Whole batches of first entries (一括記載): codes by chance from the stock, notices in their order, as one by one."""

import pytest

from openjuki.offices import municipality, outbox
from openjuki.offices.municipality_entries import households, take_codes
from openjuki.register.errors import NotReady
from tests.procedures.municipal_office import KIRISHIMA, TownHall


def stock(hall):
    return {code for (code,) in hall.do(lambda t: t.all("SELECT code FROM code_stock"))}


@pytest.mark.parametrize("count", [0, 1, 60, 199, 200])
def test_codes_taken_at_once_are_of_the_stock_and_gone_from_it(count):
    hall = TownHall()
    before = stock(hall)
    taken = hall.do(lambda t: take_codes(t, hall.office, count))
    assert len(set(taken)) == len(taken) == count
    assert set(taken) <= before
    assert stock(hall) == before - set(taken)


def test_which_codes_are_taken_is_chance_and_not_their_order():
    one, other = TownHall(), TownHall(KIRISHIMA)
    for hall in (one, other):
        hall.do(lambda t: t.execute("DELETE FROM code_stock").fetchall())
        hall.do(lambda t: municipality.put_codes(t, [f"{number:03d}00000000" for number in range(200)]))
    taken = [hall.do(lambda t, office=hall.office: take_codes(t, office, 50)) for hall in (one, other)]
    assert len(set(taken[0]) & set(taken[1])) < 30
    assert taken[0] != sorted(taken[0])
    assert {code[0] for code in taken[0]} == {"0", "1"}, "of all parts of the stock"


def test_too_few_codes_are_an_error_and_none_is_lost():
    hall = TownHall()
    before = stock(hall)
    with pytest.raises(NotReady, match="no free code"):
        hall.do(lambda t: take_codes(t, hall.office, 201))
    assert stock(hall) == before


def test_households_are_found_by_their_numbers_and_made_once():
    hall = TownHall()
    first = hall.do(lambda t: households(t, ["0012", "7", "0012"]))
    again = hall.do(lambda t: households(t, ["7", "8", "0012"]))
    assert again == first | {"8": again["8"]}
    assert len(set(again.values())) == 3
    assert hall.do(lambda t: t.value("SELECT count(*) FROM household")) == 3


def test_notices_put_at_once_are_numbered_as_one_by_one():
    hall = TownHall()

    def put(t):
        for one in (b"a", b"b"):
            outbox.put(t, "460001", "X", one)
        outbox.put_all(t, "460001", "X", [b"c", b"d", b"e"])
        outbox.put_all(t, "130001", "X", [])
        outbox.put_all(t, "centre", "Y", [b"f", b"h"], [b"seal of f", b"seal of h"])
        outbox.put(t, "460001", "X", b"g")
        return set(t.woken)

    assert hall.do(put) == {"460001", "centre"}
    rows = hall.do(lambda t: outbox.waiting(t, "460001", 0, 100))
    assert [(row.sequence, row.body) for row in rows] == list(enumerate((b"a", b"b", b"c", b"d", b"e", b"g"), 1))
    assert all(row.seal is None for row in rows)
    assert hall.do(lambda t: [outbox.last_sequence(t, office) for office in ("460001", "130001", "centre")]) == [6, 0, 2]
    assert [row.seal for row in hall.do(lambda t: outbox.waiting(t, "centre", 0, 100))] == [b"seal of f", b"seal of h"]
    assert hall.do(outbox.unacknowledged) == {"460001": 6, "centre": 2}
