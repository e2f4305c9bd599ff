"""A small directory under a seal, for the tests of trust (試験用の名簿)."""

from hashlib import sha256

import msgspec

from openjuki.keys.door import SEAL, key_id
from openjuki.keys.software import SoftwareKeys, key_from_seed, public_der
from openjuki.law.kinds import OfficeKind
from openjuki.wire.directory import Anchor, Directory, Entry, Head, SealedHead, SealKey, seal_head, tree_root

HOUR_MS = 3_600_000
NOW_MS = 10 * HOUR_MS
KINDS = {
    "centre": OfficeKind.CENTRE,
    "460001": OfficeKind.PREFECTURE,
    "462250": OfficeKind.MUNICIPALITY,
    "pension": OfficeKind.APPENDIX_BODY,
}


def keys_of(code: str) -> SoftwareKeys:
    """The seal key of an office."""
    return SoftwareKeys({SEAL: key_from_seed(code.encode())})


def public_of(code: str) -> bytes:
    """Its public part."""
    return public_der(key_from_seed(code.encode()))


def entry(code: str, **changed: object) -> Entry:
    """An office's entry, with some fields changed."""
    public = public_of(code)
    made = Entry(
        code, KINDS[code], code, "46" if code.startswith("46") else "", "127.0.0.1", 1, (sha256(code.encode()).digest(),),
        (SealKey(key_id(public), public, 0, 2**52),),
    )  # fmt: skip
    return msgspec.structs.replace(made, **changed)


def entries(**changed: Entry) -> dict[str, Entry]:
    """All entries by code."""
    return {**{code: entry(code) for code in KINDS}, **{one.code: one for one in changed.values()}}


def sealed(held: dict[str, Entry], number: int = 1, *, by: str = "centre", **changed: object) -> SealedHead:
    """A head over entries; `by` is the office that seals it."""
    head = Head("sandbox", number, NOW_MS - HOUR_MS, NOW_MS + 23 * HOUR_MS, len(held), tree_root(held))
    head = msgspec.structs.replace(head, **changed)
    return seal_head(head, key_id(public_of(by)), lambda message: keys_of(by).sign(SEAL, message))


def directory(held: dict[str, Entry] | None = None, number: int = 1) -> Directory:
    """A directory that holds a head."""
    made, held = Directory(Anchor("sandbox", "centre", public_of("centre"), b"", "127.0.0.1", 1)), held or entries()
    assert made.take(sealed(held, number), held.values())
    return made
