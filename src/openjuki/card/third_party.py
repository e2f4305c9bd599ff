"""A third party's check of a card: is its face the issuer's, and is the chip no copy (券面事項の確認; promise C2).

    the holder hands over the card and reads out, or lets read, the reference number -> face, photo     never the code
    only the age is asked -> birth date alone

Needs no office's certificate: what is read was printed on the card anyway. The chip signs a challenge with the key that the issuer signed.
"""

import datetime
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from openjuki.card import verifiable
from openjuki.card.algorithms import load_public
from openjuki.card.apdu import Command
from openjuki.card.dialogue import Dialogue, no_card_of_ours, plain, read, said, select, verify_pin
from openjuki.card.face_data import Face, read_age, read_face
from openjuki.card.image import Entropy
from openjuki.card.layouts import FACE_AGE, FACE_AGE_PIN, FACE_AID, FACE_DATA, FACE_ISSUER, FACE_KEY, FACE_PIN_B
from openjuki.card.signing import INTERNAL_WORDS
from openjuki.register.errors import InvalidInput, Reason, Refused, Say

CHALLENGE_BYTES = 32
_READ = Say("read", "読出し")
_NUMBER = Say("reference number", "照合番号")


@dataclass(frozen=True, slots=True)
class CheckedFace:
    """A face that is the issuer's, on a chip that is no copy; `office` issued it."""

    face: Face
    office: str


def check_face(trust: bytes, number: str, day: datetime.date, entropy: Entropy) -> Dialogue[CheckedFace]:
    """The face, opened by the reference number of 14 digits. Raises Broken for a forged face or a copied chip, Refused if it is over.

    `trust` is the public key under which the country's cards stand.
    """
    office, issuer = yield from _issuer(trust)
    yield from said(plain, verify_pin(FACE_PIN_B, number.encode("ascii", "replace")), _NUMBER)
    face = read_face((yield from said(plain, read(FACE_DATA), _READ)), issuer)
    yield from _chip_is_no_copy(face.card_key, entropy)
    if day > face.last_day:
        raise Refused(Reason.INVALID, "the card has expired, 令30-16")
    return CheckedFace(face, office)


def check_age(trust: bytes, era_birth: str, day: datetime.date, entropy: Entropy) -> Dialogue[int]:
    """Full years on this day, opened by the birth date in six digits; nothing else is read. Raises Broken as `check_face`."""
    _, issuer = yield from _issuer(trust)
    yield from said(plain, verify_pin(FACE_AGE_PIN, era_birth.encode("ascii", "replace")), _NUMBER)
    birth, card_key = read_age((yield from said(plain, read(FACE_AGE), _READ)), issuer)
    yield from _chip_is_no_copy(card_key, entropy)
    if birth is None:
        raise InvalidInput(
            "age", Say("this kind of card tells none.", "この種類のカードには記録されていません。"),
            Say("Ask for another document.", "他の書類で確認してください。"),
        )  # fmt: skip
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def _issuer(trust: bytes) -> Dialogue[tuple[str, bytes]]:
    """Office and key of the issuer, from the certificate on the card."""
    yield from said(plain, select(FACE_AID), Say("select", "選択"))
    return issuer_in((yield from said(plain, read(FACE_ISSUER), _READ)), trust)


def issuer_in(certificate: bytes, trust: bytes) -> tuple[str, bytes]:
    """Office and key (SubjectPublicKeyInfo) of the issuer whose certificate lies on a card. Raises Broken if it is not under this trust."""
    try:
        issuer = verifiable.read(certificate, trust)
    except InvalidInput as error:
        raise no_card_of_ours() from error
    if not issuer.holder.startswith("issuer "):
        raise no_card_of_ours()
    return issuer.holder.removeprefix("issuer "), issuer.public


def _chip_is_no_copy(card_key: bytes, entropy: Entropy) -> Dialogue[None]:
    challenge = entropy(CHALLENGE_BYTES)
    signature = yield from said(plain, Command(0x00, 0x88, 0x00, 0x80 | FACE_KEY, challenge, 256), Say("chip", "内部認証"))
    key = load_public(card_key)
    if not isinstance(key, rsa.RSAPublicKey):
        raise no_card_of_ours()
    try:
        key.verify(signature, INTERNAL_WORDS + challenge, padding.PKCS1v15(), SHA256())
    except InvalidSignature as error:
        raise no_card_of_ours() from error
