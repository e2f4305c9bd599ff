"""The life of a card at its municipality (住基カードの運用, Act art. 30-44(5)-(10); 令30の16-30の24; Rules 38-43; text of 2013-12).

municipality
  1 report_loss         by phone or at the counter: suspended at once (紛失届・一時停止)
  1 report_found        in person with the card: it serves again, unless another was asked for meanwhile (発見届)
  1 check_pin, pin_set  PIN changed, or unlocked for whoever shows two papers (暗証番号の変更・再設定)
  1 prepare_service, service_changed   a service of the town onto the card or off it (条例利用サービスの追加・削除)
  1 rewrite_face        what the face shows has changed, within 14 days (券面記載事項の変更)
  1 hand_in             handed back, whatever the reason (返納); destroy: as it must be (廃棄)
  1 order_return        issued or returned by mistake (返納命令)
  1 continue_use        brought to the new town with the first moving-in notification, or within 90 days (継続利用)
  1 take_number_card    the individual-number card is there: this one is over, and may be kept as a memento
  2 keep                a duty: what has run out is told and asked back (失効の確認)

Each is told to the prefecture in the transaction that makes it true (procedures/card_event.py). What an event of the register does to one
stands in offices/card_holders_following.py.
"""

from typing import Any

import msgspec

from openjuki.card.life import CardEvent, CardEventKind, CardStanding, EndCause
from openjuki.card.personalisation import ServiceOrder
from openjuki.law.calendar import Rule, require
from openjuki.offices import card_holders, card_issue, card_issue_services, card_keys, card_recovery, card_states, municipality
from openjuki.offices.card_applications import Proof
from openjuki.offices.card_holders import HeldCard
from openjuki.offices.card_holders_following import FACE_CHANGED, RETURN_DUE
from openjuki.offices.card_issue import Rewriting
from openjuki.offices.filing import day_until, resident
from openjuki.offices.office import Office, Then
from openjuki.offices.store import Transaction
from openjuki.register.dates import calendar_date
from openjuki.register.errors import Conflict, InvalidInput, Say
from openjuki.register.names import check_name
from openjuki.register.search_keys import name_key

FACE_DAYS = 14
"""Act art. 30-44(7)."""
DESTROY = "card-destroy"
DUE_MAX = 500
"""Cards whose end is told in one work: the next second goes on."""
TEXT_MAX = 200
_TWO_PAPERS = frozenset({Proof.PHOTO_DOCUMENT, Proof.OTHER_DOCUMENT})


