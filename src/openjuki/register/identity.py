"""Identity confirmation information: all that leaves the municipality for prefecture and centre (本人確認情報, Act art. 30-5(1))."""

from enum import IntEnum, StrEnum

import msgspec

from openjuki.register.addresses import Address


class Sex(IntEnum):
    """Sex as recorded (男女の別, Act art. 7 item 3); the numbers are those of the government's person model."""

    UNKNOWN = 0
    MALE = 1
    FEMALE = 2
    NOT_APPLICABLE = 9


class Identity(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The four items and the numbers of one person, as received and never normalised.

    `birth` is a canonical date text (register.dates), possibly partial; an empty string means "not recorded".
    """

    name: str
    kana: str
    birth: str
    sex: Sex
    address: Address
    code: str
    individual_number: str = ""
    former_name: str = ""
    alias: str = ""


class Status(IntEnum):
    """What the latest state of a residence says (記載, 消除, 異動の取消し)."""

    RESIDENT = 1
    REMOVED = 2
    DEAD = 3
    ANNULLED = 4
    """The entry itself was a mistake: this residence never was."""


class Reason(StrEnum):
    """Why the identity changed: the closed list of the Rules art. 11, and the three of the Individual Number from 2015 (異動事由)."""

    MOVE_IN = "転入等"
    BIRTH = "出生"
    ENTRY_EX_OFFICIO = "職権記載等"
    MOVE_OUT = "転出"
    DEATH = "死亡"
    REMOVAL_EX_OFFICIO = "職権消除等"
    CHANGE_OF_ADDRESS = "転居"
    MINOR_CORRECTION = "軽微な修正"
    CORRECTION_EX_OFFICIO = "職権修正等"
    CODE_CHANGE = "住民票コードの記載の変更請求"
    CODE_EX_OFFICIO = "住民票コードの職権記載等"
    NUMBER_CHANGE = "個人番号の変更請求"
    NUMBER_CORRECTED = "個人番号の職権修正"
    NUMBER_ENTERED = "個人番号の職権記載"
