"""The canonical text of a date that may be partial, unknown or impossible (年月日・不詳日, standard specification 1.1.8), taken apart.

    date  = point | point "/" point            a span: ○日から○日までの間
    point = year "-" month "-" day [mark]      or 0000-00-00, wholly unknown
    year  = YYYY | letter of an era and two digits, where the Gregorian year would say something else (see `Form.needs_era`)
    month = 01..12 | A1 春 | A2 夏 | A3 秋 | A4 冬 (codes of DS-441) | 00 unknown
    day   = 01..31 | E1 上旬 | E2 中旬 | E3 下旬 | 00 unknown
    mark  = "~" 頃 | "?" 推定 (as in ISO 8601-2)

DS-441 writes the thirds of a month as 10, 20 and 30, which cannot be told from days; a letter can, and A to D are taken by its seasons.
A day that no calendar has (1923-02-29) stays as written. Years 1800 to 2199.
"""

import calendar
import datetime
import re
from typing import NamedTuple

from openjuki.register.eras import BY_LETTER, ERAS, Era, Span, lunar_span, overlap
from openjuki.register.errors import InvalidInput, Say

UNKNOWN = "0000-00-00"
YEAR_FIRST, YEAR_LAST = 1800, 2199
SEASONS = {"A1": "春", "A2": "夏", "A3": "秋", "A4": "冬"}
THIRDS = {"E1": "上旬", "E2": "中旬", "E3": "下旬"}
MEIJI_LUNAR_YEARS = 5

_MONTHS_OF_SEASON = {"A1": ((3, 5),), "A2": ((6, 8),), "A3": ((9, 11),), "A4": ((1, 2), (12, 12))}
_DAYS_OF_THIRD = {"E1": (1, 10), "E2": (11, 20), "E3": (21, 31)}
_POINT = re.compile(r"([0-9]{4}|[MTSHR][0-9]{2})-(0[0-9]|1[0-2]|A[1-4])-(0[0-9]|[12][0-9]|3[01]|E[1-3])([~?]?)")


class Form(NamedTuple):
    """One point in time as written; `era` is the letter of an era or "", `year` counts in that era or is Gregorian."""

    era: str
    year: int
    month: str
    day: str
    mark: str = ""

    def text(self) -> str:
        """The canonical text."""
        year = f"{self.era}{self.year:02d}" if self.era else f"{self.year:04d}"
        return f"{year}-{self.month}-{self.day}{self.mark}"

    @property
    def is_lunar(self) -> bool:
        """Whether it lies in Meiji 1 to 5, which followed the old calendar."""
        return self.era == "M" and self.year <= MEIJI_LUNAR_YEARS

    @property
    def gregorian_year(self) -> int:
        """The Gregorian year; for the old calendar the one in which most of the year lies. 0 if unknown."""
        return BY_LETTER[self.era].year_one + self.year - 1 if self.era else self.year

    def spans(self) -> tuple[Span, ...]:
        """The days that it may stand for, in order; marks widen nothing. An impossible day stands for the days before and after it."""
        if self.is_lunar:
            return (lunar_span(self.year),)
        spans = _spans(self.gregorian_year, self.month, self.day)
        if not self.era:
            return spans
        era = BY_LETTER[self.era]
        inside = tuple(shared for span in spans if (shared := overlap(span, (era.first, era.last))))
        return inside or spans

    def needs_era(self) -> bool:
        """Whether the Gregorian form would say something else: outside the era as written, in two eras, or in the old calendar."""
        return self.is_lunar or not _within(BY_LETTER[self.era], _spans(self.gregorian_year, self.month, self.day))

    def eras(self, known: tuple[Era, ...] = ERAS) -> tuple[Era, ...]:
        """Which of the `known` eras it may be written in: two where the era changed within it; none before 1873 or if unknown."""
        if self.era:
            return (BY_LETTER[self.era],)
        if self.year < ERAS[0].first.year:
            return ()
        spans = self.spans()
        return tuple(era for era in known if any(overlap(span, (era.first, era.last)) for span in spans))


