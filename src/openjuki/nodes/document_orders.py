"""What is to be printed, out of the register: orders for the desk, with the subjects of the request beside the content (証明書の作成準備).

The subjects are taken from the records that were asked for; the content is composed by another way. The desk compares the two on the paper.
"""

from collections.abc import Collection, Iterator, Sequence
from itertools import islice, starmap
from typing import Any, NamedTuple

from openjuki.documents import choosing
from openjuki.documents.choosing import Choice
from openjuki.documents.content import Content, SupplementCopy, SupplementLine, SupplementPerson
from openjuki.documents.issue import Asked, Place, Subject
from openjuki.documents.kinds import Kind
from openjuki.law.ways_out import Asker, WayOut, Word
from openjuki.nodes.document_desk import Order
from openjuki.offices import copy_requests, municipality, restraint_guard, restraint_housemates, supplement, supplement_copies
from openjuki.offices.copy_requests import Item, Wanted
from openjuki.offices.issued_documents import UNKNOWN_PLACE
from openjuki.offices.municipality_households import head_of
from openjuki.offices.office import Office
from openjuki.offices.restraint_guard import About
from openjuki.offices.store import Transaction
from openjuki.offices.supplement_copies import CopyRequest, Ground
from openjuki.procedures.copy_request import CopyGiven
from openjuki.register.addresses import Address, towns_of
from openjuki.register.dates import text_of
from openjuki.register.errors import InvalidInput, Say
from openjuki.register.household import HOUSEHOLDER
from openjuki.register.identity import Status
from openjuki.register.record import ResidentRecord

OF_ONE = {
    Kind.RESIDENT_COPY: WayOut.COPY, Kind.REMOVED_COPY: WayOut.REMOVED_RECORD_COPY, Kind.ITEMS_CERTIFICATE: WayOut.CERTIFICATE_OF_ITEMS,
    Kind.HOUSEHOLD_COPY: WayOut.COPY, Kind.CODE_NOTICE: WayOut.CODE_NOTICE, Kind.CODE_CHANGE_NOTICE: WayOut.CODE_NOTICE,
    Kind.CODE_CORRECTION_NOTICE: WayOut.CODE_NOTICE, Kind.SUPPLEMENT_COPY: WayOut.ADDRESS_SUPPLEMENT,
}  # fmt: skip
"""Kinds that an office makes of what it holds itself, with the way on which they leave."""
_CHOICE_OF_ITEM = {Item.RELATIONSHIP: Choice.RELATIONSHIP, Item.DOMICILE: Choice.DOMICILE, Item.CODE: Choice.CODE}


class OwnRequest(NamedTuple):
    """Somebody whose identity was checked asks for a paper of their own; `case` is the request's number at the counter."""

    kind: Kind
    code: str
    case: str
    chosen: frozenset[Choice] = frozenset()
    where: Place = UNKNOWN_PLACE


def own_order(transaction: Transaction, office: Office, operator: str, request: OwnRequest) -> Order:
    """The order for somebody's own paper. Raises Conflict if nobody here has the code or may have this paper, in the same words;
    InvalidInput if a restraint has it examined first (offices/restraint_guard.py), or if there is no record of that kind."""
    person = transaction.value("SELECT person FROM code_used WHERE code = ?", request.code)
    if person is None:
        raise restraint_guard.absent()
    record = municipality.record_of(transaction, person)
    if request.kind is Kind.SUPPLEMENT_COPY:
        return _own_supplement(transaction, office, operator, record, request)
    shown = [record]
    if request.kind is Kind.HOUSEHOLD_COPY:
        shown = municipality.members(transaction, record.household) if record.status is Status.RESIDENT else []
    _check(transaction, office, request, record, shown)
    content = content_of(transaction, office, request.kind, shown, request.chosen)
    return Order(asked(request.case, request.kind, shown), content, where=request.where)


def asked(case: str, kind: Kind, records: Sequence[ResidentRecord]) -> Asked:
    """A request for a paper about these records."""
    return Asked(case, kind, tuple(map(choosing.subject_of, records)))


