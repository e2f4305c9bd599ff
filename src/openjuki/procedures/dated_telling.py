"""A day in the calendar: what becomes identity confirmation information on it is told of everybody (施行日の一斉通知, Act art. 30-5; X11).

municipality
  1 keep         the calendar has passed a day from which more is told (個人番号, 旧氏, 氏名の振り仮名, 外国人住民): begin
  2 tell_some    residents, so many in a transaction: whoever has been told otherwise than by today's rules is told anew
  (procedures/change_notice.py carries the changes to prefecture and centre)
"""

from functools import partial
from typing import Any

import msgspec

from openjuki.law.calendar import Profile
from openjuki.offices import municipality, outbox
from openjuki.offices.dated_rules import Telling, telling
from openjuki.offices.municipality import decode_record, told
from openjuki.offices.office import Office, failed
from openjuki.offices.store import Transaction
from openjuki.register.change import Change, Previous, decode_change, encode_change
from openjuki.register.identity import Reason, Status
from openjuki.register.record import ResidentRecord

PERSONS_MAX = 500
"""Looked at in one transaction."""


def keep(office: Office) -> None:
    """Step 1, a duty: tell by today's rules, if the residents have been told by others. Under profile "open" there are no others."""
    if office.profile is Profile.OPEN or office.recovering:
        return
    rules = telling(office)
    if rules != office.told_by:
        office.told_by = rules
        _go_on(office, rules, 0)


def _go_on(office: Office, rules: Telling, after: int) -> None:
    def then(outcome: Any) -> None:
        if failed(outcome):
            office.told_by = None  # begin again with the next duty: who has been told is passed over
        elif outcome is not None and office.told_by == rules:
            _go_on(office, rules, outcome)

    office.write(partial(tell_some, office=office, rules=rules, after=after), then)


def tell_some(transaction: Transaction, office: Office, rules: Telling, after: int) -> int | None:
    """Step 2: the residents whose number comes after `after`; returns the last one's number, None when all have been told."""
    if after == 0 and transaction.value("SELECT value FROM setting WHERE key = 'told-by'") == rules.text():
        return None
    sql = "SELECT id, record, change FROM person WHERE id > ? AND status = ? ORDER BY id LIMIT ?"
    rows = transaction.all(sql, after, int(Status.RESIDENT), PERSONS_MAX)
    for person, record, change in rows:
        _tell(transaction, office, rules, person, decode_record(record), decode_change(change))
    if rows:
        return int(rows[-1][0])
    transaction.execute("INSERT OR REPLACE INTO setting VALUES ('told-by', ?)", (rules.text(),))
    return None


def _tell(transaction: Transaction, office: Office, rules: Telling, person: int, record: ResidentRecord, last: Change) -> None:
    """Tell of one resident, if the last change told says otherwise or nobody was told."""
    shown, first = told(record, rules.left_out), last.version == 0
    if rules.leaves_out(record) if first else shown == last.identity:
        return
    if any(getattr(last.identity, item) for item in rules.left_out):  # the calendar was set back: what is known is not untold
        return
    reason = Reason.ENTRY_EX_OFFICIO if first else Reason.CORRECTION_EX_OFFICIO
    change = msgspec.structs.replace(
        last, identity=shown, version=last.version + 1, reason=reason, date=office.today().isoformat(),
        previous=None if first else Previous(last.residence.n, last.residence.office, last.version, last.identity.code),
    )  # fmt: skip
    outbox.put(transaction, office.prefecture_office, municipality.CHANGE, encode_change(change))
    municipality.told_already(transaction, person, change)
