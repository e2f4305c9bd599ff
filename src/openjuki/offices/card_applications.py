"""Applications for a card: who asks for which kind, and on which ground (交付申請, Act art. 30-44(2); 令30の13-30の18; Rules 34-40).

    file ── signed, the photo fits, the ground holds against the cards there are ── open ──┬── done        handed over
                                                                                          └── withdrawn

A first card only where none is valid (令30の14). In exchange for a valid one: within its last three months, its note field full, or for a
need that the mayor finds. Again: lost, burnt, badly damaged, or no longer working; the old one ends when another is asked for, and is
handed back unless it is gone.
"""

import datetime
from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

import msgspec

from openjuki.card.holder import CardKind
from openjuki.card.photo import Photo
from openjuki.offices import card_holders, card_issue_fees, card_issue_services, outbox
from openjuki.offices.card_holders import HeldCard
from openjuki.offices.card_issue_fees import Charged, Exemption, Fee
from openjuki.offices.filing import resident
from openjuki.offices.office import Office
from openjuki.offices.store import Transaction
from openjuki.register.dates import calendar_date
from openjuki.register.errors import Conflict, InvalidInput, Say
from openjuki.register.record import ResidentRecord

SCRIPT = """
CREATE TABLE card_application (id INTEGER PRIMARY KEY, filed_ms INTEGER NOT NULL, operator TEXT NOT NULL, person INTEGER NOT NULL,
  filed_on TEXT NOT NULL, state TEXT NOT NULL, card_yen INTEGER NOT NULL, certificate_yen INTEGER NOT NULL, body BLOB NOT NULL,
  photo BLOB NOT NULL, chip_photo BLOB NOT NULL);
CREATE INDEX card_application_person ON card_application (person);
CREATE TRIGGER card_application_no_delete BEFORE DELETE ON card_application
  BEGIN SELECT RAISE(ABORT, 'an application is never deleted'); END"""

PHOTO_MONTHS = 6
"""The Rules art. 35: taken within the six months before."""
INQUIRY = "card-inquiry"
"""Kind of the work item: send the applicant the written inquiry (照会書), whose reply is brought to the hand-over."""
TEXT_MAX = 200


class Ground(StrEnum):
    """Why a card is asked for."""

    FIRST = "first"
    RENEWAL = "renewal"  # 令30の18(1)
    NOTES_FULL = "notes-full"  # Rules 40
    NEEDED = "needed"  # Rules 40: the mayor finds a special need
    LOST = "lost"  # 令30の17(1)
    BURNT = "burnt"
    DAMAGED = "damaged"
    BROKEN = "broken"  # Rules 38


EXCHANGED = frozenset({Ground.RENEWAL, Ground.NOTES_FULL, Ground.NEEDED})
"""The old card stays valid until it is exchanged for the new one (令30の18(2))."""
GONE = frozenset({Ground.LOST, Ground.BURNT})
"""There is no old card to hand back (令30の17(2))."""


class Receiver(StrEnum):
    """Who stands at the counter for the person: themselves, who represents them by law, whom they named."""

    HOLDER = "holder"
    STATUTORY = "statutory"
    NAMED = "named"


class Proof(StrEnum):
    """What is shown at the counter (the Rules art. 36)."""

    PHOTO_DOCUMENT = "photo-document"  # of whoever stands there: card, passport, licence, with a photo, issued by an office
    OTHER_DOCUMENT = "other-document"
    REPLY = "reply"  # the answer to the written inquiry (照会書の回答書)
    STATUS_DOCUMENT = "status-document"  # family register or other proof of representing by law
    NAMING = "naming"  # what shows that they were named


