"""The office's journal of cards being made, one for one person (カード発行簿, Act art. 30-44(3); 令30の12-30の16).

    begin ── the register's data of this moment, the number of the blank ── begun ─> securing ─> issued ─> handed over
                                                                              └────────┴──────────┴──> void, for ever

    resume ── the same order again, unless the register now says otherwise: then the card is void and another is begun

Each line is on disk before the card is told. A card is valid only when it was handed over: until then nobody knows its PIN, and
every office that asks hears that it is being made.
"""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple, TypeVar

import msgspec

from openjuki.card.area_by_area import Condition, Looked
from openjuki.card.holder import CardKind, CardOrder, Holder, Issuer
from openjuki.card.life import CardEvent, CardEventKind, EndCause, last_day_of
from openjuki.card.order_check import is_card_number
from openjuki.card.personalisation import ServiceOrder, Stage, reference_number
from openjuki.law.calendar import Rule, require
from openjuki.offices import card_applications, card_holders, card_issue_services, card_states, municipality
from openjuki.offices.card_applications import EXCHANGED, Filed, State
from openjuki.offices.office import Office
from openjuki.offices.store import Transaction
from openjuki.register.addresses import municipality as place_of
from openjuki.register.dates import DateText, calendar_date, earliest
from openjuki.register.errors import Conflict, InvalidInput, Say
from openjuki.register.identity import Sex, Status
from openjuki.register.record import ResidentRecord

SCRIPT = """
CREATE TABLE card_issue (card_id TEXT PRIMARY KEY, application INTEGER NOT NULL, person INTEGER NOT NULL, body BLOB NOT NULL,
  handed_ms INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
CREATE INDEX card_issue_person ON card_issue (person);
CREATE TABLE card_issue_step (id INTEGER PRIMARY KEY, card_id TEXT NOT NULL, at_ms INTEGER NOT NULL, operator TEXT NOT NULL,
  stage TEXT NOT NULL);
CREATE INDEX card_issue_step_card ON card_issue_step (card_id);
CREATE TRIGGER card_issue_no_delete BEFORE DELETE ON card_issue BEGIN SELECT RAISE(ABORT, 'a card begun is never forgotten'); END;
CREATE TRIGGER card_issue_step_no_update BEFORE UPDATE ON card_issue_step
  BEGIN SELECT RAISE(ABORT, 'card_issue_step is append-only'); END;
CREATE TRIGGER card_issue_step_no_delete BEFORE DELETE ON card_issue_step
  BEGIN SELECT RAISE(ABORT, 'card_issue_step is append-only'); END"""

T = TypeVar("T")
Commit = Callable[[Callable[[Transaction], Any]], Any]
"""Runs a work in the office's store and returns what came of it, once it is on disk; raises what it raised."""
_SEX = {Sex.MALE: "1", Sex.FEMALE: "2"}
_AFTER = {
    Stage.BEGUN: (Stage.BEGUN,), Stage.SECURING: (Stage.BEGUN, Stage.SECURING), Stage.ISSUED: (Stage.SECURING, Stage.ISSUED),
    Stage.VOID: (Stage.BEGUN, Stage.SECURING, Stage.ISSUED, Stage.VOID),
}  # fmt: skip
"""What may stand in the journal before each line."""
_encode = msgspec.msgpack.Encoder().encode
_decode: Callable[[bytes], CardOrder] = msgspec.msgpack.Decoder(CardOrder).decode


class Making(NamedTuple):
    """A card being made: its order, whose (internal number), for which application, with a certificate or without, with which services."""

    order: CardOrder
    person: int
    application: int
    jpki: bool
    services: tuple[ServiceOrder, ...] = ()


def begin(transaction: Transaction, office: Office, operator: str, number: int, card_id: str) -> Making:
    """Begin the card of this number for an application, or go on with it. Conflict if another is begun for the person.

    The register's data are taken now. Raises InvalidInput where no cards are issued any more (the calendar's switch), or for a number
    that no card has.
    """
    if transaction.value("SELECT application FROM card_issue WHERE card_id = ?", card_id) == number:
        return resume(transaction, office, card_id)
    require([Rule.JUKI_CARD_ISSUE], office.today(), office.profile)
    asked, record = _ready(transaction, office, number)
    _check_number(transaction, card_id)
    services = card_issue_services.orders(transaction, record.person, asked.application.services)
    making = Making(order_of(transaction, office, asked, record, card_id), record.person, number, asked.application.jpki, services)
    row = (card_id, number, record.person, _encode(making.order), 0)
    transaction.execute("INSERT INTO card_issue VALUES (?, ?, ?, ?, ?)", row)
    card_holders.hold(transaction, card_id, record.person, record.code, with_photo=making.order.kind is CardKind.WITH_PHOTO)
    _line(transaction, office, operator, card_id, Stage.BEGUN)
    card_holders.happen(transaction, office, operator, card_id, CardEvent(0, CardEventKind.MAKING, office.today()))
    return making


