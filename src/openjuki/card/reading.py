"""Files: read and written under their own conditions (ファイルの読出し・書込み, ISO/IEC 7816-4 section 11.3)."""

from openjuki.card.apdu import SHORT_ANSWER_MAX, Command
from openjuki.card.chip import Chip
from openjuki.card.memory import File
from openjuki.card.status import Denied, Status

_BY_SHORT_NAME = 0x80
FILE_BYTES_MAX = 0x7FFF
RECORDS_MAX, RECORD_BYTES_MAX = 32, 512


def read_binary(chip: Chip, command: Command) -> bytes:
    """READ BINARY: from an offset of 15 bits, or of 8 bits in the file that P1 names."""
    file, offset = _place(chip, command)
    chip.require(file.read)
    if file.records is not None:
        raise Denied(Status.NOT_SUPPORTED)
    if offset >= len(file.content):
        raise Denied(Status.BEYOND_END)
    return file.content[offset : offset + (command.expected or SHORT_ANSWER_MAX)]


def update_binary(chip: Chip, command: Command) -> bytes:
    """UPDATE BINARY: what stood there from the offset on is replaced; offset 0 replaces the whole file."""
    file, offset = _place(chip, command)
    chip.require(file.write)
    if file.records is not None or not command.data:
        raise Denied(Status.NOT_SUPPORTED)
    if offset > len(file.content) or offset + len(command.data) > FILE_BYTES_MAX:
        raise Denied(Status.NO_ROOM)
    file.content = file.content[:offset] + command.data
    chip.save()
    return b""


def read_record(chip: Chip, command: Command) -> bytes:
    """READ RECORD by its number."""
    if command.p2 & 0x07 != 0x04:
        raise Denied(Status.WRONG_P1_P2)
    file = _named(chip, command.p2 >> 3)
    chip.require(file.read)
    if file.records is None:
        raise Denied(Status.NOT_SUPPORTED)
    if not 1 <= command.p1 <= len(file.records):
        raise Denied(Status.NO_RECORD)
    return file.records[command.p1 - 1][: command.expected or SHORT_ANSWER_MAX]


def _place(chip: Chip, command: Command) -> tuple[File, int]:
    if command.p1 & _BY_SHORT_NAME:
        if command.p1 & 0x60:
            raise Denied(Status.WRONG_P1_P2)
        return _named(chip, command.p1 & 0x1F), command.p2
    return _named(chip, 0), command.parameters


def _named(chip: Chip, short: int) -> File:
    """The file of a short identifier, which becomes the current one; 0 is the current one."""
    number = short or chip.session.file
    if number is None:
        raise Denied(Status.NO_FILE_SELECTED)
    file = chip.application.files.get(number)
    if file is None:
        raise Denied(Status.NOT_SUPPORTED if number in chip.application.pins or number in chip.application.keys else Status.NOT_FOUND)
    chip.session.file = number
    return file


def append_record(chip: Chip, command: Command) -> bytes:
    """APPEND RECORD to the current or the named file."""
    if command.p1 or command.p2 & 0x07:
        raise Denied(Status.WRONG_P1_P2)
    file = _named(chip, command.p2 >> 3)
    chip.require(file.write)
    if file.records is None or not command.data:
        raise Denied(Status.NOT_SUPPORTED)
    if len(file.records) >= RECORDS_MAX or len(command.data) > RECORD_BYTES_MAX:
        raise Denied(Status.NO_ROOM)
    file.records = (*file.records, command.data)
    chip.save()
    return b""
