"""Events of the register: what happened to one person's record, and when (異動, Act art. 8, standard 1.2).

Three dates per event: when it happened (異動日, may be partial or unknown), when it was notified (届出日), when it was entered
(記載日時). An event is never changed or deleted: a correction and an annulment are events of their own.
"""

from enum import StrEnum
from typing import Any

import msgspec

from openjuki.register.addresses import Address
from openjuki.register.identity import Reason, Sex, Status


class EventKind(StrEnum):
    """What an event does to the record (異動事由; the standard's list is reached through `reason`)."""

    ENTRY = "entry"
    CHANGE = "change"
    REMOVAL = "removal"
    CORRECTION = "correction"
    PAST_CORRECTION = "past-correction"
    ANNULMENT = "annulment"
    CODE_CHANGE = "code-change"


class Cause(StrEnum):
    """The standard's own word for an event, where the Rules' closed list of reasons says less (異動事由, standard 1.2.2).

    All 37 reasons, with what each records and tells, stand in `event_reasons`.
    """

    MOVE_IN_FROM_ABROAD = "国外転入等"
    JAPANESE_NOW = "職権記載（帰化等）"
    FOREIGN_NOW = "職権記載（国籍喪失）"
    REMADE = "改製（記載）"
    RESTORED = "再製（記載）"
    MOVE_OUT_ABROAD = "国外転出"
    FOREIGN_NO_MORE = "職権消除（帰化等）"
    JAPANESE_NO_MORE = "職権消除（国籍喪失）"
    ENDED_BY_REMAKING = "改製（消除）"
    ENDED_BY_LOSS = "再製（消除）"
    SLIP_OF_PEN = "誤記修正"
    HOUSEHOLD_SEPARATION = "世帯分離"
    HOUSEHOLD_MERGER = "世帯合併"
    HOUSEHOLD_CHANGE = "世帯変更"
    HOUSEHOLDER_CHANGE = "世帯主変更"
    FORMER_NAME_ENTERED = "旧氏の記載"
    FORMER_NAME_CHANGED = "旧氏の変更"
    FORMER_NAME_REMOVED = "旧氏の削除"
    ALIAS_ENTERED = "通称の記載"
    ALIAS_REMOVED = "通称の削除"
    ANNULLED_REMOVAL = "異動の取消し（増）"
    ANNULLED_ENTRY = "異動の取消し（減）"
    ANNULLED_CHANGE = "異動の取消し（修正）"


class Items(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """The items that an event sets; None leaves an item as it was."""

    name: str | None = None
    kana: str | None = None
    birth: str | None = None
    sex: Sex | None = None
    household: int | None = None
    relationship: str | None = None
    registered_domicile: str | None = None
    registered_domicile_head: str | None = None
    became_resident_on: str | None = None
    address: Address | None = None
    address_since: str | None = None
    notified_on: str | None = None
    previous_address: str | None = None
    code: str | None = None
    individual_number: str | None = None
    former_name: str | None = None
    alias: str | None = None
    residence: int | None = None
    status: Status | None = None
    removed_on: str | None = None
    moved_to: str | None = None
    other: dict[str, str] | None = None

    def given(self) -> dict[str, Any]:
        """The items that are set, by name."""
        return {name: value for name, value in zip(self.__struct_fields__, msgspec.structs.astuple(self), strict=True) if value is not None}


class Event(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """One event; `target` is the sequence of the event that a past correction or annulment concerns, else 0."""

    sequence: int
    person: int
    kind: EventKind
    reason: Reason
    changed_on: str
    notified_on: str
    entered_ms: int
    operator: str
    items: Items
    target: int = 0
    ex_officio: bool = False
    cause: Cause | None = None


encode_event = msgspec.msgpack.Encoder().encode
decode_event = msgspec.msgpack.Decoder(Event).decode