def begin_with(transaction: Transaction, office: Office, operator: str, number: int, seen: Looked) -> Making:
    """The same with the card that the desk has looked at. Conflict for one that is not blank, unless it was begun for this application."""
    begun = transaction.value("SELECT application FROM card_issue WHERE card_id = ?", seen.card_id) == number
    if not begun and seen.condition is not Condition.BLANK:
        reason = Say("the card in the reader is not a blank one.", "読取り装置のカードは未発行のカードではありません。")
        raise Conflict("card", reason, _PUT_IN_A_BLANK)
    return begin(transaction, office, operator, number, seen.card_id)


def _ready(transaction: Transaction, office: Office, number: int) -> tuple[Filed, ResidentRecord]:
    """The application and the record, if a card may be made for it now."""
    asked = card_applications.filed(transaction, number)
    record = municipality.record_of(transaction, asked.person)
    if asked.state is not State.OPEN or record.status is not Status.RESIDENT:
        raise _no("the application is over, or its person no resident.", "申請が終了しているか、住民ではありません。")
    if in_making(transaction, asked.person):
        raise _no("another card is being made for this person.", "この方の別のカードを作成中です。")
    alive = card_holders.alive_of(transaction, asked.person, office.today())
    if alive and asked.application.ground not in EXCHANGED:
        raise _no("this person has a valid card (Order 30-14).", "有効なカードがあります（令30の14）。")
    return asked, record


def _check_number(transaction: Transaction, card_id: str) -> None:
    if not is_card_number(card_id):
        raise InvalidInput("card", Say("no card has such a number.", "カードの番号ではありません。"), _PUT_IN_A_BLANK)
    if transaction.value("SELECT 1 FROM card_issue WHERE card_id = ?", card_id) is not None:
        raise _no("this card was begun for another application, or is void.", "別の申請で作成を始めたか、無効としたカードです。")
    if card_states.life(transaction, card_id).version:
        raise _no("this card was issued already.", "既に交付されたカードです。")


def order_of(transaction: Transaction, office: Office, asked: Filed, record: ResidentRecord, card_id: str) -> CardOrder:
    """What is written onto the card of that number for an application: the register's data of now, a security code drawn for it."""
    place, today = place_of(office.code), office.today()
    _, photo = card_applications.photos(transaction, asked.number)
    return CardOrder(
        card_id, asked.application.kind, holder_of(record), Issuer(office.code, place.name, TELEPHONE), today,
        last_day_of(today, stay_ends(record)), f"{office.draw(10_000):04d}", photo,
    )  # fmt: skip


TELEPHONE = ""
"""Of the issuing section, printed on the back; no register of telephones is kept yet."""


def holder_of(record: ResidentRecord) -> Holder:
    """What goes onto a card from the record: name (with the alias, 令30の26), birth, sex, address; the code for its own area.

    Of a birth date that is not wholly known, the earliest day that it may be.
    """
    name = f"{record.name}（{record.alias}）" if record.alias else record.name
    sex = _SEX.get(record.sex, "9")
    return Holder(name, earliest(DateText(record.birth)), sex, record.address.text(), record.code)


def stay_ends(record: ResidentRecord) -> datetime.date | None:
    """The day with which a foreign resident's stay ends, and the card with it (令30の30); None for whoever may stay."""
    until = record.other.get("stay_until", "")
    return calendar_date(until, "stay_until") if until else None


def resume(transaction: Transaction, office: Office, card_id: str) -> Making:
    """The order of a card that was begun, to go on. Conflict if it is void, handed over, or no longer what the register says."""
    making = making_of(transaction, card_id)
    if stage(transaction, card_id) is Stage.VOID or handed_over(transaction, card_id):
        raise _no("the card is void or handed over.", "無効か交付済みのカードです。")
    check_current(transaction, office, making)
    return making


def check_current(transaction: Transaction, office: Office, making: Making) -> None:
    """Conflict if the register no longer says what the card's order says: it is to be made void."""
    record = municipality.record_of(transaction, making.person)
    stay = stay_ends(record) or datetime.date.max
    fits = holder_of(record) == making.order.holder and making.order.last_day <= stay
    if record.status is not Status.RESIDENT or not fits or office.today() > making.order.last_day:
        reason = Say("the register has changed since it was begun.", "作成開始後に住民票が変更されています。")
        raise Conflict("card", reason, Say("Make it void and begin another.", "このカードを無効とし、新たに作成してください。"))


