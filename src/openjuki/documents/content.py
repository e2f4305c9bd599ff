"""What papers say: one typed class for each kind (帳票の記載事項; Act art. 7, 12-4, 17, 30-45; standard 5.1).

Dates are canonical texts of register.dates, texts are as recorded. None means that an item was left out on request (省略), "" that nothing
is recorded. A class has no place for what its paper may never show: a wide-area copy has none for 本籍 and 筆頭者.
"""

import msgspec

from openjuki.documents.issue import Subject
from openjuki.documents.kinds import Kind
from openjuki.register.identity import Sex


class Ended(msgspec.Struct, frozen=True):
    """Why and when a record was removed, and where the person went (除票の記載事項, standard 1.1.5)."""

    reason: str
    on: str
    moved_to: str = ""


class WideAreaPerson(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One person on a wide-area copy: items 1 to 3 and 6 to 8 of the Act art. 7, 4 and 13 if asked (令15-3); foreign residents 令30-32."""

    name: str
    birth: str
    sex: Sex | None = None
    kana: str | None = None
    former_name: str | None = None
    alias: str | None = None
    householder: str | None = None
    relationship: str | None = None
    became_resident_on: str | None = None
    address: str | None = None
    address_since: str | None = None
    notified_on: str | None = None
    previous_address: str | None = None
    code: str | None = None
    foreign: dict[str, str | None] = {}
    """Items that foreign residents alone have, by their keys in register.items; empty for Japanese residents, None where left out."""


class PrintedPerson(WideAreaPerson, frozen=True, kw_only=True, omit_defaults=True):
    """One person on a paper of the office that keeps the record."""

    registered_domicile: str | None = None
    registered_domicile_head: str | None = None
    individual_number: str | None = ""
    """"" where the record has none: before 2015, or for somebody without one."""
    remarks: str | None = None
    ended: Ended | None = None


class Content(msgspec.Struct, frozen=True, tag_field="kind"):
    """What one paper says. Each kind has `subjects()`: everybody whom it names, in its order, codes "" where it shows none."""

    @property
    def kind(self) -> Kind:
        """Which paper it is."""
        return Kind(str(self.__struct_config__.tag))


def _subject(person: WideAreaPerson) -> Subject:
    return Subject(person.name, person.birth, person.code or "")


class _OfPersons(Content, frozen=True):
    persons: tuple[PrintedPerson, ...]

    def subjects(self) -> tuple[Subject, ...]:
        return tuple(map(_subject, self.persons))


class ResidentCopy(_OfPersons, frozen=True, tag=Kind.RESIDENT_COPY.value):
    """Copy of the resident record, one person a page (個人票)."""


class HouseholdCopy(_OfPersons, frozen=True, tag=Kind.HOUSEHOLD_COPY.value):
    """Copy for several of a household on one sheet (世帯連記式); `whole` if nobody of it is left out."""

    whole: bool = True


class RemovedCopy(_OfPersons, frozen=True, tag=Kind.REMOVED_COPY.value):
    """Copy of a removed record (除票), one person a page."""


class ItemsCertificate(_OfPersons, frozen=True, tag=Kind.ITEMS_CERTIFICATE.value):
    """Certificate of recorded items (記載事項証明書), of a record or, with `removed`, of a removed one."""

    removed: bool = False


class WideAreaCopy(Content, frozen=True, kw_only=True, tag=Kind.WIDE_AREA_COPY.value):
    """Copy made by another municipality from what `home` told (広域交付, Act art. 12-4); its type holds no 本籍 and no 筆頭者."""

    home: str
    """Name of the municipality whose mayor told, with its prefecture."""
    told_on: str
    persons: tuple[WideAreaPerson, ...]

    def subjects(self) -> tuple[Subject, ...]:
        return tuple(map(_subject, self.persons))


class MovingOutPerson(PrintedPerson, frozen=True, kw_only=True, omit_defaults=True):
    """One person on a moving-out certificate, with the residence that ends, so that the new office can number the next one."""

    residence: int
    version: int


class MovingOut(Content, frozen=True, kw_only=True, tag=Kind.MOVING_OUT_CERTIFICATE.value):
    """Moving-out certificate (転出証明書, 令23); `equivalent` stands in for one, `reissued` is said on it (standard 4.1.3.0.3)."""

    office: str
    old_address: str
    householder: str
    destination: str
    leaves_on: str
    persons: tuple[MovingOutPerson, ...]
    equivalent: bool = False
    reissued: bool = False

    def subjects(self) -> tuple[Subject, ...]:
        return tuple(map(_subject, self.persons))


class SupplementLine(msgspec.Struct, frozen=True):
    """One address and since when; words where somebody has none (国外転出, 職権消除)."""

    address: str
    since: str


class SupplementPerson(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One person of an address supplement (Act art. 17); `removed` is the day of leaving it in printed words, or ""."""

    name: str
    lines: tuple[SupplementLine, ...]
    overseas_roll: str = ""
    removed: str = ""


class SupplementCopy(Content, frozen=True, kw_only=True, tag=Kind.SUPPLEMENT_COPY.value):
    """Copy of an address supplement (戸籍の附票の写し, Act art. 20); 本籍 and 筆頭者 None if left out, `closed` for a rest supplement."""

    registered_domicile: str | None
    registered_domicile_head: str | None
    persons: tuple[SupplementPerson, ...]
    made_on: str = ""
    closed: bool = False

    def subjects(self) -> tuple[Subject, ...]:
        return tuple(Subject(person.name, "", "") for person in self.persons)


class CodeSlip(Content, frozen=True, kw_only=True):
    """A slip that tells one person their code; folded and glued, it shows the address only."""

    name: str
    birth: str
    sex: Sex
    address: str
    postal_code: str
    code: str
    entered_on: str

    def subjects(self) -> tuple[Subject, ...]:
        return (Subject(self.name, self.birth, self.code),)


class CodeNotice(CodeSlip, frozen=True, kw_only=True, tag=Kind.CODE_NOTICE.value):
    """The code was entered for the first time (住民票コード通知票, Act art. 30-2(3))."""


class CodeChangeNotice(CodeSlip, frozen=True, kw_only=True, tag=Kind.CODE_CHANGE_NOTICE.value):
    """The code was changed at the person's request (住民票コード変更通知票, Act art. 30-3(4))."""


class CodeCorrectionNotice(CodeSlip, frozen=True, kw_only=True, tag=Kind.CODE_CORRECTION_NOTICE.value):
    """The code that was told was wrong (住民票コード修正通知票, standard 4.3.3)."""


class AcceptanceNotice(Content, frozen=True, kw_only=True, tag=Kind.ACCEPTANCE_NOTICE.value):
    """To the old address: a notification about this person was accepted (住民異動届受理通知, standard 4.1.0.3)."""

    name: str
    address: str
    """The old address, to which it goes."""
    postal_code: str
    event: str
    """In the words of the notification, such as 転出届."""
    accepted_on: str
    contact: str

    def subjects(self) -> tuple[Subject, ...]:
        return (Subject(self.name, "", ""),)


class Fee(msgspec.Struct, frozen=True):
    """One line of a receipt; `unit_yen` is the fee of one."""

    label: str
    count: int
    unit_yen: int


class Receipt(Content, frozen=True, kw_only=True, tag=Kind.RECEIPT.value):
    """What was paid at the counter (領収書); `payer` is how it is made out, a name or 上様."""

    payer: str
    fees: tuple[Fee, ...]

    def subjects(self) -> tuple[Subject, ...]:
        return (Subject(self.payer, "", ""),)


AnyContent = (
    ResidentCopy | HouseholdCopy | RemovedCopy | ItemsCertificate | WideAreaCopy | MovingOut | SupplementCopy | CodeNotice
    | CodeChangeNotice | CodeCorrectionNotice | AcceptanceNotice | Receipt
)  # fmt: skip
