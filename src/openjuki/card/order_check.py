"""What is ordered for a card, checked before anything is written to it (発行指示の点検, Act art. 30-44(1), Order art. 30-12 to 30-16).

Whoever orders is another machine. What no register and no calendar would say is refused here, whole: the card stays as it was.
"""

from collections.abc import Sequence
from typing import Protocol

from openjuki.card.holder import CardOrder
from openjuki.card.layouts import SERVICES_MAX
from openjuki.card.life import last_day_of
from openjuki.register.errors import InvalidInput, Say

CARD_ID_LENGTH, CODE_LENGTH, OFFICE_LENGTH, SECURITY_CODE_LENGTH = 10, 11, 6, 4
SEXES = ("1", "2", "9")
FIRST_YEAR, LAST_YEAR = 1951, 2199
"""Of days of issue: what begins in 1950 or later in UTC, too (RFC 5280 section 4.1.2.5), and is a date of the register."""
TEXT_BYTES_MAX, PHOTO_BYTES_MAX = 4_000, 16_000
"""Of a name, of an address and of the photo: together they fit the largest file with key and signature."""
SERVICE_NAME_BYTES_MAX, SERVICE_ID_BYTES = 64, 16
"""A name as the card takes it, in bytes of UTF-8; a person's id in a service."""


class Service(Protocol):
    """What is asked of a service of the municipal area: its place, its name, the person's id in it."""

    @property
    def number(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def service_id(self) -> bytes: ...


def check_order(order: CardOrder) -> None:
    """Raises InvalidInput for an order that no municipality gives, naming the item."""
    holder, first, last = order.holder, order.first_day, order.last_day
    _require("card number", fits=is_card_number(order.card_id))
    _require("issuer", fits=_digits(order.issuer.office, OFFICE_LENGTH))
    _require("resident record code", fits=_digits(holder.code, CODE_LENGTH))
    _require("security code", fits=_digits(order.security_code, SECURITY_CODE_LENGTH))
    _require("sex", fits=holder.sex in SEXES)
    _require("days", fits=FIRST_YEAR <= first.year <= LAST_YEAR and holder.birth <= first <= last <= last_day_of(first))
    _require("name", fits=0 < _size(holder.name) <= TEXT_BYTES_MAX)
    _require("address", fits=_size(holder.address) <= TEXT_BYTES_MAX)
    _require("photo", fits=len(order.photo) <= PHOTO_BYTES_MAX)


def is_card_number(text: str) -> bool:
    """Whether a card may have this number: ten digits and letters of ASCII."""
    return len(text) == CARD_ID_LENGTH and text.isascii() and text.isalnum()


def check_services(services: Sequence[Service]) -> None:
    """Raises InvalidInput for a service that no card takes, or two for one place."""
    _require("service", fits=len({service.number for service in services}) == len(services))
    for service in services:
        check_service(service)


def check_service(service: Service) -> None:
    """Raises InvalidInput for a place, name or id that no card takes."""
    _require("service", fits=service.number in range(SERVICES_MAX))
    _require("service", fits=0 < _size(service.name) <= SERVICE_NAME_BYTES_MAX and len(service.service_id) == SERVICE_ID_BYTES)


def _digits(text: str, length: int) -> bool:
    return len(text) == length and text.isascii() and text.isdigit()


def _size(text: str) -> int:
    """Bytes of UTF-8; what has none is too large."""
    try:
        return len(text.encode("utf-8"))
    except UnicodeEncodeError:
        return TEXT_BYTES_MAX + 1


def _require(item: str, *, fits: bool) -> None:
    if not fits:
        raise not_for_a_card(item)


def not_for_a_card(item: str) -> InvalidInput:
    """No card takes what stands in this item."""
    return InvalidInput(
        item,
        Say("no card is made with it; the card is as it was.", "カードに書き込めない内容です。カードは元のままです。"),
        Say("Look at the application, then ask again.", "申請の内容を確かめてから、やり直してください。"),
    )