def making_of(transaction: Transaction, card_id: str) -> Making:
    """The order of a card begun here. Conflict if there is none."""
    row = transaction.one("SELECT body, person, application FROM card_issue WHERE card_id = ?", card_id)
    if row is None:
        raise _no("no card of that number was begun.", "この番号のカードは作成されていません。")
    asked = card_applications.filed(transaction, row[2]).application
    return Making(_decode(row[0]), row[1], row[2], asked.jpki, card_issue_services.orders(transaction, row[1], asked.services))


class Rewriting(NamedTuple):
    """A card in use whose face is to say what the record says now: its order, and the reference number that stays on it."""

    order: CardOrder
    number: str


def rewriting(transaction: Transaction, card_id: str, record: ResidentRecord) -> Rewriting | None:
    """What the desk writes onto a card in use; None if it was issued elsewhere."""
    body = transaction.value("SELECT body FROM card_issue WHERE card_id = ?", card_id)
    if body is None:
        return None
    order = _decode(body)
    return Rewriting(replace(order, holder=holder_of(record)), reference_number(order))


def stage(transaction: Transaction, card_id: str) -> Stage | None:
    """The last line of a card; None if it was never begun."""
    told = transaction.value("SELECT stage FROM card_issue_step WHERE card_id = ? ORDER BY id DESC LIMIT 1", card_id)
    return None if told is None else Stage(told)


def handed_over(transaction: Transaction, card_id: str) -> bool:
    """Whether the person has it."""
    return bool(transaction.value("SELECT handed_ms FROM card_issue WHERE card_id = ?", card_id))


def in_making(transaction: Transaction, person: int) -> list[str]:
    """Numbers of the person's cards that are begun, not void, and not handed over: one at most."""
    rows = transaction.all("SELECT card_id FROM card_issue WHERE person = ? AND handed_ms = 0 ORDER BY card_id", person)
    return [card_id for (card_id,) in rows if stage(transaction, card_id) is not Stage.VOID]


def write(transaction: Transaction, office: Office, operator: str, card_id: str, to: Stage) -> None:
    """One line of the journal. Conflict if it does not follow: a void card never becomes another, one handed over is not made again."""
    now = stage(transaction, card_id)
    if now is None or now not in _AFTER[to] or handed_over(transaction, card_id):
        if now is Stage.ISSUED and to is Stage.SECURING and not handed_over(transaction, card_id):
            return  # made already, asked again after a lost reply
        raise _no("the journal does not allow this step.", "発行簿の状態から進めません。")
    if now is not to:
        _line(transaction, office, operator, card_id, to)


def void(transaction: Transaction, office: Office, operator: str, card_id: str, why: str) -> None:
    """The card is lost, broken or outdated before its hand-over: its number never becomes valid. Conflict once it is handed over."""
    if stage(transaction, card_id) is Stage.VOID:
        return
    write(transaction, office, operator, card_id, Stage.VOID)
    card_holders.end(transaction, office, operator, card_id, EndCause.NOT_MADE)
    card_holders.note(transaction, office, operator, card_id, "void", why)


def _line(transaction: Transaction, office: Office, operator: str, card_id: str, to: Stage) -> None:
    sql = "INSERT INTO card_issue_step (card_id, at_ms, operator, stage) VALUES (?, ?, ?, ?)"
    transaction.execute(sql, (card_id, office.clock.wall_ms(), operator, to.value))


class StoreJournal:
    """The journal for whoever stands at the card: each question and line is a commit of its own. A `card.personalisation.Journal`."""

    def __init__(self, office: Office, operator: str, commit: Commit) -> None:
        self._office, self._operator, self._commit = office, operator, commit

    def stage(self, card_id: str) -> Stage | None:
        """The last line of a card."""
        found: Stage | None = self._commit(lambda transaction: stage(transaction, card_id))
        return found

    def write(self, card_id: str, person: str, stage: Stage) -> None:
        """One line, on disk when this returns. Raises Conflict if it does not follow, or the card is another person's."""
        self._commit(lambda transaction: self._write(transaction, card_id, person, stage))

    def not_void(self, person: str) -> Sequence[str]:
        """Numbers of the person's cards that are being made."""
        found: list[str] = self._commit(lambda transaction: in_making(transaction, int(person)))
        return found

    def _write(self, transaction: Transaction, card_id: str, person: str, to: Stage) -> None:
        if transaction.value("SELECT person FROM card_issue WHERE card_id = ?", card_id) != int(person):
            raise _no("it was begun for another person.", "別の方のために作成を始めたカードです。")
        write(transaction, self._office, self._operator, card_id, to)


_PUT_IN_A_BLANK = Say("Put in a blank card.", "未発行のカードを入れてください。")


def _no(en: str, ja: str) -> Conflict:
    return Conflict("card", Say(en, ja), Say("See the journal of cards.", "カード発行簿を確かめてください。"))
