"""Seals: any change, another origin, another key or another time is refused (封印)."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openjuki.keys.door import SEAL, key_id
from openjuki.register.errors import Reason, Refused
from openjuki.wire.directory import SealKey
from openjuki.wire.seal import Carried, Seal, check_seal, check_seals, encode_seal, seal_batch
from tests.wire.offices import HOUR_MS, NOW_MS, directory, entries, entry, keys_of, public_of

ORIGIN = "462250"
BATCH = [("IdentityChange", b"payload %d" % number) for number in range(5)]
HELD = directory()


def seals(
    batch: list[tuple[str, bytes]] = BATCH, *, origin: str = ORIGIN, by: str = ORIGIN, realm: str = "sandbox", at_ms: int = NOW_MS
) -> list[Seal]:
    return seal_batch(
        batch,
        realm=realm,
        origin=origin,
        key_id=key_id(public_of(by)),
        sealed_ms=at_ms,
        sign=lambda message: keys_of(by).sign(SEAL, message),
    )


def refused(seal: Seal, message_type: str, payload: bytes, held=HELD) -> None:
    with pytest.raises(Refused) as error:
        check_seal(seal, message_type, payload, held)
    assert error.value.code is Reason.BAD_SEAL


@settings(max_examples=20, deadline=None)
@given(st.lists(st.binary(max_size=50), min_size=1, max_size=9))
def test_every_payload_of_a_batch_stands_under_its_seal(payloads: list[bytes]) -> None:
    batch = [("Told", payload) for payload in payloads]
    for seal, (message_type, payload) in zip(seals(batch), batch, strict=True):
        assert check_seal(seal, message_type, payload, HELD).code == ORIGIN


def test_any_flipped_bit_of_seal_or_payload_is_refused() -> None:
    seal, (message_type, payload) = seals()[3], BATCH[3]
    for name in ("path", "signature"):
        held = getattr(seal, name)
        for at in range(0, len(held) * 8, 7):
            flipped = bytearray(held)
            flipped[at // 8] ^= 1 << at % 8
            refused(msgspec.structs.replace(seal, **{name: bytes(flipped)}), message_type, payload)
    for at in range(len(payload) * 8):
        flipped = bytearray(payload)
        flipped[at // 8] ^= 1 << at % 8
        refused(seal, message_type, bytes(flipped))


@pytest.mark.parametrize("change", [
    {"index": 2}, {"index": 5}, {"index": -1}, {"size": 4}, {"size": 0}, {"size": 2**63}, {"sealed_ms": NOW_MS + 1},
    {"origin": "460001"}, {"origin": "nobody"}, {"key_id": "none"}, {"path": b""}, {"path": b"\0" * 31}, {"path": b"\0" * 32 * 70},
])  # fmt: skip
def test_any_changed_field_of_a_seal_is_refused(change: dict[str, object]) -> None:
    refused(msgspec.structs.replace(seals()[3], **change), *BATCH[3])


def test_a_seal_does_not_move_to_another_payload_or_type() -> None:
    first, second = seals()[:2]
    refused(first, *BATCH[1])
    refused(second, *BATCH[0])
    refused(first, "RecordError", BATCH[0][1])


def test_the_key_of_another_office_does_not_seal() -> None:
    refused(seals(by="460001")[0], *BATCH[0])
    refused(seals(origin="460001", by=ORIGIN)[0], *BATCH[0])


def test_a_seal_of_another_realm_is_refused() -> None:
    refused(seals(realm="production")[0], *BATCH[0])


def test_a_key_seals_only_between_its_dates() -> None:
    public = public_of(ORIGIN)
    key = SealKey(key_id(public), public, NOW_MS - HOUR_MS, NOW_MS + HOUR_MS)
    held = directory(entries(one=entry(ORIGIN, seal_keys=(key,))))
    for at_ms in (key.from_ms, key.until_ms - 1):
        assert check_seal(seals(at_ms=at_ms)[0], *BATCH[0], held).code == ORIGIN
    for at_ms in (key.from_ms - 1, key.until_ms):
        refused(seals(at_ms=at_ms)[0], *BATCH[0], held)


def test_an_old_key_stays_good_for_what_it_sealed() -> None:
    old, new = public_of(ORIGIN), public_of("pension")
    both = (SealKey(key_id(old), old, 0, NOW_MS), SealKey(key_id(new), new, NOW_MS, 2**52))
    held = directory(entries(one=entry(ORIGIN, seal_keys=both)))
    assert check_seal(seals(at_ms=NOW_MS - 1)[0], *BATCH[0], held).code == ORIGIN
    assert check_seal(seals(by="pension", at_ms=NOW_MS)[0], *BATCH[0], held).code == ORIGIN
    refused(seals(at_ms=NOW_MS)[0], *BATCH[0], held)


def test_many_of_several_batches_and_offices_are_checked_at_once() -> None:
    later = seals(BATCH[1:4], at_ms=NOW_MS + 5)
    elsewhere = seals(BATCH[:1], origin="460001", by="460001")
    told = list(zip([*seals(), *later, *elsewhere], [*BATCH, *BATCH[1:4], BATCH[0]], strict=True))
    carried = [(message_type, Carried(payload, seal)) for seal, (message_type, payload) in told[::2] + told[1::2]]
    assert [one.code for one in check_seals(carried, HELD)] == [one.seal.origin for _, one in carried]
    assert check_seals([], HELD) == []


@pytest.mark.parametrize("changed", [
    {"payload": b"payload 9"}, {"type": "RecordError"}, {"index": 2}, {"path": b"\0" * 32 * 3}, {"signature": b"\0" * 64},
    {"sealed_ms": NOW_MS + 1}, {"origin": "460001"}, {"origin": "nobody"}, {"key_id": "none"}, {"size": 4},
])  # fmt: skip
@pytest.mark.parametrize("place", range(5))
def test_one_bad_seal_among_many_refuses_them_all(changed: dict[str, object], place: int) -> None:
    told = [(message_type, Carried(payload, seal)) for seal, (message_type, payload) in zip(seals(), BATCH, strict=True)]
    message_type, good = told[place]
    if changed == {"index": place}:
        return
    seal = msgspec.structs.replace(good.seal, **{name: value for name, value in changed.items() if name not in ("payload", "type")})
    told[place] = str(changed.get("type", message_type)), Carried(changed.get("payload", good.payload), seal)
    with pytest.raises(Refused) as error:
        check_seals(told, HELD)
    assert error.value.code is Reason.BAD_SEAL


def test_a_seal_is_small() -> None:
    assert len(encode_seal(seals(BATCH * 50)[0])) < 450
