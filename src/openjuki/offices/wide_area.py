"""Wide-area copies at the home office: who may be told what, and the log of every question and answer (広域交付の通知, Act art. 12-4(3)).

One row for each question, appended before its answer leaves, with the question under the asker's seal. A request that comes again gets
the same answer from its row. Whom a restraint keeps back is answered as if nobody were there (standard j410).
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import NamedTuple

import msgspec

from openjuki.law.limits import DAY_MS
from openjuki.law.ways_out import Asker, WayOut, Word
from openjuki.offices import municipality, restraint_guard
from openjuki.offices.municipality_households import member
from openjuki.offices.office import Office
from openjuki.offices.relay_guard import RelayQuestion
from openjuki.offices.restraint_guard import About
from openjuki.offices.store import Transaction
from openjuki.register.foreign_residents import is_foreign
from openjuki.register.household import HOUSEHOLDER, in_order
from openjuki.register.identity import Status
from openjuki.register.record import ResidentRecord
from openjuki.register.search_keys import name_key
from openjuki.register.wide_area_copy import CopiedPerson, CopyAnswer, CopyContent, CopyExtra, CopyOf, CopyRequest, ForeignItems, NoCopy
from openjuki.wire.speech import encode

SCRIPT = """
CREATE TABLE wide_area_told (id INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, asker TEXT NOT NULL, operator TEXT NOT NULL,
  number BLOB NOT NULL, digest BLOB NOT NULL, persons TEXT NOT NULL, outcome TEXT NOT NULL, counted INTEGER NOT NULL,
  question BLOB NOT NULL, answer BLOB);
CREATE UNIQUE INDEX wide_area_told_number ON wide_area_told (asker, number) WHERE answer IS NOT NULL;
CREATE INDEX wide_area_told_at ON wide_area_told (asker, at_ms);
CREATE TRIGGER wide_area_told_no_update BEFORE UPDATE ON wide_area_told BEGIN SELECT RAISE(ABORT, 'wide_area_told is append-only'); END;
CREATE TRIGGER wide_area_told_no_delete BEFORE DELETE ON wide_area_told BEGIN SELECT RAISE(ABORT, 'wide_area_told is append-only'); END;
CREATE TABLE wide_area_told_again (id INTEGER PRIMARY KEY, told INTEGER NOT NULL, at_ms INTEGER NOT NULL, outcome TEXT NOT NULL);
CREATE TRIGGER wide_area_told_again_no_update BEFORE UPDATE ON wide_area_told_again
  BEGIN SELECT RAISE(ABORT, 'wide_area_told_again is append-only'); END;
CREATE TRIGGER wide_area_told_again_no_delete BEFORE DELETE ON wide_area_told_again
  BEGIN SELECT RAISE(ABORT, 'wide_area_told_again is append-only'); END"""

RESTRAINED = "restrained"
"""How the home office's own log calls what the asker hears as `NoCopy.NOT_HERE` or `NoCopy.MEMBER_NOT_HERE`."""
ABSENT = frozenset({NoCopy.NOT_HERE, NoCopy.MEMBER_NOT_HERE})
"""What is said of who is not there, and of who is kept back."""
decode_answer = msgspec.msgpack.Decoder(CopyAnswer).decode


class Found(NamedTuple):
    """What the register says to a request: a content or a refusal; `outcome` is the log's word, `persons` internal numbers."""

    content: CopyContent | None
    refusal: NoCopy | None
    outcome: str
    persons: tuple[int, ...] = ()

    @property
    def missed(self) -> bool:
        """Whether name, code and household did not fit together, or so it must look."""
        return self.refusal in (NoCopy.NOT_HERE, NoCopy.NAME_DIFFERS, NoCopy.MEMBER_NOT_HERE)


class _NotShown(Exception):
    """It ends a search; nothing is wrong."""

    def __init__(self, refusal: NoCopy, outcome: str = "", persons: tuple[int, ...] = ()) -> None:
        self.found = Found(None, refusal, outcome or refusal.value, persons)


def look_up(transaction: Transaction, office: Office, request: CopyRequest) -> Found:
    """Who the request means, whether all of them may be shown, and what the copy then says."""
    try:
        requester = _requester(transaction, office, request)
        shown = _shown(transaction, office, requester, request)
    except _NotShown as none:
        return none.found
    head = _householder(transaction, requester)
    persons = tuple(copied(record, head, request.extras) for record in shown)
    content = CopyContent(office.code, office.today().isoformat(), persons)
    return Found(content, None, "told", tuple(record.person for record in shown))


