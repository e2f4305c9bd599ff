"""SELECT, GET CHALLENGE and what the card tells everybody (アプリケーションの選択, ISO/IEC 7816-4 section 11.1)."""

from openjuki.card import tlv
from openjuki.card.apdu import Command
from openjuki.card.chip import MANAGER_AID, Chip
from openjuki.card.handshake import CHALLENGE_BYTES
from openjuki.card.memory import CardState
from openjuki.card.status import Denied, Status

BY_FILE, BY_FILE_IN_APPLICATION, BY_NAME = 0x00, 0x02, 0x04
_NO_ANSWER, _FIRST, _WITH_TEMPLATE = 0x0C, 0x00, 0x04
_MASTER = b"\x3f\x00"
LIFE_CYCLE = 0x9F70
_STATES = {CardState.INITIALISED: 0x07, CardState.SECURED: 0x0F, CardState.LOCKED: 0x7F, CardState.TERMINATED: 0xFF}


def select(chip: Chip, command: Command) -> bytes:
    """SELECT: an application by its AID, or a file of the selected one. Selecting an application drops all that was granted."""
    if command.p2 not in (_NO_ANSWER, _FIRST, _WITH_TEMPLATE):
        raise Denied(Status.WRONG_P1_P2)
    if command.p1 == BY_NAME:
        return _select_application(chip, command)
    if command.p1 not in (BY_FILE, BY_FILE_IN_APPLICATION):
        raise Denied(Status.WRONG_P1_P2)
    if command.p1 == BY_FILE and command.data in (b"", _MASTER):
        chip.select(MANAGER_AID)
        return b""
    return _select_file(chip, command.data)


def _select_application(chip: Chip, command: Command) -> bytes:
    aid = command.data or MANAGER_AID
    application = chip.memory.applications.get(aid.hex())
    if application is None or not _open(chip, application.active, aid):
        raise Denied(Status.NOT_FOUND)
    chip.select(aid)
    return tlv.encode(0x6F, tlv.encode(0x84, aid)) if command.p2 != _NO_ANSWER and command.expected else b""


def _open(chip: Chip, active: bool, aid: bytes) -> bool:
    """The manager always answers; the others once they are complete and the card is somebody's."""
    return aid == MANAGER_AID or (active and chip.memory.state is CardState.SECURED)


def _select_file(chip: Chip, identifier: bytes) -> bytes:
    if len(identifier) != 2:
        raise Denied(Status.WRONG_LENGTH)
    number, application = int.from_bytes(identifier, "big"), chip.application
    if number not in application.files and number not in application.pins and number not in application.keys:
        raise Denied(Status.NOT_FOUND)
    chip.session.file = number
    return b""


def challenge(chip: Chip, command: Command) -> bytes:
    """GET CHALLENGE: random bytes, good for one authentication in this session."""
    if command.parameters:
        raise Denied(Status.WRONG_P1_P2)
    count = command.expected or 0
    if not 8 <= count <= CHALLENGE_BYTES:
        count = CHALLENGE_BYTES
    chip.session.challenge = chip.entropy(count)
    return chip.session.challenge


def tell(chip: Chip, command: Command) -> bytes:
    """GET DATA of the card manager: the life cycle; nothing by which one card is told from another."""
    if chip.application.aid != MANAGER_AID or command.parameters != LIFE_CYCLE:
        raise Denied(Status.NO_SUCH_REFERENCE)
    return tlv.encode(LIFE_CYCLE, bytes((_STATES[chip.memory.state],)))
