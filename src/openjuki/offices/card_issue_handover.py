"""Handing a card over to the person it names (カードの交付, Act art. 30-44(3); 令30の15, 30の18(2); Rules 36, 43).

check     who stands there may take it, what is shown suffices, the fee, the old card, the register still says the same
(at the desk the person sets the PINs and confirms themselves with the card: the office gets code and number, never a PIN)
complete  old card handed back, new one issued: one transaction, one valid card
"""

import msgspec

from openjuki.card.life import CardEvent, CardEventKind
from openjuki.card.personalisation import Stage
from openjuki.offices import card_applications, card_holders, card_issue, card_issue_services, card_keys, restraint_of_cards
from openjuki.offices.card_applications import EXCHANGED, Filed, Proof, Receiver, State
from openjuki.offices.card_holders import HeldCard
from openjuki.offices.card_issue import Making
from openjuki.offices.office import Office
from openjuki.offices.store import Transaction
from openjuki.register.errors import Conflict, InvalidInput, Say

WHY_MAX = 200


class HandOver(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who takes a card, with what proof; `why` the person cannot come (illness, disability: 令30の15(2)), if another was named."""

    card_id: str
    receiver: Receiver
    proofs: frozenset[Proof]
    paid_yen: int
    name: str = ""
    """Of whoever takes it for the person."""
    why: str = ""
    old_card: str = ""
    """Number of the card that is handed back in exchange."""


class Confirmed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The person has set the PINs and been confirmed by card and PIN at the desk: what the card said."""

    card_id: str
    code: str
    certificate: bytes = b""
    """Of the card's Juki Net key, as the desk's terminal has checked it: without it no other office can show that this card was there."""


_HOLDERS = (frozenset({Proof.PHOTO_DOCUMENT}), frozenset({Proof.REPLY, Proof.OTHER_DOCUMENT}))
SUFFICES: dict[Receiver, tuple[frozenset[Proof], ...]] = {
    Receiver.HOLDER: _HOLDERS,
    Receiver.STATUTORY: tuple(proofs | {Proof.STATUS_DOCUMENT} for proofs in _HOLDERS),
    Receiver.NAMED: (frozenset({Proof.REPLY, Proof.NAMING, Proof.PHOTO_DOCUMENT}),),
}
"""Any one of these sets suffices (the Rules art. 36)."""


def check(transaction: Transaction, office: Office, hand_over: HandOver) -> Making:
    """What is being handed over. InvalidInput if the person, proofs, fee or old card do not suffice, Conflict if the card is not ready."""
    making = card_issue.making_of(transaction, hand_over.card_id)
    if card_issue.stage(transaction, hand_over.card_id) is not Stage.ISSUED or card_issue.handed_over(transaction, hand_over.card_id):
        reason = Say("it is not made yet, void, or handed over already.", "作成が終わっていないか、無効か、交付済みです。")
        raise Conflict("card", reason, Say("See the journal of cards.", "カード発行簿を確かめてください。"))
    card_issue.check_current(transaction, office, making)
    asked = card_applications.filed(transaction, making.application)
    _check_receiver(hand_over, asked)
    restraint_of_cards.check(transaction, office, making.person, making.application, hand_over.name)
    if hand_over.paid_yen != asked.fee.total_yen:
        raise _lacks("paid_yen", f"{asked.fee.total_yen} yen are to be paid.", f"手数料は{asked.fee.total_yen}円です。")
    _check_old(hand_over, asked, card_holders.alive_of(transaction, making.person, office.today()))
    return making


def _check_receiver(hand_over: HandOver, asked: Filed) -> None:
    if not any(hand_over.proofs >= enough for enough in SUFFICES[hand_over.receiver]):
        raise _lacks("proofs", "they do not suffice (Rules 36).", "本人確認書類等が足りません（規則36条）。")
    if asked.inquiry and Proof.REPLY not in hand_over.proofs and hand_over.receiver is not Receiver.HOLDER:
        raise _lacks("proofs", "the reply to the inquiry is missing.", "照会書の回答書がありません。")
    if hand_over.receiver is Receiver.HOLDER:
        return
    if not hand_over.name or len(hand_over.name) > WHY_MAX:
        raise _lacks("name", "of whoever takes the card is missing.", "受け取る方の氏名がありません。")
    if hand_over.receiver is Receiver.NAMED and not 0 < len(hand_over.why.strip()) <= WHY_MAX:
        raise _lacks("why", "the person cannot come is missing (Order 30-15(2)).", "本人が出頭できない理由がありません（令30の15(2)）。")


def _check_old(hand_over: HandOver, asked: Filed, alive: list[HeldCard]) -> None:
    if not alive:
        return
    if asked.application.ground not in EXCHANGED:
        reason = Say("the person has a valid card (Order 30-14).", "有効なカードがあります（令30の14）。")
        raise Conflict("card", reason, Say("See the person's cards.", "この方のカードを確かめてください。"))
    if [card.card_id for card in alive] != [hand_over.old_card]:
        raise _lacks("old card", "is exchanged for the new one (Order 30-18(2)).", "現在のカードと引換えに交付します（令30の18(2)）。")


def complete(transaction: Transaction, office: Office, operator: str, hand_over: HandOver, confirmed: Confirmed) -> HeldCard:
    """The person has it: from here on it is valid, and no other. Asked again after a lost reply, it says the same.

    Raises as `check`; InvalidInput if the desk did not confirm this card with this person's code.
    """
    if card_issue.handed_over(transaction, hand_over.card_id):
        return card_holders.held(transaction, hand_over.card_id)
    making = check(transaction, office, hand_over)
    if (confirmed.card_id, confirmed.code) != (making.order.card_id, making.order.holder.code):
        raise _lacks("card", "the desk has not confirmed this person with it.", "このカードでの本人の確認ができていません。")
    if confirmed.certificate:
        card_keys.keep(transaction, hand_over.card_id, confirmed.certificate)
    for card in card_holders.alive_of(transaction, making.person, office.today()):
        card_holders.hand_back(transaction, office, operator, card.card_id, "in exchange for a new one, 令30の18(2)")
    transaction.execute("UPDATE card_issue SET handed_ms = ? WHERE card_id = ?", (office.clock.wall_ms(), hand_over.card_id))
    card_applications.close(transaction, making.application, State.DONE)
    card_issue_services.loaded(transaction, hand_over.card_id, [service.number for service in making.services])
    issued = CardEvent(0, CardEventKind.ISSUED, office.today(), last_day=making.order.last_day)
    what = f"handed over to {hand_over.receiver.value}, {hand_over.paid_yen} yen"
    return card_holders.happen(transaction, office, operator, hand_over.card_id, issued, what)


def _lacks(item: str, en: str, ja: str) -> InvalidInput:
    return InvalidInput(item, Say(en, ja), Say("Ask for it before handing over.", "交付の前に確かめてください。"))
