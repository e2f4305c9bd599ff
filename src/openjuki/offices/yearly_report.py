"""The yearly report on provision, open to everybody (本人確認情報の提供状況の報告書, Act art. 30-7(8), 30-11(6); Rules 21, 27).

It says to whom identity confirmation information went, in which month, how many items, in which way; for which affair too, beyond what
the Rules ask. The Act orders it of what goes to the bodies of appendix 1; the other provisions stand in a part of their own. It
counts, and names offices only; neither the Act nor the Rules let a small count be left out, so none is.
"""

import datetime
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from openjuki.law.kinds import OfficeKind
from openjuki.law.ordinances import Ordinance
from openjuki.offices.ledger import FEE_ARTICLE, WAY, LedgerEntry, article_of

APRIL = 4
ARTICLES = {OfficeKind.PREFECTURE: "30-7(8)", OfficeKind.CENTRE: "30-11(6)"}
"""Under which article of the Act an office owes the report; a municipality owes none."""


class ReportLine(NamedTuple):
    """One asker's month for one affair; `ordered` where the Act itself orders the report."""

    asker: str
    name: str
    affair: str
    article: str
    month: str
    way: str
    answers: int
    items: int
    ordered: bool


def period(year: int, *, calendar: bool = False) -> tuple[datetime.date, datetime.date]:
    """First and last day of a fiscal year (年度: April to March), or of a year of the calendar."""
    first = datetime.date(year, 1 if calendar else APRIL, 1)
    return first, first.replace(year=year + 1) - datetime.timedelta(1)


def lines(found: Iterable[LedgerEntry], name_of: Callable[[str], str], ordinances: Sequence[Ordinance] = ()) -> list[ReportLine]:
    """The report of these entries of the ledger: what the Act orders first, then by asker, affair, month."""
    counted: dict[tuple[str, str, str], tuple[int, int]] = {}
    for entry in found:
        place = (entry.asker, entry.affair, f"{entry.day:%Y-%m}")
        answers, items = counted.get(place, (0, 0))
        counted[place] = answers + entry.answers, items + entry.items
    made = [_line(*place, *counts, name_of, ordinances) for place, counts in counted.items()]
    return sorted(made, key=lambda line: (not line.ordered, line.asker, line.affair, line.month))


def _line(
    asker: str, affair: str, month: str, answers: int, items: int, name_of: Callable[[str], str], ordinances: Sequence[Ordinance]
) -> ReportLine:
    article = article_of(affair, ordinances)
    return ReportLine(asker, name_of(asker), affair, article, month, WAY, answers, items, article == FEE_ARTICLE)
