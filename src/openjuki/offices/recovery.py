"""Recovery: what an office does with its own store after it was restored from a backup (復旧; architecture section 4, "Recovery").

Restored means: peers may know things from this office that it has forgotten. So it begins a new epoch, issues and allots nothing,
burns its stock of codes, and raises its versions above what its peers hold, before it works again.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

import msgspec

from openjuki.law.kinds import OfficeKind
from openjuki.offices import municipality, outbox
from openjuki.offices.marked_store import MarkedStore
from openjuki.offices.office import Office
from openjuki.offices.store import Transaction
from openjuki.register.arrival import current
from openjuki.register.change import Change, decode_change, encode_change
from openjuki.register.events import Event, EventKind, Items
from openjuki.register.fold import merged, whole
from openjuki.register.identity import Identity, Reason, Status
from openjuki.register.record import ResidentRecord, identity
from openjuki.wire.directory import Entry


class Missing(NamedTuple):
    """Why a recovery goes on: of each office that is waited for its code, and how far it is."""

    offices: tuple[str, ...]


class HeldRecord(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What an office holds of one person of a municipality: the newest change of it, and every code that leads to the person."""

    change: Change
    codes: tuple[str, ...]


def by_person(records: Iterable[HeldRecord]) -> list[list[HeldRecord]]:
    """Records that share a code are one person's."""
    found = dict[str, list[HeldRecord]]()
    for record in records:
        same = {id(held): held for code in record.codes if (held := found.get(code))}
        joined = [record, *(one for held in same.values() for one in held)]
        found.update((code, joined) for one in joined for code in one.codes)
    return list({id(held): held for held in found.values()}.values())


def begin(transaction: Transaction, office: Office) -> bytes:
    """Begin a recovery; returns the new epoch. Done again after a crash in the middle, it does no harm."""
    epoch = office.entropy(16)
    outbox.begin_epoch(transaction, epoch)
    outbox.put_setting(transaction, "recovering", b"\1")
    transaction.execute("DELETE FROM setting WHERE key = 'left-out'")
    if isinstance(office.store, MarkedStore):
        office.store.take_up(transaction)
    if office.kind is OfficeKind.MUNICIPALITY:
        transaction.execute("DELETE FROM code_stock")
    outbox.record(transaction, office.clock.wall_ms(), "node:recovery:begun", "", epoch.hex())
    return epoch


def begin_if_old(transaction: Transaction, office: Office) -> None:
    """As `begin`, before anything else happens, if the store's file is an old copy (offices/marked_store.py)."""
    if isinstance(office.store, MarkedStore) and office.store.old:
        transaction.events.append(("node:restore:noticed", "the file is older than its mark"))
        begin(transaction, office)


def is_recovering(transaction: Transaction) -> bool:
    """Whether a recovery was begun and not finished."""
    return transaction.value("SELECT 1 FROM setting WHERE key = 'recovering'") is not None


def finish(transaction: Transaction, office: Office) -> None:
    """The peers have been heard: work again."""
    transaction.execute("DELETE FROM setting WHERE key = 'recovering'")
    if office.kind is OfficeKind.MUNICIPALITY:
        outbox.put_setting(transaction, "unheard", b"\1")
    outbox.record(transaction, office.clock.wall_ms(), "node:recovery:finished", "", "")


def is_unheard(transaction: Transaction) -> bool:
    """Whether the office was restored, and has not reached all who may have told it something since the backup was made."""
    return transaction.value("SELECT 1 FROM setting WHERE key = 'unheard'") is not None


def heard(transaction: Transaction) -> None:
    """All of them have been reached."""
    transaction.execute("DELETE FROM setting WHERE key = 'unheard'")


def own_municipalities(office: Office) -> list[str]:
    """Codes of a prefecture's municipalities."""
    entries, own = office.directory.entries.values(), office.place.prefecture
    return sorted(entry.code for entry in entries if entry.kind is OfficeKind.MUNICIPALITY and entry.prefecture == own)


def concerns(entry: Entry | None, asker: Entry) -> bool:
    """A municipality may hear of its own residents, a prefecture of those of its municipalities."""
    if entry is None or entry.kind is not OfficeKind.MUNICIPALITY:
        return False
    return entry.code == asker.code if asker.kind is OfficeKind.MUNICIPALITY else entry.prefecture == asker.prefecture


def leave_out(transaction: Transaction, office: Office, operator: str, codes: Collection[str]) -> None:
    """The operator's word that this recovery does not wait for these offices; what they send later is taken as ever."""
    all_left_out = " ".join(sorted(left_out(transaction).union(codes)))
    outbox.put_setting(transaction, "left-out", all_left_out.encode())
    outbox.record(transaction, office.clock.wall_ms(), "recovery:office:left-out", operator, all_left_out)


def left_out(transaction: Transaction) -> set[str]:
    """Offices that this recovery does not wait for."""
    held: bytes = transaction.value("SELECT value FROM setting WHERE key = 'left-out'") or b""
    return set(held.decode().split())