NOTHING_KNOWN = Form("", 0, "00", "00")


def parse(text: str, item: str) -> tuple[Form, ...]:
    """One point, or two of a span; InvalidInput for anything that is not canonical."""
    first, slash, second = text.partition("/")
    if not slash:
        return (_point(first, item),)
    return span_of(_point(first, item), _point(second, item), item)


def span_of(start: Form, end: Form, item: str) -> tuple[Form, Form]:
    """A span from `start` to `end`; InvalidInput if the end comes first or one of them is unknown."""
    if NOTHING_KNOWN in (start, end):
        raise wrong(item, Say("a span with an unknown end.", "期間の端が不詳です。"))
    ordered = start.spans()[0][0] <= end.spans()[0][0] and start.spans()[-1][1] <= end.spans()[-1][1]
    if not ordered or start == end:
        raise wrong(item, Say("the span does not end after its beginning.", "期間の終わりが始まりより後ではありません。"))
    return start, end


def checked(form: Form, item: str) -> Form:
    """The point itself, if its parts go together; else InvalidInput."""
    if form.day != "00" and (form.month == "00" or form.month in SEASONS):
        raise wrong(item, Say("a day without its month.", "月が分からないのに日があります。"))
    if form.era and (form.year == 0 or (form.year > 99 and form.needs_era())):
        raise wrong(item, Say("no such year of that era.", "その元号にない年です。"))
    if not YEAR_FIRST <= form.gregorian_year <= YEAR_LAST and form != NOTHING_KNOWN:
        raise wrong(item, Say(f"a year outside {YEAR_FIRST} to {YEAR_LAST}.", f"年が{YEAR_FIRST}から{YEAR_LAST}までの外です。"))
    return form


def wrong(item: str, reason: Say) -> InvalidInput:
    """The error of a date that cannot be recorded."""
    remedy = Say(
        "Write YYYY-MM-DD, with 00 for what is unknown, or the Japanese date as in the document.",
        "西暦のYYYY-MM-DD（不詳の部分は00）又は書類どおりの和暦で入力してください。",
    )
    return InvalidInput(item, reason, remedy)


def _point(text: str, item: str) -> Form:
    match = _POINT.fullmatch(text)
    if not match:
        remedy = Say("Write YYYY-MM-DD, with 00 for what is unknown.", "西暦のYYYY-MM-DD（不詳の部分は00）で入力してください。")
        raise InvalidInput(item, Say("is not a date.", "年月日として読めません。"), remedy)
    year, month, day, mark = match.groups()
    era = year[0] if year[0] in BY_LETTER else ""
    form = checked(Form(era, int(year[1:] if era else year), month, day, mark), item)
    if era and not form.needs_era():
        raise wrong(item, Say("the era adds nothing to the Gregorian year.", "西暦で表せる年月日に元号が付いています。"))
    return form


def _within(era: Era, spans: tuple[Span, ...]) -> bool:
    return all(era.first <= first and last <= era.last for first, last in spans)


def _spans(year: int, month: str, day: str) -> tuple[Span, ...]:
    if not year:
        return ((datetime.date.min, datetime.date.max),)
    if month in SEASONS:
        return tuple((datetime.date(year, first, 1), _month_end(year, last)) for first, last in _MONTHS_OF_SEASON[month])
    if month == "00":
        return ((datetime.date(year, 1, 1), datetime.date(year, 12, 31)),)
    return (_days(year, int(month), day),)


def _days(year: int, month: int, day: str) -> Span:
    end = _month_end(year, month)
    if day == "00":
        return end.replace(day=1), end
    if day in THIRDS:
        first, last = _DAYS_OF_THIRD[day]
        return end.replace(day=first), end.replace(day=min(last, end.day))
    if int(day) > end.day:
        return end, end + datetime.timedelta(days=1)
    return end.replace(day=int(day)), end.replace(day=int(day))


def _month_end(year: int, month: int) -> datetime.date:
    return datetime.date(year, month, calendar.monthrange(year, month)[1])
