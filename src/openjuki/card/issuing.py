"""What the card manager does for an issuer: make applications, fill them, open and end the card (発行処理, GlobalPlatform section 11).

All of it inside the manager's channel. Each command may be sent again after a lost answer: it then finds done what it would do.
"""

from hashlib import sha256

from openjuki.card import tlv
from openjuki.card.apdu import Command
from openjuki.card.chip import MANAGER_AID, Chip
from openjuki.card.layouts import is_service, new_application
from openjuki.card.memory import Application, CardState, Right, right_grant
from openjuki.card.order_check import SERVICE_NAME_BYTES_MAX
from openjuki.card.reading import FILE_BYTES_MAX
from openjuki.card.signing import make
from openjuki.card.status import Denied, Status
from openjuki.card.verifiable import PUBLIC_KEY
from openjuki.card.verifying import suits
from openjuki.register.errors import InvalidInput

AID, REFERENCE, VALUE, SERVICE_NAME, SERVICE_HAS_PIN, DONE = 0x4F, 0x83, 0x53, 0x50, 0x86, 0xE0
ACTIVATE_APPLICATION, CHANGE_CARD = 0x40, 0x80
SECURE, LOCK, TERMINATE = 0x0F, 0x7F, 0xFF
DIGEST_BYTES = 8


def install(chip: Chip, command: Command) -> bytes:
    """INSTALL: an application without content. One that is there already stays as it is."""
    found = _objects(chip, command)
    aid, service = found.get(AID, b""), found.get(SERVICE_NAME, b"")
    _may_load(chip, aid)
    if aid.hex() in chip.memory.applications:
        return b""
    terminal = chip.session.terminal
    try:
        owner = terminal.office if terminal and is_service(aid) else ""
        application = new_application(aid, service.decode("utf-8"), owner, with_pin=SERVICE_HAS_PIN in found)
    except UnicodeDecodeError as error:
        raise Denied(Status.WRONG_DATA) from error
    if application is None or len(service) > SERVICE_NAME_BYTES_MAX:
        raise Denied(Status.NOT_FOUND)
    make(chip, application.keys[application.channel_key]) if application.channel_key else None
    chip.memory.applications[aid.hex()] = application
    chip.save()
    return b""


def delete(chip: Chip, command: Command) -> bytes:
    """DELETE: a service of the municipal area, with all it held; by the municipality whose it is."""
    aid = _objects(chip, command).get(AID, b"")
    application, terminal = chip.memory.applications.get(aid.hex()), chip.session.terminal
    chip.require(((right_grant(Right.LOAD_SERVICE),),))
    if not is_service(aid) or application is None:
        raise Denied(Status.NOT_FOUND)
    if terminal is None or application.owner != terminal.office:
        raise Denied(Status.CONDITION_NOT_MET)
    del chip.memory.applications[aid.hex()]
    chip.save()
    return b""


def store(chip: Chip, command: Command) -> bytes:
    """STORE DATA: the content of a file of an application that is not yet active."""
    application, reference, value = _target(chip, command)
    file = application.files.get(reference)
    if file is None or len(value) > FILE_BYTES_MAX:
        raise Denied(Status.NOT_FOUND)
    file.content = value
    chip.save()
    return b""


def put_pin(chip: Chip, command: Command) -> bytes:
    """PUT PIN: a first value, for an application that is not yet active."""
    application, reference, value = _target(chip, command)
    pin = application.pins.get(reference)
    if pin is None or not suits(pin, value):
        raise Denied(Status.WRONG_DATA)
    pin.value, pin.tries_left = value, pin.tries_max
    chip.save()
    return b""


def make_key(chip: Chip, command: Command) -> bytes:
    """MAKE KEY: a pair for an application that is not yet active, if it has none; the public part comes back, each time the same."""
    application, reference, _ = _target(chip, command)
    key = application.keys.get(reference or application.channel_key)
    if key is None:
        raise Denied(Status.NO_SUCH_REFERENCE)
    if not key.public:
        make(chip, key)
        chip.save()
    return tlv.encode(PUBLIC_KEY, key.public)


def set_status(chip: Chip, command: Command) -> bytes:
    """SET STATUS: opens an application, issues, suspends, resumes or ends the card."""
    if command.p1 == ACTIVATE_APPLICATION:
        return _activate(chip, command)
    if command.p1 != CHANGE_CARD:
        raise Denied(Status.WRONG_P1_P2)
    change = {SECURE: _secure, LOCK: _lock, TERMINATE: _terminate}.get(command.p2)
    if chip.application.aid != MANAGER_AID or change is None:
        raise Denied(Status.WRONG_P1_P2)
    change(chip)
    return b""


