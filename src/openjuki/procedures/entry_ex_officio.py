"""Entry ex officio: somebody lives here and nobody notified it (職権記載・住所設定・未届転入, Act art. 8, 14; 令12; standard 4.2.1.1).

municipality
  1 enter_ex_officio    records, household, codes, slips, outbox rows: one transaction
  (procedures/change_notice.py carries each entry to prefecture and centre)

Somebody removed here before comes back under the number and the code held; procedures/annulment.py undoes a removal that was a mistake.
"""

import msgspec

from openjuki.offices import municipality
from openjuki.offices.filing import Filing, check_address_here, day_until, event_day
from openjuki.offices.municipality_arrivals import Arrival, Settling, enter_arrival
from openjuki.offices.municipality_households import place, settle
from openjuki.offices.office import Office, Then
from openjuki.offices.store import Transaction
from openjuki.register.addresses import Address
from openjuki.register.identity import Reason
from openjuki.register.items import read_item
from openjuki.register.record import ResidentRecord

UNFILED = "（未届）"
"""Stands after an address before at which the person lived without having notified it (standard 4.2.1.1)."""


class EntryExOfficio(msgspec.Struct, frozen=True):
    """Who is found to live where since when (令12); the day may be partial or unknown."""

    arrivals: tuple[Arrival, ...]
    address: Address
    lives_since: str
    found_on: str
    previous_address: str = ""
    """"不明" if it cannot be found out; "" if there was none."""
    household_of: str = ""
    """Code of a member of the household that they are of; "" if they make one of their own."""
    unfiled: bool = False
    """The address before was never notified: it is marked so (未届転入)."""
    asked_for: bool = False
    """On the person's own request (申出, standard 4.2.0.5)."""


def enter_ex_officio(office: Office, operator: str, entry: EntryExOfficio, then: Then) -> None:
    """Step 1, municipality: enter all of them; `then` gets their ResidentRecords or an OpenJukiError."""
    office.require_ready()
    office.write(lambda transaction: _enter(transaction, office, operator, entry), then)


def _enter(transaction: Transaction, office: Office, operator: str, entry: EntryExOfficio) -> list[ResidentRecord]:
    check_address_here(office, entry.address)
    event_day(entry.lives_since, "lives_since", day_until(entry.found_on, "found_on", office.today()))
    before = entry.previous_address + (UNFILED if entry.unfiled else "")
    if before:
        read_item("previous_address", before)
    household = place(transaction, [arrival.relationship for arrival in entry.arrivals], entry.household_of, entry.address)
    filing = Filing(office, operator, Reason.ENTRY_EX_OFFICIO, entry.lives_since, entry.found_on, not entry.asked_for)
    remarks = {"remarks": "未届転入"} if entry.unfiled else None
    settling = Settling(household, entry.address, entry.lives_since, entry.found_on, before, remarks)
    records = [enter_arrival(transaction, filing, arrival, settling) for arrival in entry.arrivals]
    for record in records:
        municipality.print_slip(transaction, office, record.person, "entered-ex-officio")
    settle(transaction, {household})
    return records
