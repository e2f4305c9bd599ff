"""The chip while it has power: memory, session, keys at work, alarms (ICチップ, ISO/IEC 7816-4 section 9: security status).

A session belongs to one application. Selecting any application, or a reset, makes a new one: nothing that was granted is left.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from openjuki.card.algorithms import Fault, PrivateKey, load_private, sound
from openjuki.card.channel import Channel
from openjuki.card.image import Entropy, Image
from openjuki.card.light_channel import LightChannel
from openjuki.card.memory import Application, Condition, Key, Memory, Pin
from openjuki.card.status import Denied, Status
from openjuki.card.verifiable import Verifiable

MANAGER_AID = bytes.fromhex("A0000001510000")
"""The card manager: what answers after power on (GlobalPlatform's issuer security domain)."""
MESSAGING_ERRORS_MAX = 10
"""Commands inside a channel that do not hold, between two that do, until the card takes it for an attack."""
_CURRENT, _REFERENCE = 0x80, 0x1F


class Sensor(StrEnum):
    """What a chip feels when somebody tampers with it (耐タンパー性)."""

    VOLTAGE = "voltage"
    CLOCK = "clock"
    TEMPERATURE = "temperature"
    LIGHT = "light"
    MESH = "mesh"


@dataclass
class Session:
    """What is granted now, and to which application."""

    application: Application
    file: int | None = None
    granted: set[str] = field(default_factory=set)
    terminal: Verifiable | None = None
    challenge: bytes = b""
    channel: Channel | None = None
    in_channel: frozenset[str] = frozenset()
    """Grants of the terminal; they hold for commands that come inside the channel only."""
    inside: bool = False
    light: LightChannel | None = None


class Chip:
    """A card with power. Raises nothing but Denied, and that only towards the interpreter."""

    def __init__(self, image: Image, entropy: Entropy, fault: Fault = sound) -> None:
        self._image, self.entropy, self.fault = image, entropy, fault
        self._loaded: dict[bytes, PrivateKey] = {}
        if image.memory is not None:
            self.reset()

    @property
    def dead(self) -> bool:
        """Whether the card will never answer again."""
        return self._image.memory is None

    @property
    def memory(self) -> Memory:
        """Everything remembered. Raises Denied if the card is dead."""
        if self._image.memory is None:
            raise Denied(Status.DEAD)
        return self._image.memory

    @property
    def application(self) -> Application:
        """The selected application."""
        return self.session.application

    def reset(self) -> None:
        """Power on or reset: the card manager is selected and nothing granted."""
        self.select(MANAGER_AID)

    def select(self, aid: bytes) -> None:
        """A new session with the application of this AID. Raises Denied if there is none."""
        application = self.memory.applications.get(aid.hex())
        if application is None:
            raise Denied(Status.NOT_FOUND)
        self.session = Session(application)

    def save(self) -> None:
        """What was changed is on disk when this returns."""
        self._image.save()

    def zeroise(self) -> None:
        """The card dies now."""
        self._loaded.clear()
        self._image.zeroise()

    def alarm(self, _sensor: Sensor) -> None:
        """A sensor has felt an attack."""
        self.zeroise()

    def allows(self, condition: Condition) -> bool:
        """Whether what is granted meets the condition."""
        granted = self.session.granted | self.session.in_channel if self.session.inside else self.session.granted
        return any(granted.issuperset(needed) for needed in condition)

    def require(self, condition: Condition) -> None:
        """Raises Denied 6982 if the condition is not met."""
        if not self.allows(condition):
            raise Denied(Status.CONDITION_NOT_MET)

    def referred(self, p2: int, default: int = 0) -> int:
        """The file, PIN or key that P2 names: the current one, one by its short identifier, or the default (P2 = 00)."""
        if p2 == 0 and default:
            return default
        if p2 == _CURRENT and self.session.file is not None:
            return self.session.file
        if p2 == _CURRENT:
            raise Denied(Status.NO_FILE_SELECTED)
        if not p2 & _CURRENT or p2 & ~_CURRENT & ~_REFERENCE:
            raise Denied(Status.WRONG_P1_P2)
        return p2 & _REFERENCE

    def pin(self, p2: int) -> tuple[int, Pin]:
        """Reference and PIN that P2 names. Raises Denied."""
        reference = self.referred(p2)
        pin = self.application.pins.get(reference)
        if pin is None:
            raise Denied(Status.NO_SUCH_REFERENCE)
        return reference, pin

    def key(self, p2: int) -> Key:
        """The key that P2 names; it was made already. Raises Denied."""
        key = self.application.keys.get(self.referred(p2, self.application.default_key))
        if key is None or not key.private:
            raise Denied(Status.NO_SUCH_REFERENCE)
        return key

    def private(self, key: Key) -> PrivateKey:
        """The private key, ready to compute."""
        if key.public not in self._loaded:
            self._loaded[key.public] = load_private(key.private)
        return self._loaded[key.public]

    def messaging_failed(self) -> None:
        """A command inside a channel did not hold: the channel closes; too many in a row are an attack."""
        self.session = Session(self.application)
        self.memory.messaging_errors += 1
        if self.memory.messaging_errors >= MESSAGING_ERRORS_MAX:
            self.zeroise()
        else:
            self.save()

    def messaging_held(self) -> None:
        """A command inside a channel held: earlier misses were no attack."""
        if self.memory.messaging_errors:
            self.memory.messaging_errors = 0
            self.save()
