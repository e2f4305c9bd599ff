"""Order of arrival (到着順): the rule itself, on changes written by hand."""

import itertools

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from openjuki.register.addresses import Address
from openjuki.register.arrival import codes, contested, current, rank, supersedes
from openjuki.register.change import Change, Previous, Residence
from openjuki.register.identity import Identity, Reason, Sex, Status

OLD, NEW = "24727059608", "24846016224"


def change(n: int, office: str, version: int = 1, *, status: Status = Status.RESIDENT, date: str = "2013-06-01", **more) -> Change:
    shown = Identity(
        more.pop("name", "住基　太郎"), "", "1974-05-03", Sex.MALE, Address("462250", "宮島町", "25番地"), more.pop("code", OLD)
    )
    return Change(shown, Residence(n, office), version, more.pop("previous", None), Reason.MOVE_IN, status, date)


def test_inside_a_residence_the_higher_version_holds():
    older, newer = change(1, "462250", 3), change(1, "462250", 4)
    assert supersedes(newer, older)
    assert not supersedes(older, newer)
    assert supersedes(older, None)
    assert not supersedes(older, older)


def test_two_states_under_one_version_are_settled_alike_from_both_sides():
    one, other = change(1, "462250", 3, name="甲"), change(1, "462250", 3, name="乙")
    assert supersedes(one, other) is not supersedes(other, one)


def test_of_the_residences_the_highest_number_that_is_not_annulled_holds():
    first = change(1, "462250", status=Status.REMOVED, date="2013-12-20")
    second = change(2, "131016", date="2013-12-01")
    third = change(3, "462187", status=Status.ANNULLED, date="2013-12-24")
    assert current([first, second, third]) is second
    assert current([first, third]) is first
    assert current([third]) is third
    assert current([change(1, "462250", status=Status.ANNULLED), third]) is third


def test_of_two_claims_the_later_date_then_the_larger_code_holds():
    early, late, same = (
        change(2, "462187", date="2013-12-01"),
        change(2, "131016", date="2013-12-02"),
        change(2, "462250", date="2013-12-02"),
    )
    assert current([early, late]) is late
    assert current([late, same]) is same


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("2013-12-05", "2013-12-00"),
        ("2013-11-30", "2013-12-E1"),
        ("M45-07-30", "2013-12-01"),
        ("2013-12-01", "0000-00-00"),
        ("", "1990-00-00"),
    ],
)
def test_a_partial_date_counts_as_the_last_day_it_may_be(earlier, later):
    assert rank(change(2, "462250", date=earlier)) < rank(change(2, "131016", date=later))


def test_both_claimants_are_told_and_the_annulled_are_none():
    one, other = change(2, "462187"), change(2, "131016", status=Status.REMOVED)
    assert contested([one, other], one) == contested([one, other], other) == ["131016", "462187"]
    assert contested([one], one) == []
    assert contested([one, change(1, "131016")], one) == []
    never = change(2, "131016", status=Status.ANNULLED)
    assert contested([one, never], one) == contested([one, never], never) == []


def test_a_change_names_its_code_and_the_one_before():
    assert codes(change(1, "462250")) == [OLD]
    assert codes(change(1, "462250", 2, code=NEW, previous=Previous(1, "462250", 1, OLD))) == [NEW, OLD]
    assert codes(change(1, "462250", 2, previous=Previous(1, "462250", 1, OLD))) == [OLD]


CHANGES = st.builds(
    change,
    st.integers(1, 3),
    st.sampled_from(["462250", "462187", "131016"]),
    st.integers(1, 3),
    status=st.sampled_from(list(Status)),
    date=st.sampled_from(["2013-12-01", "2013-12-02", "2013-12-00", "0000-00-00"]),
    name=st.sampled_from("甲乙"),
)


def newest(changes: list[Change]) -> list[Change]:
    held: dict[Residence, Change] = {}
    for each in changes:
        key = each.residence
        if supersedes(each, held.get(key)):
            held[key] = each
    return list(held.values())


@given(st.lists(CHANGES, min_size=1, max_size=5))
def test_what_holds_does_not_depend_on_order_or_repetition(changes):
    settled = {msgspec.msgpack.encode(current(newest([*order, order[0]]))) for order in itertools.permutations(changes)}
    assert len(settled) == 1


@given(st.lists(CHANGES, min_size=1, max_size=8))
def test_nothing_that_holds_is_annulled_while_something_else_is_not(changes):
    states = newest(changes)
    held = current(states)
    assert (held.status is Status.ANNULLED) == all(state.status is Status.ANNULLED for state in states)
    assert all(state.residence.n <= held.residence.n for state in states if state.status is not Status.ANNULLED)
