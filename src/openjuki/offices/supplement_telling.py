"""Telling the office of the registered domicile what an event makes it correct (附票記載事項通知の発出, Act art. 19(1), (4); Rules 5-2).

It happens in the transaction of the event: a row of the outbox if that office is in the directory, an entry if it is this one, and
otherwise work for a clerk, who tells it on paper. Prefecture and centre hear nothing of it.
"""

import msgspec

from openjuki.law.kinds import OfficeKind
from openjuki.offices import municipality, outbox, supplement
from openjuki.offices.municipality import Entered
from openjuki.offices.office import Office
from openjuki.offices.store import Transaction
from openjuki.register.supplement import ToldRows, domicile_office
from openjuki.register.supplement_rows import may_concern, only_leaves, rows_to_tell

NOTICE = "AddressSupplementNotice"
"""Type of the outbox rows; procedures/supplement_notices.py has the message, whose one field is a `ToldRows`."""
_NONE = frozenset({"なし", "不明", "無籍"})
"""What stands in a record in place of a registered domicile that there is not, or that nobody knows."""


def tell(transaction: Transaction, office: Office, entered: Entered) -> None:
    """Tell what an event that was just entered makes the registered domicile's office correct."""
    record, event = entered.record, entered.event
    if not record.registered_domicile or record.registered_domicile in _NONE or not may_concern(event.kind, event.items):
        return
    if entered.follows and only_leaves(event):
        return
    rows = rows_to_tell([event] if entered.before is None else municipality.events_of(transaction, event.person), office.code)
    if rows:
        domicile, head = record.registered_domicile, record.registered_domicile_head
        _send(transaction, office, record.code, ToldRows(
            domicile, head, record.name, record.birth, event.reason, event.cause, event.changed_on, rows,
        ))  # fmt: skip


def _send(transaction: Transaction, office: Office, code: str, told: ToldRows) -> None:
    keeper = domicile_office(told.registered_domicile)
    entry = office.directory.entry(keeper) if keeper else None
    if keeper == office.code:
        outcome, _ = supplement.receive(transaction, office, told, office.code)
        if outcome is supplement.Outcome.LEFT:
            what = "the person has left the family register given: correct the registered domicile"
            municipality.put_work_item_once(transaction, office.clock.wall_ms(), "supplement-mismatch", code, what)
    elif entry is not None and entry.kind is OfficeKind.MUNICIPALITY and entry.open:
        outbox.put(transaction, keeper, NOTICE, msgspec.msgpack.encode((told,)))
    else:
        what = f"tell the registered domicile's office ({keeper or 'unread'}) on paper: {told.reason.value}"
        municipality.put_work_item(transaction, office.clock.wall_ms(), "supplement-by-paper", code, what)
