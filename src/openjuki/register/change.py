"""A change of identity as it travels: the full new state and its place in a life (変更情報, Act art. 30-5, Rules art. 11).

Residences are numbered through a life: the first is 1, and the office that enters a mover takes the number after the last one.
Inside one residence the office raises `version` with each change. So the whole order of a life is in the changes themselves,
and not in the order in which they arrive.
"""

import msgspec

from openjuki.register.identity import Identity, Reason, Status


class Residence(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The n-th residence of a person, kept by one office (6-digit code)."""

    n: int
    office: str


class Previous(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The state that this change follows; its code ties the two together when the code itself changes."""

    n: int
    office: str
    version: int
    code: str


class Change(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The full new state of one person; `date` is a canonical date text, for a move-out the planned date."""

    identity: Identity
    residence: Residence
    version: int
    previous: Previous | None
    reason: Reason
    status: Status
    date: str
    handling: int = 0
    """Version of the bare handling flag of profile "open"; 0 when there is none."""


encode_change = msgspec.msgpack.Encoder().encode
decode_change = msgspec.msgpack.Decoder(Change).decode