def content_of(
    transaction: Transaction, office: Office, kind: Kind, records: Sequence[ResidentRecord], chosen: Collection[Choice]
) -> Content:
    """What a paper of one of the kinds `OF_ONE` but the supplement's says; InvalidInput if it is none of these records'."""
    if not records:
        reason = Say("has no record of that kind.", "この種類の住民票はありません。")
        raise InvalidInput("resident", reason, Say("Choose another kind.", "種類を選び直してください。"))
    first, head = records[0], householder_name(transaction, records[0])
    if kind is Kind.HOUSEHOLD_COPY:
        whole = {one.person for one in municipality.members(transaction, first.household)} == {one.person for one in records}
        return choosing.household_copy(records, head, chosen, whole=whole)
    if kind is Kind.RESIDENT_COPY:
        return choosing.resident_copy(records, head, chosen)
    if kind is Kind.REMOVED_COPY:
        return choosing.removed_copy(first, head, chosen)
    if kind is Kind.ITEMS_CERTIFICATE:
        return choosing.items_certificate(first, head, chosen)
    return choosing.code_slip(kind, first, postal_code(first.address), text_of(office.today()))


def householder_name(transaction: Transaction, record: ResidentRecord) -> str:
    """Name of the one who heads the household of a record now; "" if nobody does."""
    if record.relationship == HOUSEHOLDER:
        return record.name
    heads = [one.name for one in municipality.members(transaction, record.household) if one.relationship == HOUSEHOLDER]
    return heads[0] if heads else ""


def postal_code(address: Address) -> str:
    """Of the town of an address, as 093-0500; "" where several or none could be meant."""
    found = {town.postal_code for town in towns_of(address.municipality) if town.name and address.town.startswith(town.name)}
    digits = found.pop() if len(found) == 1 else ""
    return f"{digits[:3]}-{digits[3:]}" if digits else ""


def given_order(
    transaction: Transaction, office: Office, operator: str, given: CopyGiven, case: str, where: Place = UNKNOWN_PLACE
) -> Order:
    """The order for what may be handed over on a request of others (procedures/copy_request.py), with the items that were found proper."""
    if given.supplement:
        decided = copy_requests.decisions(transaction, given.number)[-1]  # a release holds for the part in which was asked
        proper = CopyRequest(
            given.supplement, given.wanted.ground, decided.asker, case, given.members, given.wanted.purpose or case,
            identity_checked=True, found_proper=True,
        )  # fmt: skip
        return supplement_order(supplement_copies.copy(transaction, office, operator, proper, {}), case, where)
    chosen = {_CHOICE_OF_ITEM[item] for item in given.wanted.items if item in _CHOICE_OF_ITEM}
    kind = _kind_of(given.wanted)
    content = content_of(transaction, office, kind, given.records, chosen)
    return Order(asked(case, kind, given.records), content, public_use=given.wanted.ground is Ground.PUBLIC_BODY, where=where)


def _kind_of(wanted: Wanted) -> Kind:
    if wanted.paper is WayOut.COPY:
        return Kind.HOUSEHOLD_COPY if wanted.household else Kind.RESIDENT_COPY
    return next(kind for kind, way in OF_ONE.items() if way is wanted.paper)


def supplement_order(made: supplement_copies.SupplementCopy, case: str, where: Place = UNKNOWN_PLACE) -> Order:
    """The order for a copy of an address supplement, out of its items (offices/supplement_copies.py)."""
    people = tuple(
        SupplementPerson(
            name=person.name, lines=tuple(SupplementLine(line.address, line.since) for line in person.lines),
            overseas_roll=person.overseas_roll, removed=person.removed,
        )
        for person in made.persons
    )  # fmt: skip
    content = SupplementCopy(
        registered_domicile=made.registered_domicile, registered_domicile_head=made.registered_domicile_head, persons=people,
        made_on=made.made_on, closed=made.closed,
    )  # fmt: skip
    return Order(Asked(case, Kind.SUPPLEMENT_COPY, tuple(Subject(one.name, "", "") for one in made.persons)), content, where=where)


class Slip(NamedTuple):
    """A code notice on the print list that was not made yet: its number, whose, its kind there."""

    number: int
    person: int
    word: str

    @property
    def case(self) -> str:
        """As its paper and its release name it."""
        return f"slip-{self.number}"


