"""The desk at which a card is made and handed over (カード発行端末; Act art. 30-44(3), 令30の15, the Rules art. 43; promises C1, C8).

    blank_number ── make ─────────────────────── choose_pins ── confirmed
                    PINs that nobody knows        the person's own, typed twice

It runs beside the reader, in a thread of its own: the card answers when it likes. What it asks of the office goes through the office's own
steps and journal; what the person types goes into the card and nowhere else.
"""

import datetime
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from openjuki.card import at_the_counter
from openjuki.card.dialogue import Terminal
from openjuki.card.image import Entropy
from openjuki.card.layouts import (
    AUTH_PIN,
    JPKI_AID,
    JUKI_AID,
    JUKI_PIN,
    SERVICE_PIN,
    SIGN_PASSWORD,
    SUPPORT_AID,
    SUPPORT_PIN,
    service_aid,
)  # fmt: skip
from openjuki.card.personalisation import Certifier, Journal, Pins, Work, card_number, personalise
from openjuki.card.rewriting import rewrite
from openjuki.offices.card_issue import Commit, Making, Rewriting
from openjuki.offices.card_issue_handover import Confirmed
from openjuki.offices.office import Office
from openjuki.register.errors import InvalidInput, OpenJukiError, Say
from openjuki.terminal.door import CardDoor, converse

PIN_DIGITS, PASSWORD_SHORTEST, PASSWORD_LONGEST = 4, 6, 16
COMMIT_S = 30.0


class Chooser(Protocol):
    """The person at the desk's own prompt, choosing a PIN."""

    def choose(self, purpose: Say, *, again: bool) -> str:
        """What they type; `again` to be sure that it is what they meant."""
        ...


class PinPlace(NamedTuple):
    """One PIN of a card: what it is for, where it lies, whether it is a password of letters and digits."""

    purpose: Say
    aid: bytes
    reference: int
    password: bool = False


PLACES = (
    PinPlace(Say("PIN of the Juki card", "住基カードの暗証番号"), JUKI_AID, JUKI_PIN),
    PinPlace(Say("PIN of the input support", "券面事項入力補助の暗証番号"), SUPPORT_AID, SUPPORT_PIN),
)
JPKI_PLACES = (
    PinPlace(Say("PIN of the authentication certificate", "利用者証明用の暗証番号"), JPKI_AID, AUTH_PIN),
    PinPlace(Say("password of the signature certificate", "署名用の暗証番号"), JPKI_AID, SIGN_PASSWORD, password=True),
)


def service_place(number: int, name: str) -> PinPlace:
    """The PIN of a service of the municipal area. Raises InvalidInput for a place that no card has."""
    return PinPlace(Say(f"PIN of the service {name}", f"「{name}」の暗証番号"), service_aid(number), SERVICE_PIN)


@dataclass(frozen=True, slots=True)
class IssueDesk:
    """What stands there: the reader, the office's terminal papers, who certifies, the office's journal, chance."""

    door: CardDoor
    terminal: Terminal
    certifier: Certifier
    journal: Journal
    entropy: Entropy

    def blank_number(self) -> str:
        """Number of the card in the reader. Raises NotReady without one, Refused or Broken if it is none of this country."""
        self.door.connect()
        return converse(self.door, card_number(self.terminal))

    def make(self, making: Making) -> None:
        """Make the card in the reader that of the order, or go on where it was cut off. Raises Conflict if it is another card."""
        self.door.connect()
        pins = unknown_pins(self.entropy)
        work = Work(str(making.person), making.order, pins, self.certifier, self.journal, making.jpki, making.services)
        converse(self.door, personalise(work, self.terminal))

    def choose_pins(self, making: Making, chooser: Chooser) -> str:
        """The person sets every PIN of the card; returns that of the Juki Net application, for `confirmed`. May be done again."""
        self.door.connect()
        chosen = {}
        services = (service_place(service.number, service.name) for service in making.services if service.with_pin)
        for place in (*PLACES, *(JPKI_PLACES if making.jpki else ()), *services):
            chosen[place] = chosen_by(chooser, place, making.order.holder.birth)
            converse(self.door, at_the_counter.reset_pin(self.terminal, place.aid, place.reference, chosen[place]))
        return chosen[PLACES[0]]

    def confirmed(self, pin: str, today: datetime.date) -> Confirmed:
        """The person confirmed by card and PIN, as at any counter. Raises as `at_the_counter.show_card`."""
        self.door.connect()
        shown = converse(self.door, at_the_counter.show_card(self.terminal, pin, today, 0))
        return Confirmed(shown.presented.data.card_id, shown.presented.code, shown.certificate)

    def rewrite(self, rewriting: Rewriting, note: str) -> None:
        """The face of a card in use says what the record says now; may be done again."""
        self.door.connect()
        converse(self.door, rewrite(self.terminal, rewriting.order, rewriting.number, self.certifier.issuer, note))

    def set_again(self, place: PinPlace, chooser: Chooser, birth: datetime.date = datetime.date.min) -> None:
        """A new PIN for whoever forgot or blocked it, after the office agreed."""
        self.door.connect()
        value = chosen_by(chooser, place, birth)
        converse(self.door, at_the_counter.reset_pin(self.terminal, place.aid, place.reference, value))


def unknown_pins(entropy: Entropy) -> Pins:
    """PINs that are forgotten as soon as they are on the card: until the person sets theirs, nobody opens it."""
    juki, authentication, support, service = (f"{int.from_bytes(entropy(8), 'big') % 10**PIN_DIGITS:04d}" for _ in range(4))
    return Pins(juki, authentication, entropy(8).hex().upper(), support, service)


def chosen_by(chooser: Chooser, place: PinPlace, birth: datetime.date) -> str:
    """What the person chose, typed twice. Raises InvalidInput if the two differ, the form is wrong, or the card's face tells it."""
    value = chooser.choose(place.purpose, again=False)
    if value != chooser.choose(place.purpose, again=True):
        raise _other(place, Say("was not the same twice.", "2回の入力が一致しません。"))
    if place.password:
        fits = PASSWORD_SHORTEST <= len(value) <= PASSWORD_LONGEST and value.isascii() and value.isalnum() and value == value.upper()
    else:
        fits = len(value) == PIN_DIGITS and value.isascii() and value.isdigit()
    if not fits:
        raise _other(place, Say("has not the right form.", "桁数又は文字が正しくありません。"))
    if value in (birth.strftime("%m%d"), birth.strftime("%Y"), value[0] * PIN_DIGITS):
        raise _other(place, Say("is easily guessed.", "推測されやすい番号です。"))
    return value


def commit_in(office: Office) -> Commit:
    """The office's store for a desk in another thread: waits until a work is on disk, and raises what it raised."""

    def commit(work: Callable[..., Any]) -> Any:
        done: Future[Any] = Future()
        office.write(work, done.set_result)
        outcome = done.result(COMMIT_S)
        if isinstance(outcome, OpenJukiError):
            raise outcome
        return outcome

    return commit


def _other(place: PinPlace, reason: Say) -> InvalidInput:
    return InvalidInput(place.purpose.en, reason, Say("Choose another one.", "別の番号を入力してください。"))
