"""The address supplement of a family register: who is in it, and where they lived since when (戸籍の附票, Act art. 16-18; 令18-20).

It is what its entries say, like every record here: entries are never changed, a correction and an annulment are entries of their own. An
entry that a notice brought holds rows under a key of the office that told them, so that neither order nor repetition of notices matters.
The family register itself is kept elsewhere; that somebody entered or left it reaches the supplement as an entry by a clerk.
"""

import re
from collections.abc import Iterable, Sequence
from enum import StrEnum
from functools import lru_cache

import msgspec

from openjuki.register.addresses import Address, is_municipality, office_of
from openjuki.register.events import Cause
from openjuki.register.identity import Reason
from openjuki.register.search_keys import fold_text, key64, name_key

_BEFORE_NUMBERS = re.compile("[^0-9０-９]+")  # no municipality has a number in its name


class Standing(StrEnum):
    """What a row says of somebody from its day on."""

    LIVES = "lives"
    ABROAD = "abroad"
    """国外転出: no address in the country."""
    REMOVED = "removed"
    """職権消除: no address is known."""
    DEAD = "dead"
    """The resident record ended by death; the person leaves the supplement when the family register says so (令19)."""
    WITHDRAWN = "withdrawn"
    """The row never should have been told."""


class AddressRow(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """One line: an address and since when (Act art. 17 items 3, 4); dates are canonical texts.

    `residence`, `office` and `place` are its key: the `place`-th line of the n-th residence of a life, told by that office. Residence 0
    holds the lines that a clerk of the registered domicile wrote.
    """

    residence: int
    office: str
    place: int
    standing: Standing
    address: Address | None
    since: str
    """住所を定めた年月日; for the other standings the day from which they hold."""
    holds_from: str
    """From when on it stood so: later than `since` if the same home is only written otherwise (住居表示)."""
    destination: str
    """Where somebody abroad went to, as notified; else ""."""
    entered_ms: int
    sequence: int
    """Of the event that told it, in the register of `office`; with `entered_ms` the version of the row."""
    was: tuple[Address, str] | None = None
    """Address and day that this row corrects, if one was told before under the same key."""

    @property
    def key(self) -> tuple[int, str, int]:
        """What the row is of; rows of one key replace one another."""
        return self.residence, self.office, self.place

    @property
    def version(self) -> tuple[int, int]:
        """The greater one holds."""
        return self.entered_ms, self.sequence


class ToldRows(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What has to be corrected in a supplement (Act art. 19(1)): whose, why, and the rows; the birth date tells namesakes apart."""

    registered_domicile: str
    registered_domicile_head: str
    name: str
    birth: str
    reason: Reason
    cause: Cause | None
    changed_on: str
    rows: tuple[AddressRow, ...]


class LeftBecause(StrEnum):
    """Why somebody is no longer in the family register (除籍; 令19)."""

    DEATH = "death"
    TRANSFER = "transfer"
    """転籍: the whole register goes."""
    OTHER_REGISTER = "other-register"
    """Marriage, adoption, a register of one's own."""
    NATIONALITY = "nationality"
    OTHER = "other"


class EntryKind(StrEnum):
    """What an entry does to the supplement (記載・消除・記載の修正, Act art. 18)."""

    MADE = "made"
    """令18(1): a family register was made."""
    JOINED = "joined"
    """令18(2)."""
    ADDRESS = "address"
    CORRECTED = "corrected"
    """令20: register indication, name, overseas roll."""
    LEFT = "left"
    """令19."""
    ANNULMENT = "annulment"


class SupplementItems(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What an entry sets; None leaves an item as it was. `overseas_roll` names the municipality of the roll of voters abroad (Act 17-2)."""

    registered_domicile: str | None = None
    registered_domicile_head: str | None = None
    name: str | None = None
    birth: str | None = None
    rows: tuple[AddressRow, ...] | None = None
    overseas_roll: str | None = None
    left_because: LeftBecause | None = None
    gone_to: str | None = None


class SupplementEntry(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """One entry; `member` is 0 for the register as a whole, `source` the office whose notice brought it, `target` what is annulled."""

    sequence: int
    kind: EntryKind
    member: int
    happened_on: str
    entered_ms: int
    operator: str
    source: str
    items: SupplementItems
    target: int = 0


class SupplementMember(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """One person of the supplement; the birth date stands beside it to tell namesakes apart and is not one of its items."""

    number: int
    name: str
    birth: str
    rows: tuple[AddressRow, ...] = ()
    overseas_roll: str = ""
    left_on: str = ""
    left_because: LeftBecause | None = None
    gone_to: str = ""

    @property
    def history(self) -> tuple[AddressRow, ...]:
        """The rows that stand, in the order of the life."""
        return tuple(row for row in self.rows if row.standing is not Standing.WITHDRAWN)

    @property
    def present(self) -> bool:
        """Whether the person is still in it."""
        return self.left_because is None

    @property
    def without_home_here(self) -> bool:
        """Whether the last row says no address in the country (在外者等, 令34(2))."""
        return bool(self.history) and self.history[-1].standing in (Standing.ABROAD, Standing.REMOVED)


class Supplement(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The supplement of one family register (戸籍の附票): its indication, and its members in the order of entering."""

    number: int
    registered_domicile: str
    registered_domicile_head: str
    made_on: str
    members: tuple[SupplementMember, ...] = ()
    closed_ms: int = 0
    """When the last member was removed from it (wall clock, ms): from then on it is a rest supplement (附票の除票)."""

    def member(self, number: int) -> SupplementMember | None:
        """The member of that number."""
        return next((member for member in self.members if member.number == number), None)


def domicile_office(text: str) -> str:
    """Code of the municipality that keeps the supplement of a registered domicile, read from its first words; "" if unreadable."""
    words = _BEFORE_NUMBERS.match(text)
    return _office_of_words(words[0] if words else text)


@lru_cache(maxsize=8_192)
def _office_of_words(words: str) -> str:
    """What stands before the first number says it all, and many domiciles of one town have it in common."""
    code = fold_text(words).partition(" ")[0]
    return office_of(code) if code.isdigit() and is_municipality(code) else ""


def register_key(domicile: str, head: str) -> int:
    """Under what a supplement is found, however its indication is written."""
    return key64(fold_text(domicile), name_key(head))


def person_key(domicile: str, head: str, name: str) -> int:
    """Under what a person of a supplement is found."""
    return key64(fold_text(domicile), name_key(head), name_key(name))


def merge(held: Sequence[AddressRow], told: Iterable[AddressRow]) -> tuple[AddressRow, ...]:
    """The rows after some were told: by key the greatest version, in the order of the life.

    A line that a clerk wrote gives way to the one that says the same, or says that it corrects it.
    """
    rows = {row.key: row for row in held}
    for row in told:
        before = rows.get(row.key)
        if before is not None and before.version >= row.version:
            continue
        if before is None and row.residence:
            rows = {key: one for key, one in rows.items() if key[0] or (one.address, one.since) not in _superseded(row)}
        rows[row.key] = row
    return tuple(rows[key] for key in sorted(rows))


def _superseded(row: AddressRow) -> list[tuple[Address | None, str]]:
    return [(row.address, row.since), *([row.was] if row.was else [])]


def newer(held: Sequence[AddressRow], told: Iterable[AddressRow]) -> tuple[AddressRow, ...]:
    """The told rows that are not known yet."""
    versions = {row.key: row.version for row in held}
    return tuple(row for row in told if versions.get(row.key, (-1, -1)) < row.version)


def annulled_entries(entries: Sequence[SupplementEntry]) -> set[int]:
    """Sequences of the entries (given oldest first) that do not stand; an annulment may be annulled itself."""
    gone: set[int] = set()
    for entry in reversed(entries):
        if entry.kind is EntryKind.ANNULMENT and entry.sequence not in gone:
            gone.add(entry.target)
    return gone


def fold_entries(number: int, entries: Sequence[SupplementEntry], known_ms: int | None = None) -> Supplement | None:
    """The supplement from all its entries, oldest first, as known at a time (wall clock, ms); None if there was none."""
    known = [entry for entry in entries if known_ms is None or entry.entered_ms <= known_ms]
    gone = annulled_entries(known)
    folded: Supplement | None = None
    for entry in known:
        if entry.sequence in gone:
            continue
        if entry.kind is EntryKind.MADE:
            items = entry.items
            folded = Supplement(number, items.registered_domicile or "", items.registered_domicile_head or "", entry.happened_on)
        elif folded is not None:
            folded = _applied(folded, entry)
    return folded


def _applied(folded: Supplement, entry: SupplementEntry) -> Supplement:
    items = entry.items
    if entry.member:
        if entry.kind is EntryKind.JOINED:
            rows, roll = merge((), items.rows or ()), items.overseas_roll or ""
            joined = SupplementMember(entry.member, items.name or "", items.birth or "", rows, roll)
            members = (*folded.members, joined)
        else:
            members = tuple(_changed(member, entry) if member.number == entry.member else member for member in folded.members)
        folded = msgspec.structs.replace(folded, members=members)
    given = {name: value for name in ("registered_domicile", "registered_domicile_head") if (value := getattr(items, name)) is not None}
    closed = bool(folded.members) and not any(member.present for member in folded.members)
    closed_ms = (folded.closed_ms or entry.entered_ms) if closed else 0
    return msgspec.structs.replace(folded, closed_ms=closed_ms, **given)


def _changed(member: SupplementMember, entry: SupplementEntry) -> SupplementMember:
    items = entry.items
    given = {
        name: value for name in ("name", "birth", "overseas_roll", "left_because", "gone_to") if (value := getattr(items, name)) is not None
    }
    if items.rows is not None:
        given["rows"] = merge(member.rows, items.rows)
    if entry.kind is EntryKind.LEFT:
        given["left_on"] = entry.happened_on
    return msgspec.structs.replace(member, **given)


encode_entry = msgspec.msgpack.Encoder().encode
decode_entry = msgspec.msgpack.Decoder(SupplementEntry).decode
decode_supplement = msgspec.msgpack.Decoder(Supplement).decode
decode_told = msgspec.msgpack.Decoder(ToldRows).decode
