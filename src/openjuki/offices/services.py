"""What an office offers to the public: service, form, since when, at what hours, what to bring, for how much (窓口案内; promise N14).

Every municipality begins with the services of the Act at usual hours, and writes down where its own differ. Nothing here is about a person.
"""

import datetime
from enum import StrEnum
from typing import NamedTuple

import msgspec

from openjuki.offices import outbox
from openjuki.offices.office import Office
from openjuki.offices.store import Transaction
from openjuki.register.errors import InvalidInput, Say

SCRIPT = "CREATE TABLE service (kind TEXT PRIMARY KEY, body BLOB NOT NULL, changed_ms INTEGER NOT NULL) WITHOUT ROWID"

FEE_MAX_YEN = 10_000
TEXT_MAX = 400


class ServiceKind(StrEnum):
    """What is offered; the order is that of the page."""

    COPY = "copy"
    WIDE_AREA_COPY = "wide-area-copy"
    ONE_VISIT_MOVE = "one-visit-move"
    MOVE = "move"
    CODE_CHANGE = "code-change"
    CODE_AGAIN = "code-again"
    SUPPLEMENT_COPY = "supplement-copy"
    INSPECTION = "inspection"
    SUPPORT = "support"
    OWN_DISCLOSURE = "own-disclosure"


