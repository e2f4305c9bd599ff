"""What a terminal says to a card, step by step, without sending anything itself (端末とカードの対話, ISO/IEC 7816-4). Sans-I/O.

A dialogue is a generator: it yields commands, is given the answers, and returns what came out. `terminal` runs it against any door; a test
may stop it between any two steps.
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import TypeVar

from openjuki.card import handshake, tlv, verifiable
from openjuki.card.apdu import EXTENDED_ANSWER_MAX, Command, Response
from openjuki.card.channel import Channel
from openjuki.card.image import Entropy
from openjuki.card.layouts import CHANNEL_CERTIFICATE
from openjuki.card.verifiable import Verifiable
from openjuki.keys.door import Signer
from openjuki.keys.software import make_key, verify
from openjuki.register.errors import Broken, InvalidInput, NotReady, OpenJukiError, Reason, Refused, Say

Result = TypeVar("Result")
Dialogue = Generator[Command, Response, Result]

Send = Callable[[Command], Dialogue[Response]]
"""Says one command, inside a channel or not."""


@dataclass(frozen=True, slots=True)
class Terminal:
    """Who stands at the card: an office's terminal with its key and certificate; `trust` is the CA of the country's cards."""

    keys: Signer
    key_name: str
    certificate: bytes
    trust: bytes
    realm: str
    entropy: Entropy


class OpenChannel:
    """A channel that stands; `card` is what the card's `certificate` says."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self.card: Verifiable | None = None
        self.certificate = b""

    def say(self, command: Command) -> Dialogue[Response]:
        """One command inside the channel. Raises Broken if the answer does not hold."""
        answer = yield self._channel.wrap(command)
        opened = self._channel.unwrap_answer(answer)
        if opened is None:
            raise Broken(
                "card channel",
                Say("the answer is not the card's.", "カードの応答ではありません。"),
                Say("Take the card out, look at the reader, start again.", "カードを抜き、読取り装置を確かめてからやり直してください。"),
            )
        return opened


def select(aid: bytes) -> Command:
    """SELECT of an application, without template."""
    return Command(0x00, 0xA4, 0x04, 0x0C, aid)


def read(number: int, offset: int = 0, expected: int = EXTENDED_ANSWER_MAX) -> Command:
    """READ BINARY of the file that was selected (number 0), or of one by its short identifier."""
    parameters = (0x80 | number, offset) if number else (offset >> 8, offset & 0xFF)
    return Command(0x00, 0xB0, *parameters, b"", expected)


def verify_pin(number: int, value: bytes) -> Command:
    """VERIFY of a PIN by its short identifier."""
    return Command(0x00, 0x20, 0x00, 0x80 | number, value)


def plain(command: Command) -> Dialogue[Response]:
    """One command outside any channel."""
    answer = yield command
    return answer


def said(send: Send, command: Command, step: Say) -> Dialogue[bytes]:
    """The data of the answer. Raises Refused if the card says no: its status word stands in the article."""
    answer = yield from send(command)
    if not answer.ok:
        raise refusal(answer.status, step)
    return answer.data


def open_channel(terminal: Terminal, aid: bytes) -> Dialogue[OpenChannel]:
    """Selects the application and opens the channel. Raises Refused if the card takes no such terminal, Broken if it is no card of ours."""
    yield from said(plain, select(aid), Say("select", "選択"))
    yield from said(plain, Command(0x00, 0x2A, 0x00, 0xBE, terminal.certificate), Say("terminal certificate", "端末証明書"))
    challenge = yield from said(
        plain, Command(0x00, 0x84, 0x00, 0x00, b"", handshake.CHALLENGE_BYTES), Say("challenge", "乱数")
    )  # fmt: skip
    own = make_key(terminal.entropy)
    point = handshake.point(own)
    signature = terminal.keys.sign(terminal.key_name, handshake.terminal_words(challenge, aid, point))
    data = tlv.encode(handshake.NEW_KEY, point) + tlv.encode(handshake.SIGNATURE, signature)
    command = Command(0x00, 0x82, 0x00, 0x00, tlv.encode(handshake.DYNAMIC, data), 256)
    answer = yield from said(plain, command, Say("authentication", "相互認証"))
    try:
        found = tlv.fields(tlv.inside(answer, handshake.DYNAMIC))
    except InvalidInput as error:
        raise no_card_of_ours() from error
    card_point = found.get(handshake.NEW_KEY, b"")
    words = handshake.card_words(challenge, aid, point, card_point)
    agreed = handshake.agree(own, card_point, challenge, words)
    if agreed is None or found.get(handshake.CONFIRMATION) != agreed[1]:
        raise no_card_of_ours()
    channel = OpenChannel(Channel(agreed[0]))
    channel.card = yield from _card_shows_itself(terminal, channel, words, found.get(handshake.SIGNATURE, b""), aid)
    return channel


def _card_shows_itself(terminal: Terminal, channel: OpenChannel, words: bytes, signature: bytes, aid: bytes) -> Dialogue[Verifiable]:
    certificate = yield from said(channel.say, read(CHANNEL_CERTIFICATE), Say("card certificate", "カード証明書"))
    try:
        card = verifiable.read(certificate, terminal.trust)
    except InvalidInput as error:
        raise no_card_of_ours() from error
    named = card.holder.startswith("card ") and card.holder.endswith(" " + aid.hex())
    if not named or card.realm != terminal.realm or not verify(card.public, signature, words):
        raise no_card_of_ours()
    channel.certificate = certificate
    return card


def refusal(status: int, step: Say) -> OpenJukiError:
    """The card said no."""
    if status & 0xFFF0 == 0x63C0:
        left = status & 0x0F
        return InvalidInput(
            "PIN", Say(f"wrong; {left} tries are left.", f"違います。残り{left}回です。"),
            Say("Type it again, or have it reset at the counter.", "もう一度入力するか、窓口で再設定してください。"),
        )  # fmt: skip
    if status == 0x6984:
        return Refused(Reason.FIELD_NOT_ALLOWED, "PIN blocked, 6984")
    if status == 0x6F00:
        return NotReady(
            "card", Say("it is dead.", "使えなくなっています。"), Say("It is replaced at the counter.", "窓口で再交付を受けてください。")
        )
    return Refused(Reason.FIELD_NOT_ALLOWED, f"{step.en}, {status:04X}")


def no_card_of_ours() -> Broken:
    """Whatever answered is no card of this country."""
    return Broken(
        "card",
        Say("it does not show that it is of this country's issue.", "この国で発行されたカードと確認できません。"),
        Say("Keep it and call the office that it names.", "カードを預かり、記載の市町村に連絡してください。"),
    )
