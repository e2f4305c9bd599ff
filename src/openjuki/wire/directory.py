"""The directory: who the offices are, under the centre's seal, for a day at a time (名簿; architecture section 2).

A node starts from an anchor handed over by hand. It takes a head only if the anchor's centre sealed it for its realm, its number is
not older than the one held, and the entries hash to the head's root. An expired head closes the node to traffic.
"""

from collections.abc import Callable, Iterable, Mapping

import msgspec

from openjuki.keys.software import verify
from openjuki.law.kinds import OfficeKind
from openjuki.merkle.tree import leaf_hash, root, verify_inclusion
from openjuki.register.errors import Broken, Say

VALID_MS = 24 * 3600 * 1000
"""How long a head holds: 24 hours (architecture section 2)."""


class SealKey(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """One public key (DER SubjectPublicKeyInfo) and the time it may seal in; old ones stay listed with their dates."""

    key_id: str
    public: bytes
    from_ms: int
    until_ms: int


class Entry(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """One office as the centre knows it."""

    code: str
    kind: OfficeKind
    name: str
    prefecture: str
    """2-digit prefecture code; "" for offices of the whole country."""
    host: str
    port: int
    certificates: tuple[bytes, ...]
    """SHA-256 of each link certificate (DER) that may speak for the office."""
    seal_keys: tuple[SealKey, ...]
    bodies: tuple[str, ...] = ()
    """Bodies of the appendices that this office is (an agency's own names)."""
    affairs: tuple[str, ...] = ()
    """Affairs it may ask for, as `appendix:1:16` or `ordinance:OFFICE:ID`."""
    speaks: tuple[int, ...] = (1,)
    open: bool = True
    """False while suspended or after closing."""
    per_day_max: int = 100_000
    misses_per_day_max: int = 30

    def seal_key(self, key_id: str) -> SealKey | None:
        """The listed key with that id."""
        return next((key for key in self.seal_keys if key.key_id == key_id), None)


class Head(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What the centre seals: realm, number, validity, and the Merkle root over the entries sorted by code."""

    realm: str
    number: int
    from_ms: int
    until_ms: int
    size: int
    root: bytes


class SealedHead(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A head and the centre's signature over it."""

    head: Head
    key_id: str
    signature: bytes


class Anchor(msgspec.Struct, frozen=True):
    """What is handed over by hand to start an office: whom to trust, and where the centre enrols."""

    realm: str
    centre: str
    seal_public: bytes
    network_ca: bytes
    """DER certificate of the network's certification authority."""
    host: str
    port: int


def entry_hash(entry: Entry) -> bytes:
    """The entry's leaf in the head's tree."""
    return leaf_hash(msgspec.msgpack.encode(entry))


def signed_bytes(head: Head) -> bytes:
    """What is signed: domain, then the head."""
    return b"openjuki/directory/v1\0" + msgspec.msgpack.encode(head)


def seal_head(head: Head, key_id: str, sign: Callable[[bytes], bytes]) -> SealedHead:
    """Seal a head with the centre's seal key."""
    return SealedHead(head, key_id, sign(signed_bytes(head)))


def tree_root(entries: Mapping[str, Entry]) -> bytes:
    """The root over all entries in order of their codes."""
    return root([entry_hash(entries[code]) for code in sorted(entries)])


def _untrusted(what: str, ja: str) -> Broken:
    return Broken(
        "directory", Say(what, ja), Say("Fetch it from the centre; check the anchor.", "全国センターから取り直し、基点を確かめてください。")
    )


class Directory:
    """The offices as this process knows them; one copy per process, replaced as a whole."""

    def __init__(self, anchor: Anchor) -> None:
        self.anchor = anchor
        self.sealed: SealedHead | None = None
        self.entries: dict[str, Entry] = {}
        self.prefectures: dict[str, str] = {}
        """2-digit prefecture code -> code of the prefecture's office."""
        self._by_certificate: dict[bytes, Entry] = {}

    @property
    def number(self) -> int:
        """Number of the head held; 0 for none."""
        return self.sealed.head.number if self.sealed else 0

    def entry(self, code: str) -> Entry | None:
        """The entry of an office, open or not."""
        return self.entries.get(code)

    def of_certificate(self, digest: bytes) -> Entry | None:
        """The open office for which a link certificate (SHA-256 of its DER) speaks."""
        entry = self._by_certificate.get(digest)
        return entry if entry is not None and entry.open else None

    def usable(self, wall_ms: int) -> bool:
        """Whether the head held is in force: trust fails closed."""
        return self.sealed is not None and self.sealed.head.from_ms <= wall_ms < self.sealed.head.until_ms

    def take(self, sealed: SealedHead, changed: Iterable[Entry], removed: Iterable[str] = ()) -> bool:
        """Take a newer head with the entries that changed; False if it is the one held. Raises Broken for any doubt."""
        self.check(sealed)
        if self.sealed is not None and sealed.head.number == self.number:
            return False
        entries = {**self.entries, **{entry.code: entry for entry in changed}}
        for code in removed:
            entries.pop(code, None)
        if sealed.head.size != len(entries) or tree_root(entries) != sealed.head.root:
            raise _untrusted("the entries do not hash to the head's root.", "名簿の内容が封印と一致しません。")
        self.sealed, self.entries = sealed, entries
        self.prefectures = {entry.prefecture: entry.code for entry in entries.values() if entry.kind is OfficeKind.PREFECTURE}
        self._by_certificate = {digest: entry for entry in entries.values() for digest in entry.certificates}
        return True

    def check(self, sealed: SealedHead) -> None:
        """Raise Broken unless the anchor's centre sealed the head, for this realm, and it is not older than the one held."""
        if sealed.head.realm != self.anchor.realm:
            raise _untrusted("the head is of another realm.", "他の運用区分の名簿です。")
        if not verify(self.anchor.seal_public, sealed.signature, signed_bytes(sealed.head)):
            raise _untrusted("the head's seal does not hold.", "名簿の封印が正しくありません。")
        if sealed.head.number < self.number:
            raise _untrusted("the head is older than the one held.", "保有するものより古い名簿です。")
        if self.sealed is not None and sealed.head.number == self.number and sealed.head != self.sealed.head:
            raise _untrusted("there are two heads under one number.", "同じ番号の名簿が二つあります。")

    def check_single(self, sealed: SealedHead, entry: Entry, index: int, path: bytes) -> None:
        """Raise Broken unless `entry`, fetched alone, stands in that head's tree at `index`."""
        self.check(sealed)
        if not verify_inclusion(entry_hash(entry), index, sealed.head.size, path, sealed.head.root):
            raise _untrusted("the entry does not stand in the head's tree.", "名簿にない機関です。")
