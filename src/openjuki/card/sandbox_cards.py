"""The catalogue of test cards: each with one property that a reader's program must cope with (試験用カード一覧, promise X10)."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from openjuki.card.holder import CardKind, CardOrder, Holder, Issuer
from openjuki.card.image import Entropy
from openjuki.card.life import last_day_of
from openjuki.card.order_check import CARD_ID_LENGTH
from openjuki.card.personalisation import Pins, ServiceOrder
from openjuki.card.photo import drawn_person, prepare
from openjuki.register.codes import with_check_digit
from openjuki.register.errors import Say

PINS = Pins(juki="1111", authentication="2222", signature="TEST1234", support="3333", service="4444")
"""Of every test card."""
ISSUER = Issuer("462136", "西之表市", "0997-22-1111")
SEAL = ServiceOrder(0, "印鑑登録証", bytes.fromhex("5345414C000000000000000000000001"), with_pin=True)
FOREIGN_ATR = bytes.fromhex("3B8F8001804F0CA000000306030001000000006A")
"""What a contactless reader gives for any card (PC/SC part 3)."""


@dataclass(frozen=True, slots=True)
class TestCard:
    """One card of the catalogue: what is special about it, its person, and what is done to it after issue.

    `after`: "" nothing, or one of suspend, block, damage. `foreign` cards are made by an authority of their own.
    """

    __test__ = False  # no test of pytest's
    what: Say
    holder: Holder
    kind: CardKind = CardKind.WITH_PHOTO
    years_ago: int = 0
    last_day: datetime.date | None = None
    jpki: bool = True
    services: tuple[ServiceOrder, ...] = ()
    after: str = ""
    foreign: bool = False
    atr: bytes = b""
    issued: bool = True


def _person(name: str, number: int, *, sex: str = "1", address: str = "鹿児島県西之表市西之表7612番地") -> Holder:
    code = with_check_digit(f"{9_000_000_000 + number:010d}")
    return Holder(name, datetime.date(1980, 2, 17) + datetime.timedelta(days=37 * number), sex, address, code)


_STAY_ENDS = datetime.date(2016, 3, 31)
CATALOGUE: Mapping[str, TestCard] = {
    "good": TestCard(Say("everything as it should be", "正常なカード"), _person("鹿児島　太郎", 1), services=(SEAL,)),
    "no-photo": TestCard(Say("the kind with the name only", "写真なし・氏名のみ"), _person("西之表　花子", 2, sex="2"), CardKind.NAME_ONLY),
    "no-jpki": TestCard(Say("without the JPKI application", "公的個人認証なし"), _person("種子島　一郎", 3), jpki=False),
    "expired": TestCard(Say("ran out a year ago", "有効期間満了"), _person("屋久島　次郎", 4), years_ago=11),
    "suspended": TestCard(Say("suspended after a report of loss", "紛失届により一時停止"), _person("奄美　三郎", 5), after="suspend"),
    "blocked-pin": TestCard(Say("PINs blocked by wrong tries", "暗証番号ロック"), _person("徳之島　四郎", 6), after="block"),
    "wrong-issuer": TestCard(Say("of an authority nobody trusts", "信頼されない発行者"), _person("喜界　五郎", 7), foreign=True),
    "damaged": TestCard(Say("a bit of its memory has changed", "メモリ破損（使用不可）"), _person("与論　六郎", 8), after="damage"),
    "foreign-reader-atr": TestCard(
        Say("answers to reset as behind a contactless reader", "非接触リーダーのATR"), _person("沖永良部　七郎", 9), atr=FOREIGN_ATR
    ),
    "long-name": TestCard(
        Say("a name and an address that hardly fit the face", "長い氏名・住所"),
        _person(
            "寿限無寿限無五劫の擦り切れ海砂利水魚の水行末雲来末風来末　長久命の長助", 10,
            address="鹿児島県大島郡大和村大字思勝字小勝百二十三番地の四十五　種子島奄美大島合同庁舎宿舎第二号棟三百四号室　長久命様方",
        ),
    ),
    "rare-kanji": TestCard(Say("characters outside JIS X 0208, with variation selectors", "外字・異体字"), _person("邉󠄐𠮷　髙﨑", 11)),
    "stay-ending": TestCard(
        Say("a foreign resident's: ends with her stay", "在留期間までのカード"), _person("NGUYEN THI MAI", 12, sex="2"), last_day=_STAY_ENDS
    ),
    "blank": TestCard(Say("from the factory, nobody's", "発行前の生カード"), _person("誰　彼", 13), issued=False),
}  # fmt: skip


def card_number(name: str) -> str:
    """Number of the card of this name in the catalogue; a blank one has a number of its own, `drawn_number`."""
    return f"T{list(CATALOGUE).index(name) + 1:09d}"


def drawn_number(entropy: Entropy) -> str:
    """A number that no other card has (36 bits): two blanks in one drawer are two cards."""
    return "B" + entropy(5).hex()[: CARD_ID_LENGTH - 1].upper()


def order_of(name: str, day: datetime.date, number: str = "") -> CardOrder:
    """The order for a card of the catalogue, made on this day; with the catalogue's number unless another is given."""
    card = CATALOGUE[name]
    first = _years(day, -card.years_ago)
    stay_ends = max(card.last_day, _years(day, 1)) if card.last_day and card.last_day <= day else card.last_day
    last = last_day_of(first, stay_ends)
    photo = prepare(drawn_person(list(CATALOGUE).index(name) % 10)).chip if card.kind is CardKind.WITH_PHOTO else b""
    return CardOrder(number or card_number(name), card.kind, card.holder, ISSUER, first, last, "8642", photo)


def _years(day: datetime.date, count: int) -> datetime.date:
    return day.replace(year=day.year + count, day=28 if (day.month, day.day) == (2, 29) else day.day)
