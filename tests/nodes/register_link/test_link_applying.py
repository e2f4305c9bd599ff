"""Events of an existing system (異動電文の受付): in order, exactly once, each answered; what cannot be entered is set aside alone."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openjuki.nodes.entering import read_undecided
from openjuki.nodes.register_link.applying import ALARM_MS
from openjuki.nodes.register_link.lines import Line
from openjuki.offices import municipality, outbox
from openjuki.register.errors import Conflict, NotReady
from tests.nodes.register_link.linked_town import DAY, LinkedTown, born, died, moved_in


def persons(town: LinkedTown) -> int:
    return town.do(lambda t: t.value("SELECT count(*) FROM person"))


def code_of(taken: Any, place: int = 0) -> str:
    return taken["outcomes"][place]["persons"][0]["code"]


def test_an_event_is_entered_and_its_outcome_says_code_and_version():
    town = LinkedTown()
    taken = town.send(moved_in(1))
    (outcome,) = taken["outcomes"]
    assert (outcome["outcome"], outcome["persons"][0]["version"], taken["expected"]) == ("accepted", 1, 2)
    assert town.now(code_of(taken)).name == "住基　太郎"
    assert town.events(code_of(taken))[0].operator == "juki:window-1"
    assert len(town.changes()) == 1


def test_whom_else_an_event_concerned_stands_in_its_outcome_and_what_it_made_for_another_town():
    town = LinkedTown()
    head, child = moved_in(1), {"name": "住基　光", "birth": "2010-02-03", "sex": 2, "relationship": "子", "nobody_known": True}
    head.event["arrivals"].append(child)
    taken = town.send(head)
    first, second = (person["code"] for person in taken["outcomes"][0]["persons"])
    assert [town.now(code).name for code in (first, second)] == ["住基　太郎", "住基　光"]
    dead = died(2, first)
    dead.event["staying"] = {"householder": second, "relations": []}
    outcome = town.send(dead)["outcomes"][0]
    assert [person["code"] for person in outcome["persons"]] == [first, second], outcome
    leaving = {"kind": "move-out", "leavers": [second], "destination": "東京都世田谷区", "leaves_on": DAY, "notified_on": DAY}
    (outcome,) = town.send(Line(3, "window-1", leaving))["outcomes"]
    assert outcome["outcome"] == "accepted", outcome
    assert (outcome["persons"][0]["code"], outcome["file"]["kind"]) == (second, "moving-out-certificate")
    assert outcome["file"]["persons"][0]["name"] == "住基　光"


def test_what_was_taken_is_answered_again_and_nothing_is_done_twice():
    town = LinkedTown()
    first = town.send(moved_in(1), moved_in(2, "住基　次郎"))
    again = town.send(moved_in(1), moved_in(2, "住基　次郎"))
    assert [outcome.pop("again") for outcome in again["outcomes"]] == [True, True]
    assert again == first
    assert (persons(town), len(town.changes())) == (2, 2)
    assert [o["sequence"] for o in town.ask("link-outcomes", since=1)["outcomes"]] == [2]


def test_a_used_number_with_another_content_is_set_aside_once():
    town = LinkedTown()
    code = code_of(town.send(moved_in(1)))
    for _ in range(2):
        (outcome,) = town.send(died(1, code))["outcomes"]
        assert (outcome["outcome"], outcome["error"]["item"], outcome["quarantine"]) == ("refused", "sequence", 1)
    assert town.now(code).status.name == "RESIDENT"
    assert town.status()["quarantined"] == 1
    assert town.send(died(2, code))["expected"] == 3


def test_what_cannot_be_entered_is_set_aside_alone_with_item_reason_and_remedy():
    town = LinkedTown()
    mother = code_of(town.send(moved_in(1)))
    taken = town.send(born(2, mother, sex="girl"), born(3, mother, nickname="ひかり"), born(4, "00000000000"), born(5, mother))
    said = [(outcome["outcome"], outcome.get("error", {}).get("item")) for outcome in taken["outcomes"]]
    assert said == [("refused", "sex"), ("refused", "nickname"), ("refused", "person"), ("accepted", None)]
    assert all(len(outcome["error"]["remedy"]) == 2 for outcome in taken["outcomes"][:3])
    assert "girl" not in str(taken)
    assert (persons(town), town.status()["quarantined"], taken["expected"]) == (2, 3, 6)
    assert ("link:event:set-aside", "juki 2 sex") in town.events_told


def test_of_an_event_that_fails_half_way_nothing_stays():
    town = LinkedTown()
    free = town.do(lambda t: t.value("SELECT count(*) FROM code_stock"))
    line = moved_in(1)
    line.event["arrivals"].append({"name": "", "birth": "2010-02-03", "sex": 2, "relationship": "子", "nobody_known": True})
    assert town.send(line)["outcomes"][0]["outcome"] == "refused"
    assert (persons(town), town.changes(), town.do(lambda t: t.value("SELECT count(*) FROM event"))) == (0, [], 0)
    assert town.do(lambda t: t.value("SELECT count(*) FROM code_stock")) == free


@pytest.mark.slow
def test_many_events_are_taken_in_portions_and_a_gap_in_them_stops_the_rest():
    town = LinkedTown()
    numerals = "零一二三四五六七八九"
    day = [
        moved_in(number, f"住基　{numerals[number // 100]}{numerals[number // 10 % 10]}{numerals[number % 10]}") for number in range(1, 121)
    ]
    taken = town.send(*day[:110], *day[111:])
    assert (taken["expected"], taken["gap"], len(taken["outcomes"]), persons(town)) == (111, True, 110, 110)
    taken = town.send(*day)
    assert (taken["expected"], len(taken["outcomes"]), persons(town)) == (121, 120, 120)
    assert "gap" not in taken
    assert town.send() == {"outcomes": (), "expected": 121}


def test_a_missing_number_holds_up_what_follows_and_is_told_after_a_minute():
    town = LinkedTown()
    town.send(moved_in(1))
    early = moved_in(3, "住基　三郎")
    assert town.send(early) == {"outcomes": (), "expected": 2, "gap": True}
    status = town.status()
    assert (status["waits_for"], status["arrived"], persons(town)) == (2, 3, 1)
    assert not town.work_items()
    town.clock.now_ms += ALARM_MS
    town.send(early)
    town.send(early)
    assert town.work_items() == ["register-link-gap"]
    assert town.events_told.count(("link:gap:waiting", "juki 2 3")) == 1
    assert town.send(moved_in(2, "住基　次郎"), early)["expected"] == 4
    assert town.status()["waits_for"] == 0


def test_a_system_that_was_not_opened_may_not_send():
    town = LinkedTown(opened=False)
    with pytest.raises(NotReady, match="source"):
        town.send(moved_in(1))
    town.ask("link-open", operator="chief", first=41)
    assert town.send(moved_in(1))["outcomes"][0]["error"]["item"] == "sequence", "a number before the first"
    assert town.send(moved_in(41, "住基　次郎"))["expected"] == 42
    town.ask("link-close", operator="chief")
    with pytest.raises(NotReady, match="source"):
        town.send(moved_in(42, "住基　三郎"))
    with pytest.raises(Conflict, match="41"):
        town.ask("link-open", operator="chief", first=41)
    town.ask("link-open", operator="chief", first=42)
    assert town.send(moved_in(42, "住基　三郎"))["expected"] == 43
    opened = town.do(lambda t: t.all("SELECT tag, operator FROM audit ORDER BY id"))
    assert [tag for tag, _ in opened].count("link:source:opened") == 2
    assert {operator for _, operator in opened} == {"chief"}


def test_after_a_restore_nothing_is_taken_before_somebody_compared():
    town = LinkedTown()
    town.send(moved_in(1))
    town.do(lambda transaction: outbox.begin_epoch(transaction, b"second"))
    with pytest.raises(NotReady, match="restored"):
        town.send(moved_in(2, "住基　次郎"))
    assert town.status()["restored"]
    town.ask("link-open", operator="chief", first=2)
    assert town.send(moved_in(2, "住基　次郎"))["expected"] == 3


def test_an_office_that_cannot_enter_now_is_asked_again_and_no_number_is_lost():
    town = LinkedTown(codes=1)
    asked: list[int] = []

    def centre(office: str, message: Any, reply: Any, then: Any, deadline_ms: int) -> None:
        asked.append(message.wanted)
        then(NotReady("centre", municipality.no_such_person().reason, municipality.no_such_person().remedy))

    town.office.ask = centre
    with pytest.raises(NotReady, match="centre"):
        town.send(moved_in(1), moved_in(2, "住基　次郎"))
    assert (persons(town), town.status()["expected"], town.status()["quarantined"], len(asked)) == (1, 2, 0, 1)
    town.do(lambda transaction: municipality.put_codes(transaction, ["00000001236"]))
    taken = town.send(moved_in(1), moved_in(2, "住基　次郎"))
    assert [outcome.get("again", False) for outcome in taken["outcomes"]] == [True, False]
    assert persons(town) == 2


def test_a_procedure_that_fails_sets_aside_its_own_event_only():
    def read(event: Any) -> Any:
        notification, step = read_undecided(event)

        def fails(office: Any, operator: str, held: Any, then: Any) -> None:
            office.write(lambda transaction: 1 // 0, then)

        return notification, fails if event.get("name") == "住基　零" else step

    town = LinkedTown(read=read)
    mother = code_of(town.send(moved_in(1)))
    taken = town.send(born(2, mother), born(3, mother, "住基　零"), born(4, mother, "住基　二"))
    assert [outcome["outcome"] for outcome in taken["outcomes"]] == ["accepted", "refused", "accepted"]
    assert (taken["outcomes"][1]["error"]["item"], persons(town), taken["expected"]) == ("event", 3, 5)


def parts(count: int) -> st.SearchStrategy[list[tuple[int, int]]]:
    """Files in any order, repeated, overlapping: (first, last) numbers."""
    numbers = st.tuples(st.integers(1, count), st.integers(0, 3)).map(lambda pair: (pair[0], min(pair[0] + pair[1], count)))
    return st.lists(numbers, max_size=12)


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(parts(6))
def test_in_whatever_order_files_come_the_register_ends_the_same(files):
    day: list[Line] = [moved_in(number, f"住基　{'一二三四五六'[number - 1]}") for number in range(1, 7)]
    town = LinkedTown(codes=10)
    for first, last in [*files, (1, 6)]:
        town.send(*day[first - 1 : last])
    names = [municipality.decode_record(body).name for (body,) in town.do(lambda t: t.all("SELECT record FROM person ORDER BY id"))]
    assert names == [line.event["arrivals"][0]["name"] for line in day]
    assert [outcome["sequence"] for outcome in town.ask("link-outcomes", since=0)["outcomes"]] == [1, 2, 3, 4, 5, 6]
    assert (len(town.changes()), town.status()["quarantined"]) == (6, 0)
