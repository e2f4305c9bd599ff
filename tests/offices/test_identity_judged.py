"""Which state holds after one more change is what the rule says of all of them, however few were decoded (到着順; architecture 3)."""

import apsw
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openjuki.offices.identity import judged, key_of
from openjuki.offices.store import Transaction
from openjuki.register.addresses import Address
from openjuki.register.arrival import contested, current, supersedes
from openjuki.register.change import Change, Residence, encode_change
from openjuki.register.codes import with_check_digit
from openjuki.register.identity import Identity, Reason, Sex, Status

TARO = Identity(
    "住基　太郎", "ジュウキ　タロウ", "1974-05-03", Sex.MALE, Address("462250", "西餅田", "1番地"), with_check_digit("0000000001")
)


def change(n: int, office: str, version: int, status: Status, date: str) -> Change:
    return Change(TARO, Residence(n, office), version, None, Reason.CORRECTION_EX_OFFICIO, status, date)


STATUSES = [Status.RESIDENT, Status.REMOVED, Status.ANNULLED]
CHANGES = st.builds(
    change, st.integers(1, 3), st.sampled_from(["462250", "131016"]), st.integers(1, 3), st.sampled_from(STATUSES),
    st.sampled_from(["2013-12-01", "2014-00-00"]),
)  # fmt: skip


HIGHER = st.builds(change, st.just(4), st.just("462250"), st.just(1), st.just(Status.RESIDENT), st.just("2014-02-01"))


@pytest.mark.slow
@settings(max_examples=600)
@given(st.lists(CHANGES, unique_by=key_of), CHANGES | HIGHER)
def test_what_holds_and_who_contests_it_is_what_the_rule_says(held, new):
    states = {key_of(one): (encode_change(one), 0) for one in sorted(held, key=key_of)}
    newest = {one.residence: one for one in sorted(held, key=key_of)}
    before = current(newest.values()) if newest else None
    if supersedes(new, newest.get(new.residence)):
        newest[new.residence] = new
    transaction = Transaction(apsw.Connection(""))
    arrival, holds = judged(transaction, states, new)
    assert holds == current(newest.values())
    assert arrival.contested == contested(newest.values(), new)
    lives = before is not None and before.status is holds.status is Status.RESIDENT
    unreleased = lives and before.residence.office != holds.residence.office
    assert bool(transaction.events) == unreleased
