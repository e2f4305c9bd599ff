"""What offices do with a card that is presented (窓口でのカードの利用, Act art. 30-44(5)-(8), the Rules art. 43; promises C4, C8).

    holder confirmed     municipality, prefecture, listed body    channel, PIN inside it, code
    PIN reset, notes, rewriting, suspension, end, services        municipality

Everything goes through a channel that the office's certificate opens; what the certificate does not grant, the card refuses.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from openjuki.card import tlv, verifiable
from openjuki.card.apdu import Command
from openjuki.card.chip import MANAGER_AID
from openjuki.card.dialogue import Dialogue, OpenChannel, Terminal, open_channel, read, said, verify_pin
from openjuki.card.evidence import shown_words
from openjuki.card.holder import CardKind, CardOrder
from openjuki.card.issuing import AID, CHANGE_CARD, LOCK, SECURE, TERMINATE
from openjuki.card.layouts import (
    CARD_DATA,
    CODE,
    JPKI_AID,
    JUKI_AID,
    JUKI_KEY,
    JUKI_PIN,
    NOTES,
    SERVICE_ID,
    SERVICE_KEY,
    SERVICE_PIN,
    service_aid,
)
from openjuki.card.personalisation import Certifier, ServiceOrder, fill, service_filling
from openjuki.card.signing import INTERNAL_WORDS, SHOWN_WORDS
from openjuki.card.verifiable import PUBLIC_KEY
from openjuki.register.errors import Broken, InvalidInput, Reason, Refused, Say

_PIN = Say("PIN", "暗証番号")
_READ = Say("read", "読出し")


@dataclass(frozen=True, slots=True)
class CardData:
    """What the Juki Net application says of the card itself."""

    card_id: str
    office: str
    kind: CardKind
    first_day: datetime.date
    last_day: datetime.date

    def check(self, day: datetime.date) -> None:
        """Raises Refused if the card has run out by this day (Order art. 30-16)."""
        if day > self.last_day:
            raise Refused(Reason.INVALID, "the card has expired, 令30-16")


@dataclass(frozen=True, slots=True)
class Presented:
    """A holder confirmed by card and PIN: the code, and the card's data."""

    code: str
    data: CardData


@dataclass(frozen=True, slots=True)
class Shown:
    """A card shown at an office: its holder, the certificate of its Juki Net key, and that key's signature on where and when."""

    presented: Presented
    certificate: bytes
    proof: bytes


def confirm_holder(terminal: Terminal, pin: str, day: datetime.date) -> Dialogue[Presented]:
    """The holder is confirmed (the Rules art. 43). Refused if the office may not or the card is over, InvalidInput for a wrong PIN."""
    channel = yield from open_channel(terminal, JUKI_AID)
    return (yield from _confirmed(channel, pin, day))


def show_card(terminal: Terminal, pin: str, day: datetime.date, shown_ms: int) -> Dialogue[Shown]:
    """The holder is confirmed, and the card signs at which office that was and when (wall clock, ms). Raises as `confirm_holder`."""
    channel = yield from open_channel(terminal, JUKI_AID)
    presented = yield from _confirmed(channel, pin, day)
    office = verifiable.read(terminal.certificate, terminal.trust).office
    words = shown_words(terminal.realm, office, presented.code, shown_ms).removeprefix(SHOWN_WORDS)
    proof = yield from said(channel.say, Command(0x00, 0x88, 0x00, 0x80 | JUKI_KEY, words, 256), Say("proof", "提示の証明"))
    return Shown(presented, channel.certificate, proof)


def _confirmed(channel: OpenChannel, pin: str, day: datetime.date) -> Dialogue[Presented]:
    data = yield from _card_data(channel)
    data.check(day)
    yield from said(channel.say, verify_pin(JUKI_PIN, pin.encode("ascii", "replace")), _PIN)
    code = yield from said(channel.say, read(CODE), _READ)
    return Presented(code.decode("ascii"), data)


def card_data(terminal: Terminal) -> Dialogue[CardData]:
    """What the card says of itself, without a PIN: its number, issuer, kind and days."""
    return (yield from card_and_key(terminal))[0]


def card_and_key(terminal: Terminal) -> Dialogue[tuple[CardData, bytes]]:
    """The card's own data, and the key by which it proves that it is this card (P-256, DER; Order art. 24-3 item 7)."""
    channel = yield from open_channel(terminal, JUKI_AID)
    data = yield from _card_data(channel)
    return data, channel.card.public if channel.card else b""


def reset_pin(terminal: Terminal, aid: bytes, reference: int, pin: str) -> Dialogue[None]:
    """A new PIN and all tries, at the municipality's counter, after it has identified the holder."""
    channel = yield from open_channel(terminal, aid)
    yield from said(channel.say, new_pin(reference, pin), _PIN)


def new_pin(reference: int, pin: str) -> Command:
    """RESET RETRY COUNTER with a new value."""
    return Command(0x00, 0x2C, 0x02, 0x80 | reference, pin.encode("ascii", "replace"))