class LossReport(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The holder says that the card is lost; on the phone, name and birth date must be those of the record."""

    code: str
    name: str
    birth: str
    by_phone: bool = False


class FoundReport(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The holder brings the card that was lost, and shows who they are."""

    card_id: str
    proofs: frozenset[Proof]


class PinRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Another PIN: changed by whoever knows the old one, or set anew for whoever forgot or blocked it."""

    card_id: str
    proofs: frozenset[Proof] = frozenset()
    knows_old: bool = False
    service: int | None = None
    """Place of the service whose own PIN it is; None for the card's."""


class FaceChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The holder reports that what the face shows has changed in the record, on that day."""

    card_id: str
    changed_on: str
    notified_on: str


class HandedIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A card that was handed in, with its reason (返納届, the Rules art. 41)."""

    card_id: str
    why: str


class ContinuedCard(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A card brought along: its number, its holder's code, kind and last day, as transfer record and card say."""

    card_id: str
    code: str
    with_photo: bool
    last_day: str
    certificate: bytes = b""
    """Of its Juki Net key, as the desk's terminal has checked it."""


class ServiceChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The holder wants a service of the town on this card, or off it: its place (the Act art. 30-44(12))."""

    card_id: str
    place: int
    proofs: frozenset[Proof] = frozenset()
    off: bool = False


class NumberCard(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The individual-number card was handed over to this person; `memento` if they keep the old card, made void."""

    code: str
    memento: bool = False


def report_loss(office: Office, operator: str, report: LossReport, then: Then) -> None:
    """Step 1: the card is suspended at once; `then` gets the HeldCard or an OpenJukiError."""
    office.write(lambda transaction: _lost(transaction, office, operator, report), then)


def _lost(transaction: Transaction, office: Office, operator: str, report: LossReport) -> HeldCard:
    record = municipality.record_of_code(transaction, report.code)
    check_name(report.name)
    if (name_key(record.name), record.birth) != (name_key(report.name), report.birth):
        reason = Say("name or birth date are not those of the record.", "氏名又は生年月日が住民票と一致しません。")
        raise InvalidInput("caller", reason, Say("Ask again, or have them come.", "聞き直すか、来庁を求めてください。"))
    card = _alive(transaction, office, record.person)
    if card.life.standing(office.today()) is CardStanding.SUSPENDED:
        return card
    how = "by phone" if report.by_phone else "at the counter"
    return card_holders.happen(transaction, office, operator, card.card_id, _event(office, CardEventKind.LOST), how)


def _alive(transaction: Transaction, office: Office, person: int) -> HeldCard:
    """The person's card that is not over. Conflict if there is none."""
    alive = card_holders.alive_of(transaction, person, office.today())
    if not alive:
        raise _no("has none that is valid.", "有効なカードがありません。")
    return alive[0]


def report_found(office: Office, operator: str, report: FoundReport, then: Then) -> None:
    """Step 1: in person only; `then` gets the HeldCard, or a Conflict if it is to be handed in since it is over."""
    office.write(lambda transaction: _found(transaction, office, operator, report), then)


def _found(transaction: Transaction, office: Office, operator: str, report: FoundReport) -> HeldCard:
    office.require_ready()
    card = card_holders.held(transaction, report.card_id)
    card_recovery.check_complete(transaction, card.card_id)
    if not report.proofs & _TWO_PAPERS:
        raise _lacks("proofs", "of who brings the card are missing.", "本人確認書類がありません。")
    standing = card.life.standing(office.today())
    if standing in (CardStanding.ENDED, CardStanding.RETURNED, CardStanding.DESTROYED):
        raise _no("is over, and is to be handed in (Order 30-21).", "失効しています。返納を受けてください（令30の21）。")
    if standing is not CardStanding.SUSPENDED:
        return card
    return card_holders.happen(transaction, office, operator, card.card_id, _event(office, CardEventKind.FOUND))


def check_pin(office: Office, request: PinRequest, then: Then) -> None:
    """Step 1, before the desk sets it: `then` gets the HeldCard, or an error if the person may not have another PIN."""
    office.write(lambda transaction: _may_have_pin(transaction, office, request)[0], then)


def _serving(transaction: Transaction, office: Office, card_id: str) -> HeldCard:
    """The card of that number. Conflict unless it can be used today, NotReady while it is being heard after a restore whether it can."""
    office.require_ready()
    card = card_holders.held(transaction, card_id)
    card_recovery.check_complete(transaction, card_id)
    if not card.life.serves(office.today()):
        raise _no("does not serve now.", "現在利用できないカードです。")
    return card


def _may_have_pin(transaction: Transaction, office: Office, request: PinRequest) -> tuple[HeldCard, str]:
    """The card, and the name of the service whose PIN it is; "" for the card's own."""
    card = _serving(transaction, office, request.card_id)
    if not request.knows_old and not request.proofs >= _TWO_PAPERS:
        raise _lacks("proofs", "two papers are needed for a new PIN.", "暗証番号の再設定には本人確認書類2点が必要です。")
    return card, "" if request.service is None else card_issue_services.with_pin(transaction, card.card_id, request.service).name


def pin_set(office: Office, operator: str, request: PinRequest, then: Then) -> None:
    """Step 1, after the person typed it at the desk: written down that it was set, never what; `then` gets the HeldCard or an error."""
    office.write(lambda transaction: _pin_set(transaction, office, operator, request), then)


def _pin_set(transaction: Transaction, office: Office, operator: str, request: PinRequest) -> HeldCard:
    card, whose = _may_have_pin(transaction, office, request)
    card_holders.note(transaction, office, operator, card.card_id, "pin-changed" if request.knows_old else "pin-unlocked", whose)
    return card


def prepare_service(office: Office, change: ServiceChange, then: Then) -> None:
    """Step 1, before the desk does it: `then` gets the ServiceOrder, or an error if this card may not have it, or has not got it."""
    office.write(lambda transaction: _service(transaction, office, change), then)


def _service(transaction: Transaction, office: Office, change: ServiceChange) -> ServiceOrder:
    card = _serving(transaction, office, change.card_id)
    if not change.proofs & _TWO_PAPERS:
        raise _lacks("proofs", "of the holder are missing.", "本人確認書類がありません。")
    there = change.place in {service.place for service in card_issue_services.on_card(transaction, change.card_id)}
    if change.off and not there:
        raise _no("has no such service.", "そのサービスは搭載されていません。")
    if not change.off:
        card_issue_services.choose(transaction, office, card.person, [change.place])
    (ordered,) = card_issue_services.orders(transaction, card.person, [change.place])
    return ordered


def service_changed(office: Office, operator: str, change: ServiceChange, then: Then) -> None:
    """Step 1, after the desk has done it: written down; `then` gets the HeldCard or an error. May be done again."""
    office.write(lambda transaction: _service_changed(transaction, office, operator, change), then)


def _service_changed(transaction: Transaction, office: Office, operator: str, change: ServiceChange) -> HeldCard:
    ordered = _service(transaction, office, change)
    if change.off:
        card_issue_services.unloaded(transaction, change.card_id, change.place)
    else:
        card_issue_services.loaded(transaction, change.card_id, [change.place])
    card_holders.note(transaction, office, operator, change.card_id, "service-off" if change.off else "service-on", ordered.name)
    return card_holders.held(transaction, change.card_id)


def rewrite_face(office: Office, operator: str, change: FaceChange, then: Then) -> None:
    """Step 1: the change is reported; `then` gets the Rewriting for the desk, None if it was issued elsewhere."""
    office.write(lambda transaction: _rewrite(transaction, office, operator, change), then)


def _rewrite(transaction: Transaction, office: Office, operator: str, change: FaceChange) -> Rewriting | None:
    card = _serving(transaction, office, change.card_id)
    notified = day_until(change.notified_on, "notified_on", office.today())
    days = (notified - calendar_date(change.changed_on, "changed_on")).days
    if days < 0:
        raise _lacks("changed_on", "lies after the report.", "届出日より後の日付です。")
    record = municipality.record_of(transaction, card.person)
    late = f"; {days} days after, the term is {FACE_DAYS}" if days > FACE_DAYS else ""
    card_holders.note(transaction, office, operator, card.card_id, "face-changed", f"since {change.changed_on}{late}")
    _settle(transaction, office, FACE_CHANGED, record.code)
    return card_issue.rewriting(transaction, card.card_id, record)


def hand_in(office: Office, operator: str, handed: HandedIn, then: Then) -> None:
    """Step 1: the card lies on the desk (返納); from now on it is over, and to be destroyed. `then` gets the HeldCard or an error."""
    office.write(lambda transaction: _hand_in(transaction, office, operator, handed), then)


def _hand_in(transaction: Transaction, office: Office, operator: str, handed: HandedIn) -> HeldCard:
    card = card_holders.held(transaction, handed.card_id)
    if not 0 < len(handed.why.strip()) <= TEXT_MAX:
        raise _lacks("why", "the card is handed in is missing (Rules 41).", "返納の事由がありません（規則41条）。")
    if card.life.told in (CardStanding.RETURNED, CardStanding.DESTROYED):
        return card
    if card.life.told is CardStanding.MAKING and card.life.ended_by is None:
        raise _no("was not handed over yet: make it void.", "交付前のカードです。無効としてください。")
    returned = card_holders.hand_back(transaction, office, operator, card.card_id, handed.why)
    _settle(transaction, office, RETURN_DUE, card.code)
    card_holders.put_work(transaction, office, DESTROY, card.code, f"card {card.card_id}")
    return returned


def destroy(office: Office, operator: str, card_id: str, then: Then) -> None:
    """Step 1: a card that was handed in is destroyed (令30の23); `then` gets the HeldCard or an OpenJukiError."""
    office.write(lambda transaction: _destroy(transaction, office, operator, card_id), then)


def _destroy(transaction: Transaction, office: Office, operator: str, card_id: str) -> HeldCard:
    card = card_holders.held(transaction, card_id)
    if card.life.told is CardStanding.DESTROYED:
        return card
    if card.life.told is not CardStanding.RETURNED:
        raise _no("was not handed in.", "返納されていません。")
    _settle(transaction, office, DESTROY, card.code)
    return card_holders.happen(transaction, office, operator, card_id, _event(office, CardEventKind.DESTROYED))


def order_return(office: Office, operator: str, handed: HandedIn, then: Then) -> None:
    """Step 1: issued or returned by mistake: the holder is told in writing to hand it back, and it is over with that (令30の22)."""
    office.write(lambda transaction: _order_return(transaction, office, operator, handed), then)


def _order_return(transaction: Transaction, office: Office, operator: str, handed: HandedIn) -> HeldCard:
    card = card_holders.held(transaction, handed.card_id)
    if card.life.standing(office.today()) not in card_holders.ALIVE:
        raise _no("is over already.", "既に失効しています。")
    card_holders.put_work(transaction, office, RETURN_DUE, card.code, f"card {card.card_id}: notify in writing")
    card_holders.note(transaction, office, operator, card.card_id, "return-ordered", handed.why)
    return card_holders.end(transaction, office, operator, card.card_id, EndCause.RETURN_ORDERED)


def continue_use(office: Office, operator: str, continued: ContinuedCard, then: Then) -> None:
    """Step 1, new town: the card was brought, its face rewritten, and is given back; `then` gets the HeldCard or an OpenJukiError."""
    require([Rule.CARD_CONTINUED_USE], office.today(), office.profile)
    office.write(lambda transaction: _continue(transaction, office, operator, continued), then)


def _continue(transaction: Transaction, office: Office, operator: str, continued: ContinuedCard) -> HeldCard:
    office.require_ready()
    record = resident(transaction, continued.code)
    known = card_states.life(transaction, continued.card_id)
    if known.version and known.standing(office.today()) not in card_holders.ALIVE:
        raise _no("is over, and is to be handed in.", "失効しています。返納を受けてください。")
    others = [card for card in card_holders.alive_of(transaction, record.person, office.today()) if card.card_id != continued.card_id]
    if others:
        raise _no("the person has another valid one.", "別の有効なカードがあります。")
    last_day = calendar_date(continued.last_day, "last_day")
    if last_day < office.today():
        raise _no("has expired, and is to be handed in.", "有効期間が満了しています。返納を受けてください。")
    card_holders.hold(transaction, continued.card_id, record.person, record.code, with_photo=continued.with_photo)
    if continued.certificate:
        card_keys.keep(transaction, continued.card_id, continued.certificate)
    event = CardEvent(0, CardEventKind.CONTINUED, office.today(), last_day=last_day)
    return card_holders.happen(transaction, office, operator, continued.card_id, event)


def take_number_card(office: Office, operator: str, number_card: NumberCard, then: Then) -> None:
    """Step 1: from the day on which there are such cards; `then` gets the HeldCard that is over, or None if there was no Juki card.

    Raises InvalidInput before that day of the calendar.
    """
    require([Rule.INDIVIDUAL_NUMBER_CARD], office.today(), office.profile)
    office.write(lambda transaction: _number_card(transaction, office, operator, number_card), then)


def _number_card(transaction: Transaction, office: Office, operator: str, number_card: NumberCard) -> HeldCard | None:
    record = resident(transaction, number_card.code)
    alive = card_holders.alive_of(transaction, record.person, office.today())
    if not alive:
        return None
    returned = card_holders.hand_back(transaction, office, operator, alive[0].card_id, "the individual-number card was received")
    if number_card.memento:
        card_holders.note(transaction, office, operator, returned.card_id, "memento", "made void and given back")
    else:
        card_holders.put_work(transaction, office, DESTROY, returned.code, f"card {returned.card_id}")
    return returned


def keep(office: Office) -> None:
    """Step 2, a duty: whatever has run out by this day of the register calendar is told, and asked back (令30の21(2), 30の24)."""
    if office.recovering or office.cards_seen_on == office.today():
        return
    office.cards_seen_on = office.today()
    office.write(lambda transaction: see_to_day(transaction, office), lambda outcome: _seen(office, outcome))


def _seen(office: Office, outcome: Any) -> None:
    """All told: the next look is tomorrow's. After an error, or if there were more than one work takes, the next second goes on."""
    if outcome is not True:
        office.cards_seen_on = None


def see_to_day(transaction: Transaction, office: Office) -> bool:
    """Tell the end of the cards whose term has run out; whether those were all."""
    due = card_holders.due(transaction, office.today(), DUE_MAX)
    for card in due:
        cause = card.life.cause(office.today())
        if cause is not None:
            card_holders.end(transaction, office, "", card.card_id, cause)
            card_holders.put_work(transaction, office, RETURN_DUE, card.code, f"card {card.card_id}: {cause.value}")
    return len(due) < DUE_MAX


def _event(office: Office, kind: CardEventKind) -> CardEvent:
    return CardEvent(0, kind, office.today())


def _settle(transaction: Transaction, office: Office, kind: str, code: str) -> None:
    """What the clerk was to do is done."""
    sql = "UPDATE work_item SET done_ms = ? WHERE kind = ? AND code = ? AND done_ms = 0"
    transaction.execute(sql, (office.clock.wall_ms(), kind, code))


def _lacks(item: str, en: str, ja: str) -> InvalidInput:
    return InvalidInput(item, Say(en, ja), Say("Ask for it.", "確かめてください。"))


def _no(en: str, ja: str) -> Conflict:
    return Conflict("card", Say(en, ja), Say("See the person's cards.", "この方のカードを確かめてください。"))
