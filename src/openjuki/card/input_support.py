"""The four items for a form, over the input-support application's own encryption (申請書への自動入力, 券面事項入力補助AP; promise C6).

Only what the issuing municipality signed comes out; whoever lacks the key under which the country's cards stand reads nothing. Between the
two commands of a rewriting (card/rewriting.py) items and signature do not fit: the card is refused until it is rewritten whole.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from openjuki.card import tlv
from openjuki.card.algorithms import load_public
from openjuki.card.apdu import EXTENDED_ANSWER_MAX, Command
from openjuki.card.dialogue import Dialogue, no_card_of_ours, plain, read, refusal, said, select, verify_pin
from openjuki.card.face_data import checked_items
from openjuki.card.image import Entropy
from openjuki.card.layouts import SUPPORT_AID, SUPPORT_ISSUER, SUPPORT_ITEMS, SUPPORT_PIN, SUPPORT_SESSION, SUPPORT_SIGNATURE
from openjuki.card.light_channel import SEED, SEED_BYTES, SEED_TEMPLATE, LightChannel, seed_in
from openjuki.card.third_party import issuer_in
from openjuki.register.errors import InvalidInput, Say

_READ = Say("read", "読出し")


@dataclass(frozen=True, slots=True)
class FourItems:
    """Name, address, birth date, sex: what a form asks again and again."""

    name: str
    address: str
    birth: datetime.date
    sex: str


def read_items(trust: bytes, pin: str, entropy: Entropy) -> Dialogue[FourItems]:
    """The four items after the PIN. Raises InvalidInput for a wrong PIN, Broken if they are not what an issuer of this trust signed.

    `trust` is the public key under which the country's cards stand; a card of another is asked for no PIN.
    """
    yield from said(plain, select(SUPPORT_AID), Say("select", "選択"))
    _, issuer = issuer_in((yield from said(plain, read(SUPPORT_ISSUER), _READ)), trust)
    yield from said(plain, verify_pin(SUPPORT_PIN, pin.encode("ascii", "replace")), Say("PIN", "暗証番号"))
    channel = yield from _session(entropy)
    items = yield from _shown(channel, SUPPORT_ITEMS)
    signature = yield from _shown(channel, SUPPORT_SIGNATURE)
    try:
        return _items(checked_items(items, signature, issuer))
    except (InvalidInput, KeyError, ValueError) as error:
        raise no_card_of_ours() from error


def _shown(channel: LightChannel, file: int) -> Dialogue[bytes]:
    """A file, out of its encryption."""
    answer = yield channel.wrap(read(file))
    if not answer.ok:
        raise refusal(answer.status, _READ)
    shown = channel.show(answer.data)
    if shown is None:
        raise no_card_of_ours()
    return shown


def _items(found: Mapping[int, bytes]) -> FourItems:
    birth = datetime.date.fromisoformat(found[0xDF24].decode("ascii"))
    return FourItems(found[0xDF22].decode("utf-8"), found[0xDF23].decode("utf-8"), birth, found[0xDF25].decode("ascii"))


def _session(entropy: Entropy) -> Dialogue[LightChannel]:
    """A session key to the card, under the key that it shows."""
    shown = yield from said(plain, read(SUPPORT_SESSION), _READ)
    try:
        public = load_public(tlv.inside(shown, 0xA1))
    except (InvalidInput, ValueError) as error:
        raise no_card_of_ours() from error
    if not isinstance(public, rsa.RSAPublicKey):
        raise no_card_of_ours()
    opened = tlv.encode(SEED_TEMPLATE, tlv.encode(SEED, entropy(SEED_BYTES)))
    closed = public.encrypt(opened, padding.OAEP(padding.MGF1(SHA256()), SHA256(), None))
    command = Command(0x80, 0xAE, 0x00, 0x00, closed, EXTENDED_ANSWER_MAX)
    yield from said(plain, command, Say("session key", "セッション鍵"))
    return LightChannel(seed_in(opened) or b"")
