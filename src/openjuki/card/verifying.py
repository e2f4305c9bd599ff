"""PINs and reference numbers: verify, change, reset (暗証番号・照合番号, the Rules art. 43; ISO/IEC 7816-4 section 11.6).

The counter of tries goes down on disk before the comparison: who cuts the power between the two has lost the try.
"""

from cryptography.hazmat.primitives.constant_time import bytes_eq

from openjuki.card.apdu import Command
from openjuki.card.chip import Chip
from openjuki.card.memory import Pin, Right, pin_grant, right_grant
from openjuki.card.status import Denied, Status, tries

RESET_PIN_CONDITION = ((right_grant(Right.RESET_PIN),),)
_NEW_VALUE = 0x02


def verify(chip: Chip, command: Command) -> bytes:
    """VERIFY: with a value the comparison, without one the tries left (63Cx, even when verified: clients expect it)."""
    if command.p1:
        raise Denied(Status.WRONG_P1_P2)
    reference, pin = chip.pin(command.p2)
    if not command.data:
        raise Denied(tries(pin.tries_left))
    if pin.inside and not chip.session.inside:
        raise Denied(Status.CONDITION_NOT_MET)
    chip.session.granted.discard(pin_grant(reference))
    if pin.tries_left == 0 or not pin.value:
        raise Denied(Status.BLOCKED)
    pin.tries_left -= 1
    chip.save()
    if not bytes_eq(pin.value, command.data):
        raise Denied(tries(pin.tries_left))
    pin.tries_left = pin.tries_max
    chip.save()
    chip.session.granted.add(pin_grant(reference))
    return b""


def change(chip: Chip, command: Command) -> bytes:
    """CHANGE REFERENCE DATA: the new value alone, after the old one was verified in this session."""
    if command.p1 != 0x01:
        raise Denied(Status.WRONG_P1_P2)
    reference, pin = chip.pin(command.p2)
    if not pin.changeable or (pin.inside and not chip.session.inside):
        raise Denied(Status.CONDITION_NOT_MET)
    chip.require(((pin_grant(reference),),))
    _set(chip, pin, command.data)
    return b""


def reset(chip: Chip, command: Command) -> bytes:
    """RESET RETRY COUNTER with a new value: at a municipality's counter only, inside its channel."""
    if command.p1 != _NEW_VALUE:
        raise Denied(Status.WRONG_P1_P2)
    _, pin = chip.pin(command.p2)
    chip.require(RESET_PIN_CONDITION)
    if not pin.changeable:
        raise Denied(Status.CONDITION_NOT_MET)
    _set(chip, pin, command.data)
    return b""


def suits(pin: Pin, value: bytes) -> bool:
    """Whether the value has a PIN's length and letters."""
    return pin.shortest <= len(value) <= pin.longest and all(chr(byte) in pin.letters for byte in value)


def _set(chip: Chip, pin: Pin, value: bytes) -> None:
    if not suits(pin, value):
        raise Denied(Status.WRONG_DATA)
    pin.value, pin.tries_left = value, pin.tries_max
    chip.save()