def _requester(transaction: Transaction, office: Office, request: CopyRequest) -> ResidentRecord:
    """The requester's record; a restraint is judged before anything else can be told apart."""
    person = transaction.value("SELECT person FROM code_used WHERE code = ?", request.code)
    record = municipality.record_of(transaction, person) if person is not None else None
    if record is None or record.status is Status.ANNULLED:
        raise _NotShown(NoCopy.NOT_HERE)
    if _kept_back(transaction, office, record, [record]):
        raise _NotShown(NoCopy.NOT_HERE, RESTRAINED, (record.person,))
    differs = {
        NoCopy.CODE_CHANGED: record.code != request.code,
        NoCopy.NAME_DIFFERS: not _is_named(record, request.name),
        NoCopy.DEAD: record.status is Status.DEAD,
        NoCopy.MOVED_OUT: record.status is not Status.RESIDENT,
    }
    for refusal, holds in differs.items():
        if holds:
            raise _NotShown(refusal, persons=(record.person,))
    return record


def _shown(transaction: Transaction, office: Office, requester: ResidentRecord, request: CopyRequest) -> list[ResidentRecord]:
    """Those whom the copy is to show, in the order of a copy. Householder's name and relationship are about the householder, too."""
    household = municipality.members(transaction, requester.household)
    if request.of is CopyOf.SELF:
        shown = [requester]
    elif request.of is CopyOf.HOUSEHOLD:
        shown = household
    else:
        shown = _named(transaction, office, requester, household, request.members)
    heads = [one for one in household if one.relationship == HOUSEHOLDER] if CopyExtra.RELATIONSHIP in request.extras else []
    if _kept_back(transaction, office, requester, [*shown, *heads]):
        raise _NotShown(NoCopy.NOT_HERE, RESTRAINED, tuple(record.person for record in shown))
    by_number = {str(record.person): record for record in shown}
    return [by_number[one.key] for one in in_order([member(record) for record in household]) if one.key in by_number]


def _named(
    transaction: Transaction, office: Office, requester: ResidentRecord, household: Sequence[ResidentRecord], names: Iterable[str]
) -> list[ResidentRecord]:
    """The members of those names; one who is kept back is no member."""
    found: dict[int, ResidentRecord] = {}
    for name in names:
        fitting = [record for record in household if _is_named(record, name)]
        if _kept_back(transaction, office, requester, fitting):
            raise _NotShown(NoCopy.MEMBER_NOT_HERE, RESTRAINED, (requester.person,))
        if not fitting:
            raise _NotShown(NoCopy.MEMBER_NOT_HERE, persons=(requester.person,))
        found |= {record.person: record for record in fitting}
    return list(found.values())


def _kept_back(transaction: Transaction, office: Office, requester: ResidentRecord, about: Iterable[ResidentRecord]) -> bool:
    """Whether a restraint keeps one of the records from the requester."""
    return any(
        restraint_guard.passes(transaction, office, WayOut.WIDE_AREA_COPY, _asker(transaction, requester, record), record.person)
        is not Word.ALLOWED
        for record in about
    )


def _asker(transaction: Transaction, requester: ResidentRecord, record: ResidentRecord) -> Asker:
    if restraint_guard.named_as_abuser(transaction, About(record.person), requester.name, requester.birth):
        return Asker.ABUSER
    return Asker.VICTIM if record.person == requester.person else Asker.FAMILY


def _is_named(record: ResidentRecord, name: str) -> bool:
    """Name or alias (令30-26(7)), in any writing."""
    return name_key(name) in {name_key(text) for text in (record.name, record.alias) if text}


def _householder(transaction: Transaction, requester: ResidentRecord) -> str:
    head = transaction.value("SELECT householder FROM household WHERE id = ?", requester.household)
    return municipality.record_of(transaction, head).name if head is not None else ""


def copied(record: ResidentRecord, householder: str, extras: Iterable[CopyExtra]) -> CopiedPerson:
    """A record as a wide-area copy shows it (令15-3(2), for foreign residents as 30-32 reads it): nothing else has a place there."""
    asked, foreign = frozenset(extras), is_foreign(record.other)
    return CopiedPerson(
        record.name, record.birth, record.sex, "" if foreign else record.became_resident_on, record.address, record.address_since,
        record.notified_on, record.previous_address,
        householder if CopyExtra.RELATIONSHIP in asked else None,
        record.relationship if CopyExtra.RELATIONSHIP in asked else None,
        record.code if CopyExtra.CODE in asked else None,
        _foreign_items(record, asked) if foreign else None,
    )  # fmt: skip


