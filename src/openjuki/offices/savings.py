"""What the network saves, counted where it happens (行政コスト・住民負担の削減; promise N12; constants: docs/savings.md).

Counted are things that happened; what each saves is a constant, so a better constant changes the sums and no count. A notice between
municipalities is counted by the row of the outbox that is a letter not posted; an identity that a body confirmed online, by the accepted
answer; a copy taken in another town and a move with one visit, by their procedures.
"""

import datetime
from collections import Counter
from collections.abc import Mapping
from enum import StrEnum
from functools import partial
from typing import Any, NamedTuple

from openjuki.law.kinds import OfficeKind
from openjuki.offices.office import Office, Then, failed
from openjuki.offices.store import Transaction

SCRIPT = """
CREATE TABLE saving (day TEXT NOT NULL, happened TEXT NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (day, happened)) WITHOUT ROWID"""
LETTERS = ("AddressSupplementNotice", "MoveInNotice", "ResidentRecordNotice", "RestraintNotice", "SupplementMismatch", "SupplementTransfer")
"""Types of the notices that would else be letters (Act art. 9(1), 9(2), 19; standard j160)."""
LETTER_SCRIPT = f"""
CREATE TRIGGER saving_letter AFTER INSERT ON outbox WHEN NEW.type IN {LETTERS!r}
  BEGIN INSERT INTO saving VALUES ('', 'notice-online', 1) ON CONFLICT (day, happened) DO UPDATE SET count = count + 1; END"""  # noqa: S608 - words of this file alone
"""Letters have no day until it turns (`keep`): a store knows nothing of the register calendar."""


class Happened(StrEnum):
    """What happened, each time it did."""

    IDENTITY_CONFIRMED = "identity-confirmed"
    """A listed body confirmed an applicant online: no copy, no mayor's certificate attached (Act art. 30-6 to 30-8)."""
    CLIENT_CONFIRMED = "client-confirmed"
    """A pension body confirmed a pensioner: no 現況届."""
    NOTICE_ONLINE = "notice-online"
    """A notice between municipalities."""
    WIDE_AREA_COPY = "wide-area-copy"
    """A copy taken where one is (Act art. 12-4)."""
    ONE_VISIT_MOVE = "one-visit-move"
    """A move without a visit to the old town hall (Act art. 24-2)."""


class Saved(NamedTuple):
    """What was saved: numbers of things, yen, minutes."""

    copies_not_attached: int = 0
    reports_not_filed: int = 0
    letters_not_posted: int = 0
    visits: int = 0
    fees_yen: int = 0
    staff_minutes: int = 0


COPY_FEE_YEN = 300
EFFECTS: Mapping[Happened, Saved] = {
    Happened.IDENTITY_CONFIRMED: Saved(copies_not_attached=1, visits=1, fees_yen=COPY_FEE_YEN, staff_minutes=10),
    Happened.CLIENT_CONFIRMED: Saved(reports_not_filed=1, letters_not_posted=2, staff_minutes=5),
    Happened.NOTICE_ONLINE: Saved(letters_not_posted=1, staff_minutes=5),
    Happened.WIDE_AREA_COPY: Saved(visits=1),
    Happened.ONE_VISIT_MOVE: Saved(visits=1, letters_not_posted=1, staff_minutes=10),
}
"""What one of each saves; docs/savings.md says why."""
PENSIONS = frozenset({"appendix:1:77"})
"""Affairs in which a body asks about its pensioners, who else would have to report (年金受給権者現況届)."""

Noted = Counter[tuple[datetime.date, Happened]]
_ADD = "INSERT INTO saving VALUES (?, ?, ?) ON CONFLICT (day, happened) DO UPDATE SET count = count + excluded.count"


def count(transaction: Transaction, on: datetime.date, happened: Happened, times: int = 1) -> None:
    """Count something that is true with this transaction, on a day of the register calendar."""
    transaction.execute(_ADD, (on.isoformat(), happened.value, times))


def confirmed(affair: str) -> Happened:
    """What a body's accepted answer about one person is."""
    return Happened.CLIENT_CONFIRMED if affair in PENSIONS else Happened.IDENTITY_CONFIRMED


def answered(office: Office, affair: str, persons: int) -> None:
    """A body has accepted an answer. What a town hall asks for its own work (to find a code) saves nobody a copy."""
    own_work = office.kind is OfficeKind.MUNICIPALITY and not affair.startswith("ordinance:")
    if persons == 1 and not own_work:
        note(office, confirmed(affair))


def note(office: Office, happened: Happened) -> None:
    """Count something that no transaction makes true; it is on disk within about a second (`keep`)."""
    office.happened[office.today(), happened] += 1


def keep(office: Office) -> None:
    """A duty: write what was noted; when the day has turned, the letters until then are those of the day before."""
    before, today = office.savings_day, office.today()
    turned = before is not None and before != today
    if office.recovering or not (office.happened or turned):
        office.savings_day = before or today
    else:
        write_noted(office, lambda outcome: None)


def write_noted(office: Office, then: Then) -> None:
    """Write what was noted now; `then` hears when it is on disk, or of the error after which it is noted still."""
    before, today = office.savings_day, office.today()
    turned = before is not None and before != today
    noted, office.happened, office.savings_day = office.happened, Counter(), today
    work = partial(_write, noted=noted, letters_of=before if turned else None)
    office.write(work, partial(_written, office, noted, before, then))


def _write(transaction: Transaction, noted: Mapping[tuple[datetime.date, Happened], int], letters_of: datetime.date | None) -> None:
    for (day, happened), times in noted.items():
        count(transaction, day, happened, times)
    letters = transaction.value("SELECT count FROM saving WHERE day = ''") if letters_of else None
    if letters_of and letters:
        transaction.execute("DELETE FROM saving WHERE day = ''")
        count(transaction, letters_of, Happened.NOTICE_ONLINE, letters)


def _written(
    office: Office, noted: Counter[tuple[datetime.date, Happened]], before: datetime.date | None, then: Then, outcome: Any
) -> None:
    """What could not be written is noted still."""
    if failed(outcome):
        office.happened.update(noted)
        office.savings_day = before
    then(outcome)


def counted(transaction: Transaction, since: str = "", until: str = "9999-12-31") -> Counter[Happened]:
    """How often what happened, from one day to another, both included."""
    sql = "SELECT happened, sum(count) FROM saving WHERE day BETWEEN ? AND ? GROUP BY happened"
    return Counter({Happened(happened): int(times) for happened, times in transaction.all(sql, since, until)})


def saved(counts: Mapping[Happened, int]) -> Saved:
    """The sums of what counts have saved."""
    sums = [sum(EFFECTS[happened][place] * times for happened, times in counts.items()) for place in range(len(Saved._fields))]
    return Saved(*sums)
