"""The card's own keys at work: the holder's signature, proof that the chip is no copy, new pairs (署名・内部認証・鍵ペア生成, 7816-8)."""

from openjuki.card import tlv
from openjuki.card.algorithms import Algorithm, Form, make_pair, sign
from openjuki.card.apdu import Command
from openjuki.card.chip import Chip
from openjuki.card.memory import Key, Use
from openjuki.card.status import Denied, Status
from openjuki.card.verifiable import PUBLIC_KEY

INTERNAL_WORDS = b"openjuki/card-internal/v1\x00"
SHOWN_WORDS = b"openjuki/card-shown/v1\x00"
"""In front of what the Juki Net area's channel key signs to say that the card was shown and its PIN given."""
_MAKE, _TELL = 0x80, 0x81


def compute_signature(chip: Chip, command: Command) -> bytes:
    """PERFORM SECURITY OPERATION 80 2A: P1 is the form of what is handed in, P2 the key."""
    key = chip.key(command.p2)
    if key.use not in (Use.SIGN, Use.INTERNAL):
        raise Denied(Status.CONDITION_NOT_MET)
    chip.require(key.allowed)
    if not command.data:
        raise Denied(Status.WRONG_LENGTH)
    return signed(chip, key, command.p1, command.data)


def internal_authenticate(chip: Chip, command: Command) -> bytes:
    """INTERNAL AUTHENTICATE: a signature over the challenge, with words in front that no other signature of the card begins with."""
    if command.p1:
        raise Denied(Status.WRONG_P1_P2)
    key = chip.key(command.p2)
    if key.use not in (Use.INTERNAL, Use.CHANNEL):
        raise Denied(Status.CONDITION_NOT_MET)
    chip.require(key.allowed)
    if not 8 <= len(command.data) <= 64:
        raise Denied(Status.WRONG_LENGTH)
    return signed(chip, key, Form.MESSAGE, (SHOWN_WORDS if key.use is Use.CHANNEL else INTERNAL_WORDS) + command.data)


def generate(chip: Chip, command: Command) -> bytes:
    """GENERATE ASYMMETRIC KEY PAIR 00 46: a new pair (P1 = 80), or the public part of the present one (81: after a lost answer)."""
    if command.p1 not in (_MAKE, _TELL):
        raise Denied(Status.WRONG_P1_P2)
    key = chip.application.keys.get(chip.referred(command.p2))
    if key is None:
        raise Denied(Status.NO_SUCH_REFERENCE)
    chip.require(key.make)
    if command.p1 == _MAKE:
        make(chip, key)
        chip.save()
    if not key.public:
        raise Denied(Status.NO_SUCH_REFERENCE)
    return tlv.encode(PUBLIC_KEY, key.public)


def make(chip: Chip, key: Key) -> None:
    """A new pair in the key's place; the caller saves."""
    key.private, key.public = make_pair(Algorithm(key.algorithm), chip.entropy)


def signed(chip: Chip, key: Key, form: int, data: bytes) -> bytes:
    """A signature that holds; one that does not is a fault attack, and the card dies rather than give it out."""
    signature = sign(chip.private(key), form, data, chip.fault)
    if signature is None:
        chip.zeroise()
        raise Denied(Status.DEAD)
    return signature