def progress(chip: Chip, command: Command) -> bytes:
    """What is filled already, for an issuer who was interrupted: AID, reference and a digest of each content; never of a PIN.

    Of an application in use only that it is: who knows a digest of the resident record code has the code, by trying all.
    """
    _manager(chip)
    issuer, loader = ((right_grant(right),) for right in (Right.ISSUE, Right.LOAD_SERVICE))
    chip.require((issuer,) if chip.memory.state is CardState.INITIALISED else (issuer, loader))
    return b"".join(tlv.encode(DONE, _line(application)) for application in chip.memory.applications.values())


def card_id(chip: Chip, command: Command) -> bytes:
    """The card's number, inside the channel of any terminal of its trust."""
    _manager(chip)
    chip.require(((right_grant(Right.ISSUE),), (right_grant(Right.END),), (right_grant(Right.LOAD_SERVICE),)))
    return chip.memory.card_id.encode("ascii")


def _line(application: Application) -> bytes:
    if application.active:
        return tlv.encode(AID, application.aid) + tlv.encode(0x85, b"\x01")
    digests = b"".join(
        tlv.encode(REFERENCE, number.to_bytes(2, "big") + content_digest(file.content))
        for number, file in application.files.items()
        if file.content
    )
    set_pins = b"".join(tlv.encode(0x84, number.to_bytes(2, "big")) for number, pin in application.pins.items() if pin.value)
    return tlv.encode(AID, application.aid) + tlv.encode(0x85, b"\x00") + digests + set_pins


def content_digest(content: bytes) -> bytes:
    """The first 8 bytes of SHA-256: enough to see what an interrupted issuer has written."""
    return sha256(content).digest()[:DIGEST_BYTES]


def _activate(chip: Chip, command: Command) -> bytes:
    application = chip.memory.applications.get(_objects(chip, command).get(AID, b"").hex())
    if application is None:
        raise Denied(Status.NOT_FOUND)
    _may_load(chip, application.aid)
    application.active = True
    chip.save()
    return b""


def _secure(chip: Chip) -> None:
    """Issue, or resume after a suspension."""
    right = Right.ISSUE if chip.memory.state is CardState.INITIALISED else Right.END
    chip.require(((right_grant(right),),))
    chip.memory.state = CardState.SECURED
    chip.save()


def _lock(chip: Chip) -> None:
    chip.require(((right_grant(Right.END),),))
    if chip.memory.state is CardState.INITIALISED:
        raise Denied(Status.NOT_NOW)
    chip.memory.state = CardState.LOCKED
    chip.save()


def _terminate(chip: Chip) -> None:
    chip.require(((right_grant(Right.END),),))
    chip.zeroise()


def _manager(chip: Chip) -> None:
    if chip.application.aid != MANAGER_AID:
        raise Denied(Status.CONDITION_NOT_MET)


def _objects(chip: Chip, command: Command) -> dict[int, bytes]:
    _manager(chip)
    if not chip.session.inside:
        raise Denied(Status.CONDITION_NOT_MET)
    try:
        return tlv.fields(command.data)
    except InvalidInput as error:
        raise Denied(Status.WRONG_DATA) from error


def _may_load(chip: Chip, aid: bytes) -> None:
    """Before issue whatever the issuer wants; afterwards services only, each by its own municipality (the Act art. 30-44(12))."""
    application, terminal = chip.memory.applications.get(aid.hex()), chip.session.terminal
    if application and application.owner and (terminal is None or application.owner != terminal.office):
        raise Denied(Status.CONDITION_NOT_MET)
    if chip.memory.state is CardState.INITIALISED:
        chip.require(((right_grant(Right.ISSUE),),))
    elif is_service(aid):
        chip.require(((right_grant(Right.LOAD_SERVICE),),))
    else:
        raise Denied(Status.CONDITION_NOT_MET)


def _target(chip: Chip, command: Command) -> tuple[Application, int, bytes]:
    found = _objects(chip, command)
    application = chip.memory.applications.get(found.get(AID, b"").hex())
    if application is None:
        raise Denied(Status.NOT_FOUND)
    _may_load(chip, application.aid)
    factory = application.aid == MANAGER_AID and chip.memory.state is CardState.INITIALISED
    if application.active and not factory:
        raise Denied(Status.NOT_NOW)
    return application, int.from_bytes(found.get(REFERENCE, b""), "big"), found.get(VALUE, b"")
