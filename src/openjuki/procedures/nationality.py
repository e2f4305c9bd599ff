"""Nationality gained or lost: one record ends, another begins (帰化・国籍取得・国籍喪失, 令8の2, 12(2)1; standard 4.5.3 to 4.5.5).

municipality
  1 become_japanese    foreign resident's record removed, Japanese resident's entered, outbox rows: one transaction
  1 become_foreign     the other way round
  (procedures/change_notice.py carries removal and entry to prefecture and centre)
"""

import datetime

import msgspec

from openjuki.offices.filing import Filing, check_days, resident
from openjuki.offices.municipality_arrivals import begin_anew
from openjuki.offices.municipality_households import settle
from openjuki.offices.office import Office, Then
from openjuki.offices.store import Transaction
from openjuki.register.dates import DateText, calendar_date, latest
from openjuki.register.errors import InvalidInput, Say
from openjuki.register.events import Cause, Items
from openjuki.register.fold import whole
from openjuki.register.foreign_residents import PASSING, foreign_items, is_foreign, passing_until, without_foreign
from openjuki.register.identity import Reason
from openjuki.register.items import read_item
from openjuki.register.record import ResidentRecord


class NationalityAcquired(msgspec.Struct, frozen=True):
    """Who became Japanese when, with name and registered domicile from then on (令8の2(1))."""

    code: str
    name: str
    registered_domicile: str
    registered_domicile_head: str
    acquired_on: str
    notified_on: str
    kana: str = ""


class NationalityLost(msgspec.Struct, frozen=True):
    """Who lost the nationality of Japan when, and what a foreign resident's record says of them (令8の2(2))."""

    code: str
    name: str
    nationality: str
    lost_on: str
    notified_on: str
    kana: str = ""
    foreign: dict[str, str] = {}
    """Class of residence and its items by their keys, if they have one already; else they are 国籍喪失による経過滞在者 for 60 days."""


def become_japanese(office: Office, operator: str, notification: NationalityAcquired, then: Then) -> None:
    """Step 1, municipality: end the one record and begin the other; `then` gets the ResidentRecord or an OpenJukiError."""
    office.require_ready()
    office.write(lambda transaction: _become_japanese(transaction, office, operator, notification), then)


def _become_japanese(transaction: Transaction, office: Office, operator: str, notification: NationalityAcquired) -> ResidentRecord:
    check_days(office, notification.acquired_on, notification.notified_on, "acquired_on")
    record = resident(transaction, notification.code)
    if not is_foreign(record.other):
        raise _as_before("is no foreign resident.", "外国人住民ではありません。")
    given = {key: getattr(notification, key) for key in ("name", "registered_domicile", "registered_domicile_head", "kana")}
    items = msgspec.structs.replace(
        whole(record), **_checked(given), alias="", became_resident_on=record.other.get("became_foreign_resident_on", ""),
        notified_on=notification.notified_on, other=without_foreign(record.other) or None,
    )  # fmt: skip
    filing = Filing(office, operator, Reason.ENTRY_EX_OFFICIO, notification.acquired_on, notification.notified_on, ex_officio=True)
    return _turn(transaction, filing, Cause.FOREIGN_NO_MORE, Cause.JAPANESE_NOW, record, items)


def become_foreign(office: Office, operator: str, notification: NationalityLost, then: Then) -> None:
    """Step 1, municipality: end the one record and begin the other; `then` gets the ResidentRecord or an OpenJukiError."""
    office.require_ready()
    office.write(lambda transaction: _become_foreign(transaction, office, operator, notification), then)


def _become_foreign(transaction: Transaction, office: Office, operator: str, notification: NationalityLost) -> ResidentRecord:
    check_days(office, notification.lost_on, notification.notified_on, "lost_on")
    record = resident(transaction, notification.code)
    if is_foreign(record.other):
        raise _as_before("is a foreign resident already.", "既に外国人住民です。")
    items = msgspec.structs.replace(
        whole(record), **_checked({"name": notification.name, "kana": notification.kana}), registered_domicile="",
        registered_domicile_head="", became_resident_on="", former_name="", notified_on=notification.notified_on,
        other=record.other | _foreign(record, notification, office.today()),
    )  # fmt: skip
    filing = Filing(office, operator, Reason.ENTRY_EX_OFFICIO, notification.lost_on, notification.notified_on, ex_officio=True)
    return _turn(transaction, filing, Cause.JAPANESE_NO_MORE, Cause.FOREIGN_NOW, record, items)


def _foreign(record: ResidentRecord, notification: NationalityLost, today: datetime.date) -> dict[str, str]:
    """The items of the class; they became a foreign resident on the later of loss and becoming a resident (Act art. 30-45)."""
    days = [notification.lost_on, *([record.became_resident_on] if record.became_resident_on else [])]
    since = max(days, key=lambda day: latest(DateText(day)))
    until = passing_until(calendar_date(notification.lost_on, "lost_on"))
    if not notification.foreign and until < today:
        reason = Say("lost it longer ago than one stays without a status of residence.", "経過滞在できる期間を過ぎています。")
        raise InvalidInput("foreign", reason, Say("Give the class, or remove the record.", "区分を入力するか、職権消除してください。"))
    given = notification.foreign or {"residence_class": PASSING, "stay_until": until.isoformat()}
    return foreign_items(given | {"nationality": notification.nationality, "became_foreign_resident_on": since})


def _checked(given: dict[str, str]) -> dict[str, str]:
    """Those of the items that were given, as they can be recorded."""
    for key in ("name", "registered_domicile", "registered_domicile_head"):
        if key in given and not given[key]:
            raise InvalidInput(key, Say("is missing.", "ありません。"), Say("Fill in this item.", "この項目を記入してください。"))
    return {key: str(read_item(key, text)) for key, text in given.items() if text}


def _turn(transaction: Transaction, filing: Filing, ended: Cause, begun: Cause, record: ResidentRecord, items: Items) -> ResidentRecord:
    ending = filing._replace(reason=Reason.REMOVAL_EX_OFFICIO, cause=ended)
    turned = begin_anew(transaction, ending, Items(removed_on=filing.changed_on), filing._replace(cause=begun), record, items)
    settle(transaction, {record.household})
    return turned


def _as_before(reason: str, reason_ja: str) -> InvalidInput:
    return InvalidInput("code", Say(reason, reason_ja), Say("Look at the record as it is.", "現在の記載を確かめてください。"))
