"""The ledger of provisions: to whom, on which day, how many items, in which way (帳簿, Act art. 30-21; Rules 31(1); fees 30-10(4)).

It is read from the provision log itself, so that it cannot differ from it; of whom an answer was is not in it. What a retention sweep
empties of old rows leaves asker, affair, time and the count of persons, so the ledger of any past day stays as it was.
"""

import datetime
from collections.abc import Iterable, Sequence
from decimal import ROUND_DOWN, Decimal
from typing import NamedTuple

from openjuki.law.ordinances import Ordinance
from openjuki.law.provision_routes import TABLE_ROUTES, WORK_ROUTES
from openjuki.law.purposes import ActWork, PurposeId, parse_affair
from openjuki.offices.retention_batch import start_of
from openjuki.offices.store import Transaction

WAY = "電気通信回線"
"""How all of it was provided: from computer to computer (令30の7(1)1); a magnetic disk is sent by no office of this software."""
FEE_ARTICLE = "30-7(3)"
"""Provision for which a fee may be taken (Act art. 30-10(4))."""
_DAY_MS, _JAPAN_MS = 86_400_000, 9 * 3_600_000
_ENTRIES = """SELECT (time_ms + ?) / ?, asker, affair, count(*),
    sum(CASE WHEN persons = '' THEN 0 ELSE length(persons) - length(replace(persons, ' ', '')) + 1 END)
  FROM provision WHERE time_ms >= ? AND time_ms < ? GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"""


class LedgerEntry(NamedTuple):
    """One asker's answers of one day for one affair: how many, and how many persons' information stood in them."""

    day: datetime.date
    asker: str
    affair: str
    answers: int
    items: int


class LedgerSum(NamedTuple):
    """One asker's answers of a period for one affair; the fee in yen, None where none is asked for or the Act knows none."""

    asker: str
    affair: str
    article: str
    answers: int
    items: int
    fee_yen: int | None


def entries(transaction: Transaction, first: datetime.date, last: datetime.date) -> list[LedgerEntry]:
    """The ledger from one day in Japan to another, both included, in order of day, asker, affair."""
    end = start_of(last + datetime.timedelta(1))
    rows = transaction.all(_ENTRIES, _JAPAN_MS, _DAY_MS, start_of(first), end)
    epoch = datetime.date(1970, 1, 1).toordinal()
    return [LedgerEntry(datetime.date.fromordinal(epoch + day), asker, affair, n, int(items)) for day, asker, affair, n, items in rows]


def sums(found: Iterable[LedgerEntry], ordinances: Iterable[Ordinance] = (), yen_per_item: Decimal | None = None) -> list[LedgerSum]:
    """What each asker got for each affair; with a fee of so many yen an item (parts of a yen are let go) where the Act allows one."""
    counted: dict[tuple[str, str], tuple[int, int]] = {}
    for entry in found:
        answers, items = counted.get((entry.asker, entry.affair), (0, 0))
        counted[entry.asker, entry.affair] = answers + entry.answers, items + entry.items
    listed, total = tuple(ordinances), list[LedgerSum]()
    for (asker, affair), (answers, items) in sorted(counted.items()):
        article = article_of(affair, listed)
        fee = int((yen_per_item * items).to_integral_value(ROUND_DOWN)) if yen_per_item is not None and article == FEE_ARTICLE else None
        total.append(LedgerSum(asker, affair, article, answers, items, fee))
    return total


def article_of(affair: str, ordinances: Sequence[Ordinance] = ()) -> str:
    """The article under which an affair is answered; "条例" for one of an ordinance that is not loaded here any more."""
    known = parse_affair(affair)
    if isinstance(known, PurposeId):
        return TABLE_ROUTES[known.table].article
    if isinstance(known, ActWork):
        return WORK_ROUTES[known.article].article
    return next((ordinance.article.value for ordinance in ordinances if ordinance.id == known), "条例")
