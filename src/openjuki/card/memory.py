"""What lies in a card's memory: applications with files, PINs and keys of their own (ICカードのメモリ, ISO/IEC 7816-4 section 7).

    Memory ── application (DF, by its AID) ──┬── files (EF): content, who may read, who may write
                                             ├── PINs: value, tries left
                                             └── keys: made on the card, who may use them

A condition is a choice of sets: any one of the sets must be granted in full. Grants belong to the session and to one application only.
"""

from enum import IntFlag, StrEnum

import msgspec

Condition = tuple[tuple[str, ...], ...]
"""Any of these sets of grants; see `FREE` and `NEVER`."""

FREE: Condition = ((),)
NEVER: Condition = ()


class Right(IntFlag):
    """What a terminal's certificate lets it do at a card; a certificate names several."""

    READ_PERSON = 1  # the resident record code after the holder's PIN (the Rules art. 43)
    REWRITE = 2  # data of the person after a move (art. 30-44(6), (7))
    RESET_PIN = 4
    ISSUE = 8
    LOAD_SERVICE = 16  # an application under an ordinance (art. 30-44(12))
    SERVICE = 32  # talk with an application of the municipal area
    CERTIFY = 64  # key pairs and certificates of the JPKI application
    END = 128  # suspend, resume, end the card


class CardState(StrEnum):
    """Life cycle of the whole card (GlobalPlatform Card Specification section 5.1)."""

    INITIALISED = "initialised"  # from the factory: nobody's
    SECURED = "secured"  # issued to a person
    LOCKED = "locked"  # suspended at a counter
    TERMINATED = "terminated"  # dead for ever


class Use(StrEnum):
    """What a key of the card may be used for."""

    SIGN = "sign"  # the holder's signatures
    INTERNAL = "internal"  # to show that the chip is no copy
    CHANNEL = "channel"  # to agree on a channel with a terminal
    UNWRAP = "unwrap"  # to receive a session key


def pin_grant(reference: int) -> str:
    """The grant that a verified PIN gives."""
    return f"pin {reference:04X}"


def right_grant(right: Right) -> str:
    """The grant that a terminal's certificate gives while the channel stands."""
    return f"right {(right.name or '').lower()}"


CHANNEL_GRANT = "channel"
"""Any terminal of the card's own trust, inside its channel."""


class Pin(msgspec.Struct):
    """A PIN or reference number; `value` is empty until it is set. `letters` is what it may be made of."""

    value: bytes
    tries_left: int
    tries_max: int
    shortest: int
    longest: int
    letters: str
    changeable: bool = True
    inside: bool = False
    """Whether it is taken inside a channel only: no reader but an office's may even try it."""


class File(msgspec.Struct):
    """An elementary file: one string of bytes, or records."""

    content: bytes
    read: Condition
    write: Condition
    records: tuple[bytes, ...] | None = None


class Key(msgspec.Struct):
    """A key pair; `private` (PKCS#8) and `public` (SubjectPublicKeyInfo) are empty until it is made on the card."""

    algorithm: str
    use: Use
    allowed: Condition
    make: Condition
    private: bytes = b""
    public: bytes = b""


class Application(msgspec.Struct):
    """A dedicated file: nothing in it is seen from another one."""

    aid: bytes
    name: str
    active: bool = False
    files: dict[int, File] = {}
    pins: dict[int, Pin] = {}
    keys: dict[int, Key] = {}
    default_key: int = 0
    channel_key: int = 0
    service: str = ""
    """Name of the service, in the municipal area."""
    owner: str = ""
    """Code of the municipality whose terminals alone it answers; empty: any of the card's trust."""


class Memory(msgspec.Struct):
    """Everything that the chip remembers."""

    card_id: str
    realm: str
    state: CardState
    trust: bytes
    """Public key (SubjectPublicKeyInfo) of the CA whose terminals this card talks to."""
    latest_day: str
    """The latest day known from a certificate: the card has no clock. ISO 8601."""
    applications: dict[str, Application]
    """By AID in hexadecimal digits."""
    atr: bytes
    """Answer to reset."""
    messaging_errors: int = 0


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(Memory)


def encode_memory(memory: Memory) -> bytes:
    """The memory as bytes."""
    return _ENCODER.encode(memory)


def decode_memory(data: bytes) -> Memory:
    """The memory in these bytes. Raises msgspec.MsgspecError if they are none; only bytes whose integrity is proven come here."""
    return _DECODER.decode(data)
