"""Provisional entry and decision (仮登録・決裁): nothing stands before somebody else has decided, and then all of it does."""

import pytest

from openjuki.nodes.entering import KINDS, TO_BE_DECIDED, read_event
from openjuki.offices.municipality_provisional import waiting
from openjuki.procedures.correction import CorrectionOrder, correct
from openjuki.procedures.provisional_entry import Decision, Kept, ProvisionalEntry
from openjuki.register.errors import Conflict, InvalidInput
from openjuki.register.events import Items
from openjuki.register.identity import Status
from tests.procedures.municipal_office import TownHall, arrival, arrive, family

TABLES = ("event", "person", "household", "code_stock", "code_used", "outbox", "work_item", "notice_slip")


def enter(hall: TownHall, event, operator: str = "clerk-1"):
    notification, step = read_event(event)
    return hall.run(lambda office, _, *rest: step(office, operator, *rest), notification)


def death(code: str, **more):
    return {"kind": "death", "code": code, "died_on": "2013-12-01", "notified_on": "2013-12-02", **more}


def birth(mother: str):
    child = {
        "name": "住基　望",
        "kana": "ジュウキ　ノゾミ",
        "birth": "2013-12-01",
        "sex": 2,
        "relationship": "子",
        "notified_on": "2013-12-02",
    }
    return {"kind": "birth", "mother_code": mother, **child}


def keep(hall: TownHall, event, **more) -> int:
    kept = enter(hall, {"kind": "provisional", "event": event, **more})
    assert isinstance(kept, Kept)
    return kept.number


def decide(hall: TownHall, number: int, operator: str = "chief-1", **more):
    return enter(hall, {"kind": "decision", "number": number, **more}, operator)


def tables(hall: TownHall):
    return [hall.do(lambda t, name=name: t.all(f"SELECT * FROM {name}")) for name in TABLES]


def test_what_waits_leaves_the_register_as_it_was_and_nobody_hears_of_it():
    hall = TownHall()
    taro, *_ = family(hall)
    before = tables(hall)
    keep(hall, birth(taro.code))
    keep(hall, {"kind": "code-change", "code": taro.code, "requested_on": "2013-12-02"})
    assert tables(hall) == before
    assert [kept.operator for kept in hall.do(waiting)] == ["clerk-1", "clerk-1"]


def test_a_decision_enters_the_event_as_its_own_procedure_would_under_the_name_of_who_entered_it():
    hall = TownHall()
    *_, hikari = family(hall)
    number = keep(hall, death(hikari.code))
    record = decide(hall, number)
    assert (record.status, hall.now(hikari.code).status) == (Status.DEAD, Status.DEAD)
    assert (hall.changes()[-1].status, hall.events(hikari.code)[-1].operator) == (Status.DEAD, "clerk-1")
    row = hall.do(lambda t: t.one("SELECT decider, approved FROM provisional WHERE id = ?", number))
    assert (row, hall.do(waiting)) == (("chief-1", 1), [])
    assert hall.differing() == []
    with pytest.raises(Conflict, match="no event waits"):
        decide(hall, number)


def test_nobody_decides_on_what_they_entered_but_they_may_withdraw_it():
    hall = TownHall()
    *_, hikari = family(hall)
    number = keep(hall, death(hikari.code))
    with pytest.raises(InvalidInput, match="operator"):
        decide(hall, number, "clerk-1")
    assert [kept.number for kept in hall.do(waiting)] == [number]
    assert decide(hall, number, "clerk-1", approved=False) is None
    assert hall.now(hikari.code).status is Status.RESIDENT
    hall.run(correct, CorrectionOrder(hikari.code, Items(kana="ジュウキ　ヒカリ"), "2013-12-09"))


def test_no_other_event_of_the_person_is_entered_or_kept_before_the_decision():
    hall = TownHall()
    taro, _, hikari = family(hall)
    number = keep(hall, death(hikari.code))
    for blocked in (
        {"kind": "code-change", "code": hikari.code, "requested_on": "2013-12-02"},
        {"kind": "code-correction", "code": hikari.code, "found_on": "2013-12-02"},
        {"kind": "provisional", "event": {"kind": "code-change", "code": hikari.code, "requested_on": "2013-12-02"}},
    ):
        with pytest.raises(Conflict, match="waits for its decision"):
            enter(hall, blocked)
    enter(hall, {"kind": "code-change", "code": taro.code, "requested_on": "2013-12-02"})
    decide(hall, number, approved=False)
    enter(hall, {"kind": "code-change", "code": hikari.code, "requested_on": "2013-12-02"})


def test_what_could_not_be_entered_is_refused_at_once():
    hall = TownHall()
    taro, *_ = family(hall)
    with pytest.raises(InvalidInput, match="householder"):
        keep(hall, death(taro.code))
    with pytest.raises(InvalidInput, match="died_on"):
        keep(hall, {"kind": "death", "code": taro.code, "notified_on": "2013-12-02"})
    with pytest.raises(InvalidInput, match="kind"):
        keep(hall, {"kind": "provisional", "event": death(taro.code)})
    assert hall.do(waiting) == []


def test_while_it_waits_an_event_may_be_replaced():
    hall = TownHall()
    *_, hikari = family(hall)
    first = keep(hall, death(hikari.code))
    second = keep(hall, death(hikari.code, died_on="2013-11-30"), replaces=first)
    assert [kept.number for kept in hall.do(waiting)] == [second]
    assert decide(hall, second).removed_on == "2013-11-30"


def test_what_cannot_be_entered_any_more_stays_until_it_is_changed_or_withdrawn():
    hall = TownHall()
    taro, yoshiko, hikari = family(hall)
    number = keep(hall, birth(taro.code))
    staying = {"householder": yoshiko.code, "relations": [{"code": hikari.code, "relationship": "子"}]}
    enter(hall, death(taro.code, staying=staying))
    with pytest.raises(InvalidInput, match="mother_code"):
        decide(hall, number)
    assert [kept.number for kept in hall.do(waiting)] == [number]
    assert len(hall.members(yoshiko.code)) == 2


def test_a_newcomer_who_waits_holds_up_nobody():
    hall = TownHall()
    taro, *_ = family(hall)
    number = keep(hall, birth(taro.code))
    (hanako,) = arrive(hall, arrival("辻　花子", "世帯主"))
    child = decide(hall, number)
    assert child.person != hanako.person
    assert hall.differing() == []


def test_every_kind_of_event_can_wait():
    assert set(TO_BE_DECIDED) == {"provisional", "decision", "notice-entered"}
    assert not set(TO_BE_DECIDED) & set(KINDS)
    assert Decision(1).approved and ProvisionalEntry({}).replaces == 0
