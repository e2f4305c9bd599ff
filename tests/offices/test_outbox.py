"""Outbox and inbox: no holes, each row taken once, begun anew after a restore (送信箱と受信箱; architecture section 3)."""

from collections.abc import Iterator

import apsw
import pytest
from hypothesis import given
from hypothesis import strategies as st

from openjuki.offices import outbox
from openjuki.offices.store import Store, Transaction

OLD, NEW = b"old epoch", b"new epoch"


@pytest.fixture
def transaction() -> Iterator[Transaction]:
    store = Store(":memory:", [outbox.SCRIPT])
    made = Transaction(store.connection)
    outbox.begin_epoch(made, OLD)
    yield made
    store.close()


def bodies(transaction: Transaction, receiver: str, after: int = 0) -> list[tuple[int, bytes]]:
    return [(row.sequence, row.body) for row in outbox.waiting(transaction, receiver, after, 100)]


def test_each_receiver_has_its_own_sequence_from_one(transaction: Transaction):
    assert [outbox.put(transaction, to, "Type", b"x") for to in ("a", "a", "b", "a", "b")] == [1, 2, 1, 3, 2]
    assert (outbox.last_sequence(transaction, "a"), outbox.last_sequence(transaction, "nobody")) == (3, 0)
    assert transaction.woken == {"a", "b"}


def test_what_waits_comes_in_order_a_part_at_a_time(transaction: Transaction):
    for number in range(5):
        outbox.put(transaction, "a", "Type", bytes([number]), b"seal" if number else None)
    assert bodies(transaction, "a", 3) == [(4, b"\x03"), (5, b"\x04")]
    first, second = outbox.waiting(transaction, "a", 0, 2)
    assert (first, second) == (outbox.Outgoing(1, "Type", b"\x00", None), outbox.Outgoing(2, "Type", b"\x01", b"seal"))


def test_a_sequence_undone_with_its_work_is_given_again_so_that_no_hole_stays():
    store = Store(":memory:", [outbox.SCRIPT])
    fault = LookupError()

    def undone(transaction: Transaction) -> None:
        outbox.put(transaction, "a", "Type", b"undone")
        raise fault

    put = [lambda transaction, body=body: outbox.put(transaction, "a", "Type", body) for body in (b"1", b"2")]
    _, outcomes = store.run([put[0], undone, put[1]])
    assert (outcomes[0], outcomes[2]) == (1, 2)
    assert bodies(Transaction(store.connection), "a") == [(1, b"1"), (2, b"2")]
    store.close()


def test_what_is_not_acknowledged_is_known_and_rows_stay_after_it_is(transaction: Transaction):
    for to in ("a", "a", "b"):
        outbox.put(transaction, to, "Type", b"x")
    assert outbox.unacknowledged(transaction) == {"a": 2, "b": 1}
    outbox.acknowledge(transaction, "a", 1)
    assert outbox.unacknowledged(transaction) == {"a": 1, "b": 1}
    outbox.acknowledge(transaction, "a", 2)
    outbox.acknowledge(transaction, "b", 1)
    assert outbox.unacknowledged(transaction) == {}
    assert len(bodies(transaction, "a")) == 2


def test_a_new_epoch_sends_everything_again_since_the_peer_may_have_been_restored_too(transaction: Transaction):
    for number in range(4):
        outbox.put(transaction, "a", "Type", bytes([number]))
    outbox.put(transaction, "b", "Type", b"b")
    outbox.acknowledge(transaction, "a", 2)
    outbox.begin_epoch(transaction, NEW)
    assert outbox.epoch(transaction) == NEW
    assert bodies(transaction, "a") == [(1, b"\x00"), (2, b"\x01"), (3, b"\x02"), (4, b"\x03")]
    assert bodies(transaction, "b") == [(1, b"b")]
    assert outbox.unacknowledged(transaction) == {"a": 4, "b": 1}
    assert outbox.put(transaction, "a", "Type", b"next") == 5


def test_words_of_a_peer_are_kept_for_the_present_epoch_only(transaction: Transaction):
    outbox.put(transaction, "a", "Type", b"x")
    outbox.acknowledge_all(transaction, NEW, {"a": 1})
    assert outbox.unacknowledged(transaction) == {"a": 1}
    assert outbox.applied(transaction, OLD, "a", 1)
    assert outbox.unacknowledged(transaction) == {}


def test_a_peer_that_holds_what_was_never_written_shows_an_old_copy(transaction: Transaction):
    outbox.put(transaction, "a", "Type", b"x")
    assert not outbox.applied(transaction, OLD, "a", 2)
    assert outbox.unacknowledged(transaction) == {"a": 1}
    assert outbox.applied(transaction, NEW, "a", 2)


def test_the_first_rows_of_a_new_epoch_end_the_old_one_for_ever(transaction: Transaction):
    assert outbox.cursor(transaction, "a", OLD) == 0
    outbox.advance(transaction, "a", OLD, 0, 3)
    outbox.advance(transaction, "b", OLD, 0, 1)
    assert outbox.cursor(transaction, "a", OLD) == 3
    outbox.advance(transaction, "a", NEW, 0, 1)
    assert (outbox.cursor(transaction, "a", OLD), outbox.cursor(transaction, "a", NEW)) == (-1, 1)
    assert outbox.cursor(transaction, "b", OLD) == 1


def test_a_quarantined_notice_is_kept_as_it_came_and_a_record_of_the_log_for_ever(transaction: Transaction):
    outbox.quarantine(transaction, "a", OLD, outbox.Outgoing(7, "Type", b"body", None), "malformed", 5)
    assert transaction.all("SELECT sender, epoch, sequence, type, reason, body, received_ms FROM quarantine") == [
        ("a", OLD, 7, "Type", "malformed", b"body", 5)
    ]
    outbox.record(transaction, 5, "directory:enrolment:agreed", "officer-1", "12")
    for sql in ("UPDATE audit SET what = ''", "DELETE FROM audit", "REPLACE INTO audit SELECT * FROM audit"):
        with pytest.raises(apsw.ConstraintError):
            transaction.execute(sql)


Steps = st.lists(st.tuples(st.sampled_from(["put", "acknowledge", "epoch"]), st.sampled_from("ab"), st.integers(0, 6)), max_size=40)


@pytest.mark.slow
@given(Steps)
def test_whatever_happens_every_body_stays_once_in_order_and_waits_until_acknowledged_in_this_epoch(steps: list[tuple[str, str, int]]):
    store = Store(":memory:", [outbox.SCRIPT])
    transaction = Transaction(store.connection)
    outbox.begin_epoch(transaction, OLD)
    model: dict[str, list[bytes]] = {"a": [], "b": []}
    done = {"a": 0, "b": 0}
    for number, (what, receiver, count) in enumerate(steps):
        if what == "put":
            model[receiver].append(body := str(number).encode())
            assert outbox.put(transaction, receiver, "Type", body) == len(model[receiver])
        elif what == "acknowledge":
            done[receiver] = max(done[receiver], min(count, len(model[receiver])))
            outbox.acknowledge(transaction, receiver, done[receiver])
        else:
            outbox.begin_epoch(transaction, str(number).encode())
            done = dict.fromkeys(model, 0)
    for to, held in model.items():
        assert bodies(transaction, to) == list(enumerate(held, 1))
    left = {to: len(held) - done[to] for to, held in model.items() if len(held) > done[to]}
    assert outbox.unacknowledged(transaction) == left
    store.close()