def slip_orders(transaction: Transaction, office: Office, count_max: int = 1_000) -> list[Order]:
    """The code notices that wait and may go, one order for each person (standard 4.3.3); oldest first."""
    going = (slip for slip, goes in _slips(transaction, office) if goes)
    return [_slip_order(transaction, office, slip) for slip in islice(going, count_max)]


def slips_kept_back(transaction: Transaction, office: Office) -> list[Slip]:
    """Those that a restraint keeps back: each waits for its own release (offices/restraint_guard.py)."""
    return [slip for slip, goes in _slips(transaction, office) if not goes]


def _slips(transaction: Transaction, office: Office) -> Iterator[tuple[Slip, bool]]:
    """Every notice that waits, and whether it may go to the recorded address now."""
    rows = transaction.all(
        "SELECT id, person, kind FROM notice_slip WHERE kind LIKE 'code-%' AND NOT EXISTS (SELECT 1 FROM issued_document AS i"
        " JOIN released_document AS r ON r.document = i.document WHERE i.request = 'slip-' || notice_slip.id) ORDER BY id"
    )
    concerned = restraint_housemates.concerned(transaction)
    for slip in starmap(Slip, rows):
        way, asker = WayOut.CODE_NOTICE, Asker.VICTIM
        free = slip.person not in concerned
        yield slip, free or restraint_guard.passes(transaction, office, way, asker, slip.person, slip.case) is Word.ALLOWED


def _slip_order(transaction: Transaction, office: Office, slip: Slip) -> Order:
    record, kind = municipality.record_of(transaction, slip.person), choosing.SLIP_KINDS[slip.word]
    return Order(asked(slip.case, kind, [record]), content_of(transaction, office, kind, [record], ()))


def _own_supplement(transaction: Transaction, office: Office, operator: str, record: ResidentRecord, request: OwnRequest) -> Order:
    """The copy of the supplement in which somebody stands, about that person alone, if it is kept here."""
    kept = [one for one in supplement.find(transaction, record.registered_domicile, record.registered_domicile_head) if not one.closed_ms]
    members = [member.number for one in kept[:1] for member in one.members if member.name == record.name and member.birth == record.birth]
    if not members:
        reason = Say("stands in no address supplement here.", "ここにある戸籍の附票に記載がありません。")
        remedy = Say("Ask the municipality of the registered domicile.", "本籍地の市区町村に請求してください。")
        raise InvalidInput("resident", reason, remedy)
    own = CopyRequest(kept[0].number, Ground.OWN, Asker.VICTIM, request.case, tuple(members[:1]), identity_checked=True)
    way, about = WayOut.ADDRESS_SUPPLEMENT, [About(person=record.person), About(supplement=kept[0].number, member=members[0])]
    _let_out(restraint_guard.judged(transaction, office, way, Asker.VICTIM, about, request.case))
    return supplement_order(supplement_copies.copy(transaction, office, operator, own, {}), request.case, request.where)


def _check(transaction: Transaction, office: Office, request: OwnRequest, asker: ResidentRecord, shown: Sequence[ResidentRecord]) -> None:
    """The restraint's word on what somebody asks of themself and of others of the household, and of the householder whom it names."""
    named = [one for one in shown[:1] if Choice.RELATIONSHIP in request.chosen and one.relationship != HOUSEHOLDER]
    heads = [head_of(transaction, one.household) for one in named]
    for record in {one.person: one for one in (*shown, *heads) if one is not None}.values():
        part = Asker.VICTIM if record.person == asker.person else Asker.FAMILY
        if restraint_guard.named_as_abuser(transaction, About(record.person), asker.name, asker.birth):
            part = Asker.ABUSER
        _let_out(restraint_guard.judged(transaction, office, OF_ONE[request.kind], part, [About(record.person)], request.case))


def _let_out(judgement: Any) -> None:
    if judgement.word is Word.REFUSED:
        raise restraint_guard.absent()
    if judgement.word is not Word.ALLOWED:
        raise InvalidInput("asker", judgement.tell, Say("Ask the supervisor.", "支援措置責任者に確認してください。"))
