"""The operator's seal: whoever sits at the desk signs, with a key that the office vouches for (操作者の署名; promise P8).

The key is made when the operator begins to work and lives as long as the process, or twelve hours. An operator's card can bring its own
key: what the receiver checks stays the same.
"""

import msgspec

from openjuki.keys.door import SEAL
from openjuki.keys.software import SoftwareKeys, make_key, public_der, verify
from openjuki.law.limits import HOUR_MS
from openjuki.offices.office import Office
from openjuki.register.errors import Reason, Refused
from openjuki.wire.seal import Seal, check_seal, seal_batch
from openjuki.wire.speech import encode

SHIFT_MS = 12 * HOUR_MS
"""How long an operator's key may sign."""
ARTICLE = "30-29"
_TYPE = "OperatorKey"
_DOMAIN = b"openjuki/operator/v1\0"


class OperatorSeal(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Who worked at the desk, the office's word that the key is theirs until then (wall clock, ms), and their signature."""

    operator: str
    public: bytes
    until_ms: int
    voucher: Seal
    signature: bytes


class Shift(msgspec.Struct, frozen=True):
    """An operator at work: the key, and the office's word for it."""

    keys: SoftwareKeys
    public: bytes
    until_ms: int
    voucher: Seal


def sign(office: Office, operator: str, what: bytes) -> OperatorSeal:
    """The seal of an operator of this office under `what`. Raises Refused (NO_OPERATOR) if nobody is named."""
    if not operator:
        raise Refused(Reason.NO_OPERATOR, ARTICLE)
    shift = _shift(office, operator)
    return OperatorSeal(operator, shift.public, shift.until_ms, shift.voucher, shift.keys.sign(SEAL, _DOMAIN + what))


def _shift(office: Office, operator: str) -> Shift:
    held, now_ms = office.relay.operators.get(operator), office.clock.wall_ms()
    if isinstance(held, Shift) and now_ms < held.until_ms - HOUR_MS:
        return held
    key = make_key(office.entropy)
    public, until_ms = public_der(key), now_ms + SHIFT_MS
    (voucher,) = seal_batch(
        [(_TYPE, encode((operator, public, until_ms)))], realm=office.realm, origin=office.code, key_id=office.seal_key,
        sealed_ms=now_ms, sign=office.sign,
    )  # fmt: skip
    shift = office.relay.operators[operator] = Shift(SoftwareKeys({SEAL: key}), public, until_ms, voucher)
    return shift


def check(office: Office, asker: str, seal: OperatorSeal, what: bytes) -> None:
    """Raise Refused (NO_OPERATOR) unless an operator for whom the office `asker` vouches, today, signed `what`."""
    now_ms, stated = office.clock.wall_ms(), encode((seal.operator, seal.public, seal.until_ms))
    if not seal.operator or not now_ms < seal.until_ms <= now_ms + 2 * SHIFT_MS:
        raise Refused(Reason.NO_OPERATOR, ARTICLE)
    try:
        vouching = check_seal(seal.voucher, _TYPE, stated, office.directory)
    except Refused:
        raise Refused(Reason.NO_OPERATOR, ARTICLE) from None
    if vouching.code != asker or not verify(seal.public, seal.signature, _DOMAIN + what):
        raise Refused(Reason.NO_OPERATOR, ARTICLE)
