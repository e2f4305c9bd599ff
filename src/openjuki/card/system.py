"""The card's operating system: bytes in, bytes out (カードOS, ISO/IEC 7816-4). Sans-I/O: disk and randomness are passed in.

    transmit(bytes) -> lengths -> class byte ── plain ──────────────> handler -> answer
                                             ├─ 0C: channel ─ unwrap ─> handler -> wrap
                                             └─ 08: input support's encryption ─> handler -> hide

A card that is dead answers every command with 6F00. One command is one turn: what it changes is on disk before its answer leaves.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from openjuki.card import authenticating, issuing, reading, selecting, signing, verifying
from openjuki.card.algorithms import Fault, sound
from openjuki.card.apdu import Command, Response, parse_command
from openjuki.card.channel import SECURE_CLA
from openjuki.card.chip import Chip, Sensor, Session
from openjuki.card.image import Disk, Entropy, new_image, open_image
from openjuki.card.layouts import CHANNEL_CERTIFICATE, manager
from openjuki.card.light_channel import LIGHT_CLA
from openjuki.card.memory import CardState, Memory
from openjuki.card.signing import make
from openjuki.card.status import Denied, Status
from openjuki.register.errors import InvalidInput

ATR = bytes.fromhex("3BE000FF8131FE4514")
"""What the clients of the Japanese public key infrastructure know: T=1, no historical bytes."""

Handler = Callable[[Chip, Command], bytes]
_INTERINDUSTRY, _PROPRIETARY = 0x00, 0x80

HANDLERS: Mapping[tuple[int, int], Handler] = {
    (0x00, 0xA4): selecting.select,
    (0x00, 0x84): selecting.challenge,
    (0x00, 0xCA): selecting.tell,
    (0x00, 0x20): verifying.verify,
    (0x00, 0x24): verifying.change,
    (0x00, 0x2C): verifying.reset,
    (0x00, 0xB0): reading.read_binary,
    (0x00, 0xD6): reading.update_binary,
    (0x00, 0xB2): reading.read_record,
    (0x00, 0xE2): reading.append_record,
    (0x00, 0x2A): authenticating.verify_certificate,
    (0x00, 0x82): authenticating.external_authenticate,
    (0x00, 0x88): signing.internal_authenticate,
    (0x00, 0x46): signing.generate,
    (0x80, 0x2A): signing.compute_signature,
    (0x80, 0xAE): authenticating.set_session_key,
    (0x80, 0xE6): issuing.install,
    (0x80, 0xE4): issuing.delete,
    (0x80, 0xE2): issuing.store,
    (0x80, 0xD8): issuing.put_pin,
    (0x80, 0x46): issuing.make_key,
    (0x80, 0xF0): issuing.set_status,
    (0x80, 0xF2): issuing.progress,
    (0x80, 0xCA): issuing.card_id,
}
"""By class and instruction; whatever is not here does not exist on this card."""


@dataclass(frozen=True, slots=True)
class Blank:
    """What the factory gives a card: number, realm, the card-terminal CA's public key (P-256 SubjectPublicKeyInfo), day (ISO 8601)."""

    card_id: str
    realm: str
    trust: bytes
    day: str
    atr: bytes = ATR


def manufacture(disk: Disk, entropy: Entropy, blank: Blank, certify: Callable[[bytes, bytes], bytes]) -> None:
    """Makes a blank card on this disk: nobody's, with a channel key of its own. `certify(AID, public key)` gives its certificate."""
    application = manager()
    applications = {application.aid.hex(): application}
    memory = Memory(blank.card_id, blank.realm, CardState.INITIALISED, blank.trust, blank.day, applications, blank.atr)
    image = new_image(disk, entropy, memory)
    key = application.keys[application.channel_key]
    make(Chip(image, entropy), key)
    application.files[CHANNEL_CERTIFICATE].content = certify(application.aid, key.public)
    image.save()


class CardSystem:
    """A card with power. `fault` is what an attack does to its computations; nobody but a test passes one."""

    def __init__(self, disk: Disk, entropy: Entropy, fault: Fault = sound) -> None:
        self._chip = Chip(open_image(disk, entropy), entropy, fault)
        self._atr = ATR if self._chip.dead else self._chip.memory.atr

    @property
    def atr(self) -> bytes:
        """Answer to reset; a dead card still gives it."""
        return self._atr

    @property
    def dead(self) -> bool:
        """Whether the card will never answer again."""
        return self._chip.dead

    def reset(self) -> None:
        """Power on or reset: all that was granted is gone."""
        if not self._chip.dead:
            self._chip.reset()

    def alarm(self, sensor: Sensor) -> None:
        """A sensor has felt an attack: the card dies."""
        self._chip.alarm(sensor)

    def transmit(self, apdu: bytes) -> bytes:
        """The answer to one command; never raises for anything that comes in from outside."""
        if self._chip.dead:
            return Response(b"", Status.DEAD).encode()
        try:
            command = parse_command(apdu)
        except InvalidInput:
            return Response(b"", Status.WRONG_LENGTH).encode()
        return self._respond(command).encode()

    def _respond(self, command: Command) -> Response:
        secure = command.cla & SECURE_CLA
        session = self._chip.session
        if secure == SECURE_CLA:
            return self._in_channel(command)
        if secure == LIGHT_CLA:
            return self._in_light_channel(command)
        if session.channel is not None:
            self._chip.session = Session(session.application, session.file)  # a command outside ends the channel and all it granted
        return self._run(command)

    def _run(self, command: Command) -> Response:
        handler = HANDLERS.get((command.cla, command.ins))
        if handler is None:
            known = command.cla in (_INTERINDUSTRY, _PROPRIETARY)
            return Response(b"", Status.UNKNOWN_INS if known else Status.UNKNOWN_CLA)
        try:
            return Response(handler(self._chip, command), Status.OK)
        except Denied as denied:
            return Response(b"", denied.status)

    def _in_channel(self, command: Command) -> Response:
        channel = self._chip.session.channel
        if channel is None:
            return Response(b"", Status.NOT_NOW)
        plain = channel.unwrap(command)
        if plain is None:
            self._chip.messaging_failed()
            return Response(b"", Status.MESSAGING_WRONG)
        self._chip.messaging_held()
        self._chip.session.inside = True
        answer = self._run(plain)
        self._chip.session.inside = False
        return channel.wrap_answer(answer)  # the last word of a card that ends here, too

    def _in_light_channel(self, command: Command) -> Response:
        light = self._chip.session.light
        if light is None:
            return Response(b"", Status.CHANNEL_OF_CARD_CLOSED)
        plain = light.unwrap(command)
        if plain is None:
            self._chip.session.light = None
            return Response(b"", Status.MESSAGING_WRONG)
        answer = self._run(plain)
        return Response(light.hide(answer.data) if answer.data else b"", answer.status)