def adopt(transaction: Transaction, office: Office, held: Sequence[HeldRecord]) -> bool:
    """Municipality: take over what a hub holds of one resident, of each residence, and the restored register lacks. True if something was.

    A resident that the register does not know at all gets a bare record; the clerk completes it from the papers.
    """
    codes = tuple(sorted({code for record in held for code in record.codes}))
    told = sorted((record.change for record in held), key=lambda change: change.version)
    changes = {change.residence.n: change for change in told}.values()  # the newest of each residence
    newest, holds = told[-1], current(changes)
    between = sorted((change for change in changes if change.residence.n < holds.residence.n and _stands(change)), key=_residence)
    person = _known(transaction, codes)
    if person is None:
        _enter_bare(transaction, office, [*between, holds], codes, newest.version)
        return True
    version, record = municipality.version_and_record(transaction, person)
    _bind_codes(transaction, codes, person)
    if newest.version == version:
        return _told_twice(transaction, office, person, newest)
    if newest.version < version:
        return False
    for change in between:
        if change.version > version and change.residence.n >= record.residence:
            _take_over(transaction, office, person, change, newest.version)
    _take_over(transaction, office, person, holds, newest.version)
    _compare_with_papers(transaction, office, holds)
    return True


def _stands(change: Change) -> bool:
    return change.status is not Status.ANNULLED


def _residence(change: Change) -> int:
    return change.residence.n


def _compare_with_papers(transaction: Transaction, office: Office, change: Change) -> None:
    municipality.put_work_item(transaction, office.clock.wall_ms(), "restored-record", change.identity.code, "check against the papers")


def _told_twice(transaction: Transaction, office: Office, person: int, held: Change) -> bool:
    """The hub holds another state under the version told last: it was told before the loss, ours after it, and ours is told above both."""
    told: bytes = transaction.value("SELECT change FROM person WHERE id = ?", person)
    if told == encode_change(held):
        return False
    _tell_above(transaction, office, person, held.version)
    _compare_with_papers(transaction, office, held)
    return True


def _tell_above(transaction: Transaction, office: Office, person: int, above: int) -> None:
    """Tell the present state of a person under a version that no peer holds."""
    municipality.enter(transaction, office, _event(office, person, EventKind.CORRECTION, Reason.CORRECTION_EX_OFFICIO, Items()))
    told = decode_change(transaction.value("SELECT change FROM person WHERE id = ?", person))
    municipality.told_already(transaction, person, msgspec.structs.replace(told, version=max(told.version, above)))
    municipality.tell_anew(transaction, office, person)


def _take_over(transaction: Transaction, office: Office, person: int, change: Change, above: int) -> None:
    """Make the record say what the hub was told of one residence; what is told of it goes above all versions that the hub holds."""
    event = _event_between(office, municipality.record_of(transaction, person), change)
    if event.items != Items():
        municipality.enter(transaction, office, event, above=above)
    elif change.version == above:
        municipality.told_already(transaction, person, change)
    else:
        _tell_above(transaction, office, person, above)


def _event_between(office: Office, record: ResidentRecord, change: Change) -> Event:
    """What makes of a record what the hub was told: a correction, or an entry if it stands and the register has no entry that does.

    A later residence is an entry too, so that annulling it leads back to the one before.
    """
    later = change.residence.n > record.residence
    if _stands(change) and (later or record.status is Status.ANNULLED):
        here = whole(record) if later else Items(**{name: getattr(record, name) for name in Items.__struct_fields__})
        items = merged(here, _items(change.identity, change))
        return _event(office, record.person, EventKind.ENTRY, Reason.ENTRY_EX_OFFICIO, items)
    return _event(office, record.person, EventKind.CORRECTION, Reason.CORRECTION_EX_OFFICIO, _difference(record, change))


def _known(transaction: Transaction, codes: tuple[str, ...]) -> int | None:
    for code in codes:
        person: int | None = transaction.value("SELECT person FROM code_used WHERE code = ?", code)
        if person is not None:
            return person
    return None


def _bind_codes(transaction: Transaction, codes: tuple[str, ...], person: int) -> None:
    for code in codes:
        municipality.use_code(transaction, code, person)


def _event(office: Office, person: int, kind: EventKind, reason: Reason, items: Items) -> Event:
    today = office.today().isoformat()
    return Event(0, person, kind, reason, today, today, office.clock.wall_ms(), "recovery", items, ex_officio=True)


def _items(shown: Identity, change: Change) -> Items:
    """The items that a change tells."""
    return Items(
        name=shown.name, kana=shown.kana, birth=shown.birth, sex=shown.sex, address=shown.address, code=shown.code,
        individual_number=shown.individual_number, former_name=shown.former_name, alias=shown.alias,
        residence=change.residence.n, status=change.status,
    )  # fmt: skip


def _difference(record: ResidentRecord, change: Change) -> Items:
    """Only the items in which the record differs from the change."""
    held, told = identity(record), _items(change.identity, change).given()
    now = {**{name: getattr(held, name) for name in held.__struct_fields__}, "residence": record.residence, "status": record.status}
    return Items(**{name: value for name, value in told.items() if now[name] != value})


def _enter_bare(transaction: Transaction, office: Office, residences: Sequence[Change], codes: tuple[str, ...], above: int) -> None:
    person, first = municipality.new_person(transaction), residences[0]
    event = _event(office, person, EventKind.ENTRY, Reason.ENTRY_EX_OFFICIO, _items(first.identity, first))
    household = municipality.new_household(transaction, person)
    event = msgspec.structs.replace(event, items=msgspec.structs.replace(event.items, household=household))
    municipality.enter(transaction, office, event, first.previous, above=above)
    for change in residences[1:]:
        _take_over(transaction, office, person, change, above)
    _bind_codes(transaction, codes, person)
    municipality.put_work_item(transaction, office.clock.wall_ms(), "restored-entry", first.identity.code, "complete from the papers")
