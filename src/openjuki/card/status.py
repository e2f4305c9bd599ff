"""Status words: what a card says at the end of each answer (ステータスワード, ISO/IEC 7816-4 section 5.6)."""

from enum import IntEnum


class Status(IntEnum):
    """Status words that this card gives; those with a count, 63Cx, come from `tries`."""

    OK = 0x9000
    VERIFICATION_FAILED = 0x6300
    DEAD = 0x6F00
    WRONG_LENGTH = 0x6700
    CHANNEL_OF_CARD_CLOSED = 0x69FC  # the input-support application after a miss in its secure messaging
    NO_SECURE_MESSAGING = 0x6882
    CONDITION_NOT_MET = 0x6982
    BLOCKED = 0x6984
    NOT_NOW = 0x6985
    NO_FILE_SELECTED = 0x6986
    MESSAGING_OBJECTS_MISSING = 0x6987
    MESSAGING_WRONG = 0x6988
    WRONG_DATA = 0x6A80
    NOT_SUPPORTED = 0x6A81
    NOT_FOUND = 0x6A82
    NO_RECORD = 0x6A83
    NO_ROOM = 0x6A84
    WRONG_P1_P2 = 0x6A86
    NO_SUCH_REFERENCE = 0x6A88
    BEYOND_END = 0x6B00
    UNKNOWN_INS = 0x6D00
    UNKNOWN_CLA = 0x6E00


def tries(left: int) -> int:
    """63Cx: the comparison failed, or a question without a PIN; x tries are left."""
    return 0x63C0 | left


class Denied(Exception):
    """The card answers with this status word and nothing else; never leaves the card."""

    def __init__(self, status: int) -> None:
        super().__init__(f"{status:04X}")
        self.status = status