_STAY = ("residence_class", "status_of_residence", "period_of_stay", "stay_until", "residence_card_number")


def _foreign_items(record: ResidentRecord, asked: frozenset[CopyExtra]) -> ForeignItems:
    other = record.other
    stay = {key: other.get(key, "") if CopyExtra.STAY in asked else None for key in _STAY}
    nationality = other.get("nationality", "") if CopyExtra.NATIONALITY in asked else None
    return ForeignItems(record.alias, other.get("became_foreign_resident_on", ""), nationality, **stay)


# -- the log --------------------------------------------------------------------------------------------------------------


class WideAreaRow(msgspec.Struct, frozen=True):
    """A question as it is written down: who asked, under which number, what it was (under the asker's seal, or b"" if none holds)."""

    asker: str
    operator: str
    number: bytes
    digest: bytes
    question: bytes


class ToldBefore(NamedTuple):
    """What was answered to a request of that number: the row, the digest of the request, and the answer."""

    row: int
    digest: bytes
    answer: CopyAnswer


def digest_of(request: CopyRequest) -> bytes:
    """What makes two requests the same."""
    return sha256(encode(request)).digest()


def asked_of_late(transaction: Transaction, asker: str, now_ms: int) -> list[RelayQuestion]:
    """The questions of an office in the last day that count against its budget, oldest first."""
    sql = "SELECT at_ms, operator, counted = 2 FROM wide_area_told WHERE asker = ? AND at_ms > ? AND counted > 0 ORDER BY at_ms"
    return [RelayQuestion(at_ms, operator, bool(missed)) for at_ms, operator, missed in transaction.all(sql, asker, now_ms - DAY_MS)]


def told_before(transaction: Transaction, asker: str, number: bytes) -> ToldBefore | None:
    """The answer that a request of this number got; None if it is new."""
    sql = "SELECT id, digest, answer FROM wide_area_told WHERE asker = ? AND number = ? AND answer IS NOT NULL"
    row = transaction.one(sql, asker, number)
    return ToldBefore(row[0], row[1], decode_answer(row[2])) if row else None


def keep(transaction: Transaction, now_ms: int, row: WideAreaRow, found: Found) -> CopyAnswer:
    """Write down a question and its answer, which is returned."""
    answer = CopyAnswer(row.number, found.content, found.refusal)
    _append(transaction, now_ms, row, found.outcome, 2 if found.missed else 1, found.persons, encode(answer))
    return answer


def keep_refused(transaction: Transaction, now_ms: int, row: WideAreaRow, outcome: str, *, counted: int) -> None:
    """Write down a question that was not looked up; `counted` is 0 for not at all, 1 for a question, 2 for a miss."""
    _append(transaction, now_ms, row, outcome, counted, (), None)


def _append(
    transaction: Transaction, now_ms: int, row: WideAreaRow, outcome: str, counted: int, persons: tuple[int, ...], answer: bytes | None
) -> None:
    transaction.execute(
        "INSERT INTO wide_area_told (at_ms, asker, operator, number, digest, persons, outcome, counted, question, answer)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (now_ms, row.asker, row.operator, row.number, row.digest, " ".join(map(str, persons)), outcome, counted, row.question, answer),
    )


def keep_again(transaction: Transaction, now_ms: int, told: int, outcome: str) -> None:
    """Write down that a request came again."""
    transaction.execute("INSERT INTO wide_area_told_again (told, at_ms, outcome) VALUES (?, ?, ?)", (told, now_ms, outcome))


def times_again(transaction: Transaction, told: int) -> int:
    """How often a request has come again."""
    return int(transaction.value("SELECT count(*) FROM wide_area_told_again WHERE told = ?", told))


class ToldAbout(NamedTuple):
    """One time at which another municipality asked about somebody: when (wall clock, ms), which, and what became of it."""

    at_ms: int
    asker: str
    outcome: str


def told_about(transaction: Transaction, person: int) -> list[ToldAbout]:
    """Every question of another municipality that concerned a resident, the oldest first: for the resident's own disclosure (P6)."""
    sql = "SELECT at_ms, asker, outcome FROM wide_area_told WHERE ' ' || persons || ' ' LIKE '% ' || ? || ' %' ORDER BY id"
    return [ToldAbout(*row) for row in transaction.all(sql, str(person))]
