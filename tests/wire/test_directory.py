"""The directory: sealed by the anchor's centre, never older, whole, and only for its day (名簿)."""

import msgspec
import pytest

from openjuki.merkle.tree import inclusion_path
from openjuki.register.errors import Broken
from openjuki.wire.directory import SealedHead, entry_hash
from tests.wire.offices import HOUR_MS, KINDS, NOW_MS, directory, entries, entry, sealed


def test_a_head_with_its_entries_is_taken_once() -> None:
    held = directory()
    assert held.number == 1
    assert held.prefectures == {"46": "460001"}
    assert held.take(sealed(entries()), ()) is False


def test_an_older_head_is_refused() -> None:
    held = directory(number=5)
    with pytest.raises(Broken, match="older"):
        held.take(sealed(entries(), 4), entries().values())
    assert held.number == 5


def test_another_head_under_the_number_held_is_refused() -> None:
    held = directory(number=5)
    other = entries(one=entry("462250", host="203.0.113.9"))
    with pytest.raises(Broken, match="two heads"):
        held.take(sealed(other, 5), other.values())
    assert held.entries["462250"].host == "127.0.0.1"


def test_a_head_of_another_realm_is_refused() -> None:
    with pytest.raises(Broken, match="realm"):
        directory().take(sealed(entries(), 2, realm="production"), entries().values())


@pytest.mark.parametrize("by", ["460001", "462250", "pension"])
def test_a_head_that_another_office_sealed_is_refused(by: str) -> None:
    with pytest.raises(Broken, match="seal"):
        directory().take(sealed(entries(), 2, by=by), entries().values())


def test_a_head_changed_after_the_seal_is_refused() -> None:
    good = sealed(entries(), 2)
    for change in ({"number": 3}, {"until_ms": 2**52}, {"from_ms": 0}, {"size": 3}, {"root": bytes(32)}):
        forged = SealedHead(msgspec.structs.replace(good.head, **change), good.key_id, good.signature)
        with pytest.raises(Broken, match="seal"):
            directory().take(forged, entries().values())


def test_any_flipped_bit_of_the_signature_is_refused() -> None:
    good = sealed(entries(), 2)
    for at in range(0, len(good.signature) * 8, 13):
        flipped = bytearray(good.signature)
        flipped[at // 8] ^= 1 << at % 8
        with pytest.raises(Broken):
            directory().take(SealedHead(good.head, good.key_id, bytes(flipped)), ())


def test_entries_that_are_cut_or_swapped_or_added_or_changed_are_refused() -> None:
    new = entries(one=entry("462250", open=False))
    head = sealed(new, 2)
    swapped = entries(one=entry("462250", certificates=entry("460001").certificates))
    added = {**new, "999999": msgspec.structs.replace(entry("pension"), code="999999")}
    for wrong in (dict(list(new.items())[:2]), entries(), swapped, added):
        fresh = directory()
        with pytest.raises(Broken, match="root"):
            fresh.take(head, wrong.values())
        assert fresh.number == 1
        assert fresh.entries == entries()
    with pytest.raises(Broken, match="root"):
        directory().take(head, new.values(), removed=["pension"])


def test_a_delta_of_what_changed_is_enough() -> None:
    held, changed = directory(), entry("462250", host="203.0.113.9")
    assert held.take(sealed(entries(one=changed), 2), [changed])
    assert held.entries == entries(one=changed)


def test_a_delta_may_remove() -> None:
    left = {code: one for code, one in entries().items() if code != "pension"}
    held = directory()
    assert held.take(sealed(left, 2), (), removed=["pension", "never-there"])
    assert held.entry("pension") is None
    assert held.of_certificate(entry("pension").certificates[0]) is None


def test_a_head_holds_for_its_day_and_no_longer() -> None:
    held = directory()
    begin, end = NOW_MS - HOUR_MS, NOW_MS + 23 * HOUR_MS
    assert [held.usable(at) for at in (begin - 1, begin, end - 1, end)] == [False, True, True, False]


def test_a_certificate_speaks_for_an_open_office_only() -> None:
    closed = entries(one=entry("462250", open=False))
    held = directory(closed)
    assert held.of_certificate(entry("462250").certificates[0]) is None
    assert held.of_certificate(entry("460001").certificates[0]) == closed["460001"]
    assert held.of_certificate(bytes(32)) is None


@pytest.mark.parametrize("code", sorted(KINDS))
def test_one_entry_is_proved_alone_and_no_other_in_its_place(code: str) -> None:
    held, codes = entries(), sorted(KINDS)
    leaves, index = [entry_hash(held[one]) for one in codes], codes.index(code)
    path, head, fresh = inclusion_path(leaves, index), sealed(held, 2), directory()
    fresh.check_single(head, held[code], index, path)
    forged = entry(code, host="203.0.113.9")
    for wrong in (
        (forged, index, path),
        (held[code], (index + 1) % 4, path),
        (held[code], index, path[:-32]),
        (held[code], index, path[::-1]),
    ):
        with pytest.raises(Broken):
            fresh.check_single(head, *wrong)
    with pytest.raises(Broken):
        fresh.check_single(sealed(held, 2, by="pension"), held[code], index, path)