class Opening(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """On which days of the week (0 Monday to 6 Sunday), from when until when, as "08:30"."""

    days: tuple[int, ...]
    from_time: str
    until_time: str


class Form(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """In which form a service is offered, in both languages: at the window, by post, online."""

    en: str
    ja: str


class Service(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One service of one office; texts as (English, Japanese)."""

    kind: ServiceKind
    name: Form
    form: Form
    since: str
    """First day on which it is offered, a day of the calendar."""
    hours: tuple[Opening, ...]
    bring: Form
    fee_yen: int = 0
    offered: bool = True


class Closed(NamedTuple):
    """Days of the year on which town halls are closed besides weekends (年末年始); national holidays are not known here."""

    first: tuple[int, int] = (12, 29)
    last: tuple[int, int] = (1, 3)


WEEKDAYS = (0, 1, 2, 3, 4)
_USUAL = (Opening(WEEKDAYS, "08:30", "17:15"),)
_WIDE_AREA = (Opening(WEEKDAYS, "09:00", "17:00"),)
_WINDOW = Form("At the window.", "窓口")
_WINDOW_OR_POST = Form("At the window or by post.", "窓口・郵送")
_ID = Form("A card with a photograph (or two papers without one).", "官公署発行の写真付き身分証明書（ない場合は書類2点）")
_ACT, _NETWORK, _SECOND = "1967-11-10", "2002-08-05", "2003-08-25"

DEFAULTS: tuple[Service, ...] = (
    Service(ServiceKind.COPY, Form("Copy of the resident record", "住民票の写しの交付"), _WINDOW_OR_POST, _ACT, _USUAL, _ID, 300),
    Service(
        ServiceKind.WIDE_AREA_COPY, Form("Copy of a record kept elsewhere", "住民票の写しの広域交付"), _WINDOW, _SECOND, _WIDE_AREA,
        Form("The Juki card, or a card with a photograph issued by an office.", "住基カード又は官公署発行の写真付き身分証明書"), 300,
    ),
    Service(
        ServiceKind.ONE_VISIT_MOVE, Form("Moving with one visit", "転入転出手続の簡素化（付記転出届）"),
        Form("Moving out by post, moving in at the window.", "転出届は郵送、転入届は窓口"), _SECOND, _USUAL,
        Form("The Juki card and its PIN, within 14 days of moving.", "住民基本台帳カードと暗証番号（転入日から14日以内）"),
    ),
    Service(
        ServiceKind.MOVE, Form("Moving in, out, and within the town", "転入・転出・転居の届出"), _WINDOW, _ACT, _USUAL,
        Form("Papers of everybody who moves, and the moving-out certificate.", "本人確認書類、転入の場合は転出証明書"),
    ),
    Service(
        ServiceKind.CODE_CHANGE, Form("Another resident record code", "住民票コードの変更"), _WINDOW, _NETWORK, _USUAL, _ID,
    ),
    Service(
        ServiceKind.CODE_AGAIN, Form("Your resident record code again", "住民票コード通知票の再交付"), _WINDOW, _NETWORK, _USUAL, _ID,
    ),
    Service(
        ServiceKind.SUPPLEMENT_COPY, Form("Copy of the address supplement", "戸籍の附票の写しの交付"), _WINDOW_OR_POST, _ACT, _USUAL,
        Form("A card with a photograph; the registered domicile and the head's name.", "本人確認書類（本籍と筆頭者の氏名が必要）"), 300,
    ),
    Service(
        ServiceKind.INSPECTION, Form("Inspection of a part of the register", "住民基本台帳の一部の写しの閲覧"), _WINDOW, _ACT, _WIDE_AREA,
        Form("The application, its purpose, the inspectors' papers.", "申出書、利用目的を証する書類、閲覧者の本人確認書類"), 300,
    ),
    Service(
        ServiceKind.SUPPORT, Form("Support for victims of violence and stalking", "ＤＶ等被害者の支援措置"), _WINDOW,
        "2004-07-01", _USUAL, Form("Papers; what the police or a centre confirms can follow.", "本人確認書類（相談機関の確認は後日可）"),
    ),
    Service(
        ServiceKind.OWN_DISCLOSURE, Form("Who was told about me", "提供状況の開示"), _WINDOW_OR_POST, "2003-10-01", _USUAL, _ID,
    ),
)  # fmt: skip
"""What the Act provides, at usual hours; fee and hours are our assumption until an office writes down its own."""

_decode = msgspec.msgpack.Decoder(Service).decode


def offered(transaction: Transaction, on: datetime.date) -> list[Service]:
    """What the office offers on that day, in the order of the page: its own words where it has written any, else the usual."""
    own = {service.kind: service for (body,) in transaction.all("SELECT body FROM service") if (service := _decode(body))}
    all_services = [own.get(usual.kind, usual) for usual in DEFAULTS]
    return [service for service in all_services if service.offered and service.since <= on.isoformat()]


def write_down(transaction: Transaction, office: Office, operator: str, service: Service) -> None:
    """The office's own words about a service, from now on. Raises InvalidInput."""
    check(service)
    sql = "INSERT OR REPLACE INTO service VALUES (?, ?, ?)"
    now_ms = office.clock.wall_ms()
    transaction.execute(sql, (service.kind.value, msgspec.msgpack.encode(service), now_ms))
    outbox.record(transaction, now_ms, "service:page:changed", operator, service.kind.value)


def is_open(service: Service, moment: datetime.datetime) -> bool:
    """Whether a service is open at a moment of Japanese time; never at the turn of the year."""
    day = (moment.month, moment.day)
    if day >= Closed().first or day <= Closed().last:
        return False
    clock = moment.strftime("%H:%M")
    return any(moment.weekday() in opening.days and opening.from_time <= clock < opening.until_time for opening in service.hours)


def check(service: Service) -> None:
    """InvalidInput for hours, a day, a fee or a text that cannot be."""
    opens = all(_times_hold(opening) for opening in service.hours) and service.hours
    texts = (service.name, service.form, service.bring)
    wants = {
        "hours": bool(opens),
        "since": _is_day(service.since),
        "fee_yen": 0 <= service.fee_yen <= FEE_MAX_YEN,
        "text": all(0 < len(words) <= TEXT_MAX for text in texts for words in (text.en, text.ja)),
    }
    for item, holds in wants.items():
        if not holds:
            reason = Say("cannot be shown so.", "案内に載せられません。")
            raise InvalidInput(item, reason, Say("Give both languages, days and times.", "日英の文、曜日、時刻を確かめてください。"))


def _times_hold(opening: Opening) -> bool:
    days = bool(opening.days) and all(0 <= day <= 6 for day in opening.days)
    return days and _is_time(opening.from_time) and _is_time(opening.until_time) and opening.from_time < opening.until_time


def _is_time(text: str) -> bool:
    hour, _, minute = text.partition(":")
    return len(text) == 5 and (hour + minute).isascii() and (hour + minute).isdigit() and int(hour) <= 24 and int(minute) < 60


def _is_day(text: str) -> bool:
    try:
        return datetime.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