class Applicant(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Who files: for whom in which right, with what proof; `name` of an agent only."""

    receiver: Receiver = Receiver.HOLDER
    proofs: frozenset[Proof] = frozenset()
    name: str = ""


class Application(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An application for a card (交付申請書・再交付申請書); `code` as written on it, or found by birth date and sex at the counter."""

    code: str
    kind: CardKind
    ground: Ground = Ground.FIRST
    signed: bool = True
    """Signed, or name and seal (令30の13)."""
    jpki: bool = False
    """A certificate is asked for in the same visit."""
    applicant: Applicant = Applicant()
    photo_taken_on: str = ""
    photo_fits: bool = False
    """The clerk has seen: no hat, from the front, no background, the person."""
    old_card: str = ""
    """Number of the card that is presented, or handed back with this."""
    exemption: Exemption | None = None
    note: str = ""
    services: tuple[int, ...] = ()
    """Places of the town's services that the resident chooses (offices/card_issue_services.py): none unless asked for."""


class State(StrEnum):
    """What became of an application."""

    OPEN = "open"
    DONE = "done"
    WITHDRAWN = "withdrawn"


class Filed(NamedTuple):
    """An application as it stands: its number, whose, when, its fee; `inquiry` if the person must first reply to a letter."""

    number: int
    person: int
    filed_on: datetime.date
    state: State
    fee: Fee
    application: Application
    inquiry: bool


_decode = msgspec.msgpack.Decoder(Application).decode
_encode = msgspec.msgpack.Encoder().encode
_SELECT = "SELECT id, person, filed_on, state, card_yen, certificate_yen, body FROM card_application"


def file(transaction: Transaction, office: Office, operator: str, application: Application, photo: Photo | None) -> Filed:
    """Take an application of a resident. InvalidInput for what is missing in it, Conflict if the ground does not hold."""
    record = resident(transaction, application.code)
    check(application, photo, office.today())
    if any(one.state is State.OPEN for one in of_person(transaction, record.person)):
        raise _no("has an application that is open.", "申請中のカードがあります。")
    held = card_holders.alive_of(transaction, record.person, office.today())
    _check_ground(application, held, office.today())
    charged = Charged(application.ground is not Ground.FIRST, application.jpki, application.exemption)
    fee = card_issue_fees.fee_of(transaction, record, charged, office.today())
    card_issue_services.choose(transaction, office, record.person, application.services)
    number = _keep(transaction, office, operator, record, application, fee, photo)
    _end_old(transaction, office, operator, application, held)
    if inquiry_is_due(application):
        card_holders.put_work(transaction, office, INQUIRY, record.code, f"application {number}")
    outbox.record(transaction, office.clock.wall_ms(), f"card:application:{application.ground.value}", operator, f"application {number}")
    return filed(transaction, number)


def check(application: Application, photo: Photo | None, today: datetime.date) -> None:
    """InvalidInput unless it is signed, whoever files may, and a photo is there for the kind that has one, taken in time."""
    if not application.signed:
        raise _unfit("signature", "is missing (Order 30-13).", "署名又は記名押印がありません。")
    if len(application.note) > TEXT_MAX or len(application.applicant.name) > TEXT_MAX:
        raise _unfit("application", "a text is too long.", "記載が長すぎます。")
    _check_applicant(application.applicant)
    if (application.kind is CardKind.WITH_PHOTO) is (photo is None):
        raise _unfit("photo", "belongs to the kind with photo, and to that only.", "写真の有無が様式と合いません。")
    if photo is not None:
        _check_photo_day(application, today)


def _check_photo_day(application: Application, today: datetime.date) -> None:
    taken = calendar_date(application.photo_taken_on, "photo_taken_on")
    months = today.year * 12 + today.month - 1 - PHOTO_MONTHS
    oldest = datetime.date(months // 12, months % 12 + 1, min(today.day, 28))
    if not oldest <= taken <= today:
        raise _unfit("photo", "was not taken within six months.", "申請前6月以内に撮影した写真ではありません。")
    if not application.photo_fits:
        raise _unfit("photo", "was not looked at.", "無帽・正面・無背景の確認がされていません。")


def _check_applicant(applicant: Applicant) -> None:
    wanted = {Receiver.HOLDER: frozenset[Proof](), Receiver.STATUTORY: {Proof.STATUS_DOCUMENT}, Receiver.NAMED: {Proof.NAMING}}
    if applicant.receiver is not Receiver.HOLDER and not (applicant.name and Proof.PHOTO_DOCUMENT in applicant.proofs):
        raise _unfit("applicant", "who files for another says who they are.", "代理人の本人確認書類がありません。")
    if not applicant.proofs >= wanted[applicant.receiver]:
        raise _unfit("applicant", "does not show that they may.", "代理権を証する書類がありません。")


def inquiry_is_due(application: Application) -> bool:
    """Whether the person must answer a letter before the hand-over: nobody has seen their own document with a photo."""
    applicant = application.applicant
    return applicant.receiver is Receiver.NAMED or Proof.PHOTO_DOCUMENT not in applicant.proofs


def _check_ground(application: Application, held: Sequence[HeldCard], today: datetime.date) -> None:
    ground = application.ground
    if ground is Ground.FIRST:
        if held:
            raise _no("has a card that is valid or lost (Order 30-14).", "有効なカード又は紛失届出中のカードがあります（令30の14）。")
        return
    if not held:
        raise _no("has no card; this is a first application.", "カードがありません。新規の交付申請としてください。")
    (card,) = held
    if ground not in GONE and card.card_id != application.old_card:
        raise _no("the card presented is not this person's valid one.", "提示されたカードが現在のカードと異なります。")
    if ground is Ground.RENEWAL and not card.life.may_be_renewed(today):
        raise _no("more than three months are left (Order 30-18).", "有効期間の満了まで三月以上あります（令30の18）。")


def _end_old(transaction: Transaction, office: Office, operator: str, application: Application, held: Sequence[HeldCard]) -> None:
    """A re-issue ends the old card with the application (令30の20 八); it is handed back with it unless it is gone."""
    if application.ground is Ground.FIRST or application.ground in EXCHANGED:
        return
    for card in held:
        card_holders.end_for_reissue(transaction, office, operator, card.card_id, handed_back=application.ground not in GONE)


def _keep(
    transaction: Transaction, office: Office, operator: str, record: ResidentRecord, application: Application, fee: Fee, photo: Photo | None
) -> int:
    pictures = (photo.printed, photo.chip) if photo else (b"", b"")
    values = (
        office.clock.wall_ms(), operator, record.person, office.today().isoformat(), State.OPEN.value, fee.card_yen, fee.certificate_yen,
        _encode(application), *pictures,
    )  # fmt: skip
    sql = (
        "INSERT INTO card_application (filed_ms, operator, person, filed_on, state, card_yen, certificate_yen, body, photo, chip_photo)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id"
    )
    return int(transaction.value(sql, *values))


def filed(transaction: Transaction, number: int) -> Filed:
    """The application of that number. Conflict if there is none."""
    row = transaction.one(f"{_SELECT} WHERE id = ?", number)
    if row is None:
        raise Conflict("application", Say("there is none.", "申請がありません。"), Say("See the list.", "一覧を確かめてください。"))
    return _filed(row)


def of_person(transaction: Transaction, person: int) -> list[Filed]:
    """All applications of a person, the oldest first."""
    return [_filed(row) for row in transaction.all(f"{_SELECT} WHERE person = ? ORDER BY id", person)]


def open_ones(transaction: Transaction) -> list[Filed]:
    """All that are open, the oldest first."""
    return [_filed(row) for row in transaction.all(f"{_SELECT} WHERE state = ? ORDER BY id", State.OPEN.value)]


def _filed(row: tuple[int, int, str, str, int, int, bytes]) -> Filed:
    number, person, filed_on, state, card_yen, certificate_yen, body = row
    application = _decode(body)
    fee = Fee(card_yen, certificate_yen)
    return Filed(number, person, datetime.date.fromisoformat(filed_on), State(state), fee, application, inquiry_is_due(application))


def photos(transaction: Transaction, number: int) -> tuple[bytes, bytes]:
    """Both pictures of an application: JPEG for the face, JPEG 2000 for the chip; empty without photo and once it is over."""
    printed, chip = transaction.one("SELECT photo, chip_photo FROM card_application WHERE id = ?", number)
    return printed, chip


def close(transaction: Transaction, number: int, state: State) -> None:
    """It is over; the pictures are not kept."""
    sql = "UPDATE card_application SET state = ?, photo = ?, chip_photo = ? WHERE id = ?"
    transaction.execute(sql, (state.value, b"", b"", number))


def _unfit(item: str, en: str, ja: str) -> InvalidInput:
    return InvalidInput(item, Say(en, ja), Say("Have it put right by the applicant.", "申請者に補正を求めてください。"))


def _no(en: str, ja: str) -> Conflict:
    return Conflict("application", Say(en, ja), Say("See the person's cards.", "この方のカードを確かめてください。"))
