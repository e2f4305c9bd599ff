"""What a filing makes another municipality enter: whose record, and which items (住民票記載事項通知, Act art. 9(2); 令12(2)).

The filing was accepted, or the family register written ex officio, where the person does not live; the mayor of the residence enters it.
"""

from enum import StrEnum

import msgspec

from openjuki.register.addresses import Address
from openjuki.register.identity import Sex


class FamilyFiling(StrEnum):
    """What was filed, or written without a filing (戸籍に関する届書; Family Register Act)."""

    BIRTH = "出生届"
    DEATH = "死亡届"
    DISAPPEARANCE = "失踪宣告届"
    MARRIAGE = "婚姻届"
    DIVORCE = "離婚届"
    ADOPTION = "養子縁組届"
    END_OF_ADOPTION = "離縁届"
    ACKNOWLEDGEMENT = "認知届"
    ENTERING = "入籍届"
    OWN_REGISTER = "分籍届"
    TRANSFER = "転籍届"
    SURNAME = "氏の変更届"
    GIVEN_NAME = "名の変更届"
    NATURALISATION = "帰化届"
    NATIONALITY_ACQUIRED = "国籍取得届"
    NATIONALITY_LOST = "国籍喪失届"
    CORRECTION = "戸籍訂正"
    EX_OFFICIO = "職権記載"


class PersonMeant(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Whom a filing names, as it names them; "" for what it does not say."""

    name: str
    birth: str
    sex: Sex
    address: Address | None = None
    registered_domicile: str = ""
    registered_domicile_head: str = ""


class NoticedItems(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What the record is to say from now on; "" leaves an item. A code, a number, a household are no part of any filing."""

    name: str = ""
    kana: str = ""
    registered_domicile: str = ""
    registered_domicile_head: str = ""
    birth: str = ""


class RecordNotice(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """One notice: days are canonical texts, `happened_on` may be partial or unknown; `number` is the sender's own."""

    number: int
    filing: FamilyFiling
    accepted_on: str
    happened_on: str
    person: PersonMeant
    items: NoticedItems
    parent: PersonMeant | None = None
    """Of a newborn: the parent into whose household the child is entered."""


decode_notice = msgspec.msgpack.Decoder(RecordNotice).decode