def write_data(terminal: Terminal, aid: bytes, contents: Mapping[int, bytes]) -> Dialogue[None]:
    """Rewrites files of an application (Act art. 30-44(6), (7)): each by one command, so that each is old or new."""
    channel = yield from open_channel(terminal, aid)
    for number, content in contents.items():
        yield from said(channel.say, Command(0x00, 0xD6, 0x80 | number, 0x00, content), Say("rewrite", "書換え"))


def add_note(terminal: Terminal, note: str) -> Dialogue[None]:
    """A line in the note field (追記欄), as the clerk writes it on the back."""
    channel = yield from open_channel(terminal, JUKI_AID)
    yield from said(channel.say, Command(0x00, 0xE2, 0x00, NOTES << 3, note.encode("utf-8")), Say("note", "追記"))


def notes(terminal: Terminal) -> Dialogue[list[str]]:
    """The lines of the note field, the oldest first."""
    channel = yield from open_channel(terminal, JUKI_AID)
    found: list[str] = []
    while True:
        answer = yield from channel.say(Command(0x00, 0xB2, len(found) + 1, NOTES << 3 | 0x04, b"", 512))
        if not answer.ok:
            return found
        found.append(answer.data.decode("utf-8"))


def suspend(terminal: Terminal) -> Dialogue[None]:
    """The card answers nothing but its manager until it is resumed."""
    yield from _change(terminal, LOCK)


def resume(terminal: Terminal) -> Dialogue[None]:
    """A suspended card works again."""
    yield from _change(terminal, SECURE)


def end(terminal: Terminal) -> Dialogue[None]:
    """The card is over: its keys are gone and it never answers again (Order art. 30-23)."""
    yield from _change(terminal, TERMINATE)


def new_jpki_key(terminal: Terminal, key: int, *, again: bool = False) -> Dialogue[bytes]:
    """A new pair for one of the JPKI keys, SubjectPublicKeyInfo; `again` asks for the last one after a lost answer."""
    channel = yield from open_channel(terminal, JPKI_AID)
    command = Command(0x00, 0x46, 0x81 if again else 0x80, 0x80 | key, b"", 1024)
    return tlv.inside((yield from said(channel.say, command, Say("key pair", "鍵ペア生成"))), PUBLIC_KEY)


def load_service(terminal: Terminal, order: CardOrder, service: ServiceOrder, certifier: Certifier, pin: str = "") -> Dialogue[None]:
    """An application of an ordinance onto a card in use; only when its holder chose it (Act art. 30-44(12)), with the PIN they chose."""
    manager = yield from open_channel(terminal, MANAGER_AID)
    yield from fill(manager, service_filling(order.card_id, service, certifier, pin), {})


def unload_service(terminal: Terminal, number: int) -> Dialogue[None]:
    """Takes a service off the card with all that it held."""
    manager = yield from open_channel(terminal, MANAGER_AID)
    yield from said(manager.say, Command(0x80, 0xE4, 0, 0, tlv.encode(AID, service_aid(number))), Say("unload", "搭載解除"))


def service_id(terminal: Terminal, number: int, pin: str = "") -> Dialogue[bytes]:
    """The person's id in one municipal service, after its PIN if it has one. No terminal of another municipality gets it."""
    channel = yield from _open_service(terminal, number, pin)
    return (yield from said(channel.say, read(SERVICE_ID), _READ))


def _open_service(terminal: Terminal, number: int, pin: str) -> Dialogue[OpenChannel]:
    channel = yield from open_channel(terminal, service_aid(number))
    if pin:
        yield from said(channel.say, verify_pin(SERVICE_PIN, pin.encode("ascii", "replace")), _PIN)
    return channel


def sign_for_service(terminal: Terminal, number: int, challenge: bytes, pin: str = "") -> Dialogue[bytes]:
    """The service's own key signs a challenge, after its PIN if it has one; the words signed are `service_words`."""
    channel = yield from _open_service(terminal, number, pin)
    return (yield from said(channel.say, Command(0x00, 0x88, 0x00, 0x80 | SERVICE_KEY, challenge, 256), Say("authenticate", "内部認証")))


def service_words(challenge: bytes) -> bytes:
    """What a service's key signs for a challenge."""
    return INTERNAL_WORDS + challenge


def _card_data(channel: OpenChannel) -> Dialogue[CardData]:
    lines = (yield from said(channel.say, read(CARD_DATA), _READ)).decode("utf-8").split("\n")
    try:
        card_id, office, kind, first, last = lines
        found = CardData(card_id, office, CardKind(kind), datetime.date.fromisoformat(first), datetime.date.fromisoformat(last))
    except ValueError as error:
        raise InvalidInput(
            "card data", Say("they are not as an issuer writes them.", "発行者の書式ではありません。"),
            Say("Replace the card.", "カードを再交付してください。"),
        ) from error  # fmt: skip
    if channel.card is None or channel.card.holder.split(" ")[1] != card_id:
        raise Broken(
            "card data",
            Say("they belong to another card.", "別のカードのデータです。"),
            Say("Keep the card.", "カードを預かってください。"),
        )
    return found


def _change(terminal: Terminal, target: int) -> Dialogue[None]:
    manager = yield from open_channel(terminal, MANAGER_AID)
    yield from said(manager.say, Command(0x80, 0xF0, CHANGE_CARD, target), Say("state of the card", "カードの状態"))
