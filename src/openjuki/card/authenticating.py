"""The card's side of the mutual authentication, and the lighter one of the input-support application (相互認証; card/handshake.py)."""

import datetime

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from openjuki.card import handshake, tlv, verifiable
from openjuki.card.algorithms import Form
from openjuki.card.apdu import Command
from openjuki.card.channel import Channel
from openjuki.card.chip import Chip
from openjuki.card.light_channel import LightChannel, seed_in
from openjuki.card.memory import CHANNEL_GRANT, Right, Use, right_grant
from openjuki.card.signing import signed
from openjuki.card.status import Denied, Status
from openjuki.card.verifiable import Verifiable
from openjuki.keys.software import make_key, verify
from openjuki.register.errors import InvalidInput

_CERTIFICATE = 0x00BE


def verify_certificate(chip: Chip, command: Command) -> bytes:
    """PSO: VERIFY CERTIFICATE: an office's terminal shows what it may do. The card learns the day from its first day.

    Never inside a channel: what was granted there belongs to the terminal that has shown its key, not to whichever certificate comes later.
    """
    if command.parameters != _CERTIFICATE:
        raise Denied(Status.WRONG_P1_P2)
    if chip.session.inside:
        raise Denied(Status.NOT_NOW)
    chip.session.terminal = None
    try:
        terminal = verifiable.read(command.data, chip.memory.trust)
    except InvalidInput as error:
        raise Denied(Status.WRONG_DATA) from error
    known = datetime.date.fromisoformat(chip.memory.latest_day)
    if terminal.realm != chip.memory.realm or not terminal.office or terminal.last_day < known:
        raise Denied(Status.CONDITION_NOT_MET)
    if terminal.first_day > known:
        chip.memory.latest_day = terminal.first_day.isoformat()
        chip.save()
    chip.session.terminal = terminal
    return b""


def external_authenticate(chip: Chip, command: Command) -> bytes:
    """EXTERNAL AUTHENTICATE: the terminal's signature over the challenge and its new key; answered by the card's own, then the channel."""
    terminal, challenge, chip.session.challenge = chip.session.terminal, chip.session.challenge, b""
    if command.parameters or terminal is None or len(challenge) != handshake.CHALLENGE_BYTES:
        raise Denied(Status.NOT_NOW)
    aid, other = chip.application.aid, _terminal_point(command.data, challenge, chip.application.aid, terminal)
    own = make_key(chip.entropy)
    words = handshake.card_words(challenge, aid, other, handshake.point(own))
    agreed = handshake.agree(own, other, challenge, words)
    key = chip.application.keys.get(chip.application.channel_key)
    if agreed is None or key is None or key.use is not Use.CHANNEL or not key.private:
        raise Denied(Status.CONDITION_NOT_MET)
    answer = (
        (handshake.NEW_KEY, handshake.point(own)), (handshake.SIGNATURE, signed(chip, key, Form.MESSAGE, words)),
        (handshake.CONFIRMATION, agreed[1]),
    )  # fmt: skip
    chip.session.channel = Channel(agreed[0])
    chip.session.in_channel = _grants(chip, terminal)
    return tlv.encode(handshake.DYNAMIC, b"".join(tlv.encode(tag, value) for tag, value in answer))


def _terminal_point(data: bytes, challenge: bytes, aid: bytes, terminal: Verifiable) -> bytes:
    try:
        found = tlv.fields(tlv.inside(data, handshake.DYNAMIC))
    except InvalidInput as error:
        raise Denied(Status.WRONG_DATA) from error
    point, signature = found.get(handshake.NEW_KEY, b""), found.get(handshake.SIGNATURE, b"")
    if not verify(terminal.public, signature, handshake.terminal_words(challenge, aid, point)):
        raise Denied(Status.VERIFICATION_FAILED)
    return point


def _grants(chip: Chip, terminal: Verifiable) -> frozenset[str]:
    """What the certificate grants here; a service answers the terminals of its own municipality only."""
    owner = chip.application.owner
    if owner and owner != terminal.office:
        return frozenset()
    return frozenset({CHANNEL_GRANT, *(right_grant(right) for right in Right if right in terminal.rights)})


def set_session_key(chip: Chip, command: Command) -> bytes:
    """80 AE: the input-support application takes a session key, after the PIN; its answer is in clear, what follows is not."""
    key = next((key for key in chip.application.keys.values() if key.use is Use.UNWRAP), None)
    if command.parameters or key is None or not key.private:
        raise Denied(Status.CONDITION_NOT_MET)
    chip.require(key.allowed)
    private = chip.private(key)
    if not isinstance(private, rsa.RSAPrivateKey):
        raise Denied(Status.NOT_SUPPORTED)
    try:
        opened = private.decrypt(command.data, padding.OAEP(padding.MGF1(SHA256()), SHA256(), None))
    except ValueError as error:
        raise Denied(Status.WRONG_DATA) from error
    session_key = seed_in(opened)
    if session_key is None:
        raise Denied(Status.WRONG_DATA)
    chip.session.light = LightChannel(session_key)
    return b""
